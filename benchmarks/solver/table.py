"""Draw the tables of README.md from the rows: the last one of every cell.

cd benchmarks
../.venv/bin/python -m solver.table                 # to standard output
../.venv/bin/python -m solver.table --write         # between the marks of README.md
../.venv/bin/python -m solver.table lilim100 shape  # these groups alone
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from solver.figures import Figure, figures_of, is_plan
from solver.groups import DISTANCE, GROUPS, OURS, PEERS, VEHICLES, Cell
from solver.instances import best_known
from solver.results import RESULTS, Row, latest, read
from solver.versus import distance_figures, fleet_figures, shape_figures, shape_rows, side_by_side

_README = Path(__file__).with_name("README.md")
_BEGIN, _END = "<!-- results -->", "<!-- end of results -->"
_VERDICTS = {True: "hit", False: "**miss**", None: "open"}
_NOT_RUN = "–"


def drawn(rows: Sequence[Row], groups: Sequence[str]) -> str:
    """Return everything that stands between the marks."""
    of_cell = latest(list(rows))
    lines = [*_head(list(of_cell.values())), "## Must reach", ""]
    lines += ["| group | figure | target | measured | |", "|---|---|---|---|---|"]
    for group in groups:
        lines += [_line(group, figure) for figure in _figures(group, of_cell)]
    for group in groups:
        lines += ["", f"## {group}", "", *_details(group, of_cell)]
    return "\n".join(lines)


def _head(rows: list[Row]) -> list[str]:
    if not rows:
        return ["No runs yet.", ""]
    codes = Counter(f"{r.version} ({r.code})" for r in rows if r.solver == OURS)
    peers = Counter(row.peer for row in rows if row.peer)
    lines = [
        f"Runs of {min(r.date for r in rows)[:10]} to {max(r.date for r in rows)[:10]}.",
        "Ours: " + (", ".join(f"{c}: {n} runs" for c, n in codes.items()) or "none") + ".",
        "Peers: " + (", ".join(f"{c}: {n} runs" for c, n in peers.items()) or "none") + ".",
        "Machines: " + "; ".join(sorted({row.machine for row in rows})) + ".",
        f"Load before a run: {min(r.load for r in rows):.1f} to {max(r.load for r in rows):.1f}.",
    ]
    return [*lines, ""]


def _figures(group: str, rows: Mapping[Cell, Row]) -> list[Figure]:
    if group == "shape":
        return shape_figures(rows)
    if group == "peers-vehicles":
        return fleet_figures(group, rows)
    if group.startswith("peers-distance"):
        return distance_figures(group, rows)
    return figures_of(group, rows)


def _line(group: str, figure: Figure) -> str:
    verdict = _VERDICTS[figure.hit] if figure.target else ""
    return f"| {group} | {figure.what} | {figure.target} | {figure.measured} | {verdict} |"


def _details(group: str, rows: Mapping[Cell, Row]) -> list[str]:
    there = [rows[cell] for cell in GROUPS[group]() if cell in rows]
    if not there:
        return ["Not run."]
    if group == "shape":
        return _shape(rows)
    if group.startswith("peers"):
        return _peers(group, rows)
    return [*_worst(there), *_published(there)]


def _worst(rows: Sequence[Row]) -> list[str]:
    """Say which run is furthest from the best-known value."""
    without = [row for row in rows if not is_plan(row)]
    planned = [row for row in rows if is_plan(row)]
    lines = [f"Without a valid plan: {row.instance}, seed {row.seed}." for row in without]
    if planned:
        worst = max(planned, key=lambda r: (r.extra_vehicles or 0, r.gap or 0.0))
        lines.append(f"Worst: {worst.instance}, seed {worst.seed}: {_cell(worst)}.")
    return [*lines, ""]


def _published(rows: Sequence[Row]) -> list[str]:
    """Return a table with a column for every budget and seed."""
    columns = sorted({(row.budget_s, row.seed, row.threads) for row in rows})
    by = {(r.instance, r.budget_s, r.seed, r.threads): r for r in rows}
    heads = [f"{budget} s x {threads}, seed {seed}" for budget, seed, threads in columns]
    lines = _table_head(["instance", "best known", *heads])
    for name in dict.fromkeys(row.instance for row in rows):
        cells = [_cell(by.get((name, *column))) for column in columns]
        lines.append(_joined([name, _best(name), *cells]))
    return lines


def _best(name: str) -> str:
    best = best_known()[name]
    return f"{best.vehicles} / {best.cost:.2f}"


def _cell(row: Row | None) -> str:
    """Return vehicles, cost and how far it is from the best-known value."""
    if row is None:
        return _NOT_RUN
    if row.vehicles is None or row.cost is None:
        return "none"
    plan = f"{row.vehicles} / {row.cost:.2f}"
    if not is_plan(row):
        return f"{plan} (**invalid**)"
    extra, gap = row.extra_vehicles or 0, row.gap or 0.0
    if extra:
        return f"{plan} (**{extra:+d}**)"
    # No minus before a zero.
    return f"{plan} ({100 * gap + 0.0:.2f} %)"


def _peers(group: str, rows: Mapping[Cell, Row]) -> list[str]:
    """Return a table with a column for every solver, the best in bold."""
    table = side_by_side(group, rows)
    objective = DISTANCE if group.startswith("peers-distance") else VEHICLES
    lines = _table_head(["instance", "best known", OURS, *PEERS])
    for name, by in table.items():
        if not by:
            continue
        keys = {s: _key(row, objective) for s, row in by.items() if is_plan(row)}
        best = min(keys.values(), default=None)
        cells = []
        for solver in (OURS, *PEERS):
            row = by.get(solver)
            text = _plain(row)
            if solver in keys and keys[solver] == best:
                text = f"**{text}**"
            if row is not None and row.budget_s == 0:
                text += f" {row.seconds:.1f} s"
            cells.append(text)
        lines.append(_joined([name, _best(name), *cells]))
    return lines


def _key(row: Row, objective: str) -> tuple[int, float]:
    assert row.vehicles is not None
    assert row.cost is not None
    return (row.vehicles if objective == VEHICLES else 0), round(row.cost, 2)


def _plain(row: Row | None) -> str:
    if row is None:
        return _NOT_RUN
    if row.vehicles is None or row.cost is None:
        return "none"
    return f"{row.vehicles} / {row.cost:.2f}" + ("" if is_plan(row) else " invalid")


def _shape(rows: Mapping[Cell, Row]) -> list[str]:
    """Return a table with a column for every run, each with its memory."""
    cells = GROUPS["shape"]()
    columns = list(dict.fromkeys((c.solver, c.budget_s, c.threads) for c in cells))
    heads = [
        f"{solver} {f'{budget} s x {threads}' if budget else 'own time'}"
        for solver, budget, threads in columns
    ]
    lines = _table_head(["problem", *heads])
    for name in dict.fromkeys(cell.instance for cell in cells):
        of = shape_rows(name, rows)
        if of:
            lines.append(_joined([name, *(_euros(of.get(column)) for column in columns)]))
    return lines


def _euros(row: Row | None) -> str:
    if row is None:
        return _NOT_RUN
    if row.vehicles is None:
        return "none"
    if row.cost is None:
        return f"invalid: {row.verdict}"
    left_out = (row.shipments or 0) - (row.served or 0)
    text = f"{row.cost / 100:.2f} EUR, {row.vehicles} rounds"
    if left_out:
        text += f", **{left_out} left out**"
    if not row.budget_s:
        text += f", {row.seconds:.1f} s"
    return f"{text}, {row.peak_mb} MB"


def _table_head(heads: Sequence[str]) -> list[str]:
    return [_joined(heads), "|" + "---|" * len(heads)]


def _joined(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _write(text: str) -> None:
    page = _README.read_text(encoding="utf-8")
    before, rest = page.split(_BEGIN)
    _, after = rest.split(_END)
    _README.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", encoding="utf-8")


def main() -> None:
    """Print the tables, or write them into README.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("groups", nargs="*", metavar="GROUP")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    if unknown := set(options.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    if options.write and options.groups:
        parser.error("README.md holds every group")
    text = drawn(read(options.results), options.groups or list(GROUPS))
    if options.write:
        _write(text)
    else:
        print(text)


if __name__ == "__main__":
    main()

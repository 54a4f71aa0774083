"""The lines of nodes, alike in both formats, and what they must say to one another.

``id x y demand opens closes service pickup delivery``
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from colivraison.interchange.benchmarks.instance import DEPOT, Node
from colivraison.interchange.benchmarks.notes import Notes

__all__ = ["Line", "NodeRow", "check_nodes", "nodes_of", "read_node_rows"]

Line = tuple[int, str]
"""A line that is not blank, after its number in the file."""

_COLUMNS = 9
_X, _Y, _DEMAND, _OPENS, _CLOSES, _SERVICE, _PICKUP, _DELIVERY = range(2, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """A line of a node; None stands for what could not be read.

    Parameters
    ----------
    row
        Its number in the file.
    id
        The number it gives itself.
    """

    row: int
    id: int | None
    x: float | None = None
    y: float | None = None
    demand: int | None = None
    opens: int | None = None
    closes: int | None = None
    service: int | None = None
    pickup: int | None = None
    delivery: int | None = None


def read_node_rows(lines: Iterable[Line], notes: Notes) -> list[NodeRow]:
    """Read lines of nodes; every cell that cannot be read is noted."""
    return [_node_row(row, text.split(), notes) for row, text in lines]


def _node_row(row: int, cells: Sequence[str], notes: Notes) -> NodeRow:
    if len(cells) != _COLUMNS:
        # Nobody knows which cell is which, but the first one.
        notes.add("benchmark_columns", row=row, value=" ".join(cells), expected=_COLUMNS,
                  found=len(cells))  # fmt: skip
        return NodeRow(row=row, id=_number_or_none(cells[0]))

    def whole(column: int) -> int | None:
        return notes.whole(cells[column - 1], row=row, column=column)

    return NodeRow(
        row=row,
        id=notes.whole(cells[0], row=row, column=1),
        x=notes.decimal(cells[_X - 1], row=row, column=_X),
        y=notes.decimal(cells[_Y - 1], row=row, column=_Y),
        demand=whole(_DEMAND),
        opens=whole(_OPENS),
        closes=whole(_CLOSES),
        service=whole(_SERVICE),
        pickup=whole(_PICKUP),
        delivery=whole(_DELIVERY),
    )


def _number_or_none(cell: str) -> int | None:
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 else None


def check_nodes(rows: Sequence[NodeRow], notes: Notes) -> None:
    """Note what the lines of nodes get wrong together."""
    if not rows:
        notes.add("benchmark_no_depot")
        return
    _check_order(rows, notes)
    for row in rows:
        _check_times(row, rows[0], notes)
    depot = rows[0]
    if depot.pickup or depot.delivery:
        column = _PICKUP if depot.pickup else _DELIVERY
        value = depot.pickup or depot.delivery
        notes.add("benchmark_depot_in_pair", row=depot.row, column=column, value=value)
    by_id = {row.id: row for row in reversed(rows[1:]) if row.id is not None}
    for row in rows[1:]:
        _check_pair(row, by_id, notes)


def _check_order(rows: Sequence[NodeRow], notes: Notes) -> None:
    expected = DEPOT
    for row in rows:
        if row.id is not None and row.id != expected:
            notes.add("benchmark_node_order", row=row.row, column=1, value=row.id,
                      expected=expected)  # fmt: skip
        # One gap is one fault: it is counted on from what stands there.
        expected = (expected if row.id is None else row.id) + 1


def _check_times(row: NodeRow, depot: NodeRow, notes: Notes) -> None:
    sound = True
    for column, time in ((_OPENS, row.opens), (_CLOSES, row.closes), (_SERVICE, row.service)):
        if time is not None and time < 0:
            notes.add("benchmark_negative_time", row=row.row, column=column, value=time)
            sound = False
    if not sound or row.opens is None or row.closes is None:
        return
    if row.opens > row.closes:
        notes.add("benchmark_window_reversed", row=row.row, column=_CLOSES, value=row.closes,
                  opens=row.opens)  # fmt: skip
    elif row is not depot and None not in (row.service, depot.closes):
        assert row.service is not None
        assert depot.closes is not None
        # No route can serve it and be back.
        if row.opens + row.service > depot.closes >= 0:
            notes.add("benchmark_after_horizon", row=row.row, column=_OPENS, value=row.opens,
                      service=row.service, closes=depot.closes)  # fmt: skip


def _check_pair(row: NodeRow, by_id: Mapping[int, NodeRow], notes: Notes) -> None:
    if row.pickup is None or row.delivery is None:
        return
    if row.pickup == 0 and row.delivery == 0:
        notes.add("benchmark_no_partner", row=row.row, value=_named(row))
        return
    if row.pickup and row.delivery:
        notes.add("benchmark_two_partners", row=row.row, value=_named(row), pickup=row.pickup,
                  delivery=row.delivery)  # fmt: skip
        return
    is_pickup = row.delivery != 0
    column = _DELIVERY if is_pickup else _PICKUP
    number = row.delivery if is_pickup else row.pickup
    partner = by_id.get(number)
    if partner is None:
        notes.add("benchmark_unknown_partner", row=row.row, column=column, value=number)
        return
    back = partner.pickup if is_pickup else partner.delivery
    if row.id is None or back is None:
        return
    if back != row.id:
        notes.add("benchmark_pair_broken", row=row.row, column=column, value=number,
                  node=row.id, found=back)  # fmt: skip
    elif is_pickup and row.demand is not None:
        _check_demand(row, partner, notes)


def _check_demand(pickup: NodeRow, delivery: NodeRow, notes: Notes) -> None:
    assert pickup.demand is not None
    if pickup.demand < 0:
        notes.add("benchmark_negative_load", row=pickup.row, column=_DEMAND, value=pickup.demand)
    elif delivery.demand is not None and delivery.demand != -pickup.demand:
        notes.add("benchmark_demand_mismatch", row=delivery.row, column=_DEMAND,
                  value=delivery.demand, expected=-pickup.demand)  # fmt: skip


def _named(row: NodeRow) -> str:
    return "?" if row.id is None else str(row.id)


def nodes_of(rows: Iterable[NodeRow]) -> tuple[Node, ...]:
    """Return the nodes of lines without a fault."""
    return tuple(_node(row) for row in rows)


def _node(row: NodeRow) -> Node:
    assert row.x is not None
    assert row.y is not None
    assert row.demand is not None
    assert row.opens is not None
    assert row.closes is not None
    assert row.service is not None
    assert row.pickup is not None
    assert row.delivery is not None
    return Node(
        x=row.x,
        y=row.y,
        demand=row.demand,
        opens=row.opens,
        closes=row.closes,
        service=row.service,
        pickup=row.pickup,
        delivery=row.delivery,
    )

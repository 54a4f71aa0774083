"""Stops as they were driven: when the van came, when it left, how many crates went in or out.

``tournee;date;lieu;arrivee;depart;caisses`` as CSV or on the first sheet of a workbook; round and
crates may be left out, places are ids or names of the case.
"""

from __future__ import annotations

from pathlib import Path

from colivraison.domain import Case
from colivraison.errors import Fault, InputError, Where
from colivraison.interchange.case_draft import Spot
from colivraison.interchange.case_read import bytes_of, unreadable
from colivraison.interchange.cells import date_in, whole_in
from colivraison.interchange.columns import VISITS
from colivraison.interchange.moments import clock_in
from colivraison.interchange.refused import Refused
from colivraison.interchange.rows import Row, text_in
from colivraison.interchange.sniff import FileKind, kind_of
from colivraison.interchange.tables import RawRow, csv_rows, table_of
from colivraison.interchange.words import word_key
from colivraison.interchange.workbook import workbook_sheets
from colivraison.planning import Visit

__all__ = ["read_visits"]


def read_visits(path: Path, case: Case) -> tuple[Visit, ...]:
    """Return the visits of a file.

    Raises
    ------
    InputError
        With every fault of the file at once: a place that the case does not have, a time that
        cannot be read, a departure before its arrival, no visit at all.
    """
    rows, faults = _rows(path)
    table, more, _ = table_of(VISITS, rows, path.name, VISITS.key)
    faults += more
    # Once for each, with all the ids that a word may mean.
    meant: dict[str, set[str]] = {}
    for site in case.places.values():
        for word in (site.id, site.name):
            meant.setdefault(word_key(word), set()).add(site.id)
    visits: list[Visit] = []
    for number, cells in table.rows:
        spot = Spot(file=table.file, sheet=table.sheet, row=number, columns=table.headers)
        if number not in table.spoilt:
            visit = _visit(Row(spot, cells, faults), case, meant)
            visits += [] if visit is None else [visit]
    if not faults and not visits:
        faults.append(Fault(code="no_visits", where=Where(file=path.name), value=path.name))
    if faults:
        raise InputError(faults)
    return tuple(visits)


def _rows(path: Path) -> tuple[list[RawRow], list[Fault]]:
    """Return the lines of a CSV file, or of a workbook's first visible sheet.

    Raises
    ------
    InputError
        Where the file cannot be read at all.
    """
    data = bytes_of(path)
    try:
        kind = kind_of(path.name, data)
        if kind is FileKind.CSV:
            return csv_rows(data, VISITS), []
        if kind is FileKind.WORKBOOK:
            shown = [sheet for sheet in workbook_sheets(path.name, data) if not sheet.hidden]
            return (list(shown[0].rows), list(shown[0].faults)) if shown else ([], [])
    except Refused as refused:
        raise unreadable(path.name, refused) from refused
    raise unreadable(path.name, Refused("unreadable_file"))


def _visit(row: Row, case: Case, meant: dict[str, set[str]]) -> Visit | None:
    """Return the visit of a row, None where something of it cannot be read."""
    site_id = _place(row, case, meant)
    date = row.needed("date", date_in)
    arrival_s, departure_s = row.needed("arrival", clock_in), row.needed("departure", clock_in)
    crates = row.read("crates", whole_in, None)
    name = row.read("round", text_in, "")
    spoilt = crates is None and bool(row.cells.get("crates"))
    if site_id is None or date is None or arrival_s is None or departure_s is None or spoilt:
        return None
    if departure_s < arrival_s:
        row.fault("visit_ends_before_start", "departure")
        return None
    return Visit(
        site_id=site_id,
        date=date,
        arrival_s=arrival_s,
        departure_s=departure_s,
        crates=crates,
        round=name or "",
    )


def _place(row: Row, case: Case, meant: dict[str, set[str]]) -> str | None:
    text = row.needed("place", text_in)
    if text is None or text in case.places:
        return text
    found = meant.get(word_key(text), set())
    if len(found) == 1:
        return next(iter(found))
    if found:
        row.fault("ambiguous_reference", "place", choices=", ".join(sorted(found)))
    else:
        row.fault("unknown_site", "place")
    return None

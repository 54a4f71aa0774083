"""A case as the CSV files a person would keep: French headers, kilograms, euros, hours."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from colivraison.domain import (
    Case,
    Order,
    Price,
    Producer,
    Site,
    TemperatureClass,
    Vehicle,
    occurrences,
)
from colivraison.errors import Fault, InputError, Where
from colivraison.interchange.cells import (
    ENERGY_WORDS,
    KIND_WORDS,
    PUBLIC_HOLIDAY_WORDS,
    SCOPE_WORDS,
    TEMPERATURE_WORDS,
    arrival_text,
    minimum_text,
    number_text,
)
from colivraison.interchange.columns import SETTING_NAMES, TABLES, TableSpec
from colivraison.interchange.dated_hours import dated_hours_text
from colivraison.interchange.hours import days_text, hours_text
from colivraison.interchange.moments import moment_text
from colivraison.interchange.recurrence import recurrence_text
from colivraison.roads import PROFILE_WORDS

__all__ = ["case_csv_files", "csv_bytes", "write_case_folder", "write_new_files"]


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Return CSV as a French spreadsheet opens it: ``;``, UTF-8 with its mark, CR LF.

    A cell that a spreadsheet would run as a formula is preceded by an apostrophe (OWASP, "CSV
    Injection").
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerows([[_neutral(cell) for cell in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def _neutral(cell: str) -> str:
    if cell[:1] in ("=", "+", "@", "\t", "\r") or (
        cell[:1] == "-" and not cell[1:].replace(",", "").isdigit()
    ):
        return "'" + cell
    return cell


def write_case_folder(case: Case, folder: Path) -> list[Path]:
    """Write a case as CSV files and return their paths; ``read_case`` gives an equal case.

    Raises
    ------
    InputError
        ``file_exists``, ``files_exist`` or ``unwritable_folder``; nothing is written then.
    """
    return write_new_files(folder, case_csv_files(case))


def case_csv_files(case: Case) -> dict[str, bytes]:
    """Return the CSV files of a case by name."""
    rows: dict[str, list[dict[str, str]]] = {
        "producers": [_farm(producer) for producer in case.producers],
        "sites": [_site(site) for site in case.sites],
        "vehicles": [_vehicle(vehicle) for vehicle in case.vehicles],
        "drivers": [
            {
                "id": one.id,
                "name": one.name,
                "shifts": hours_text(one.shifts),
                "vehicles": ", ".join(sorted(one.vehicles)),
                "dated_shifts": dated_hours_text(one.dated_shifts),
            }
            for one in case.drivers
        ],
        "orders": [
            *(_order(order) for order in _written_orders(case)),
            *(
                _order(one.order) | {"repeats": recurrence_text(one.repeats)}
                for one in case.recurring
            ),
        ],
        "kept_apart": [
            {"first": one.first, "second": one.second, "scope": SCOPE_WORDS[one.scope][0]}
            for one in case.kept_apart
        ],
        "minimums": [
            {
                "producer": one.producer_id,
                "site": one.site_id,
                "minimum": minimum_text(one.unit, one.amount),
            }
            for one in case.minimums
        ],
        "practices": [
            {
                "producer": one.producer_id,
                "days": days_text(one.days),
                "sites": ", ".join(one.site_ids),
                "km": "" if one.distance_m is None else _parts(one.distance_m, 1000),
                "minutes": _minutes(one.duration_s),
                "times": _parts(one.times_per_100_weeks, 100),
            }
            for one in case.practices
        ],
        "settings": [
            {"name": SETTING_NAMES[field][0], "value": value}
            for field, value in _settings(case).items()
        ],
    }
    return {f"{spec.title('fr')}.csv": _table(spec, rows[spec.key]) for spec in TABLES}


def _written_orders(case: Case) -> tuple[Order, ...]:
    """Return the orders that have a row of their own.

    What comes back comes by itself when the tables are read, unless somebody has changed it.
    """
    by_itself = {order.id: order for order in occurrences(case.recurring, case.week)[0]}
    own = tuple(order for order in case.orders if order != by_itself.get(order.id))
    again, _ = occurrences(case.recurring, case.week, own)
    return own if again == case.orders else case.orders


def _table(spec: TableSpec, rows: Iterable[Mapping[str, str]]) -> bytes:
    # Left to the person: a place by its name, and why a setting is as it is.
    left = ("place", "note") if spec.key == "settings" else ("place",)
    columns = [column for column in spec.columns if column.field not in left]
    return csv_bytes(
        [
            [column.header("fr") for column in columns],
            *([row.get(column.field, "") for column in columns] for row in rows),
        ]
    )


def write_new_files(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files that must not exist yet, all or none, and return their paths.

    Raises
    ------
    InputError
        ``file_exists``, ``files_exist`` for several, or ``unwritable_folder``.
    """
    paths = {folder / name: data for name, data in files.items()}
    try:
        there = [path for path in paths if path.exists() or path.is_symlink()]
        if folder.exists() and not folder.is_dir():
            there = [folder]
    except OSError as error:  # not even what stands there may be asked
        raise _unwritable(folder) from error
    if len(there) > 1:
        names = ", ".join(path.name for path in there)
        raise InputError(
            [
                Fault(
                    code="files_exist",
                    where=Where(file=folder.name),
                    value=folder.name,
                    details={"names": names},
                )
            ]
        )
    if there:
        raise InputError(
            Fault(code="file_exists", where=Where(file=path.name), value=path.name)
            for path in there
        )
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, data in paths.items():
            # "x": a file that appeared since we looked is not overwritten either.
            with path.open("xb") as stream:
                written.append(path)
                stream.write(data)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise _unwritable(folder) from error
    return list(paths)


def _unwritable(folder: Path) -> InputError:
    where = Where(file=folder.name)
    return InputError([Fault(code="unwritable_folder", where=where, value=folder.name)])


def _degrees(value: float) -> str:
    # The reader takes 30 decimals; what lies below is far less than an atom.
    return number_text(Decimal(repr(value)) if abs(value) > 1e-12 else Decimal(0))


def _parts(value: int, per_unit: int) -> str:
    """Return small units as a number of large ones, exact enough to be read back exactly."""
    return number_text((Decimal(value) / per_unit).quantize(Decimal("0.00001")))


def _minutes(seconds: int | None) -> str:
    return "" if seconds is None else _parts(seconds, 60)


def _site(site: Site) -> dict[str, str]:
    return {
        "id": site.id,
        "name": site.name,
        "kind": KIND_WORDS[site.kind][0],
        "lat": _degrees(site.position.lat),
        "lon": _degrees(site.position.lon),
        "windows": hours_text(site.windows),
        "setup_minutes": _parts(site.setup_s, 60),
        "service_s_per_crate": str(site.service_s_per_crate),
        "dated_hours": dated_hours_text(site.dated_hours),
        "school_zone": site.school_zone or "",
        "closed_public_holidays": PUBLIC_HOLIDAY_WORDS[site.closed_public_holidays][0],
        "arrival": arrival_text(site.arrive_from_s, site.arrive_by_s),
        "note": site.note,
    }


def _farm(producer: Producer) -> dict[str, str]:
    return _site(producer.farm) | {
        "name": producer.name,
        "preparation_hours": _parts(producer.preparation_s, 3600) if producer.preparation_s else "",
    }


def _vehicle(vehicle: Vehicle) -> dict[str, str]:
    return {
        "id": vehicle.id,
        "name": vehicle.name,
        "owner": vehicle.owner_id,
        "start": vehicle.start_site_id,
        "end": vehicle.end_site_id,
        "shifts": hours_text(vehicle.shifts),
        "kg": _parts(vehicle.capacity_g, 1000),
        "crates": str(vehicle.capacity_crates),
        "temperatures": ", ".join(
            TEMPERATURE_WORDS[t][0] for t in TemperatureClass if t in vehicle.temperatures
        ),
        # Empty where nobody has given one: it stays to be confirmed.
        "euros_per_km": ""
        if Price.PER_KM in vehicle.usual_prices
        else _parts(vehicle.cents_per_km, 100),
        "euros_per_hour": ""
        if Price.PER_HOUR in vehicle.usual_prices
        else _parts(vehicle.cents_per_hour, 100),
        "euros_per_use": _parts(vehicle.cents_per_use, 100),
        "profile": PROFILE_WORDS[vehicle.profile][0],
        "dated_shifts": dated_hours_text(vehicle.dated_shifts),
        "litres": "" if vehicle.capacity_litres is None else str(vehicle.capacity_litres),
        "refuses": ", ".join(sorted(vehicle.refuses)),
        "carries_for": ", ".join(sorted(vehicle.carries_for)),
        "energy": "" if vehicle.energy is None else ENERGY_WORDS[vehicle.energy][0],
        "consumption": ""
        if vehicle.ml_or_wh_per_100km is None
        else _parts(vehicle.ml_or_wh_per_100km, 1000),
    }


def _order(order: Order) -> dict[str, str]:
    return {
        "id": order.id,
        "producer": order.producer_id,
        "site": order.site_id,
        "crates": str(order.crates),
        "kg": _parts(order.mass_g, 1000),
        "temperature": TEMPERATURE_WORDS[order.temperature][0],
        "days": days_text(order.days),
        "value": _parts(order.value_cents, 100),
        "litres": str(order.litres or ""),
        "max_on_board_minutes": _minutes(order.max_on_board_s),
        "box_minutes": _minutes(order.boxed_s),
        "goods": order.goods,
        "ordered_at": moment_text(order.ordered_at),
    }


def _settings(case: Case) -> dict[str, str]:
    settings, van = case.settings, case.settings.reference_van
    return {
        "week_start": f"{case.week.first_date:%d/%m/%Y}",
        "territory": case.territory,
        "invented": "oui" if case.invented else "non",
        "cycle_opens": moment_text(settings.cycle.opens),
        "cycle_cut_off": moment_text(settings.cycle.cut_off),
        "cycle_distribution": moment_text(settings.cycle.distribution),
        "gco2e_per_km": str(settings.gco2e_per_km),
        "reference_kg": _parts(van.capacity_g, 1000),
        "reference_crates": str(van.capacity_crates),
        "reference_litres": str(van.capacity_litres),
        "reference_euros_per_km": _parts(van.cents_per_km, 100),
        "reference_euros_per_hour": _parts(van.cents_per_hour, 100),
        "reference_euros_per_use": _parts(van.cents_per_use, 100),
        "reference_profile": PROFILE_WORDS[van.profile][0],
        "reference_shifts": hours_text(van.shifts),
        "new_point_crates": str(settings.new_point_crates),
        "new_point_kg": _parts(settings.new_point_g, 1000),
        "new_point_detour_minutes": _parts(settings.new_point_max_detour_s, 60),
        "cost_alert_percent": str(settings.cost_alert_percent),
    }

"""A plan as a JSON document and as a file.

``plan_reading`` is the way back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from colivraison.domain import (
    PLAN_VERSION,
    CoDelivery,
    DayWindow,
    MatrixTable,
    NewSite,
    Plan,
    Round,
    Site,
    Stop,
    TravelMatrix,
    Unserved,
    Vehicle,
)
from colivraison.errors import Fault
from colivraison.interchange.case_document import case_to_json, order_json
from colivraison.interchange.polyline import encode_polyline

__all__ = ["plan_text", "plan_to_json", "round_to_json", "unserved_to_json", "write_plan"]

_Json = dict[str, Any]


def plan_to_json(plan: Plan) -> _Json:
    """Return the document of a plan: no time stamp, one order of keys, only JSON types."""
    stopping: _Json = (
        {"iterations": plan.iterations}
        if plan.iterations is not None
        else {"time_limit_s": plan.time_limit_s}
    )
    return {
        "plan_version": PLAN_VERSION,
        "horizon_start": plan.case.week.first_date.isoformat(),
        "fingerprint": {
            "case": plan.fingerprint.case,
            "territory": plan.fingerprint.territory,
            "code": plan.fingerprint.code,
            "closures": plan.fingerprint.closures,
            "known_plan": plan.fingerprint.known_plan,
            "keep": plan.fingerprint.keep,
        },
        "seed": plan.seed,
        **stopping,
        "attribution": plan.attribution,
        "rounds": [round_to_json(r) for r in plan.rounds],
        "unserved": unserved_to_json(plan.unserved),
        "alone": [
            {
                "producer_id": alone.producer_id,
                "vehicles": [_vehicle(v) for v in alone.vehicles],
                "rounds": [round_to_json(r) for r in alone.rounds],
                "unserved": unserved_to_json(alone.unserved),
            }
            for alone in plan.alone
        ],
        "co_delivery": None if plan.co_delivery is None else _co_delivery(plan.co_delivery),
        "new_site": None if plan.new_site is None else _new_site(plan.new_site),
        "warnings": [_fault(warning) for warning in plan.warnings],
        "case": case_to_json(plan.case),
        "matrix": _matrix(plan.matrix),
    }


def plan_text(plan: Plan) -> str:
    """Return the text of ``plan.json``: one line per key, per round and per row of a table."""
    lines = []
    for key, value in plan_to_json(plan).items():
        lines.append(f" {_compact(key)}: {_spread(key, value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def write_plan(plan: Plan, path: Path) -> None:
    """Write ``plan.json``; the same plan gives the same bytes."""
    path.write_text(plan_text(plan), encoding="utf-8", newline="\n")


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _spread(key: str, value: Any) -> str:
    if key in {"rounds", "alone", "warnings"} and value:
        return "[\n  " + ",\n  ".join(_compact(item) for item in value) + "\n ]"
    if key in {"case", "matrix"}:
        inner = (f"{_compact(name)}: {_rows(item)}" for name, item in value.items())
        return "{\n  " + ",\n  ".join(inner) + "\n }"
    return _compact(value)


def _rows(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], list | dict):
        return "[\n   " + ",\n   ".join(_compact(row) for row in value) + "\n  ]"
    return _compact(value)


def round_to_json(round_: Round, *, lines: bool = True) -> _Json:
    """Return the document of a round, with its lines on the map or without."""
    return {
        "id": round_.id,
        "vehicle_id": round_.vehicle_id,
        **({"driver_id": round_.driver_id} if round_.driver_id else {}),
        "day": round_.day.isoformat(),
        "stops": [_stop(stop) for stop in round_.stops],
        "cost_cents": round_.cost_cents,
        "distance_m": round_.distance_m,
        "duration_s": round_.duration_s,
        **({} if round_.gco2e is None else {"gco2e": round_.gco2e}),
        **({"legs": [encode_polyline(leg) for leg in round_.legs]} if lines else {}),
    }


def _stop(stop: Stop) -> _Json:
    return {
        "site_id": stop.site_id,
        "arrival_s": stop.arrival_s,
        "start_s": stop.start_s,
        "departure_s": stop.departure_s,
        "load_g": stop.load_g,
        "load_crates": stop.load_crates,
        "load_litres": stop.load_litres,
        "shipments": [
            {
                "id": handling.shipment_id,
                "action": handling.action.value,
                "order_ids": list(handling.order_ids),
                **({} if handling.begin_s is None else {"begin_s": handling.begin_s}),
            }
            for handling in stop.handlings
        ],
    }


def unserved_to_json(unserved: Sequence[Unserved]) -> list[_Json]:
    """Return the orders that no round carries, and why."""
    return [{"order_id": u.order_id, "code": u.code.value} for u in unserved]


def _windows(windows: Sequence[DayWindow]) -> list[_Json]:
    return [
        {"weekday": w.weekday.value, "opens_s": w.opens_s, "closes_s": w.closes_s} for w in windows
    ]


def _vehicle(vehicle: Vehicle) -> _Json:
    return {
        "id": vehicle.id,
        "name": vehicle.name,
        "owner_id": vehicle.owner_id,
        "start_site_id": vehicle.start_site_id,
        "end_site_id": vehicle.end_site_id,
        "shifts": _windows(vehicle.shifts),
        "capacity_g": vehicle.capacity_g,
        "capacity_crates": vehicle.capacity_crates,
        "capacity_litres": vehicle.capacity_litres,
        "refuses": sorted(vehicle.refuses),
        "carries_for": sorted(vehicle.carries_for),
        "temperatures": sorted(t.value for t in vehicle.temperatures),
        "cents_per_km": vehicle.cents_per_km,
        "cents_per_hour": vehicle.cents_per_hour,
        "cents_per_use": vehicle.cents_per_use,
        "profile": vehicle.profile,
        "assumed": vehicle.assumed,
    }


def _site(site: Site) -> _Json:
    return {
        "id": site.id,
        "name": site.name,
        "kind": site.kind.value,
        "lat": site.position.lat,
        "lon": site.position.lon,
        "windows": _windows(site.windows),
        "setup_s": site.setup_s,
        "service_s_per_crate": site.service_s_per_crate,
    }


def _co_delivery(shared: CoDelivery) -> _Json:
    return {
        "carrier_id": shared.carrier_id,
        "served_id": shared.served_id,
        "site_ids": list(shared.site_ids),
        "order_ids": list(shared.order_ids),
        "vehicles": [_vehicle(v) for v in shared.vehicles],
        "rounds": [round_to_json(r) for r in shared.rounds],
        "carrier_before_cents": shared.carrier_before_cents,
        "carrier_after_cents": shared.carrier_after_cents,
        "served_before_cents": shared.served_before_cents,
        "served_after_cents": shared.served_after_cents,
        "carrier_before_m": shared.carrier_before_m,
        "carrier_after_m": shared.carrier_after_m,
        "served_before_m": shared.served_before_m,
        "served_after_m": shared.served_after_m,
        "payment_cents": shared.payment_cents,
    }


def _new_site(new: NewSite) -> _Json:
    return {
        "site": _site(new.site),
        "round_id": new.round_id,
        "orders": [order_json(o) for o in new.orders],
        "round": round_to_json(new.round),
        "detour_s": new.detour_s,
        "detour_m": new.detour_m,
        "detour_cents": new.detour_cents,
        "nearby": [
            {
                "name": place.name,
                "kind": place.kind,
                "distance_m": place.distance_m,
                "population": place.population,
            }
            for place in new.nearby
        ],
    }


def _fault(fault: Fault) -> _Json:
    return {
        "code": fault.code,
        "where": {
            "file": fault.where.file,
            "sheet": fault.where.sheet,
            "row": fault.where.row,
            "column": fault.where.column,
            "pointer": fault.where.pointer,
        },
        "value": fault.value,
        "details": dict(sorted(fault.details.items())),
    }


def _table(table: MatrixTable) -> _Json:
    return {
        "durations_s": [list(row) for row in table.durations_s],
        "distances_m": [list(row) for row in table.distances_m],
    }


def _matrix(matrix: TravelMatrix) -> _Json:
    # "van" leads where it is in use; a plan without any round has no profile: "".
    profiles = sorted(matrix.by_profile, key=lambda name: (name != "van", name))
    first = profiles[0] if profiles else ""
    tables = {name: _table(matrix.by_profile[name]) for name in profiles}
    return {
        "ids": list(matrix.ids),
        "profile": first,
        **tables.pop(first, {"durations_s": [], "distances_m": []}),
        "others": tables,
    }

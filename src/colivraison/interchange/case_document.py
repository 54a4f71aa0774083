"""From a case to its JSON document."""

from __future__ import annotations

from typing import Any

from colivraison.domain import (
    CASE_VERSION,
    Case,
    ClockMoment,
    DatedHours,
    DayWindow,
    Order,
    Price,
    Recurrence,
    Site,
    TemperatureClass,
    Vehicle,
    Weekday,
)

__all__ = ["case_to_json", "order_json", "window_json"]


def _clock(clock_s: int) -> str:
    minutes, seconds = divmod(clock_s, 60)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text


def window_json(window: DayWindow) -> dict[str, str]:
    """Return hours as the case writes them."""
    return {
        "day": window.weekday.value,
        "from": _clock(window.opens_s),
        "to": _clock(window.closes_s),
    }


def case_to_json(case: Case) -> dict[str, Any]:
    """Return a case as a JSON document that ``parse_case_json`` turns into an equal case."""
    van = case.settings.reference_van
    return {
        "case_version": CASE_VERSION,
        "territory": case.territory,
        "invented": case.invented,
        "week_start": case.week.first_date.isoformat(),
        "producers": [
            _site_json(p.farm)
            | {"name": p.name, "preparation_s": p.preparation_s}
            | ({"farm_name": p.farm.name} if p.farm.name != p.name else {})
            for p in case.producers
        ],
        "sites": [_site_json(site) for site in case.sites],
        "vehicles": [_vehicle_json(vehicle) for vehicle in case.vehicles],
        "orders": [
            *(_case_order_json(order, None) for order in case.orders),
            *(_case_order_json(one.order, one.repeats) for one in case.recurring),
        ],
        "kept_apart": [
            {"first": one.first, "second": one.second, "scope": one.scope.value}
            for one in case.kept_apart
        ],
        "minimums": [
            {
                "producer_id": one.producer_id,
                "site_id": one.site_id,
                "unit": one.unit.value,
                "amount": one.amount,
            }
            for one in case.minimums
        ],
        "practices": [
            {
                "producer_id": one.producer_id,
                "site_ids": list(one.site_ids),
                "days": [day.value for day in Weekday if day in one.days],
                "distance_m": one.distance_m,
                "duration_s": one.duration_s,
                "times_per_100_weeks": one.times_per_100_weeks,
            }
            for one in case.practices
        ],
        "drivers": [
            {
                "id": one.id,
                "name": one.name,
                "shifts": [window_json(window) for window in one.shifts],
                "dated_shifts": [_dated_json(dated) for dated in one.dated_shifts],
                "vehicles": sorted(one.vehicles),
            }
            for one in case.drivers
        ],
        "settings": {
            "gco2e_per_km": case.settings.gco2e_per_km,
            "reference_van": {
                "capacity_g": van.capacity_g,
                "capacity_crates": van.capacity_crates,
                "capacity_litres": van.capacity_litres,
                "cents_per_km": van.cents_per_km,
                "cents_per_hour": van.cents_per_hour,
                "cents_per_use": van.cents_per_use,
                "profile": van.profile,
                "shifts": [window_json(window) for window in van.shifts],
            },
            "new_point_crates": case.settings.new_point_crates,
            "new_point_g": case.settings.new_point_g,
            "new_point_max_detour_s": case.settings.new_point_max_detour_s,
            "cycle": {
                "opens": _moment_json(case.settings.cycle.opens),
                "cut_off": _moment_json(case.settings.cycle.cut_off),
                "distribution": _moment_json(case.settings.cycle.distribution),
            },
            "cost_alert_percent": case.settings.cost_alert_percent,
        },
    }


def _moment_json(moment: ClockMoment | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _case_order_json(order: Order, repeats: Recurrence | None) -> dict[str, Any]:
    return order_json(order) | {
        "ordered_at": _moment_json(order.ordered_at),
        "repeats": None if repeats is None else _repeats_json(repeats),
    }


def _repeats_json(repeats: Recurrence) -> dict[str, Any]:
    first, last = repeats.first_date, repeats.last_date
    return {
        "weekdays": [day.value for day in Weekday if day in repeats.weekdays],
        "first_date": None if first is None else first.isoformat(),
        "last_date": None if last is None else last.isoformat(),
        "except_dates": [date.isoformat() for date in repeats.except_dates],
    }


def order_json(order: Order) -> dict[str, Any]:
    """Return what plans write of an order, and cases with a little more."""
    return {
        "id": order.id,
        "producer_id": order.producer_id,
        "site_id": order.site_id,
        "crates": order.crates,
        "mass_g": order.mass_g,
        "temperature": order.temperature.value,
        "days": [day.value for day in Weekday if day in order.days],
        "value_cents": order.value_cents,
        "litres": order.litres,
        "max_on_board_s": order.max_on_board_s,
        "boxed_s": order.boxed_s,
        "goods": order.goods,
    }


def _dated_json(dated: DatedHours) -> dict[str, Any]:
    return {
        "first_date": dated.first_date.isoformat(),
        "last_date": dated.last_date.isoformat(),
        "hours": [{"from": _clock(s.opens_s), "to": _clock(s.closes_s)} for s in dated.spans],
    }


def _site_json(site: Site) -> dict[str, Any]:
    return {
        "id": site.id,
        "name": site.name,
        "kind": site.kind.value,
        "lat": site.position.lat,
        "lon": site.position.lon,
        "windows": [window_json(window) for window in site.windows],
        "setup_s": site.setup_s,
        "service_s_per_crate": site.service_s_per_crate,
        "dated_hours": [_dated_json(dated) for dated in site.dated_hours],
        "school_zone": None if site.school_zone is None else site.school_zone.value,
        "closed_public_holidays": None
        if site.closed_public_holidays is None
        else site.closed_public_holidays.value,
        "arrive_from_s": site.arrive_from_s,
        "arrive_by_s": site.arrive_by_s,
        "note": site.note,
    }


def _vehicle_json(vehicle: Vehicle) -> dict[str, Any]:
    return {
        "id": vehicle.id,
        "name": vehicle.name,
        "owner_id": vehicle.owner_id,
        "start_site_id": vehicle.start_site_id,
        "end_site_id": vehicle.end_site_id,
        "shifts": [window_json(window) for window in vehicle.shifts],
        "capacity_g": vehicle.capacity_g,
        "capacity_crates": vehicle.capacity_crates,
        "temperatures": [t.value for t in TemperatureClass if t in vehicle.temperatures],
        # Left out where nobody has given one: it stays to be confirmed.
        **{
            price.value: cents
            for price, cents in (
                (Price.PER_KM, vehicle.cents_per_km),
                (Price.PER_HOUR, vehicle.cents_per_hour),
            )
            if price not in vehicle.usual_prices
        },
        "cents_per_use": vehicle.cents_per_use,
        "profile": vehicle.profile,
        "assumed": vehicle.assumed,
        "dated_shifts": [_dated_json(dated) for dated in vehicle.dated_shifts],
        "capacity_litres": vehicle.capacity_litres,
        "refuses": sorted(vehicle.refuses),
        "carries_for": sorted(vehicle.carries_for),
        "energy": None if vehicle.energy is None else vehicle.energy.value,
        "ml_or_wh_per_100km": vehicle.ml_or_wh_per_100km,
    }

"""Whether the names in a plan's document name something, and its tables are square."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from colivraison.domain import Case, Plan
from colivraison.errors import Fault, Where
from colivraison.interchange.plan_schema import MatrixPart, PlanDocument, RoundPart
from colivraison.interchange.plan_schema_parts import VehiclePart

__all__ = ["id_faults", "round_id_faults"]

_MOST_VALUE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """Everything that may be named at one place of the document, and where faults go."""

    file: str
    faults: list[Fault]
    producers: Collection[str]
    places: Collection[str]
    orders: Collection[str]
    drivers: Collection[str]
    profile_of_vehicle: Mapping[str, str]
    matrix_ids: Collection[str]
    profiles: Collection[str]

    def with_vans(self, vans: Iterable[VehiclePart]) -> _Names:
        """Return these names and those of vans lent for a comparison."""
        more = {van.id: van.profile for van in vans}
        return dataclasses.replace(self, profile_of_vehicle={**self.profile_of_vehicle, **more})

    def fault(self, code: str, pointer: str, value: str) -> None:
        self.faults.append(
            Fault(
                code=code,
                where=Where(file=self.file, pointer=pointer),
                value=value[:_MOST_VALUE],
                details={"pointer": pointer},
            )
        )

    def require(self, pointer: str, name: str, known: Collection[str]) -> None:
        if name not in known:
            self.fault("plan_unknown_id", pointer, name)

    def require_all(self, pointer: str, names: Iterable[str], known: Collection[str]) -> None:
        for index, name in enumerate(names):
            self.require(f"{pointer}/{index}", name, known)

    def require_once(self, pointer: str, names: Iterable[str]) -> None:
        for name, count in Counter(names).items():
            if count > 1:
                self.fault("plan_duplicate_id", pointer, name)


def id_faults(plan: PlanDocument, case: Case, file: str) -> list[Fault]:
    """Return a fault for every id that names nothing, stands twice, or has no row in the matrix."""
    profiles = {plan.matrix.profile, *plan.matrix.others}
    names = _names_of(case, plan.matrix.ids, profiles, file)
    if plan.horizon_start != case.week.first_date:
        names.fault("plan_horizon", "/horizon_start", plan.horizon_start.isoformat())
    _check_rounds(names, plan.rounds, "/rounds")
    for index, unserved in enumerate(plan.unserved):
        names.require(f"/unserved/{index}/order_id", unserved.order_id, names.orders)
    _check_matrix(names, plan)
    _check_alone(names, plan)
    _check_co_delivery(names, plan)
    _check_new_site(names, plan)
    return names.faults


def round_id_faults(rounds: tuple[RoundPart, ...], plan: Plan, file: str) -> list[Fault]:
    """Return the same for rounds that are to take the place of those of a plan."""
    names = _names_of(plan.case, plan.matrix.ids, plan.matrix.by_profile, file)
    _check_rounds(names, rounds, "/rounds")
    return names.faults


def _names_of(
    case: Case, matrix_ids: Iterable[str], profiles: Collection[str], file: str
) -> _Names:
    return _Names(
        file=file,
        faults=[],
        producers={p.id for p in case.producers},
        places=set(case.places),
        orders={o.id for o in case.orders},
        drivers={d.id for d in case.drivers},
        profile_of_vehicle={v.id: v.profile for v in case.vehicles},
        matrix_ids=set(matrix_ids),
        profiles=profiles,
    )


def _check_rounds(names: _Names, rounds: tuple[RoundPart, ...], pointer: str) -> None:
    names.require_once(pointer, [r.id for r in rounds])
    for index, round_ in enumerate(rounds):
        _check_round(names, round_, f"{pointer}/{index}")


def _check_round(names: _Names, round_: RoundPart, pointer: str) -> None:
    names.require(f"{pointer}/vehicle_id", round_.vehicle_id, names.profile_of_vehicle)
    if round_.driver_id:
        names.require(f"{pointer}/driver_id", round_.driver_id, names.drivers)
    profile = names.profile_of_vehicle.get(round_.vehicle_id)
    if profile is not None and profile not in names.profiles:
        names.fault("plan_not_in_matrix", f"{pointer}/vehicle_id", profile)
    for s, stop in enumerate(round_.stops):
        at_stop = f"{pointer}/stops/{s}"
        names.require(f"{at_stop}/site_id", stop.site_id, names.places)
        if stop.site_id in names.places and stop.site_id not in names.matrix_ids:
            names.fault("plan_not_in_matrix", f"{at_stop}/site_id", stop.site_id)
        for h, shipment in enumerate(stop.shipments):
            at_orders = f"{at_stop}/shipments/{h}/order_ids"
            names.require_all(at_orders, shipment.order_ids, names.orders)


def _check_matrix(names: _Names, plan: PlanDocument) -> None:
    matrix: MatrixPart = plan.matrix
    names.require_once("/matrix/ids", matrix.ids)
    new_places = set() if plan.new_site is None else {plan.new_site.site.id}
    names.require_all("/matrix/ids", matrix.ids, {*names.places, *new_places})
    tables = {"/matrix": matrix} | {f"/matrix/others/{k}": t for k, t in matrix.others.items()}
    for pointer, table in tables.items():
        # A plan without any round has no profile, hence no table: profile "".
        empty = table is matrix and matrix.profile == "" and not matrix.durations_s
        size = 0 if empty else len(matrix.ids)
        for key, rows in (("durations_s", table.durations_s), ("distances_m", table.distances_m)):
            if len(rows) != size or any(len(row) != size for row in rows):
                names.fault("plan_matrix_shape", f"{pointer}/{key}", str(size))


def _check_vans(names: _Names, vans: tuple[VehiclePart, ...], pointer: str) -> None:
    names.require_once(pointer, [v.id for v in vans])
    for v, van in enumerate(vans):
        names.require(f"{pointer}/{v}/start_site_id", van.start_site_id, names.places)
        names.require(f"{pointer}/{v}/end_site_id", van.end_site_id, names.places)


def _check_alone(names: _Names, plan: PlanDocument) -> None:
    for a, alone in enumerate(plan.alone):
        pointer = f"/alone/{a}"
        names.require(f"{pointer}/producer_id", alone.producer_id, names.producers)
        _check_vans(names, alone.vehicles, f"{pointer}/vehicles")
        _check_rounds(names.with_vans(alone.vehicles), alone.rounds, f"{pointer}/rounds")
        for u, unserved in enumerate(alone.unserved):
            names.require(f"{pointer}/unserved/{u}/order_id", unserved.order_id, names.orders)


def _check_co_delivery(names: _Names, plan: PlanDocument) -> None:
    shared = plan.co_delivery
    if shared is None:
        return
    names.require("/co_delivery/carrier_id", shared.carrier_id, names.producers)
    names.require("/co_delivery/served_id", shared.served_id, names.producers)
    names.require_all("/co_delivery/site_ids", shared.site_ids, names.places)
    names.require_all("/co_delivery/order_ids", shared.order_ids, names.orders)
    _check_vans(names, shared.vehicles, "/co_delivery/vehicles")
    _check_rounds(names.with_vans(shared.vehicles), shared.rounds, "/co_delivery/rounds")


def _check_new_site(names: _Names, plan: PlanDocument) -> None:
    new = plan.new_site
    if new is None:
        return
    if new.site.id in names.places:
        names.fault("plan_duplicate_id", "/new_site/site/id", new.site.id)
    names.require("/new_site/round_id", new.round_id, {r.id for r in plan.rounds})
    wider = dataclasses.replace(
        names,
        places={*names.places, new.site.id},
        orders={*names.orders, *(o.id for o in new.orders)},
    )
    for o, order in enumerate(new.orders):
        wider.require(f"/new_site/orders/{o}/producer_id", order.producer_id, wider.producers)
        wider.require(f"/new_site/orders/{o}/site_id", order.site_id, wider.places)
    names.require_once("/new_site/orders", [*names.orders, *(o.id for o in new.orders)])
    _check_round(wider, new.round, "/new_site/round")

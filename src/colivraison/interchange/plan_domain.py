"""From the parts of a plan's document to the values of ``domain``."""

from __future__ import annotations

from colivraison.domain import (
    AlonePlan,
    Case,
    CoDelivery,
    DayWindow,
    Fingerprint,
    Handling,
    MatrixTable,
    NearbyPlace,
    NewSite,
    Order,
    Plan,
    Position,
    Round,
    Site,
    Stop,
    TravelMatrix,
    Unserved,
    Vehicle,
)
from colivraison.errors import Fault, InputError, Where
from colivraison.interchange.plan_schema import (
    AlonePart,
    CoDeliveryPart,
    MatrixPart,
    NewSitePart,
    PlanDocument,
    RoundPart,
    TablePart,
    UnservedPart,
)
from colivraison.interchange.plan_schema_parts import (
    DayWindowPart,
    FaultPart,
    OrderPart,
    SitePart,
    VehiclePart,
)
from colivraison.interchange.polyline import decode_polyline

__all__ = ["plan_of", "rounds_of"]


def plan_of(plan: PlanDocument, case: Case, file: str) -> Plan:
    """Return the plan of a document whose ids have been checked.

    Raises
    ------
    InputError
        ``plan_bad_value`` for every value that only building it shows to be none: a road shape
        that cannot be decoded, hours that close before they open.
    """
    builder = _Builder(file)
    rounds = builder.rounds(plan.rounds, "/rounds")
    alone = tuple(builder.alone(part, f"/alone/{i}") for i, part in enumerate(plan.alone))
    co_delivery = None if plan.co_delivery is None else builder.co_delivery(plan.co_delivery)
    new_site = None if plan.new_site is None else builder.new_site(plan.new_site)
    if builder.faults:
        raise InputError(builder.faults)
    return Plan(
        case=case,
        fingerprint=Fingerprint(
            case=plan.fingerprint.case,
            territory=plan.fingerprint.territory,
            code=plan.fingerprint.code,
            closures=plan.fingerprint.closures,
            known_plan=plan.fingerprint.known_plan,
            keep=plan.fingerprint.keep,
        ),
        seed=plan.seed,
        iterations=plan.iterations,
        time_limit_s=plan.time_limit_s,
        rounds=rounds,
        unserved=_unserved(plan.unserved),
        matrix=_matrix(plan.matrix),
        alone=alone,
        co_delivery=co_delivery,
        new_site=new_site,
        attribution=plan.attribution,
        warnings=tuple(_fault(warning) for warning in plan.warnings),
    )


def rounds_of(parts: tuple[RoundPart, ...], file: str) -> tuple[Round, ...]:
    """Return the rounds of a document whose ids have been checked.

    Raises
    ------
    InputError
        ``plan_bad_value`` for every road shape that cannot be decoded.
    """
    builder = _Builder(file)
    rounds = builder.rounds(parts, "/rounds")
    if builder.faults:
        raise InputError(builder.faults)
    return rounds


class _Builder:
    """Builds what may still fail, and gathers the faults on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def _fault(self, pointer: str, value: str) -> None:
        where = Where(file=self.file, pointer=pointer)
        details = {"pointer": pointer}
        self.faults.append(
            Fault(code="plan_bad_value", where=where, value=value[:200], details=details)
        )

    def rounds(self, parts: tuple[RoundPart, ...], pointer: str) -> tuple[Round, ...]:
        return tuple(self.round(part, f"{pointer}/{i}") for i, part in enumerate(parts))

    def round(self, part: RoundPart, pointer: str) -> Round:
        return Round(
            id=part.id,
            vehicle_id=part.vehicle_id,
            day=part.day,
            stops=tuple(
                Stop(
                    site_id=stop.site_id,
                    arrival_s=stop.arrival_s,
                    start_s=stop.start_s,
                    departure_s=stop.departure_s,
                    load_g=stop.load_g,
                    load_crates=stop.load_crates,
                    load_litres=stop.load_litres,
                    handlings=tuple(
                        Handling(
                            shipment_id=s.id,
                            action=s.action,
                            order_ids=s.order_ids,
                            begin_s=s.begin_s,
                        )
                        for s in stop.shipments
                    ),
                )
                for stop in part.stops
            ),
            distance_m=part.distance_m,
            duration_s=part.duration_s,
            cost_cents=part.cost_cents,
            gco2e=part.gco2e,
            driver_id=part.driver_id,
            legs=tuple(self._leg(leg, f"{pointer}/legs/{i}") for i, leg in enumerate(part.legs)),
        )

    def _leg(self, text: str, pointer: str) -> tuple[Position, ...]:
        try:
            return decode_polyline(text)
        except ValueError:
            self._fault(pointer, text)
            return ()

    def _windows(self, parts: tuple[DayWindowPart, ...], pointer: str) -> tuple[DayWindow, ...]:
        windows = []
        for index, part in enumerate(parts):
            if part.opens_s < part.closes_s:
                windows.append(
                    DayWindow(weekday=part.weekday, opens_s=part.opens_s, closes_s=part.closes_s)
                )
            else:
                self._fault(f"{pointer}/{index}", f"{part.opens_s}..{part.closes_s}")
        return tuple(windows)

    def vehicles(self, parts: tuple[VehiclePart, ...], pointer: str) -> tuple[Vehicle, ...]:
        vehicles = []
        for index, part in enumerate(parts):
            shifts = self._windows(part.shifts, f"{pointer}/{index}/shifts")
            if shifts:  # without any, _windows has told why
                vehicles.append(_vehicle(part, shifts))
        return tuple(vehicles)

    def alone(self, part: AlonePart, pointer: str) -> AlonePlan:
        return AlonePlan(
            producer_id=part.producer_id,
            vehicles=self.vehicles(part.vehicles, f"{pointer}/vehicles"),
            rounds=self.rounds(part.rounds, f"{pointer}/rounds"),
            unserved=_unserved(part.unserved),
        )

    def co_delivery(self, part: CoDeliveryPart) -> CoDelivery:
        return CoDelivery(
            carrier_id=part.carrier_id,
            served_id=part.served_id,
            site_ids=part.site_ids,
            order_ids=part.order_ids,
            vehicles=self.vehicles(part.vehicles, "/co_delivery/vehicles"),
            rounds=self.rounds(part.rounds, "/co_delivery/rounds"),
            carrier_before_cents=part.carrier_before_cents,
            carrier_after_cents=part.carrier_after_cents,
            served_before_cents=part.served_before_cents,
            served_after_cents=part.served_after_cents,
            carrier_before_m=part.carrier_before_m,
            carrier_after_m=part.carrier_after_m,
            served_before_m=part.served_before_m,
            served_after_m=part.served_after_m,
            payment_cents=part.payment_cents,
        )

    def new_site(self, part: NewSitePart) -> NewSite:
        return NewSite(
            site=self._site(part.site),
            round_id=part.round_id,
            orders=tuple(
                order
                for i, order_part in enumerate(part.orders)
                if (order := self._order(order_part, f"/new_site/orders/{i}")) is not None
            ),
            round=self.round(part.round, "/new_site/round"),
            detour_s=part.detour_s,
            detour_m=part.detour_m,
            detour_cents=part.detour_cents,
            nearby=tuple(
                NearbyPlace(
                    name=place.name,
                    kind=place.kind,
                    distance_m=place.distance_m,
                    population=place.population,
                )
                for place in part.nearby
            ),
        )

    def _site(self, part: SitePart) -> Site:
        return Site(
            id=part.id,
            name=part.name,
            kind=part.kind,
            position=Position(lat=part.lat, lon=part.lon),
            windows=self._windows(part.windows, "/new_site/site/windows"),
            setup_s=part.setup_s,
            service_s_per_crate=part.service_s_per_crate,
        )

    def _order(self, part: OrderPart, pointer: str) -> Order | None:
        if part.crates == 0 and part.mass_g == 0:
            self._fault(pointer, part.id)
            return None
        return Order(
            id=part.id,
            producer_id=part.producer_id,
            site_id=part.site_id,
            crates=part.crates,
            mass_g=part.mass_g,
            temperature=part.temperature,
            days=frozenset(part.days),
            value_cents=part.value_cents,
            litres=part.litres,
            max_on_board_s=part.max_on_board_s,
            boxed_s=part.boxed_s,
            goods=part.goods,
        )


def _vehicle(part: VehiclePart, shifts: tuple[DayWindow, ...]) -> Vehicle:
    return Vehicle(
        id=part.id,
        name=part.name,
        owner_id=part.owner_id,
        start_site_id=part.start_site_id,
        end_site_id=part.end_site_id,
        shifts=shifts,
        capacity_g=part.capacity_g,
        capacity_crates=part.capacity_crates,
        capacity_litres=part.capacity_litres,
        refuses=frozenset(part.refuses),
        carries_for=frozenset(part.carries_for),
        temperatures=frozenset(part.temperatures),
        cents_per_km=part.cents_per_km,
        cents_per_hour=part.cents_per_hour,
        cents_per_use=part.cents_per_use,
        profile=part.profile,
        assumed=part.assumed,
    )


def _unserved(parts: tuple[UnservedPart, ...]) -> tuple[Unserved, ...]:
    return tuple(Unserved(order_id=part.order_id, code=part.code) for part in parts)


def _fault(part: FaultPart) -> Fault:
    where = Where(
        file=part.where.file,
        sheet=part.where.sheet,
        row=part.where.row,
        column=part.where.column,
        pointer=part.where.pointer,
    )
    return Fault(code=part.code, where=where, value=part.value, details=part.details)


def _table(part: TablePart) -> MatrixTable:
    return MatrixTable(durations_s=part.durations_s, distances_m=part.distances_m)


def _matrix(part: MatrixPart) -> TravelMatrix:
    by_profile = {name: _table(table) for name, table in part.others.items()}
    if part.profile or part.durations_s:
        by_profile = {part.profile: _table(part), **by_profile}
    return TravelMatrix(ids=part.ids, by_profile=by_profile)

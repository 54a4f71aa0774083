"""What producers drive today by their own word, in euros, kilometres and hours.

What is declared counts as it is declared; what is not is computed on the roads.  A practice is
never part of a saving: it stands beside what the solver finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from colivraison.domain import Case, Practice, Producer, TravelMatrix, Vehicle
from colivraison.planning.alone import reference_van
from colivraison.units import cost_cents, emissions_gco2e

__all__ = ["DeclaredPractice", "declared_practices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredPractice:
    """A week of one producer as it declares it.

    Parameters
    ----------
    rounds_per_100_weeks
        Rounds: 250 is two and a half a week.
    distance_m, duration_s, cost_cents, gco2e
        Of a week.
    vehicle_id
        The van with whose prices and roads it is counted: the producer's first, else a lent one.
    assumed_van
        Whether that one is lent.
    computed_m, computed_s
        What of distance and duration the roads say, because nothing was declared.
    not_visited
        Places for which the producer has orders this week, and which no round of it visits.
    without_road
        Places to or from which there is no road; their legs count as nothing.
    """

    producer_id: str
    rounds_per_100_weeks: int
    distance_m: int
    duration_s: int
    cost_cents: int
    gco2e: int
    vehicle_id: str
    assumed_van: bool
    computed_m: int
    computed_s: int
    not_visited: tuple[str, ...]
    without_road: tuple[str, ...]


def declared_practices(case: Case, matrix: TravelMatrix) -> tuple[DeclaredPractice, ...]:
    """Return the declared week of each producer that declares any round.

    A round goes from where the van starts to the farm, to its places, and to where the van ends.
    Where no minutes are declared they are those of the road, the setup of every stop, and once a
    week the loading and unloading of what the producer has ordered for the places visited.

    Parameters
    ----------
    matrix
        With every place of the case and the road profile of every van, the reference van's too.
    """
    return tuple(
        _declared(case, matrix, producer, own)
        for producer in case.producers
        if (own := [one for one in case.practices if one.producer_id == producer.id])
    )


def _declared(
    case: Case, matrix: TravelMatrix, producer: Producer, practices: list[Practice]
) -> DeclaredPractice:
    own = next((van for van in case.vehicles if van.owner_id == producer.id), None)
    van = own or reference_van(case, producer)
    road = _Road(case, matrix, van)
    distance_m = duration_s = cost = computed_m = computed_s = 0
    without_road: dict[str, None] = {}
    handled: set[str] = set()
    for practice in practices:
        way_m, way_s, gaps = road.of(producer, practice)
        without_road |= dict.fromkeys(gaps)
        times = practice.times_per_100_weeks
        new = [site_id for site_id in practice.site_ids if site_id not in handled]
        handled |= set(new)
        if practice.distance_m is None:
            week_m = _of_a_week(way_m, times)
            computed_m += week_m
        else:
            week_m = _of_a_week(practice.distance_m, times)
        if practice.duration_s is None:
            # Goods of the week are loaded and unloaded once, however often the van comes.
            week_s = _of_a_week(way_s, times) + _handling_s(case, producer, new)
            computed_s += week_s
        else:
            week_s = _of_a_week(practice.duration_s, times)
        distance_m += week_m
        duration_s += week_s
        cost += cost_cents(
            distance_m=week_m,
            duration_s=week_s,
            cents_per_use=_of_a_week(van.cents_per_use, times),
            cents_per_km=van.cents_per_km,
            cents_per_hour=van.cents_per_hour,
        )
    ordered = dict.fromkeys(o.site_id for o in case.orders if o.producer_id == producer.id)
    return DeclaredPractice(
        producer_id=producer.id,
        rounds_per_100_weeks=sum(one.times_per_100_weeks for one in practices),
        distance_m=distance_m,
        duration_s=duration_s,
        cost_cents=cost,
        gco2e=emissions_gco2e([(distance_m, van.mgco2e_per_100km(case.settings.gco2e_per_km))]),
        vehicle_id=van.id,
        assumed_van=own is None,
        computed_m=computed_m,
        computed_s=computed_s,
        not_visited=tuple(site_id for site_id in ordered if site_id not in handled),
        without_road=tuple(without_road),
    )


def _of_a_week(amount: int, times_per_100_weeks: int) -> int:
    """Return an amount as often as a round is driven, rounded half up."""
    return (amount * times_per_100_weeks + 50) // 100


def _handling_s(case: Case, producer: Producer, site_ids: list[str]) -> int:
    """Return what loading at the farm and unloading takes for some places."""
    places = case.places
    return sum(
        producer.farm.handling_s(order.crates) + places[order.site_id].handling_s(order.crates)
        for order in case.orders
        if order.producer_id == producer.id and order.site_id in site_ids
    )


class _Road:
    """The roads of one van."""

    def __init__(self, case: Case, matrix: TravelMatrix, van: Vehicle) -> None:
        self._places = case.places
        self._van = van
        self._table = matrix.by_profile[van.profile]
        self._row = {site_id: row for row, site_id in enumerate(matrix.ids)}

    def of(self, producer: Producer, practice: Practice) -> tuple[int, int, tuple[str, ...]]:
        """Return metres and seconds of a declared round, setups included, and roadless places."""
        van = self._van
        chain = [van.start_site_id, producer.id, *practice.site_ids, van.end_site_id]
        distance_m = duration_s = 0
        gaps: list[str] = []
        for here, there in pairwise(chain):
            if here == there:
                continue
            way_m = self._table.distances_m[self._row[here]][self._row[there]]
            way_s = self._table.durations_s[self._row[here]][self._row[there]]
            if way_s < 0:
                gaps.append(there)
                continue
            distance_m += way_m
            duration_s += way_s
        stops = [b for a, b in pairwise(chain[:-1]) if a != b]
        duration_s += sum(self._places[site_id].setup_s for site_id in stops)
        return distance_m, duration_s, tuple(gaps)

"""What every back end promises, held against exhaustive search and the checker.

Three of them: our search with the routes of the plain problem where they suffice, our search with
its rich routes only, and the routing library.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import children_of, is_running
from rich_cases import RICH_CASES
from rich_problems import FEATURES, rich_problems

from colivraison.pdptw import (
    BACKENDS,
    Lock,
    LockKind,
    Stopping,
    check,
    objective_key,
    solution_cost_cents,
)
from colivraison.pdptw.backends.native import NativeSearch

SEARCHES = {
    "native": BACKENDS["native"],
    "native_rich": NativeSearch(plain=False),
    "ortools": BACKENDS["ortools"],
}
# What an iteration is differs by a factor of a hundred.
ENOUGH = {
    "native": Stopping(iterations=2_000),
    "native_rich": Stopping(iterations=2_000),
    "ortools": Stopping(iterations=60),
}
# In 24 the best route begins with a visit where the van stands, at a moment that the model of
# the routing library rules out (see ``backends/ortools_model.py``): 173 cents instead of 161.
MISSED = ("ortools", 24)


every_search = pytest.mark.parametrize("name", SEARCHES)
# Not both: our search does not see that what is locked cannot be left out for its price (see
# ``test_pdptw_native.py``).
MIXES = {"all_required": FEATURES - {"optional"}, "without_locks": FEATURES - {"locks"}}
every_mix = pytest.mark.parametrize("mix", MIXES)


def _solved(name, problem, **options):
    """Return the result of enough name, checked."""
    result = SEARCHES[name](problem, ENOUGH[name], seed=1, **options)
    assert check(problem, result.solution) == ()
    assert result.cost_cents == solution_cost_cents(problem, result.solution)
    return result


def _threads():
    """Return how many threads this process has, native ones included (Linux)."""
    return len(list(Path("/proc/self/task").iterdir()))


def _in_time(holds):
    """Tell whether something holds soon; a thread that has been joined leaves a little later."""
    for _ in range(600):
        if holds():
            return True
        time.sleep(0.05)
    return False


# --- the answers


@every_search
@pytest.mark.parametrize("case", RICH_CASES, ids=lambda case: case.name)
def test_each_constraint_alone_is_solved_to_the_answer_worked_by_hand(name, case):
    result = _solved(name, case.problem)
    assert objective_key(case.problem, result.solution) == case.key


@pytest.mark.parametrize(
    ("name", "seed"),
    [(name, seed) for name in SEARCHES for seed in range(30) if (name, seed) != MISSED],
)
def test_small_problems_are_solved_to_the_optimum(build, exhaustive, name, seed):
    problem = build.tiny(seed)
    # As many iterations as our search makes of so few shipments under a time limit.
    stopping = ENOUGH[name] if name == "ortools" else Stopping(iterations=20_000)
    result = SEARCHES[name](problem, stopping, seed=1)
    assert check(problem, result.solution) == ()
    assert objective_key(problem, result.solution) == exhaustive(problem)


@every_search
@every_mix
@settings(max_examples=25, deadline=None)
@given(data=st.data(), seed=st.integers(0, 99))
def test_any_mix_of_constraints_gets_a_valid_answer_no_better_than_the_best(
    exhaustive, name, mix, data, seed
):
    problem = data.draw(rich_problems(max_shipments=4, max_vehicles=2, features=MIXES[mix]))
    result = SEARCHES[name](problem, Stopping(iterations=6), seed=seed)
    assert check(problem, result.solution) == ()
    assert exhaustive(problem) <= objective_key(problem, result.solution)


@every_search
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), shipments=st.integers(0, 9), vehicles=st.integers(1, 4))
def test_any_small_problem_gets_a_valid_answer(build, name, seed, shipments, vehicles):
    problem = build.tiny(seed, shipments, vehicles)
    result = SEARCHES[name](problem, Stopping(iterations=5), seed=seed)
    assert check(problem, result.solution) == ()
    assert result.cost_cents == solution_cost_cents(problem, result.solution)


@every_search
def test_everybody_is_served_before_anything_is_improved(build, name):
    problem = build.week(1)
    result = SEARCHES[name](problem, Stopping(iterations=0), seed=1)
    assert check(problem, result.solution) == ()
    assert result.solution.unassigned == ()


@every_search
@pytest.mark.parametrize("seed", range(2))
def test_the_answer_is_never_worse_than_the_start(build, name, seed):
    problem = build.week(seed, shipments=20)
    start = SEARCHES[name](problem, Stopping(iterations=150), seed=1)
    assert start.iterations > 0
    for stopping in (Stopping(iterations=0), Stopping(iterations=1), Stopping(time_limit_s=0)):
        again = SEARCHES[name](problem, stopping, seed=2, initial=start.solution)
        assert check(problem, again.solution) == ()
        assert objective_key(problem, again.solution) <= objective_key(problem, start.solution)


@every_search
@every_mix
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_one_back_end_found_the_others_take_for_a_start(name, mix, data):
    problem = data.draw(rich_problems(max_shipments=4, max_vehicles=2, features=MIXES[mix]))
    start = SEARCHES["ortools" if name != "ortools" else "native"](
        problem, Stopping(iterations=6), seed=3
    )
    again = SEARCHES[name](problem, Stopping(iterations=1), seed=1, initial=start.solution)
    assert check(problem, again.solution) == ()
    assert objective_key(problem, again.solution) <= objective_key(problem, start.solution)


# --- questions without a good answer


def _hopeless(build):
    """Yield problems that nobody can do anything about, and why."""
    line = [[0, 100, -1], [100, 0, -1], [-1, -1, 0]]
    parcel = build.shipment(build.activity(0), build.activity(1))
    van = build.vehicle()
    for why, vehicles, shipments in [
        ("nothing to do", [van], []),
        ("nobody to do it", [], [parcel]),
        ("nothing and nobody", [], []),
        ("too heavy", [van], [build.shipment(build.activity(0), build.activity(1), (99,))]),
        ("no way there", [van], [build.shipment(build.activity(0), build.activity(2))]),
        ("no way home", [build.vehicle(end=2)], [parcel]),
        ("shift too short", [build.vehicle(shift=(0, 10))], [parcel]),
        (
            "closed while anybody drives",
            [van],
            [build.shipment(build.activity(0, (90_000, 90_001)), build.activity(1))],
        ),
        (
            "delivered before it is loaded",
            [van],
            [build.shipment(build.activity(0, (500, 600)), build.activity(1, (0, 400)))],
        ),
        (
            # 100 s to the pickup and 100 s back: at 200, and the door closes at 150.
            "closed before the pickup can be reached",
            [van],
            [build.shipment(build.activity(1), build.activity(0, (0, 150)))],
        ),
        (
            "no vehicle may",
            [van],
            [build.shipment(build.activity(0), build.activity(1), vehicles=())],
        ),
        (
            "nobody knows how",
            [van],
            [build.shipment(build.activity(0), build.activity(1), skills=frozenset({1}))],
        ),
        (
            "no time on board",
            [van],
            [build.shipment(build.activity(0), build.activity(1), max_on_board_s=99)],
        ),
    ]:
        yield why, build.problem(line, vehicles, shipments)


@every_search
@pytest.mark.parametrize("stopping", [Stopping(iterations=20), Stopping(time_limit_s=0.2)])
def test_what_nobody_can_do_is_left_out(build, name, stopping):
    for why, problem in _hopeless(build):
        result = SEARCHES[name](problem, stopping, seed=1)
        assert check(problem, result.solution) == (), why
        everything = tuple(range(len(problem.shipments)))
        assert (result.solution.unassigned, result.cost_cents) == (everything, 0), why


@every_search
def test_the_hopeless_do_not_keep_the_others_from_being_served(build, name):
    # 0 too heavy, 2 closed, 4 unreachable; 1 and 3 go 0-1-0: 200 s and 2 km, 400 cents.
    good = build.shipment(build.activity(0), build.activity(1))
    problem = build.problem(
        [[0, 100, -1], [100, 0, -1], [-1, -1, 0]],
        [build.vehicle()],
        [
            build.shipment(build.activity(0), build.activity(1), (99,)),
            good,
            build.shipment(build.activity(0, (90_000, 90_001)), build.activity(1)),
            good,
            build.shipment(build.activity(2), build.activity(1)),
        ],
    )
    result = _solved(name, problem)
    assert (result.solution.unassigned, result.cost_cents) == ((0, 2, 4), 400)


@every_search
def test_places_in_one_spot_and_free_driving_are_no_trouble(build, name):
    parcel = build.shipment(build.activity(0), build.activity(0), (0,))
    problem = build.problem([[0]], [build.vehicle(km=0, hour=0)], [parcel, parcel])
    result = _solved(name, problem)
    assert (result.solution.unassigned, result.cost_cents) == ((), 0)


@every_search
@pytest.mark.parametrize("others", [1, 8])  # OR-Tools has other nodes above 8 shipments
def test_what_is_locked_where_the_van_stands_needs_no_setup(build, name, others):
    # Shipment 0 is loaded at place 1, where the van starts, and due at place 0, 100 s away, at 100:
    # not after the setup of 200 s that place 1 costs whoever comes there.  Once a model in which
    # its pickup opened late held it for impossible and left it out, although its pickup is locked.
    # The others lie ready at place 0.  1-0: 1 km and 100 s.
    urgent = build.shipment(build.activity(1), build.activity(0, (0, 100)))
    easy = build.shipment(build.activity(0), build.activity(0))
    problem = build.problem(
        [[0, 100], [100, 0]],
        [build.vehicle(start=1, end=0)],
        [urgent, *[easy] * others],
        [0, 200],
        locks=(Lock(vehicle=0, visits=build.visits("+0"), kind=LockKind.SEQUENCE),),
    )
    result = _solved(name, problem)
    assert objective_key(problem, result.solution) == (0, 200)


# --- the same again


@every_search
def test_the_same_seed_gives_the_same_answer_whatever_the_threads(build, name):
    problem = build.week(5, shipments=16)
    for threads in (1, 2, 3):
        stopping = Stopping(iterations=300 if name != "ortools" else 20)
        first, second = (
            SEARCHES[name](problem, stopping, seed=4, threads=threads) for _ in range(2)
        )
        assert repr(first) == repr(second)


SCRIPT = """
import json, pickle, sys
from colivraison.pdptw import BACKENDS, Stopping
from colivraison.pdptw.backends.native import NativeSearch
problem = pickle.load(open(sys.argv[1], "rb"))
name = sys.argv[2]
search = NativeSearch(plain=False) if name == "native_rich" else BACKENDS[name]
for threads in [2] if name == "ortools" else [1, 2, 3]:
    print(search(problem, Stopping(iterations=300), seed=7, threads=threads))
"""


@every_search
@pytest.mark.parametrize("shipments", [8, 20])  # 20: OR-Tools gets as far as solving parts again
def test_two_fresh_processes_give_the_same_answer(build, name, shipments, tmp_path):
    path = tmp_path / "problem.pickle"
    path.write_bytes(pickle.dumps(build.week(3, shipments=shipments)))
    answers = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(path), name],
            check=True,
            capture_output=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "PYTHONHASHSEED": hash_seed,
            },
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert answers[0].count(b"SolveResult") == (1 if name == "ortools" else 3)
    assert answers[0] == answers[1]


# --- progress and interruptions


@every_search
def test_a_week_is_planned_and_progress_is_told(build, name):
    problem = build.week(1)
    told = []
    result = SEARCHES[name](
        problem, Stopping(time_limit_s=2.5), seed=1, threads=2, on_progress=told.append
    )
    assert check(problem, result.solution) == ()
    assert result.solution.unassigned == ()
    shares = [progress.share for progress in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 3
    # Our search adds up money before it is rounded, the plan rounds each route to a cent.
    assert abs(told[-1].best_cents - result.cost_cents) <= len(result.solution.routes)
    assert not children_of(os.getpid())


@every_search
def test_progress_moves_in_one_process_whatever_the_threads(build, name):
    told = []
    SEARCHES[name](
        build.week(1, shipments=6),
        # Enough for more than the quarter of a second after which progress is told.
        Stopping(iterations=1_000 if name == "ortools" else 60_000),
        seed=1,
        threads=2,
        on_progress=told.append,
    )
    # It once waited for a second search that never ran.
    assert any(0 < progress.share < 1 for progress in told)


@every_search
@pytest.mark.parametrize("shipments", [6, 30])  # OR-Tools: in this process, and in others
@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
@pytest.mark.parametrize("when", ["at_once", "meanwhile"])
def test_an_interruption_leaves_nothing_running(build, name, shipments, error, when):
    def interrupt(progress):
        if when == "at_once" or progress.share > 0:
            raise error

    before = _threads()
    # An endless search: only the interruption ends it.
    stopping = Stopping(time_limit_s=3_000) if shipments > 12 else Stopping(iterations=10**9)
    with pytest.raises(error):
        SEARCHES[name](
            build.week(1, shipments=shipments),
            stopping,
            seed=1,
            threads=2,
            on_progress=interrupt,
        )
    assert not children_of(os.getpid())
    assert _in_time(lambda: _threads() == before)


CTRL_C = """
import os, pickle, sys
from colivraison.pdptw import BACKENDS, Stopping
from colivraison.pdptw.backends.native import NativeSearch
from processes import children_of
problem = pickle.load(open(sys.argv[1], "rb"))
name = sys.argv[2]
search = NativeSearch(plain=False) if name == "native_rich" else BACKENDS[name]
try:
    search(
        problem, Stopping(time_limit_s=3_000), seed=1, threads=2,
        on_progress=lambda progress: print("searching", flush=True),
    )
except KeyboardInterrupt:
    print("interrupted", len(children_of(os.getpid())), flush=True)
"""


@every_search
def test_ctrl_c_ends_a_search_and_then_the_process(build, name, tmp_path):
    path = tmp_path / "problem.pickle"
    path.write_bytes(pickle.dumps(build.week(3, shipments=30)))
    with subprocess.Popen(
        [sys.executable, "-c", CTRL_C, str(path), name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as caller:
        try:
            for _ in range(3):  # half a second: the search has begun
                assert caller.stdout.readline() == "searching\n"
            caller.send_signal(signal.SIGINT)
            said, complaints = caller.communicate(timeout=120)  # it once hung for ever
        finally:
            caller.kill()
    assert said.split("\n")[-2] == "interrupted 0"
    # Native threads that outlive the interpreter end the process by an abort.
    assert (caller.returncode, complaints) == (0, "")


ORPHANS = """
import os, pickle, sys
from colivraison.pdptw import Stopping, solve
from processes import children_of
problem = pickle.load(open(sys.argv[1], "rb"))
tell = lambda _: print(*children_of(os.getpid()), flush=True)
solve(problem, Stopping(time_limit_s=300), seed=1, on_progress=tell, backend="ortools")
"""


def test_search_processes_die_with_their_caller(build, tmp_path):
    path = tmp_path / "problem.pickle"
    path.write_bytes(pickle.dumps(build.week(3, shipments=30)))
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as caller:
        for _ in range(12):  # three seconds: the search has begun
            (child,) = caller.stdout.readline().split()
        caller.kill()

    assert _in_time(lambda: not is_running(child))

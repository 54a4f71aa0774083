"""The field's benchmark instances in, solutions in and out, and a judge of them."""

from colivraison.interchange.benchmarks.bound import BenchmarkBound, bound_of
from colivraison.interchange.benchmarks.instance import (
    BenchmarkFormat,
    BenchmarkInstance,
    Node,
    cost_of,
    routes_of,
)
from colivraison.interchange.benchmarks.judge import (
    TOLERANCE,
    Finding,
    FindingKind,
    check_routes,
)
from colivraison.interchange.benchmarks.reading import read_benchmark
from colivraison.interchange.benchmarks.solution import (
    BenchmarkSolution,
    read_solution,
    solution_text,
)

__all__ = [
    "TOLERANCE",
    "BenchmarkBound",
    "BenchmarkFormat",
    "BenchmarkInstance",
    "BenchmarkSolution",
    "Finding",
    "FindingKind",
    "Node",
    "bound_of",
    "check_routes",
    "cost_of",
    "read_benchmark",
    "read_solution",
    "routes_of",
    "solution_text",
]

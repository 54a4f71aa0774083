"""The independent check of a plan: plain Python, no solver, no evaluator, no road code.

It trusts nothing but the case, the travel matrix and the order of stops and handlings: arrival,
start, departure, load, distance, duration and cost of every round are derived again and compared
with what the plan says.  The moment a round sets out is the plan's choice; everything after it
follows.  Shared with the rest of the house are only the calendar (`Week`) and the canonical digest
of a case; times, loads and money are computed here a second time on purpose.
"""

from colivraison.planning.check.plan import check_alone, check_plan
from colivraison.planning.check.violation import Part, Violation, ViolationCode

__all__ = ["Part", "Violation", "ViolationCode", "check_alone", "check_plan"]

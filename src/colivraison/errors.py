"""Coded errors.

::

    ColivraisonError
    ├── InputError (also ValueError)  what was given is not usable; carries every fault found
    ├── BrokenPlanError               planning: a plan of our own fails the check
    ├── PlanNotFoundError, StoreInUseError, StoreDamagedError                       storage
    └── ApiError and its kinds, MissingAssetsError, ServerNotStartedError           api

A fault names a code; the sentences for people live in ``texts`` under ``fault.<code>.cause`` and
``fault.<code>.action`` (one of each in every language).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["ColivraisonError", "Fault", "InputError", "Where"]


class ColivraisonError(Exception):
    """Root of every error the product raises on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The place of a fault in what was given.

    Parameters
    ----------
    file
        Name of the file (never a path), or "" where there is none.
    sheet
        Sheet or table: ``orders``, ``vehicles``... or "".
    row
        1-based row as a spreadsheet shows it, the header being row 1; None where it has no row.
    column
        Header as the person wrote it, or "".
    pointer
        JSON pointer (RFC 6901) when the input was JSON, or "".
    """

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with an input.

    Parameters
    ----------
    code
        Stable, language-neutral, snake_case: ``unknown_site``.
    where
        Where it stands.
    value
        The offending value as given, shortened to 200 characters.
    details
        Named values that the sentences of ``texts`` use.
    """

    code: str
    where: Where = field(default_factory=Where)
    value: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)


class InputError(ColivraisonError, ValueError):
    """Input that cannot be used, with all its faults at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        if not self.faults:
            raise AssertionError("an InputError carries at least one fault")
        super().__init__(", ".join(sorted({fault.code for fault in self.faults})))

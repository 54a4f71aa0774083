"""What the server hands to the child process, and what the child says on the way."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from colivraison.pdptw.backends.protocol import Stopping

__all__ = ["WorkOrder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """One plan to compute.

    Parameters
    ----------
    input, input_name
        The input as it was given, and the name it was given under.
    today
        The date the input was accepted on.
    roads
        The OSM extract.
    folder
        An empty folder to write the result into, one folder per language.
    known_plan, keep
        The plan to keep something of, and how much, where there is one.
    """

    input: Path
    input_name: str
    today: dt.date
    roads: Path
    folder: Path
    stopping: Stopping
    seed: int
    threads: int
    known_plan: Path | None = None
    keep: str = ""

    def to_line(self) -> bytes:
        """Return the order as one line of JSON."""
        document = {
            "input": str(self.input),
            "input_name": self.input_name,
            "today": self.today.isoformat(),
            "roads": str(self.roads),
            "folder": str(self.folder),
            "time_limit_s": self.stopping.time_limit_s,
            "iterations": self.stopping.iterations,
            "seed": self.seed,
            "threads": self.threads,
            "known_plan": None if self.known_plan is None else str(self.known_plan),
            "keep": self.keep,
        }
        return json.dumps(document).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> WorkOrder:
        """Return the order that ``to_line`` wrote."""
        document = json.loads(line)
        return cls(
            input=Path(document["input"]),
            input_name=document["input_name"],
            today=dt.date.fromisoformat(document["today"]),
            roads=Path(document["roads"]),
            folder=Path(document["folder"]),
            stopping=Stopping(
                time_limit_s=document["time_limit_s"], iterations=document["iterations"]
            ),
            seed=document["seed"],
            threads=document["threads"],
            known_plan=None if document["known_plan"] is None else Path(document["known_plan"]),
            keep=document["keep"],
        )

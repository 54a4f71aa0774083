"""A progress bar on stderr while the week is planned, and how long each part took."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from colivraison.cli.console import Terminal

if TYPE_CHECKING:
    # A verb about roads alone shall not wait for the room of planning.
    from colivraison.planning import StageProgress

__all__ = ["Journal"]


class Journal:
    """Shows progress and keeps the seconds spent in every stage.

    On a terminal it is a bar; elsewhere one line per stage, so that logs stay readable.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._began = time.perf_counter()
        self._stage = ""
        self.seconds: dict[str, float] = {}
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[best]}"),
            console=terminal.err,
            transient=True,
            disable=not terminal.err.is_terminal,
        )
        self._task = self._bar.add_task("", total=1.0, best="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close_stage()
        self._bar.stop()

    def stage(self, name: str, share: float = 0.0) -> None:
        """Begin a stage, or go on with it."""
        if name != self._stage:
            self._close_stage()
            self._stage = name
            label = self._terminal.texts(f"stage.{name}")
            self._bar.update(self._task, description=label)
            if not self._terminal.err.is_terminal:
                self._terminal.say(f"… {label}")
        self._bar.update(self._task, completed=share)

    def __call__(self, progress: StageProgress) -> None:
        """Take one report of `plan_week` (its share is nine tenths of the whole job)."""
        if progress.best_cents is not None:
            self._bar.update(self._task, best=self._terminal.texts.euros(progress.best_cents))
        self.stage(progress.stage.value, 0.05 + 0.9 * progress.share)

    def best(self, told: str) -> None:
        """Show what there is to say of the best so far."""
        self._bar.update(self._task, best=told)

    def rounded_seconds(self) -> dict[str, float]:
        """Return the seconds of every stage, to the millisecond."""
        return {name: round(spent, 3) for name, spent in self.seconds.items()}

    def _close_stage(self) -> None:
        now = time.perf_counter()
        if self._stage:
            spent = self.seconds.get(self._stage, 0.0)
            self.seconds[self._stage] = spent + now - self._began
        self._began = now

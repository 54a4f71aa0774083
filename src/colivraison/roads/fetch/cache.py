"""Answers that are kept: the same question is not asked twice within a week."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from colivraison.errors import Fault, InputError
from colivraison.roads.fetch.request import FetchSettings
from colivraison.roads.storing.aside import path_aside

__all__ = ["Cache"]

_DAY_S = 86_400


class Cache:
    """Files by the fingerprint of what was asked.

    Parameters
    ----------
    clock
        Seconds since the epoch.

    Raises
    ------
    InputError
        ``fetch_cache_unusable``: the folder can be neither made nor written.
    """

    def __init__(self, settings: FetchSettings, clock: Callable[[], float]) -> None:
        self._folder = settings.cache_folder
        self._max_age_s = settings.max_age_days * _DAY_S
        self._keep_s = settings.keep_days * _DAY_S
        self._clock = clock
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            usable = os.access(self._folder, os.W_OK | os.X_OK)
        except OSError:
            usable = False
        if not usable:
            raise InputError([Fault(code="fetch_cache_unusable", value=self._folder.name)])

    def path(self, question: str, ending: str) -> Path:
        """Return where the answer to a question is kept, there or not."""
        return self._folder / (hashlib.sha256(question.encode()).hexdigest()[:32] + ending)

    def is_fresh(self, path: Path) -> bool:
        """Return whether an answer is there and young enough; one from the future is not."""
        try:
            age_s = self._clock() - path.stat().st_mtime
        except FileNotFoundError:
            return False
        return -60 <= age_s <= self._max_age_s

    def touch(self, path: Path) -> None:
        """Note that an answer was confirmed just now."""
        now = self._clock()
        for one in (path, self.notes_path(path)):
            with contextlib.suppress(FileNotFoundError):  # not every answer has notes
                os.utime(one, (now, now))

    @staticmethod
    def notes_path(path: Path) -> Path:
        """Return where notes on a file are kept, beside it and for as long."""
        return path.with_name(f"{path.name}.json")

    @contextlib.contextmanager
    def fresh_file(self, path: Path) -> Iterator[Path]:
        """Give a path to write to that takes the place of ``path`` when the block ends well."""
        # Not ``written_aside``: what fails in the block is mostly the network, told as such.
        with path_aside(path) as aside:
            yield aside
        self.touch(path)

    @contextlib.contextmanager
    def alone(self, path: Path) -> Iterator[None]:
        """Hold a download that can be resumed; the system lets go of it if we die.

        Raises
        ------
        InputError
            ``fetch_in_progress``: another process holds it.
        """
        with path.with_name(f"{path.name}.lock").open("w") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InputError([Fault(code="fetch_in_progress", value=path.name)]) from error
            yield

    def tidy(self) -> None:
        """Remove what nobody asked for or confirmed for a month."""
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process tidies too
                if self._clock() - path.stat().st_mtime <= self._keep_s:
                    continue
                if path.is_dir():  # of a fetch that was killed
                    shutil.rmtree(path)
                else:
                    path.unlink()

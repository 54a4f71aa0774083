"""A folder one may not search, for tests that root runs too: nothing is forbidden to root."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

__all__ = ["forbid"]


def forbid(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the system answer questions about what lies in a folder as without the right ``x``."""

    def guarded(ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(path: Any, *given: Any, **named: Any) -> Any:
            if isinstance(path, str | os.PathLike) and folder in Path(path).parents:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return ask(path, *given, **named)

        return asked

    for module, name in ((os, "stat"), (os, "mkdir"), (os, "open"), (io, "open")):
        patch.setattr(module, name, guarded(getattr(module, name)))
    access = os.access

    def may(path: Any, mode: int, **named: Any) -> bool:
        return folder not in Path(path).parents and access(path, mode, **named)

    patch.setattr(os, "access", may)

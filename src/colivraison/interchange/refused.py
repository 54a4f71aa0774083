"""What a reader of one cell says when it cannot make sense of it."""

from __future__ import annotations

__all__ = ["Refused"]


class Refused(ValueError):  # noqa: N818 - it is a verdict, caught where the row is known
    """One value was not understood.

    Parameters
    ----------
    code
        Code of the fault that the reader of the row will report.
    details
        Named values for its sentences.
    """

    def __init__(self, code: str, /, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

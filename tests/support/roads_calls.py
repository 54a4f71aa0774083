"""Calling ``colivraison roads`` in this process, and what tests of it share."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import drawn

import colivraison
from colivraison.cli import main

SOURCE = Path(colivraison.__file__).parent
Run = Callable[..., subprocess.CompletedProcess[str]]

# The map of `drawn`: one straight road along the parallel, a node every kilometre.
HEADER = "id,lat,lon\n"


def line(name: str, km: float, *, north_m: float = 10) -> str:
    place = drawn.at_km(km, north_m=north_m)
    return f"{name},{place.lat:.7f},{place.lon:.7f}\n"


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def refused(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the codes of a run that was refused, having checked how it says so."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout)
    assert told["status"] == "bad_input"
    assert all(fault["cause"] and fault["action"] for fault in told["faults"])
    return [fault["code"] for fault in told["faults"]]


def called(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in this process: most tests need no process of their own."""
    given = [str(word) for word in arguments]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(given)
        except SystemExit as end:  # argparse ends --help so
            status = int(end.code or 0)
    return subprocess.CompletedProcess(given, status, out.getvalue(), err.getvalue())

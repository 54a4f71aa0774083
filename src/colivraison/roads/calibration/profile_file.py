"""Profiles of one's own: a file that extends a profile of the package and changes numbers in it.

::

    extends = "van"
    time_factor = 1.23
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colivraison.errors import Fault, InputError, Where
from colivraison.roads.calibration.fit import Estimate, Fit
from colivraison.roads.profile import FACTOR_RANGE, PROFILE_NAMES, RANGES, Profile, load_profile
from colivraison.roads.storing.aside import written_aside
from colivraison.roads.tables.sheet import read_bytes

if TYPE_CHECKING:
    from colivraison.texts import Texts

__all__ = ["CALIBRATED", "calibrated_profile", "profile_toml", "read_profile", "write_profile"]

CALIBRATED = "+"
"""Between the name of the profile that is extended and the file's own: ``van+quartier-nord``."""


def calibrated_profile(base: Profile, fit: Fit, *, name: str = "calibrated") -> Profile:
    """Return a profile whose times are on the level that was fitted.

    Driving times scale with ``time_factor`` as a whole, so that the factors multiply.

    Raises
    ------
    InputError
        ``calibration_out_of_range`` where the level on top of the base's own is beyond
        ``profile.FACTOR_RANGE``.
    """
    factor = base.time_factor * fit.factor.value
    if not FACTOR_RANGE[0] <= factor <= FACTOR_RANGE[1]:
        details = {"percent": round(100 * factor), "rounds": fit.rounds}
        raise InputError([Fault(code="calibration_out_of_range", details=details)])
    return dataclasses.replace(
        base, name=f"{base.name}{CALIBRATED}{name}", time_factor=round(factor, 4)
    )


def profile_toml(base: Profile, fit: Fit, *, on: dt.date, texts: Texts) -> str:
    """Return the file of a calibrated profile, with where its number comes from.

    A base that comes from such a file itself is written as what it changes in its own base.

    Raises
    ------
    InputError
        As ``calibrated_profile``.
    ValueError
        When the base extends no profile of the package.
    """
    profile = calibrated_profile(base, fit)
    parent = load_profile(base.name.partition(CALIBRATED)[0])
    note = texts(
        "calibration.profile_note",
        date=texts.full_date(on),
        rounds=_counted(texts, "rounds", fit.rounds),
        observations=_counted(texts, "durations", fit.observations),
        base=base.name,
        interval=_interval(texts, fit.factor),
        stop_min=texts.number(fit.stop_min.value, 1),
        before_min=texts.number(fit.error_before_min, 1),
        after_min=texts.number(fit.error_after_min, 1),
    )
    lines = [f"# {line}".rstrip() for line in note.splitlines()]
    lines.append(f'extends = "{parent.name}"')
    lines += [
        f"{key} = {str(value).lower()}"
        for key in _changeable()
        if (value := getattr(profile, key)) != getattr(parent, key) or key == "time_factor"
    ]
    return "\n".join([*lines, ""])


def _changeable() -> dict[str, str]:
    """Return the kind of each value that a file may change: a number, or yes and no."""
    kinds = {field.name: str(field.type) for field in dataclasses.fields(Profile)}
    return {name: kind for name, kind in kinds.items() if kind in {"float", "bool"}}


def _counted(texts: Texts, what: str, count: int) -> str:
    return texts(f"calibration.{what}.{'one' if count == 1 else 'many'}", count=count)


def _interval(texts: Texts, factor: Estimate) -> str:
    if factor.low is None or factor.high is None:
        return texts("calibration.no_interval")
    low, high = texts.number(factor.low, 2), texts.number(factor.high, 2)
    return texts("calibration.interval", low=low, high=high)


def write_profile(
    path: Path, base: Profile, fit: Fit, *, on: dt.date, language: str = "fr"
) -> None:
    """Write the file of a calibrated profile, whole or not at all.

    Raises
    ------
    InputError
        ``profile_not_toml_name`` (the file would not be found again as a profile),
        ``calibration_out_of_range`` or ``file_not_written``.
    """
    if path.suffix.lower() != ".toml":
        where = Where(file=path.name)
        raise InputError([Fault(code="profile_not_toml_name", where=where, value=path.name)])
    from colivraison.texts import Texts

    text = profile_toml(base, fit, on=on, texts=Texts(language))
    with written_aside(path) as stream:
        stream.write(text.encode())


def read_profile(path: Path) -> Profile:
    """Return the profile of a file: ``extends`` a profile of the package, and numbers to change.

    Numbers and yes-or-no values can be changed, not tables and lists.

    Raises
    ------
    InputError
        Every fault of the file at once: ``profile_unreadable``, ``profile_without_base``,
        ``profile_unknown_key``, ``profile_bad_value``; ``file_not_found`` and the other faults of
        reading a file.
    """
    where = Where(file=path.name)
    try:
        table = tomllib.loads(read_bytes(path).decode("utf-8-sig"))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            [Fault(code="profile_unreadable", where=where, value=path.name)]
        ) from error
    base = table.pop("extends", None)
    kinds = _changeable()
    faults: list[Fault] = []
    if base not in PROFILE_NAMES:
        details = {"known": ", ".join(PROFILE_NAMES)}
        faults.append(
            Fault(
                code="profile_without_base",
                where=where,
                value=_written(base or ""),
                details=details,
            )
        )
    for key, value in table.items():
        at = Where(file=path.name, pointer=f"/{key}")
        if key not in kinds:
            faults.append(Fault(code="profile_unknown_key", where=at, value=key[:200]))
        elif not _fits(key, kinds[key], value):
            faults.append(_bad_value(at, key, value))
    if faults:
        raise InputError(faults)
    values: dict[str, Any] = {
        key: value if kinds[key] == "bool" else float(value) for key, value in table.items()
    }
    name = f"{base}{CALIBRATED}{path.stem}"
    return dataclasses.replace(load_profile(str(base)), name=name, **values)


def _fits(key: str, kind: str, value: object) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    least, most = RANGES[key]
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _written(value: object) -> str:
    try:
        return str(value)[:200]
    except ValueError:
        # A hexadecimal number of more digits than Python is willing to write.
        return "0x…"


def _bad_value(where: Where, key: str, value: object) -> Fault:
    allowed = "{:g} … {:g}".format(*RANGES[key]) if key in RANGES else "true, false"
    return Fault(
        code="profile_bad_value",
        where=where,
        value=_written(value),
        details={"key": key, "allowed": allowed},
    )

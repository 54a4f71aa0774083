"""Profiles of one's own: a file that extends a profile of the package and changes numbers in it.

::

    extends = "van"
    time_factor = 1.23
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colivraison.errors import Fault, InputError, Where
from colivraison.roads.calibration.fit import Fit
from colivraison.roads.profile import PROFILE_NAMES, Profile, load_profile
from colivraison.roads.storing.aside import written_aside
from colivraison.roads.tables.sheet import read_bytes

if TYPE_CHECKING:
    from colivraison.texts import Texts

__all__ = ["CALIBRATED", "calibrated_profile", "profile_toml", "read_profile", "write_profile"]

CALIBRATED = "+"
"""Between the name of the profile that is extended and the file's own: ``van+van-calibre``."""


def calibrated_profile(base: Profile, fit: Fit, *, name: str = "calibre") -> Profile:
    """Return a profile whose times are on the level that was fitted.

    Driving times scale with ``time_factor`` as a whole, so that the factors multiply.
    """
    return dataclasses.replace(
        base,
        name=f"{base.name}{CALIBRATED}{name}",
        time_factor=round(base.time_factor * fit.factor.value, 4),
    )


def profile_toml(base: Profile, fit: Fit, *, on: dt.date, texts: Texts) -> str:
    """Return the file of a calibrated profile, with where its number comes from.

    A base that comes from such a file itself is written as what it changes in its own base.

    Raises
    ------
    ValueError
        When the base extends no profile of the package.
    """
    profile = calibrated_profile(base, fit)
    parent = load_profile(base.name.partition(CALIBRATED)[0])
    note = texts(
        "calibration.profile_note",
        date=texts.full_date(on),
        rounds=fit.rounds,
        observations=fit.observations,
        base=base.name,
        low=_shown(texts, fit.factor.low),
        high=_shown(texts, fit.factor.high),
        stop_min=_shown(texts, fit.stop_min.value, 1),
        before_min=_shown(texts, fit.error_before_min, 1),
        after_min=_shown(texts, fit.error_after_min, 1),
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


def _shown(texts: Texts, value: float | None, decimals: int = 2) -> str:
    return "?" if value is None else texts.number(value, decimals)


def write_profile(
    path: Path, base: Profile, fit: Fit, *, on: dt.date, language: str = "fr"
) -> None:
    """Write the file of a calibrated profile, whole or not at all.

    Raises
    ------
    InputError
        ``profile_not_toml_name`` (the file would not be found again as a profile) or
        ``file_not_written``.
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
                value=str(base or "")[:200],
                details=details,
            )
        )
    for key, value in table.items():
        at = Where(file=path.name, pointer=f"/{key}")
        if key not in kinds:
            faults.append(Fault(code="profile_unknown_key", where=at, value=key[:200]))
        elif not _fits(kinds[key], value):
            faults.append(_bad_value(at, key, value))
    if faults:
        raise InputError(faults)
    values: dict[str, Any] = {
        key: value if kinds[key] == "bool" else float(value) for key, value in table.items()
    }
    name = f"{base}{CALIBRATED}{path.stem}"
    plain = load_profile(str(base))
    for key, value in values.items():
        try:
            # One at a time: a profile that exists is valid, and the value at fault can be named.
            changed: dict[str, Any] = {key: value}
            dataclasses.replace(plain, **changed)
        except ValueError:
            faults.append(_bad_value(Where(file=path.name, pointer=f"/{key}"), key, value))
    if faults:
        raise InputError(faults)
    return dataclasses.replace(plain, name=name, **values)


def _fits(kind: str, value: object) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _bad_value(where: Where, key: str, value: object) -> Fault:
    return Fault(
        code="profile_bad_value", where=where, value=str(value)[:200], details={"key": key}
    )

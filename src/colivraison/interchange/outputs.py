"""Everything a plan leaves in a folder: plan, map, table, sheets, phone files."""

from __future__ import annotations

import re
from pathlib import Path

from colivraison.domain import Plan
from colivraison.interchange.atomic import replace_folder, require_replaceable
from colivraison.interchange.gpx import gpx
from colivraison.interchange.plan_json import plan_text
from colivraison.interchange.plan_lookup import round_file_stems
from colivraison.interchange.rounds_csv import rounds_csv
from colivraison.interchange.sheets import sheet_html
from colivraison.planning import DeliveryCosts
from colivraison.texts import Texts

__all__ = ["require_output_folder", "write_outputs"]

_OUR_NAMES = re.compile(r"plan\.json|map\.html|rounds\.csv|round-[A-Za-z0-9_-]+\.(gpx|html)")
# plan_text puts the version first, so a few bytes tell a plan from another plan.json.
_PLAN_BEGINS = b'{\n "plan_version":'


def require_output_folder(folder: Path) -> None:
    """Refuse a folder that ``write_outputs`` would refuse, before any long work.

    Raises
    ------
    InputError
        See ``write_outputs``.
    """
    require_replaceable(folder, is_ours=_is_ours)


def write_outputs(
    plan: Plan,
    folder: Path,
    *,
    map_html: str,
    texts: Texts,
    costs: DeliveryCosts | None = None,
) -> list[Path]:
    """Write the whole output folder of a plan and return the paths of its files.

    A folder of an earlier run is replaced as a whole; see ``atomic`` for what holds when the run
    is stopped.

    Parameters
    ----------
    costs
        See `rounds_csv`.

    Raises
    ------
    InputError
        When the folder holds anything that is not ours, or cannot be written.
    """
    files = {
        "plan.json": plan_text(plan).encode("utf-8"),
        "map.html": map_html.encode("utf-8"),
        "rounds.csv": rounds_csv(plan, texts, costs=costs),
    }
    stems = round_file_stems(plan.rounds)
    for round_ in plan.rounds:
        files[f"{stems[round_.id]}.html"] = sheet_html(plan, round_, texts).encode("utf-8")
        files[f"{stems[round_.id]}.gpx"] = gpx(plan, round_, texts)
    return replace_folder(folder, files, is_ours=_is_ours)


def _is_ours(folder: Path) -> bool:
    """Return whether an earlier run made this folder: only our names, and a plan among them."""
    if not all(_OUR_NAMES.fullmatch(e.name) and e.is_file() for e in folder.iterdir()):
        return False
    plan = folder / "plan.json"
    if not plan.is_file():
        return False
    with plan.open("rb") as stream:
        return stream.read(len(_PLAN_BEGINS)) == _PLAN_BEGINS

"""Rules of the house that hold for every room."""

from __future__ import annotations

import ast
import importlib
import json
import os
import pkgutil
import re
import shutil
import string
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

import colivraison
from colivraison.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(__file__).parents[1]
SOURCE = HOUSE / "src" / "colivraison"
TEXTS = SOURCE / "texts"

# Not ours or made again at will; `assets/<npm package>` is put there by the build.
PASSED_OVER = re.compile(
    r"(^|/)(\.git|\.venv[^/]*|build|dist|out|__pycache__|node_modules|[^/]+\.egg-info"
    r"|\.[a-z_]+_cache|\.hypothesis|assets/leaflet|assets/swagger-ui)(/|$)|\.so$"
)


def house_files() -> Iterator[Path]:
    for folder, subfolders, names in os.walk(HOUSE):
        here = Path(folder).relative_to(HOUSE)
        subfolders[:] = [s for s in subfolders if not PASSED_OVER.search((here / s).as_posix())]
        for name in names:
            if not PASSED_OVER.search((here / name).as_posix()):
                yield HOUSE / here / name


def modules() -> dict[str, ast.Module]:
    return {
        path.relative_to(HOUSE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    }


def sentences(path: Path) -> dict[str, str]:
    with path.open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream) if m.id}


# --- names and rooms


def packages() -> list[str]:
    below = pkgutil.walk_packages(colivraison.__path__, "colivraison.")
    return ["colivraison", *(module.name for module in below if module.ispkg)]


@pytest.mark.parametrize("name", packages())
def test_every_public_name_exists(name: str) -> None:
    package = importlib.import_module(name)
    public = package.__all__
    assert len(set(public)) == len(public)
    assert [one for one in public if not hasattr(package, one)] == []


def rooms() -> list[str]:
    return sorted(
        folder.name
        for folder in SOURCE.iterdir()
        if any((folder / sign).is_file() for sign in ("__init__.py", "package.json"))
    )


@pytest.mark.parametrize("room", rooms())
def test_every_room_has_a_short_readme(room: str) -> None:
    readme = SOURCE / room / "README.md"
    assert readme.is_file()
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= 40


def test_the_version_is_the_one_of_the_source() -> None:
    assert version("colivraison") == colivraison.__version__


# --- nothing of the machine or the registry in the files

# Written in halves, so that this file passes its own test.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "npm" + "mirror.com",
    "yarn" + "pkg.com",
    "crates" + ".io",
]
FOLDERS = ["/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/", "/Us" + "ers/", "/tmp/" + "dev"]
FORBIDDEN = re.compile(
    "|".join(
        [re.escape(name) for name in REGISTRIES] + [rf"(?<![\w.}}]){f}" for f in FOLDERS]
    ).encode()
)


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = [
        f"{path.relative_to(HOUSE)}: {match.group().decode()}"
        for path in house_files()
        for match in FORBIDDEN.finditer(path.read_bytes())
    ]
    assert found == []


def test_the_search_for_registries_and_folders_finds_them() -> None:
    for text in [*(f"see {name}/x" for name in REGISTRIES), *(f'"{f}x"' for f in FOLDERS)]:
        assert FORBIDDEN.search(text.encode()), text


# --- locks

LOCKS = sorted((HOUSE / ".ci").glob("*.lock"))


def pins(path: Path) -> dict[str, set[str]]:
    """Return the locked versions of each package."""
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([a-z0-9-]+)==([^ ]+)", line):
            found.setdefault(match[1], set()).add(match[2])
    return found


MARKER = r"[a-z_]+ [<>=!]+ '[A-Za-z0-9.]+'"
PIN = re.compile(rf"[a-z0-9-]+==[^ ;]+( ; {MARKER}( (and|or) {MARKER})*)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
REASON = re.compile(
    r"    # +(via|[a-z0-9-]+|colivraison \(pyproject\.toml.*\)|-c \.ci/[a-z.]+)( .*)?"
)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_pins_and_hashes_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    lines = text.splitlines()
    strange = [
        line
        for line in lines
        if not (PIN.fullmatch(line) or HASH.fullmatch(line) or REASON.fullmatch(line))
    ]
    assert strange == []
    # Each pin is followed by at least one hash.
    pinned = [number for number, line in enumerate(lines) if PIN.fullmatch(line)]
    assert len(pinned) > 20
    assert [lines[n] for n in pinned if not HASH.fullmatch(lines[n + 1])] == []


def test_the_lock_of_the_front_end_holds_hashes_and_no_address() -> None:
    text = (SOURCE / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    fetched = {name: one for name, one in json.loads(text)["packages"].items() if name}
    assert {"node_modules/leaflet", "node_modules/swagger-ui-dist"} <= fetched.keys()
    for one in fetched.values():
        assert "resolved" not in one
        assert one["integrity"].startswith("sha512-")


def test_the_locks_serve_what_the_project_asks_for() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]

    def names(wishes: list[str | dict[str, str]]) -> set[str]:
        plain = [wish for wish in wishes if isinstance(wish, str)]
        return {re.split(r"[<>=\[ ]", wish)[0].lower() for wish in plain}

    run = pins(HOUSE / ".ci" / "requirements.lock")
    dev = pins(HOUSE / ".ci" / "requirements-dev.lock")
    assert names(project["project"]["dependencies"] + groups["build"]) <= run.keys()
    assert names(groups["dev"]) <= dev.keys()
    # What is tested is what is installed.
    assert {name: dev[name] & run[name] for name in run} == run


# Declared though no line of ours imports them, and why.
USED_BY_OTHERS = {
    "osmnx": "people who explore a territory in a notebook",
    "pyogrio": "the way geopandas reads and writes files",
    "python-multipart": "the way FastAPI reads an uploaded workbook",
    "tzdata": "the clock of Europe/Paris where the system has none",
}

# Parts of a declared library that are libraries of their own.
PARTS = {"pydantic-core": "pydantic", "starlette": "fastapi"}


def test_every_library_imported_is_declared_and_the_other_way_round() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=\[ ]", wish)[0].lower() for wish in project["dependencies"]}
    imported = {
        name.partition(".")[0]
        for tree in modules().values()
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    libraries = {
        PARTS.get(library := providers[0].lower().replace("_", "-"), library)
        for name, providers in packages_distributions().items()
        if name in imported - sys.stdlib_module_names - {"colivraison"}
    }
    assert libraries - declared == set()
    assert declared - libraries == USED_BY_OTHERS.keys()


# --- texts


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("name", sorted({path.name for path in TEXTS.glob("*/*.po")}))
def test_every_sentence_exists_in_every_language_with_the_same_values(name: str) -> None:
    by_language = {language: sentences(TEXTS / language / name) for language in LANGUAGES}
    wanted = {key: placeholders(text) for key, text in by_language[LANGUAGES[0]].items()}
    assert wanted
    for language, found in by_language.items():
        assert {key: placeholders(text) for key, text in found.items()} == wanted, language
        assert [key for key, text in found.items() if not text.strip()] == [], language


def literals(value: ast.expr) -> set[str]:
    """Return the strings an expression may be, as far as they are written down."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return {value.value}
    if isinstance(value, ast.IfExp):
        return literals(value.body) | literals(value.orelse)
    return set()


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def fault_codes(tree: ast.Module) -> set[str]:
    """Return the codes given to ``Fault``, also through functions that take a code."""
    # Where each function takes the code: keyword, and position where it may be given by position.
    takers: dict[str, tuple[str, int | None]] = {"Fault": ("code", None)}

    def codes_given(scope: ast.AST) -> Iterator[ast.expr]:
        for call in ast.walk(scope):
            if not isinstance(call, ast.Call) or called(call) not in takers:
                continue
            keyword, position = takers[called(call)]
            yield from (k.value for k in call.keywords if k.arg == keyword)
            if position is not None and len(call.args) > position:
                yield call.args[position]

    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for _ in functions:  # a function may hand its code on to another one
        for function in functions:
            plain = [argument.arg for argument in function.args.args]
            offset = int(plain[:1] in (["self"], ["cls"]))
            names = plain + [argument.arg for argument in function.args.kwonlyargs]
            for given in codes_given(function):
                if isinstance(given, ast.Name) and given.id in names:
                    position = plain.index(given.id) - offset if given.id in plain else None
                    takers[function.name] = (given.id, position)
    return set().union(*(literals(given) for given in codes_given(tree)))


def test_codes_are_found_directly_and_through_functions() -> None:
    source = """
def outer(a, code): return inner(code, a)
def inner(code, a): return Fault(code=code)
class C:
    def note(self, code): self.found.append(Fault(code=code))
Fault(code="one" if late else "two")
outer(1, "three")
c.note("four")
outer(1, code="five")
inner("six", "seven")
"""
    assert fault_codes(ast.parse(source)) == {"one", "two", "three", "four", "five", "six"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_says_what_is_wrong_and_what_to_do(language: str) -> None:
    known = set().union(*(sentences(path) for path in (TEXTS / language).glob("*.po")))
    raised = {code: path for path, tree in modules().items() for code in fault_codes(tree)}
    assert len(raised) > 5
    # A fault that is accepted with a warning has one sentence (``Plan.warnings``).
    refused = {code: path for code, path in raised.items() if f"warning.{code}" not in known}
    missing = [
        f"fault.{code}.{part} ({path})"
        for code, path in sorted(refused.items())
        for part in ("cause", "action")
        if f"fault.{code}.{part}" not in known
    ]
    assert missing == []


# --- what the build puts into the package

ASSETS = [
    ("colivraison.maps", "assets/leaflet/leaflet.js", b"Leaflet 1.9.4"),
    ("colivraison.maps", "assets/leaflet/leaflet.css", b".leaflet-pane"),
    ("colivraison.maps", "assets/leaflet/images/marker-icon.png", b"PNG"),
    ("colivraison.maps", "assets/leaflet/LICENSE", b"BSD 2-Clause"),
    ("colivraison.api", "assets/swagger-ui/swagger-ui-bundle.js", b"SwaggerUIBundle"),
    ("colivraison.api", "assets/swagger-ui/swagger-ui.css", b".swagger-ui"),
    ("colivraison.api", "assets/swagger-ui/LICENSE", b"Apache License"),
    ("colivraison.demo", "data/demo.osm.pbf", b"OSMHeader"),
]


@pytest.mark.parametrize(("package", "path", "holds"), ASSETS)
def test_the_package_carries_what_its_pages_load(package: str, path: str, holds: bytes) -> None:
    assert holds in files(package).joinpath(path).read_bytes()


# --- the commands


def test_every_missing_system_package_is_named_at_once(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    answer = subprocess.run(
        [bash, HOUSE / ".ci" / "needs", "none", "test"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    for package in ("python3", "python3-venv", "python3-dev", "g++", "npm", "chromium", "valgrind"):
        assert f" {package} " in f"{answer.stderr.splitlines()[-1]} "

"""Built territories are kept, found again, and given up without a fuss."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from colivraison.errors import Fault, InputError, Where
from colivraison.roads.fetch import FetchSettings
from colivraison.roads.storing.cache import (
    cached_path,
    digest_of,
    fingerprint_of,
    through_cache,
    trim_cache,
)
from colivraison.texts import LANGUAGES, Texts


class Builder:
    """Builds a text, counts how often, and reads what it saved."""

    def __init__(self, text: str = "built") -> None:
        self.text = text
        self.built = 0

    def build(self) -> str:
        self.built += 1
        return self.text

    @staticmethod
    def read(path: Path) -> str:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise InputError([Fault(code="file_not_found", value=path.name)]) from error
        if text.startswith("damaged"):
            raise InputError([Fault(code="roads_file_damaged", where=Where(file=path.name))])
        return text

    @staticmethod
    def save(text: str, path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    def __call__(self, fingerprint: str = "f") -> tuple[str, list[str]]:
        got, warnings = through_cache(fingerprint, read=self.read, build=self.build, save=self.save)
        for warning in warnings:
            for language in LANGUAGES:
                Texts(language).warning(warning)
        return got, [warning.code for warning in warnings]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLIVRAISON_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "roads"


def test_what_was_built_once_is_not_built_again(folder: Path) -> None:
    builder = Builder()
    assert builder() == ("built", [])
    assert builder() == ("built", [])
    assert builder.built == 1
    assert [path.name for path in folder.iterdir()] == ["f.roads"]
    assert builder("other")[0] == "built"
    assert builder.built == 2


def test_a_damaged_file_is_built_again_and_replaced(folder: Path) -> None:
    builder = Builder()
    folder.mkdir(parents=True)
    (folder / "f.roads").write_text("damaged")
    assert builder() == ("built", ["roads_cache_damaged"])
    assert builder() == ("built", [])
    assert builder.built == 1


def test_two_who_build_the_same_at_once_both_end_well(folder: Path) -> None:
    other = Builder()

    class Slow(Builder):
        def build(self) -> str:
            # While this one builds, another one builds the same and is done first.
            assert other() == ("built", [])
            return super().build()

    assert Slow()() == ("built", [])
    assert other() == ("built", [])
    assert other.built == 1
    assert [path.name for path in folder.iterdir()] == ["f.roads"]


def test_a_folder_that_cannot_be_written_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("somebody's")
    monkeypatch.setenv("COLIVRAISON_CACHE", str(tmp_path / "file"))
    builder = Builder()
    assert builder() == ("built", ["roads_cache_not_written"])
    assert builder() == ("built", ["roads_cache_not_written"])
    assert builder.built == 2


def test_a_saving_that_fails_is_a_warning_with_its_reason(folder: Path) -> None:
    def save(text: str, path: Path) -> None:
        details = {"why": "no space left"}
        raise InputError([Fault(code="file_not_written", value=path.name, details=details)])

    builder = Builder()
    got, warnings = through_cache("f", read=builder.read, build=builder.build, save=save)
    assert got == "built"
    assert [warning.details["why"] for warning in warnings] == ["no space left"]
    assert list(folder.iterdir()) == []


def test_a_file_whose_name_the_disk_did_not_confirm_is_kept_all_the_same(folder: Path) -> None:
    def save(text: str, path: Path) -> None:
        Builder.save(text, path)
        raise InputError([Fault(code="file_not_confirmed", value=path.name)])

    builder = Builder()
    got = through_cache("f", read=builder.read, build=builder.build, save=save)
    assert got == ("built", ())
    assert builder() == ("built", [])
    assert builder.built == 1


def test_a_user_without_a_home_goes_without_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(_cls: type[Path]) -> Path:
        raise RuntimeError("no home")

    monkeypatch.delenv("COLIVRAISON_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", classmethod(no_home))
    assert Builder()() == ("built", ["roads_cache_not_written"])
    # What is fetched must be kept somewhere: there the person is asked for a folder.
    with pytest.raises(InputError, match="cache_without_home"):
        FetchSettings.from_environment({"XDG_CACHE_HOME": "b"})
    assert FetchSettings.from_environment({"XDG_CACHE_HOME": "/b"}).cache_folder.parts[1] == "b"


def test_an_error_of_the_building_is_the_callers(folder: Path) -> None:
    def build() -> str:
        raise InputError([Fault(code="no_roads")])

    with pytest.raises(InputError, match="no_roads"):
        through_cache("f", read=Builder.read, build=build, save=Builder.save)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"COLIVRAISON_CACHE": "/a", "XDG_CACHE_HOME": "/b"}, "/a"),
        ({"XDG_CACHE_HOME": "/b"}, "/b/colivraison"),
        ({"XDG_CACHE_HOME": "b"}, "~/.cache/colivraison"),  # relative: to be ignored
        ({}, "~/.cache/colivraison"),
    ],
)
def test_what_is_built_and_what_is_fetched_lie_in_one_folder_that_follows_the_environment(
    environment: dict[str, str], folder: str
) -> None:
    assert cached_path("f", environment) == Path(folder).expanduser() / "roads" / "f.roads"
    settings = FetchSettings.from_environment(environment)
    assert settings.cache_folder == Path(folder).expanduser() / "fetch"


def test_the_files_unused_for_longest_go_first(tmp_path: Path) -> None:
    for age, name in enumerate(["newest", "middle", "oldest", "kept"]):
        path = tmp_path / f"{name}.roads"
        path.write_bytes(bytes(100))
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "notes.txt").write_text("somebody's")
    # kept + newest + middle are three files.
    trim_cache(tmp_path / "kept.roads", most_files=3)
    assert {p.name for p in tmp_path.iterdir()} == {
        "kept.roads", "newest.roads", "middle.roads", "notes.txt",
    }  # fmt: skip
    # kept + newest are 200 bytes; a third hundred is too much.
    trim_cache(tmp_path / "kept.roads", most_bytes=299)
    assert {p.name for p in tmp_path.iterdir()} == {"kept.roads", "newest.roads", "notes.txt"}
    # What was just written stays even where it alone is too large.
    trim_cache(tmp_path / "kept.roads", most_bytes=50)
    assert {p.name for p in tmp_path.iterdir()} == {"kept.roads", "notes.txt"}


def test_reading_counts_as_use(folder: Path) -> None:
    builder = Builder()
    builder()
    os.utime(folder / "f.roads", (0, 0))
    builder()
    assert (folder / "f.roads").stat().st_mtime > 0


def test_a_digest_tells_contents_and_their_order_apart(tmp_path: Path) -> None:
    a, b = tmp_path / "a.osm", tmp_path / "b.osm"
    a.write_bytes(b"abc")
    b.write_bytes(b"abd")
    # SHA-256 of "abc", FIPS 180-2, appendix B.1.
    assert digest_of([a]) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len({digest_of(paths) for paths in ([a], [b], [a, b], [b, a], [a, a])}) == 5
    with pytest.raises(InputError) as refused:
        digest_of([a, tmp_path / "x.osm", tmp_path / "y.osm"])
    assert [fault.value for fault in refused.value.faults] == ["x.osm", "y.osm"]


def test_a_fingerprint_is_of_the_extract_and_of_what_builds_it() -> None:
    assert fingerprint_of("a") == fingerprint_of("a")
    assert fingerprint_of("a") != fingerprint_of("b")

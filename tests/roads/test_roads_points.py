"""Places from a CSV file: what people write is understood, what is wrong is said all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from colivraison.domain import Position
from colivraison.errors import Fault, InputError
from colivraison.roads.memory import available_memory_mb, require_matrix_memory
from colivraison.roads.tables.points import read_points
from colivraison.texts import LANGUAGES, Texts

HERE = Position(lat=47.65, lon=-2.08)


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "points.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def faults_of(path: Path) -> list[Fault]:
    with pytest.raises(InputError) as refused:
        read_points(path)
    for fault in refused.value.faults:
        assert fault.where.file in {"points.csv", ""}
        for language in LANGUAGES:
            Texts(language).fault(fault)
    return list(refused.value.faults)


def told(path: Path) -> list[tuple[int | None, str]]:
    return [(fault.where.row, fault.code) for fault in faults_of(path)]


@pytest.mark.parametrize(
    "content",
    [
        "id,lat,lon\nferme,47.65,-2.08\n",
        "id;lat;lon\nferme;47.65;-2.08\n",
        "id;lat;lon\r\nferme;47,65;-2,08\r\n",  # decimal commas of a French spreadsheet
        'id,lat,lon\nferme,"47,65","-2,08"\n',
        "id\tlat\tlon\nferme\t47.65\t-2.08\n",
        "\ufeffid,lat,lon\nferme,47.65,-2.08\n",  # the mark Excel puts first
        "Identifiant;Latitude;Longitude\nferme;47,65;-2,08\n",
        "LON,LAT,ID\n-2.08,47.65,ferme\n",
        "id,lat,lon,nom\nferme,47.65,-2.08,Ferme du lac\n",  # the id comes before the name
        "Nom;lat;lon\nferme;47,65;-2,08\n",
        "lat,lon,name,note\n47.65,-2.08,ferme,au fond\n",  # more is left aside
        "\nid,lat,lon\n\nferme , 47.65 ,\u22122.08\n,,\n",  # blank lines, spaces, a typeset minus
    ],
)
def test_a_place_is_read_however_a_spreadsheet_writes_it(tmp_path: Path, content: str) -> None:
    (point,) = read_points(written(tmp_path, content))
    assert (point.id, point.position) == ("ferme", HERE)


def test_accents_come_through_from_an_old_spreadsheet(tmp_path: Path) -> None:
    path = written(tmp_path, "id;lat;lon\nétable;47,65;-2,08\n".encode("cp1252"))
    assert [point.id for point in read_points(path)] == ["étable"]


def test_places_keep_their_order_and_know_their_line(tmp_path: Path) -> None:
    points = read_points(written(tmp_path, "id,lat,lon\nb,1,2\n\na,3,4\n"))
    assert [(p.id, p.where.row) for p in points] == [("b", 2), ("a", 4)]


def test_places_without_ids_are_numbered(tmp_path: Path) -> None:
    points = read_points(written(tmp_path, "lat;lon\n1;2\n\n3;4\n1;2\n"))
    assert [(p.id, p.where.row) for p in points] == [("1", 2), ("2", 4), ("3", 5)]


def test_a_place_without_its_name_is_said_so(tmp_path: Path) -> None:
    (fault,) = faults_of(written(tmp_path, "nom;lat;lon\na;1;2\n;3;4\n"))
    assert (fault.code, fault.where.row, fault.where.column) == ("point_without", 3, "nom")


@pytest.mark.parametrize("content", ["", "\n\n", "id,lat,lon\n", "id,lat,lon\n,,\n"])
def test_a_file_without_places_is_said_so(tmp_path: Path, content: str) -> None:
    assert [code for _, code in told(written(tmp_path, content))] == ["no_points"]


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    content = (
        "id,lat,lon\n"
        "a,47.65,-2.08\n"
        "b,nan,-2.08\n"  # not a number, whatever float() thinks
        "c,inf,-2.08\n"
        "d,47.65,deux\n"
        "a,47.66,-2.09\n"  # the id of line 2
        "e,91,200\n"  # nowhere on earth
        "f,-120.5,47.65\n"  # a latitude of -120 is a longitude
        "g,,-2.08\n"
        ",47.65,-2.08\n"
        "h,47,65,-2,08\n"  # decimal commas between commas
    )
    assert set(told(written(tmp_path, content))) == {
        (3, "bad_coordinate"),
        (4, "bad_coordinate"),
        (5, "bad_coordinate"),
        (6, "duplicate_point"),
        (7, "place_out_of_range"),
        (8, "swapped_coordinates"),
        (9, "point_without"),
        (10, "point_without"),
        (11, "roads_too_many_cells"),
    }


def test_both_coordinates_of_a_line_are_judged(tmp_path: Path) -> None:
    faults = faults_of(written(tmp_path, "id,lat,lon\na,x,y\n"))
    assert [(f.where.column, f.value) for f in faults] == [("lat", "x"), ("lon", "y")]


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("a,47.65,-2.08\n", {"roads_column_missing"}),  # no header at all
        ("id,lat\na,47.65\n", {"roads_column_missing"}),
        ("id,lat,lat,lon\n", {"roads_column_twice"}),
        (b"PK\x03\x04\x00\x00", {"roads_file_unreadable"}),
        (b"\xff\xfei\x00d\x00", {"roads_file_unreadable"}),
    ],
)
def test_what_is_no_such_table_is_refused(
    tmp_path: Path, content: str | bytes, codes: set[str]
) -> None:
    assert {code for _, code in told(written(tmp_path, content))} == codes


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert [fault.code for fault in faults_of(tmp_path / "points.csv")] == ["file_not_found"]
    (tmp_path / "points.csv").mkdir()
    assert [code for _, code in told(tmp_path / "points.csv")] == ["roads_file_unreadable"]


# --- room for the matrix


def test_twenty_thousand_places_are_refused_with_what_they_would_take() -> None:
    # 20,000² pairs x 8 bytes x 3 = 9,600 MB; 4,000 MB hold sqrt(4e9 / 24) = 12,909 places.
    with pytest.raises(InputError) as refused:
        require_matrix_memory(20_000, available_mb=64_000)
    (fault,) = refused.value.faults
    assert fault.code == "matrix_too_large"
    assert dict(fault.details) == {"needed_mb": 9_600, "available_mb": 4_000, "most": 12_909}
    cause, action = Texts("fr").fault(fault)
    assert "9600\u00a0Mo" in cause
    assert "12909" in action


def test_what_is_free_counts_where_it_is_less_than_the_ceiling() -> None:
    # 5,000² x 24 bytes = 600 MB.
    require_matrix_memory(5_000, available_mb=600)
    with pytest.raises(InputError) as refused:
        require_matrix_memory(5_000, available_mb=599)
    assert refused.value.faults[0].details["available_mb"] == 599


def test_a_ceiling_can_be_set() -> None:
    require_matrix_memory(20_000, most_mb=9_600, available_mb=64_000)
    with pytest.raises(InputError):
        require_matrix_memory(100, most_mb=0, available_mb=64_000)


def test_free_memory_is_what_the_system_says(tmp_path: Path) -> None:
    said = tmp_path / "meminfo"
    said.write_text("MemTotal:  16000000 kB\nMemAvailable:    2000000 kB\n")
    # 2,000,000 x 1,024 bytes = 2,048 MB.
    assert available_memory_mb(said) == 2_048
    said.write_text("MemTotal:  16000000 kB\n")
    assert available_memory_mb(said) is None
    assert available_memory_mb(tmp_path / "missing") is None

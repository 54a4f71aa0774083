"""What is written is read back, whatever the format."""

import csv
import datetime as dt
import io
import json
import zipfile

import jsonschema
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colivraison.domain import (
    ApartScope,
    Case,
    ClockMoment,
    ClockSpan,
    DatedHours,
    DayWindow,
    Driver,
    Energy,
    KeptApart,
    MinimumUnit,
    Order,
    OrderCycle,
    OrderMinimum,
    Position,
    Practice,
    Price,
    Producer,
    PublicHolidays,
    Recurrence,
    RecurringOrder,
    ReferenceVan,
    SchoolZone,
    Settings,
    Site,
    SiteKind,
    TemperatureClass,
    Vehicle,
    Week,
    Weekday,
    occurrences,
)
from colivraison.errors import InputError
from colivraison.interchange import (
    case_json_schema,
    case_to_json,
    parse_case_json,
    read_case,
    read_case_bytes,
    write_case_folder,
    write_template,
)
from colivraison.roads import PROFILE_WORDS
from colivraison.texts import Texts

TODAY = dt.date(2026, 11, 18)
NAMES = st.text(st.characters(categories=("L", "N", "P", "S"), codec="cp1252"), min_size=1).map(
    lambda text: text[:40]
)
WINDOWS = st.lists(
    st.builds(
        lambda day, opens_min, length_min: DayWindow(
            weekday=day, opens_s=opens_min * 60, closes_s=(opens_min + length_min) * 60
        ),
        st.sampled_from(Weekday),
        st.integers(0, 1500),
        st.integers(1, 300),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
CENTS = st.integers(0, 100_000)
SPANS = st.lists(
    st.builds(
        lambda opens_min, length_min: ClockSpan(
            opens_s=opens_min * 60, closes_s=(opens_min + length_min) * 60
        ),
        st.integers(0, 1500),
        st.integers(1, 300),
    ),
    max_size=3,
    unique=True,
).map(lambda spans: tuple(sorted(spans)))
ARRIVALS = st.just({}) | st.tuples(st.integers(0, 5_400), st.integers(0, 7_200)).map(
    lambda drawn: {"arrive_from_s": drawn[0], "arrive_by_s": drawn[0] - drawn[1]}
)
ENERGIES = st.just({}) | st.fixed_dictionaries(
    {"energy": st.sampled_from(Energy), "ml_or_wh_per_100km": st.integers(0, 99_999)}
)
# A usual price that nobody has confirmed is not the same one written down.
PRICES = st.fixed_dictionaries({"cents_per_km": CENTS, "cents_per_hour": CENTS}) | st.frozensets(
    st.sampled_from(Price)
).map(lambda usual: {"usual_prices": usual})
# Periods of different lengths never contradict each other.
DATED = st.lists(
    st.tuples(st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1)), st.integers(0, 99), SPANS),
    max_size=3,
    unique_by=lambda entry: entry[1],
).map(
    lambda entries: tuple(
        DatedHours(first_date=first, last_date=first + dt.timedelta(days=days), spans=spans)
        for first, days, spans in entries
    )
)

MOMENTS = st.builds(
    ClockMoment,
    date=st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1)),
    clock_s=st.integers(0, 86_399),
)


@st.composite
def recurrences(draw):
    weekdays = draw(st.frozensets(st.sampled_from(Weekday), min_size=1))
    first = draw(st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2050, 1, 1)))
    last = draw(st.none() | st.dates(dt.date(2050, 1, 1), dt.date(2099, 1, 1)))
    dates = st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1))
    return Recurrence(
        weekdays=weekdays,
        first_date=first,
        last_date=last,
        except_dates=tuple(
            sorted(d for d in draw(st.sets(dates, max_size=9)) if Weekday.of(d) in weekdays)
        ),
    )


def degrees(most):
    # CSV cells hold 30 decimals: a float this near to zero would lose its last digits there.
    return st.floats(-most, most).map(lambda value: value if abs(value) > 1e-12 else 0.0)


@st.composite
def cases(draw, names=NAMES):
    def site(identifier, kind):
        windows = draw(st.just(()) | WINDOWS)
        return Site(
            id=identifier,
            name=draw(names),
            kind=kind,
            position=Position(lat=draw(degrees(90)), lon=draw(degrees(180))),
            windows=windows,
            setup_s=draw(st.integers(0, 9999)),
            service_s_per_crate=draw(st.integers(0, 99)),
            dated_hours=draw(DATED),
            school_zone=draw(st.none() | st.sampled_from(SchoolZone)),
            closed_public_holidays=draw(st.none() | st.sampled_from(PublicHolidays)),
            **(draw(ARRIVALS) if windows else {}),
            note=draw(st.just("") | names),
        )

    farms = [site(f"f{i}", SiteKind.FARM) for i in range(draw(st.integers(1, 3)))]
    sites = [site(f"s{i}", draw(st.sampled_from(SiteKind))) for i in range(draw(st.integers(1, 3)))]
    ids = [s.id for s in (*farms, *sites)]
    temperatures = st.frozensets(st.sampled_from(TemperatureClass), min_size=1)
    week = Week(first_date=draw(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))))
    recurring = tuple(
        RecurringOrder(
            order=Order(id=f"r{i}", producer_id="f0", site_id="s0", crates=i + 1, mass_g=0),
            repeats=draw(recurrences()),
        )
        for i in range(draw(st.integers(0, 3)))
    )
    vans = draw(st.integers(0, 2))
    return Case(
        week=week,
        recurring=recurring,
        producers=tuple(
            Producer(id=f.id, name=f.name, farm=f, preparation_s=draw(st.integers(0, 99_999)))
            for f in farms
        ),
        sites=tuple(sites),
        vehicles=tuple(
            Vehicle(
                id=f"v{i}",
                name=draw(names),
                owner_id=draw(st.sampled_from(["", "f0"])),
                start_site_id=draw(st.sampled_from(ids)),
                end_site_id=draw(st.sampled_from(ids)),
                shifts=draw(WINDOWS),
                capacity_g=1_000_000,
                capacity_crates=500,
                temperatures=draw(temperatures),
                cents_per_use=draw(CENTS),
                profile=draw(st.sampled_from(sorted(PROFILE_WORDS))),
                dated_shifts=draw(DATED),
                capacity_litres=draw(st.none() | st.integers(500, 20_000)),
                refuses=draw(st.frozensets(st.sampled_from(["bio", "viande crue"]))),
                carries_for=draw(st.frozensets(st.just("f0"))),
                **draw(ENERGIES),
                **draw(PRICES),
            )
            for i in range(vans)
        ),
        drivers=tuple(
            Driver(
                id=f"d{i}",
                name=draw(names),
                shifts=draw(WINDOWS),
                dated_shifts=draw(DATED),
                vehicles=draw(st.frozensets(st.sampled_from([f"v{n}" for n in range(vans)])))
                if vans
                else frozenset(),
            )
            for i in range(draw(st.integers(0, 2)))
        ),
        orders=occurrences(
            recurring,
            week,
            tuple(
                Order(
                    id=f"c{i}",
                    producer_id="f0",
                    site_id="s0",
                    crates=draw(st.integers(1, 500)),
                    mass_g=draw(st.integers(0, 1_000_000)),
                    temperature=draw(st.sampled_from(TemperatureClass)),
                    days=draw(st.frozensets(st.sampled_from(Weekday))),
                    value_cents=draw(CENTS),
                    litres=draw(st.integers(0, 500)),
                    max_on_board_s=draw(st.none() | st.integers(0, 99_999)),
                    boxed_s=draw(st.none() | st.integers(0, 99_999)),
                    goods="bio" if i == 0 else draw(st.sampled_from(["", "viande crue"])),
                    ordered_at=draw(st.none() | MOMENTS),
                )
                for i in range(draw(st.integers(1, 4)))
            ),
        )[0],
        kept_apart=tuple(
            KeptApart(first="bio", second="f0", scope=scope)
            for scope in draw(st.lists(st.sampled_from(ApartScope), max_size=2))
        ),
        minimums=tuple(
            OrderMinimum(
                producer_id="f0",
                site_id=site_id,
                unit=draw(st.sampled_from(MinimumUnit)),
                amount=draw(st.integers(1, 10**6)),
            )
            for site_id in draw(st.lists(st.sampled_from(["", "s0"]), unique=True))
        ),
        practices=tuple(
            Practice(
                producer_id=draw(st.sampled_from([f.id for f in farms])),
                site_ids=tuple(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4))),
                days=draw(st.frozensets(st.sampled_from(Weekday))),
                distance_m=draw(st.none() | st.integers(0, 999_999)),
                duration_s=draw(st.none() | st.integers(0, 99_999)),
                times_per_100_weeks=draw(st.integers(0, 700)),
            )
            for _ in range(draw(st.integers(0, 2)))
        ),
        settings=Settings(
            gco2e_per_km=draw(CENTS),
            reference_van=ReferenceVan(cents_per_km=draw(CENTS), shifts=draw(WINDOWS)),
            new_point_g=draw(CENTS),
            new_point_max_detour_s=draw(st.integers(0, 9999)),
            cycle=OrderCycle(
                opens=draw(st.none() | MOMENTS),
                cut_off=draw(st.none() | MOMENTS),
                distribution=draw(st.none() | MOMENTS),
            ),
            cost_alert_percent=draw(st.integers(1, 100)),
        ),
        territory=draw(names),
        invented=draw(st.booleans()),
    )


@settings(deadline=None, max_examples=30)
@given(cases())
def test_a_case_written_as_json_is_read_back_equal_and_fits_the_schema(case):
    document = json.loads(json.dumps(case_to_json(case)))
    assert parse_case_json(document, gazetteer=None, today=TODAY) == case
    jsonschema.Draft202012Validator(case_json_schema()).validate(document)


@settings(deadline=None, max_examples=12)
@given(case=cases(names=st.sampled_from(["Épicerie « L'Œuf »", "=1+1", "+33 6", "a;b", 'x "y"'])))
def test_a_case_written_as_csv_is_read_back_equal(case, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cas")
    write_case_folder(case, folder)
    assert read_case(folder, gazetteer=None, today=TODAY).case == case


def sample():
    farm = Site(
        id="f1",
        name="Ferme de l'Œuf à 2 €",
        kind=SiteKind.FARM,
        position=Position(lat=47.65, lon=-2.09),
    )
    hours = (DayWindow(weekday=Weekday.THURSDAY, opens_s=28_800, closes_s=43_200),)
    return Case(
        week=Week(first_date=dt.date(2026, 11, 23)),
        producers=(Producer(id="f1", name=farm.name, farm=farm),),
        sites=(
            Site(
                id="s1",
                name="Halle",
                kind=SiteKind.MARKET,
                position=Position(lat=47.6, lon=-2),
                windows=hours,
            ),
        ),
        vehicles=(
            Vehicle(
                id="v1",
                name="v1",
                owner_id="f1",
                start_site_id="f1",
                end_site_id="f1",
                shifts=hours,
                capacity_g=600_000,
                capacity_crates=80,
                temperatures=frozenset((TemperatureClass.AMBIENT, TemperatureClass.PLUS_4)),
            ),
        ),
        orders=(Order(id="c1", producer_id="f1", site_id="s1", crates=6, mass_g=48_500),),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encodings_separators_and_line_ends_do_not_matter(tmp_path, encoding, separator, ending):
    write_case_folder(sample(), tmp_path)
    for path in tmp_path.iterdir():
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";"))
        # the columns in another order, too
        rows = [row[::-1] for row in rows]
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=separator, lineterminator=ending).writerows(rows)
        path.write_bytes(stream.getvalue().encode(encoding))
    assert read_case(tmp_path, gazetteer=None, today=TODAY).case == sample()


def workbook_of(folder, *, typed):
    book = openpyxl.Workbook()
    for path in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(path.stem.upper())
        sheet.append(["Nos tournées"])
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";"):
            sheet.append([_typed(cell) if typed else cell for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _typed(cell):
    if cell == "23/11/2026":
        return dt.date(2026, 11, 23)
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return cell or None


@pytest.mark.parametrize("typed", [False, True])
def test_a_workbook_says_the_same_as_the_csv_files(tmp_path, typed):
    write_case_folder(sample(), tmp_path)
    data = workbook_of(tmp_path, typed=typed)
    assert read_case_bytes("cas.xlsx", data, gazetteer=None, today=TODAY).case == sample()


@pytest.mark.parametrize("inside", ["", "mon-cas/", "mon-cas\\"])
def test_a_zipped_folder_says_the_same_as_the_folder(tmp_path, inside):
    write_case_folder(sample(), tmp_path)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in tmp_path.iterdir():
            archive.writestr(inside + path.name, path.read_bytes())
        # what a Mac, a spreadsheet and a person leave beside
        archive.writestr("__MACOSX/._lieux.csv", b"\0\5\26\7")
        archive.writestr(inside + ".~lock.lieux.csv#", b"")
        archive.writestr(inside + "photo.jpg", b"\xff\xd8")
        archive.writestr("mon-cas/2025/lieux.csv", "identifiant;nom\nautre;Autre\n")
    data = stream.getvalue()
    assert read_case_bytes("Cas.ZIP", data, gazetteer=None, today=TODAY).case == sample()
    (tmp_path / "cas.zip").write_bytes(data)
    assert read_case(tmp_path / "cas.zip", gazetteer=None, today=TODAY).case == sample()


def test_a_zipped_json_document_is_a_case_too(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mon-cas/case.json", json.dumps(case_to_json(sample())))
    reading = read_case_bytes("cas.zip", stream.getvalue(), gazetteer=None, today=TODAY)
    assert reading.case == sample()


def test_the_published_example_is_a_case_and_fits_its_schema():
    schema = case_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for example in schema["examples"]:
        jsonschema.Draft202012Validator(schema).validate(example)
        assert parse_case_json(example, gazetteer=None, today=TODAY).orders


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_template_is_empty_and_can_be_read_once_filled(tmp_path, language):
    paths = write_template(tmp_path / "t", language=language)
    assert len(paths) == 10
    for path in paths[:9]:
        data = path.read_bytes()
        # what a French spreadsheet opens without asking
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\n") == data.count(b"\r\n") >= 2
    with pytest.raises(InputError) as caught:
        read_case(tmp_path / "t", gazetteer=None, today=TODAY)
    # The example lines are not read: nothing is there yet, and nothing else is wrong.
    assert [f.code for f in caught.value.faults] == ["empty_case", "empty_case"]
    # The example lines, uncommented and with a place that needs no map, are a sound case.
    for path in paths[:8]:
        mark = "# exemple : " if language == "fr" else "# example : "
        text = path.read_text("utf-8-sig").replace(mark, "").replace("Saint-Martin", "")
        path.write_text(text, encoding="utf-8-sig", newline="")
    assert read_case(tmp_path / "t", gazetteer=None, today=TODAY).case.orders
    assert {sheet.freeze_panes for sheet in openpyxl.load_workbook(paths[9]).worksheets} == {"A2"}


def test_the_template_never_overwrites(tmp_path):
    (tmp_path / "lieux.csv").write_text("à moi", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        write_template(tmp_path)
    assert [(f.code, f.value) for f in caught.value.faults] == [("file_exists", "lieux.csv")]
    assert [path.name for path in tmp_path.iterdir()] == ["lieux.csv"]
    assert (tmp_path / "lieux.csv").read_text("utf-8") == "à moi"


def test_a_template_over_a_template_is_refused_in_one_sentence(tmp_path):
    names = [path.name for path in write_template(tmp_path / "modele")]
    with pytest.raises(InputError) as caught:
        write_template(tmp_path / "modele")
    (fault,) = caught.value.faults
    assert (fault.code, fault.value) == ("files_exist", "modele")
    assert all(name in Texts("fr").fault(fault)[0] for name in names)

"""Each fault of an input alone: one spoilt cell, one code, its row and its column."""

import datetime as dt
import json
from dataclasses import dataclass

import pytest
from case_tables import SOUND, TODAY, faults_of, folder_of

from colivraison.domain import Position
from colivraison.errors import Fault, InputError
from colivraison.interchange import case_to_json, parse_case_json, read_case
from colivraison.texts import LANGUAGES, Texts


@dataclass(frozen=True)
class Spot:
    name: str
    kind: str
    position: Position


class Atlas:
    """A gazetteer of three names; everything west of 3° W is sea."""

    def find(self, name):
        at = {
            "saint-martin": [(47.5, -2.0, "village"), (47.9, -2.4, "village")],
            "le bourg": [(47.5, -2.0, "village"), (47.9, -2.4, "hamlet")],
            "carden": [(47.7, -2.2, "village")],
        }.get(name.lower(), [])
        return [Spot(name, kind, Position(lat=lat, lon=lon)) for lat, lon, kind in at]

    def close_names(self, name):
        return ["Carden"] if name == "Cardan" else []

    def off_road(self, places):
        return [
            Fault(code="far_from_road", where=where, value=label, details={"gap_m": 4000})
            for where, label, position in places
            if position.lon < -3
        ]


def test_the_sound_folder_is_read_without_fault_or_warning(tmp_path):
    reading = read_case(folder_of(tmp_path, SOUND), gazetteer=Atlas(), today=TODAY)
    assert reading.warnings == ()
    first, second = reading.case.orders
    # 48,5 kg = 48 500 g; 1 234,50 EUR = 123 450 cents; the site was given by its name.
    assert (first.mass_g, first.value_cents, first.site_id) == (48_500, 123_450, "halle")
    assert second.producer_id == "f2"
    assert reading.case.producers[0].farm.position == Position(lat=47.65, lon=-2.09)


# file, line, what is replaced, by what -> code, row, column as written
SPOILT = [
    # a typing slip in a count
    ("commandes.csv", 1, ";6;", ";-3;", "negative_number", 2, "caisses"),
    ("commandes.csv", 1, ";6;", ";six;", "bad_number", 2, "caisses"),
    # half a crate cannot be carried
    ("commandes.csv", 1, ";6;", ";2,5;", "not_whole", 2, "caisses"),
    # a bar code in the wrong column
    ("commandes.csv", 1, ";6;", ";3560070462;", "number_too_large", 2, "caisses"),
    # a date the spreadsheet made of "2-1"
    ("commandes.csv", 1, ";6;", ";02/01/2026;", "bad_number", 2, "caisses"),
    ("commandes.csv", 1, "Halle du Bourg", "gare", "unknown_site", 2, "lieu"),
    ("commandes.csv", 1, ";f1;", ";f9;", "unknown_producer", 2, "producteur"),
    ("commandes.csv", 1, ";f1;", ";;", "empty_cell", 2, "producteur"),
    ("commandes.csv", 1, "Halle du Bourg", "f1", "order_to_own_farm", 2, "lieu"),
    ("commandes.csv", 1, ";+4;", ";+12;", "bad_temperature", 2, "temperature"),
    ("commandes.csv", 1, "jeu/ven", "jeu/demain", "bad_day", 2, "jours"),
    # says nothing, and must not mean any day, any time or the usual hours
    ("commandes.csv", 1, "jeu/ven", "/", "bad_day", 2, "jours"),
    ("lieux.csv", 1, "jeu 8h-12h ; ven 16h-19h", ";", "bad_hours", 2, "horaires"),
    ("reglages.csv", 1, "semaine_du;23/11/2026", "reference_horaires;,", "bad_hours", 2, "valeur"),
    # a fraction where a percentage is meant, and a limit that nothing could pass or keep
    ("reglages.csv", 1, "semaine_du;23/11/2026", "alerte_cout;0,2", "not_whole", 2, "valeur"),
    ("reglages.csv", 1, "semaine_du;23/11/2026", "alerte_cout;0 %", "bad_percent", 2, "valeur"),
    ("commandes.csv", 2, ";2;3;", ";;;", "empty_order", 3, "caisses"),
    # 601 kg in a van of 600 kg; 81 crates in a van of 80
    ("commandes.csv", 1, "48,5", "601", "order_too_heavy", 2, "kg"),
    ("commandes.csv", 1, ";6;", ";81;", "order_too_heavy", 2, "caisses"),
    ("vehicules.csv", 1, ";f1;", ";f9;", "unknown_owner", 2, "proprietaire"),
    ("vehicules.csv", 1, ";600;", ";;", "empty_cell", 2, "kg_max"),
    ("lieux.csv", 1, "jeu 8h-12h", "jeu 12h-8h", "window_ends_before_start", 2, "horaires"),
    ("lieux.csv", 1, "jeu 8h-12h", "jeu matin", "bad_hours", 2, "horaires"),
    ("lieux.csv", 1, "jeu 8h-12h", "jeu 22h-31h", "bad_hours", 2, "horaires"),
    ("lieux.csv", 1, "marché", "château", "unknown_kind", 2, "type"),
    ("lieux.csv", 1, "47,66", "97,66", "place_out_of_range", 2, "latitude"),
    ("lieux.csv", 1, "47,66", "", "empty_cell", 2, "latitude"),
    # a farm in the sea
    ("lieux.csv", 1, "-2,10", "-5,10", "far_from_road", 2, "latitude"),
    ("producteurs.csv", 1, '"47,65 ; -2,09"', "", "missing_place", 2, "lieu"),
    # 0,03 degrees of latitude are 3,3 km
    (
        *("producteurs.csv", 1, '"47,65 ; -2,09";;', '"47,65 ; -2,09";47,62;-2,09'),
        *("place_disagrees", 2, "lieu"),
    ),
    ("producteurs.csv", 1, '"47,65 ; -2,09"', "Saint-Martin", "ambiguous_place", 2, "lieu"),
    ("producteurs.csv", 1, '"47,65 ; -2,09"', "Ys", "place_not_found", 2, "lieu"),
    ("producteurs.csv", 1, '"47,65 ; -2,09"', "Cardan", "place_not_found_close", 2, "lieu"),
    (
        *("producteurs.csv", 1, '"47,65 ; -2,09"', "https://maps.app.goo.gl/aB3"),
        *("short_map_link", 2, "lieu"),
    ),
    (
        *("producteurs.csv", 1, '"47,65 ; -2,09"', "https://www.google.com/maps/place/Ys"),
        *("map_link_without_position", 2, "lieu"),
    ),
    ("producteurs.csv", 1, '"47,65 ; -2,09"', "47,65 ; -2,09", "too_many_cells", 2, ""),
    ("producteurs.csv", 1, "Ferme du Lac", "x" * 300, "bad_text", 2, "nom"),
    ("reglages.csv", 1, "23/11/2026", "31/11/2026", "bad_date", 2, "valeur"),
    ("reglages.csv", 1, "23/11/2026", "01/01/0001", "date_out_of_range", 2, "valeur"),
    ("reglages.csv", 1, "23/11/2026", "31/12/9999", "date_out_of_range", 2, "valeur"),
    # the orders fit in nothing, and the van alone is to blame
    ("vehicules.csv", 1, ";600;80;", ";0;0;", "vehicle_holds_nothing", 2, "kg_max"),
    ("reglages.csv", 1, "semaine_du", "semène", "unknown_setting", 2, "reglage"),
    ("commandes.csv", 0, "caisses;", "boîtes;", "missing_column", 1, ""),
    ("commandes.csv", 0, ";jours;", ";CAISSES;", "duplicate_column", 1, "CAISSES"),
]


@pytest.mark.parametrize(
    ("file", "line", "old", "new", "code", "row", "column"), SPOILT, ids=[s[4] for s in SPOILT]
)
def test_one_spoilt_cell_gives_one_fault(tmp_path, file, line, old, new, code, row, column):
    tables = {name: list(lines) for name, lines in SOUND.items()}
    assert old in tables[file][line]
    tables[file][line] = tables[file][line].replace(old, new, 1)
    faults = faults_of(folder_of(tmp_path, tables), Atlas())
    assert [(f.code, f.where.file, f.where.row, f.where.column) for f in faults] == [
        (code, file, row, column)
    ]


DATED = [
    # neither a date nor hours
    ("dates_particulieres", "Noël", "bad_dated_hours"),
    ("dates_particulieres", "24/12/2026 8h", "bad_dated_hours"),
    # whose year is missing
    ("dates_particulieres", "24/12 fermé", "bad_dated_hours"),
    ("dates_particulieres", ";", "bad_dated_hours"),
    ("dates_particulieres", "24/12/2026 jeu 8h-12h", "bad_dated_hours"),
    ("dates_particulieres", "24/12/2026 22h-31h", "bad_dated_hours"),
    ("dates_particulieres", "31/11/2026 fermé", "bad_date"),
    ("dates_particulieres", "24/12/1026 fermé", "date_out_of_range"),
    ("dates_particulieres", "24/12/2026-03/01/2026 fermé", "dates_end_before_start"),
    ("dates_particulieres", "24/12/2026 12h-8h", "window_ends_before_start"),
    # closed and open on one day
    ("dates_particulieres", "24/12/2026 fermé ; 24/12/2026 8h-12h", "dated_hours_contradict"),
    # two periods of two days that share the 25th
    (
        "dates_particulieres",
        "24/12/2026-25/12/2026 fermé ; 25/12/2026-26/12/2026 8h-12h",
        "dated_hours_contradict",
    ),
    ("arrivee_avant_ouverture", "tôt", "bad_arrival"),
    ("arrivee_avant_ouverture", "15-30", "bad_arrival"),
    ("consigne", "x" * 300, "bad_text"),
    ("vacances_zone", "D", "bad_school_zone"),
    ("jours_feries", "parfois", "bad_public_holidays"),
]


@pytest.mark.parametrize(("column", "cell", "code"), DATED, ids=[row[1] for row in DATED])
def test_dates_and_holidays_that_cannot_be_read_are_faults(tmp_path, column, cell, code):
    header, hall = SOUND["lieux.csv"]
    tables = SOUND | {"lieux.csv": [f"{header};{column}", f'{hall};"{cell}"']}
    found = faults_of(folder_of(tmp_path, tables))
    assert [(f.code, f.where.row, f.where.column) for f in found] == [(code, 2, column)]


def test_dates_of_a_van_that_cannot_be_read_are_faults(tmp_path):
    header, van = SOUND["vehicules.csv"]
    tables = SOUND | {"vehicules.csv": [f"{header};dates_particulieres", f"{van};demain"]}
    found = faults_of(folder_of(tmp_path, tables))
    assert [(f.code, f.where.file) for f in found] == [("bad_dated_hours", "vehicules.csv")]


def test_school_holidays_nobody_knows_yet_are_a_warning(tmp_path):
    header, hall = SOUND["lieux.csv"]
    tables = SOUND | {
        "lieux.csv": [f"{header};vacances_zone", f"{hall};zone B"],
        "reglages.csv": ["reglage;valeur", "semaine_du;18/12/2090"],
    }
    reading = read_case(folder_of(tmp_path, tables), gazetteer=None, today=TODAY)
    assert [(w.code, w.where.column) for w in reading.warnings] == [
        ("school_holidays_unknown", "vacances_zone")
    ]
    for language in LANGUAGES:
        assert "Halle du bourg" in Texts(language).warning(reading.warnings[0])


def test_goods_and_producers_are_named_loosely_in_tables(tmp_path):
    orders = [SOUND["commandes.csv"][0] + ";marchandise"]
    orders += [
        SOUND["commandes.csv"][1] + ";Viande crue",
        SOUND["commandes.csv"][2] + ";viande-crue",
    ]
    header, van = SOUND["vehicules.csv"]
    tables = SOUND | {
        "commandes.csv": orders,
        "vehicules.csv": [
            f"{header};refuse;transporte_pour",
            f'{van};"bio, VIANDE CRUE";"l\'étang"',
        ],
        "incompatibilites.csv": ["premier;second;ou", "viande CRUE;Ferme du lac;tournée"],
    }
    case = read_case(folder_of(tmp_path, tables), gazetteer=None, today=TODAY).case
    assert {order.goods for order in case.orders} == {"Viande crue"}
    assert case.vehicles[0].refuses == {"bio", "Viande crue"}
    assert case.vehicles[0].carries_for == {"f2"}
    (apart,) = case.kept_apart
    assert (apart.first, apart.second, apart.scope.value) == ("Viande crue", "f1", "round")


APART = [
    ("l'étang;f2;à bord", "kept_apart_from_itself", "second"),
    ("f1;f2;dimanche", "bad_scope", "ou"),
    (";f2;", "empty_cell", "premier"),
]


@pytest.mark.parametrize(("line", "code", "column"), APART, ids=[row[0] for row in APART])
def test_what_cannot_be_kept_apart_is_a_fault(tmp_path, line, code, column):
    tables = SOUND | {"incompatibilites.csv": ["premier;second;ou", line]}
    found = faults_of(folder_of(tmp_path, tables))
    assert [(f.code, f.where.file, f.where.row, f.where.column) for f in found] == [
        (code, "incompatibilites.csv", 2, column)
    ]


def test_a_standing_incompatibility_without_its_goods_is_a_warning(tmp_path):
    # No order is of "vrac" this week, and nobody is called so: right perhaps, or a typing slip.
    tables = SOUND | {"incompatibilites.csv": ["premier;second", "l'étang;vrac"]}
    reading = read_case(folder_of(tmp_path, tables), gazetteer=None, today=TODAY)
    assert [(w.code, w.value, w.where.column) for w in reading.warnings] == [
        ("unknown_goods", "vrac", "second")
    ]
    (apart,) = reading.case.kept_apart
    assert (apart.first, apart.second) == ("f2", "vrac")
    for language in LANGUAGES:
        assert "vrac" in Texts(language).warning(reading.warnings[0])


def test_an_arrival_before_an_opening_needs_hours(tmp_path):
    header, _ = SOUND["lieux.csv"]
    hall = "halle;Halle du bourg;marché;47,66;-2,10;"
    tables = SOUND | {"lieux.csv": [f"{header};arrivee_avant_ouverture", f"{hall};30-15"]}
    found = faults_of(folder_of(tmp_path, tables))
    assert [(f.code, f.where.column) for f in found] == [
        ("arrival_without_hours", "arrivee_avant_ouverture")
    ]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [("transporte_pour", "personne", "unknown_producer"), ("refuse", ";", "bad_text")],
)
def test_what_a_van_refuses_is_readable(tmp_path, column, cell, code):
    header, van = SOUND["vehicules.csv"]
    tables = SOUND | {"vehicules.csv": [f"{header};{column}", f'{van};"{cell}"']}
    found = faults_of(folder_of(tmp_path, tables))
    assert [(f.code, f.where.column) for f in found] == [(code, column)]


GOODS = [
    ("commandes.csv", "marchandise", '"pommes, poires"', "bad_goods"),
    ("commandes.csv", "litres", "-2", "negative_number"),
    ("commandes.csv", "litres", "beaucoup", "bad_number"),
    ("commandes.csv", "minutes_a_bord_max", "deux heures", "bad_number"),
    ("commandes.csv", "minutes_en_glaciere", "-1", "negative_number"),
    ("vehicules.csv", "litres_max", "grand", "bad_number"),
]


@pytest.mark.parametrize(("file", "column", "cell", "code"), GOODS, ids=[r[1] for r in GOODS])
def test_volumes_and_times_on_board_that_cannot_be_read_are_faults(
    tmp_path, file, column, cell, code
):
    header, first, *others = SOUND[file]
    tables = SOUND | {file: [f"{header};{column}", f"{first};{cell}", *(o + ";" for o in others)]}
    found = faults_of(folder_of(tmp_path, tables))
    assert [(f.code, f.where.row, f.where.column) for f in found] == [(code, 2, column)]


@pytest.mark.parametrize(
    ("most", "codes"), [("2,3 m3", ["order_too_bulky"]), ("2400 l", []), ("", [])]
)
def test_an_order_that_no_van_has_the_volume_for_is_a_fault(tmp_path, most, codes):
    header, van = SOUND["vehicules.csv"]
    orders = [f"{SOUND['commandes.csv'][0]};volume"]
    orders += [f"{SOUND['commandes.csv'][1]};2400", f"{SOUND['commandes.csv'][2]};"]
    tables = SOUND | {
        "vehicules.csv": [f"{header};volume", f"{van};{most}"],
        "commandes.csv": orders,
    }
    folder = folder_of(tmp_path, tables)
    if codes:
        (fault,) = faults_of(folder)
        # 2,3 m3 are 2300 litres.
        assert (fault.code, fault.where.column) == (codes[0], "volume")
        assert "2300" in Texts("fr").fault(fault)[1]
    else:
        assert read_case(folder, gazetteer=None, today=TODAY).case.orders[0].litres == 2400


def test_hours_of_a_van_that_say_nothing_are_not_the_usual_ones(tmp_path):
    header, van = SOUND["vehicules.csv"]
    tables = SOUND | {"vehicules.csv": [f"{header};horaires", f'{van};";"']}
    assert [(f.code, f.where.column) for f in faults_of(folder_of(tmp_path, tables))] == [
        ("bad_hours", "horaires")
    ]


def test_an_order_of_a_thousand_tonnes_is_told_in_plain_figures(tmp_path):
    tables = {name: list(lines) for name, lines in SOUND.items()}
    tables["commandes.csv"][1] = tables["commandes.csv"][1].replace("48,5", "1 000 000")
    (fault,) = faults_of(folder_of(tmp_path, tables))
    assert "(1000000\u00a0kg, 6" in Texts("fr").fault(fault)[0]


@pytest.mark.parametrize(
    ("word", "profile"), [("fourgon", "van"), ("Voiture", "car"), ("car", "car")]
)
def test_a_road_profile_is_read_in_french_and_in_english(tmp_path, word, profile):
    tables = SOUND | {"reglages.csv": [*SOUND["reglages.csv"], f"reference_profil;{word}"]}
    case = read_case(folder_of(tmp_path, tables), gazetteer=None, today=TODAY).case
    assert case.settings.reference_van.profile == profile


def test_two_producers_with_one_id_are_reported_at_both_rows(tmp_path):
    tables = SOUND | {"producteurs.csv": [*SOUND["producteurs.csv"], "f1;Autre;;47,6;-2,0;;"]}
    faults = faults_of(folder_of(tmp_path, tables))
    assert [(f.code, f.where.row, f.value) for f in faults] == [
        ("duplicate_id", 2, "f1"),
        ("duplicate_id", 4, "f1"),
    ]


def test_all_faults_come_together_and_none_brings_another(tmp_path):
    tables = {name: list(lines) for name, lines in SOUND.items()}
    # The farm's hours are unreadable: its id stays known to the order that names it.
    tables["producteurs.csv"][1] = tables["producteurs.csv"][1].replace("lun-ven 8h-12h", "matin")
    tables["lieux.csv"][1] = tables["lieux.csv"][1].replace("47,66", "")
    tables["commandes.csv"][1] = tables["commandes.csv"][1].replace(";6;", ";-3;")
    assert [f.code for f in faults_of(folder_of(tmp_path, tables))] == [
        "bad_hours",
        "empty_cell",
        "negative_number",
    ]


def test_a_missing_table_is_said_once_and_makes_nothing_unknown(tmp_path):
    tables = {k: v for k, v in SOUND.items() if k != "producteurs.csv"}
    faults = faults_of(folder_of(tmp_path, tables))
    assert [(f.code, f.value) for f in faults] == [("missing_table", "producteurs")]


def test_a_table_without_lines_is_an_empty_case(tmp_path):
    tables = SOUND | {"commandes.csv": SOUND["commandes.csv"][:1]}
    faults = faults_of(folder_of(tmp_path, tables))
    assert [(f.code, f.where.sheet) for f in faults] == [("empty_case", "orders")]


def test_what_does_not_exist_is_named(tmp_path):
    assert [f.code for f in faults_of(tmp_path / "rien.xlsx")] == ["missing_file"]


def test_a_place_name_needs_a_map(tmp_path):
    tables = {name: list(lines) for name, lines in SOUND.items()}
    tables["producteurs.csv"][1] = tables["producteurs.csv"][1].replace('"47,65 ; -2,09"', "Carden")
    folder = folder_of(tmp_path, tables)
    assert [f.code for f in faults_of(folder)] == ["place_needs_roads"]
    case = read_case(folder, gazetteer=Atlas(), today=TODAY).case
    assert case.producers[0].farm.position == Position(lat=47.7, lon=-2.2)


def test_the_likelier_of_two_places_is_taken_and_said(tmp_path):
    tables = {name: list(lines) for name, lines in SOUND.items()}
    line = tables["producteurs.csv"][1]
    tables["producteurs.csv"][1] = line.replace('"47,65 ; -2,09"', "Le Bourg")
    reading = read_case(folder_of(tmp_path, tables), gazetteer=Atlas(), today=TODAY)
    assert reading.case.producers[0].farm.position == Position(lat=47.5, lon=-2.0)
    (warning,) = reading.warnings
    assert "47.50000, -2.00000" in Texts("fr")(
        f"warning.{warning.code}", value=warning.value, **warning.details
    )


@pytest.mark.parametrize(
    ("latitude", "gap_km"),
    # Carden is at 47,70: 0,015 degrees of latitude are 1,7 km, 0,03 are 3,3 km.
    [("47,685", None), ("47,67", 3)],
)
def test_coordinates_far_from_the_name_beside_them_are_taken_and_said(tmp_path, latitude, gap_km):
    tables = {name: list(lines) for name, lines in SOUND.items()}
    line = tables["producteurs.csv"][1]
    tables["producteurs.csv"][1] = line.replace('"47,65 ; -2,09";;', f"Carden;{latitude};-2,2")
    reading = read_case(folder_of(tmp_path, tables), gazetteer=Atlas(), today=TODAY)
    position = reading.case.producers[0].farm.position
    assert position == Position(lat=float(latitude.replace(",", ".")), lon=-2.2)
    found = [(w.code, w.where.column, w.details["gap_km"]) for w in reading.warnings]
    assert found == ([] if gap_km is None else [("place_disagrees", "lieu", gap_km)])


def test_without_a_week_the_next_monday_is_taken_and_said(tmp_path):
    folder = folder_of(tmp_path, {k: v for k, v in SOUND.items() if k != "reglages.csv"})
    reading = read_case(folder, gazetteer=None, today=TODAY)
    # The Monday after Wednesday the 18th.
    assert reading.case.week.first_date == dt.date(2026, 11, 23)
    assert [(w.code, w.value) for w in reading.warnings] == [("week_assumed", "2026-11-23")]


def test_an_unknown_column_is_a_warning(tmp_path):
    lines = [line + ";tel" for line in SOUND["vehicules.csv"]]
    folder = folder_of(tmp_path, SOUND | {"vehicules.csv": lines})
    reading = read_case(folder, gazetteer=None, today=TODAY)
    assert [(w.code, w.value) for w in reading.warnings] == [("unknown_column", "tel")]


def test_an_order_nobody_can_carry_is_no_fault(tmp_path):
    tables = {name: list(lines) for name, lines in SOUND.items()}
    # No van has a freezer, and the hall is shut on Mondays.
    tables["commandes.csv"][1] = "c1;f1;halle;6;48;surgelé;lun;"
    assert read_case(folder_of(tmp_path, tables), gazetteer=None, today=TODAY).case.orders


# path in the document, new value -> code, pointer
THURSDAY = {"day": "thursday", "from": "07:00", "to": "13:00"}

SPOILT_JSON = [
    (("orders", 0, "crates"), -3, "negative_number", "/orders/0/crates"),
    (("orders", 0, "crates"), 2.5, "not_whole", "/orders/0/crates"),
    (("orders", 0, "crates"), True, "bad_number", "/orders/0/crates"),
    (("orders", 0, "crates"), "6", "bad_number", "/orders/0/crates"),
    (("orders", 0, "crates"), 10**400, "number_too_large", "/orders/0/crates"),
    (("orders", 0, "crates"), 10**15, "number_too_large", "/orders/0/crates"),
    (("orders", 0, "mass_g"), 600_001, "order_too_heavy", "/orders/0/mass_g"),
    (("orders", 0, "site_id"), "Halle du bourg", "unknown_site", "/orders/0/site_id"),
    (("orders", 0, "producer_id"), "f9", "unknown_producer", "/orders/0/producer_id"),
    (("orders", 0, "temperature"), "cold", "bad_temperature", "/orders/0/temperature"),
    (("orders", 0, "days"), ["jeudi"], "bad_day", "/orders/0/days/0"),
    (("orders", 0, "days"), "thursday", "not_list", "/orders/0/days"),
    (("orders", 0, "note"), "x", "unknown_key", "/orders/0/note"),
    (("orders", 0), "x", "not_object", "/orders/0"),
    (("orders",), [], "empty_case", ""),
    (("vehicles", 0, "owner_id"), "f9", "unknown_owner", "/vehicles/0/owner_id"),
    (("vehicles", 0, "shifts"), [], "empty_list", "/vehicles/0/shifts"),
    (("vehicles", 0, "profile"), "bike", "unknown_profile", "/vehicles/0/profile"),
    (("vehicles", 0, "assumed"), "no", "bad_yes_no", "/vehicles/0/assumed"),
    (("sites", 0, "lat"), 97.0, "place_out_of_range", "/sites/0/lat"),
    (("sites", 0, "lat"), float("nan"), "place_out_of_range", "/sites/0/lat"),
    (("sites", 0, "lat"), None, "missing_coordinate", "/sites/0/lon"),
    (("sites", 0, "kind"), "castle", "unknown_kind", "/sites/0/kind"),
    (("sites", 0, "name"), "a\0b", "bad_text", "/sites/0/name"),
    (("sites", 0, "name"), "\ud800", "bad_text", "/sites/0/name"),
    (("sites", 0, "name"), 12, "not_text", "/sites/0/name"),
    (("sites", 0, "windows", 0, "from"), "8h", "bad_hours", "/sites/0/windows/0/from"),
    (("sites", 0, "windows", 0, "to"), "07:00", "window_ends_before_start", "/sites/0/windows/0"),
    (("sites", 0, "dated_hours"), [{}], "missing_key", "/sites/0/dated_hours/0/first_date"),
    (
        *(("sites", 0, "dated_hours"), [{"first_date": "24/12/2026"}]),
        *("bad_date", "/sites/0/dated_hours/0/first_date"),
    ),
    (
        *(("sites", 0, "dated_hours"), [{"first_date": "2026-02-30"}]),
        *("bad_date", "/sites/0/dated_hours/0/first_date"),
    ),
    (
        ("sites", 0, "dated_hours"),
        [{"first_date": "2026-12-24", "last_date": "2026-12-23"}],
        *("dates_end_before_start", "/sites/0/dated_hours/0"),
    ),
    (
        ("sites", 0, "dated_hours"),
        [{"first_date": "2026-12-24", "hours": [{"from": "12:00", "to": "08:00"}]}],
        *("window_ends_before_start", "/sites/0/dated_hours/0/hours/0"),
    ),
    (
        ("sites", 0, "dated_hours"),
        [
            {"first_date": "2026-12-24"},
            {"first_date": "2026-12-24", "hours": [{"from": "08:00", "to": "12:00"}]},
        ],
        *("dated_hours_contradict", "/sites/0/dated_hours"),
    ),
    (("sites", 0, "arrive_from_s"), 60, "bad_arrival", "/sites/0/arrive_from_s"),
    (("sites", 0, "school_zone"), "D", "bad_school_zone", "/sites/0/school_zone"),
    (
        *(("sites", 0, "closed_public_holidays"), "yes"),
        *("bad_public_holidays", "/sites/0/closed_public_holidays"),
    ),
    (("kept_apart",), {}, "not_list", "/kept_apart"),
    (("kept_apart",), [{"first": "f1"}], "missing_key", "/kept_apart/0/second"),
    (
        *(("kept_apart",), [{"first": "f1", "second": "f2", "scope": "never"}]),
        *("bad_scope", "/kept_apart/0/scope"),
    ),
    (("minimums",), {}, "not_list", "/minimums"),
    (
        *(("minimums",), [{"producer_id": "f1", "unit": "cents"}]),
        *("missing_key", "/minimums/0/amount"),
    ),
    (
        *(("minimums",), [{"producer_id": "f1", "unit": "kg", "amount": 1}]),
        *("bad_minimum", "/minimums/0/unit"),
    ),
    (
        *(("minimums",), [{"producer_id": "f1", "unit": "g", "amount": 0}]),
        *("bad_minimum", "/minimums/0/amount"),
    ),
    (
        *(("minimums",), [{"producer_id": "f9", "unit": "g", "amount": 1}]),
        *("unknown_producer", "/minimums/0/producer_id"),
    ),
    (("drivers",), {}, "not_list", "/drivers"),
    (("drivers",), [{"id": "lea"}], "missing_key", "/drivers/0/shifts"),
    (("drivers",), [{"id": "lea", "shifts": []}], "empty_list", "/drivers/0/shifts"),
    (
        *(("drivers",), [{"id": "lea", "shifts": [THURSDAY], "vehicles": ["v1", "v9"]}]),
        *("unknown_vehicle", "/drivers/0/vehicles/1"),
    ),
    (("orders", 0, "goods"), "pommes, poires", "bad_goods", "/orders/0/goods"),
    (("vehicles", 0, "refuses"), ["a;b"], "bad_goods", "/vehicles/0/refuses/0"),
    (("vehicles", 0, "carries_for"), ["f9"], "unknown_producer", "/vehicles/0/carries_for"),
    (("vehicles", 0, "dated_shifts"), {}, "not_list", "/vehicles/0/dated_shifts"),
    (("sites", 0, "place"), "47.63, -2.1", "place_disagrees", "/sites/0/place"),
    (("week_start",), "2026-02-30", "bad_date", "/week_start"),
    (("week_start",), "0001-01-01", "date_out_of_range", "/week_start"),
    (("week_start",), "23/11/2026", "bad_date", "/week_start"),
    (("case_version",), 2, "unsupported_case_version", "/case_version"),
    (("settings",), [], "not_object", "/settings"),
    (("settings", "cost_alert_percent"), 0, "bad_percent", "/settings/cost_alert_percent"),
    (("settings", "cost_alert_percent"), 101, "bad_percent", "/settings/cost_alert_percent"),
    (
        *(("settings", "reference_van", "cents_per_km"), -1),
        *("negative_number", "/settings/reference_van/cents_per_km"),
    ),
]


@pytest.mark.parametrize(
    ("path", "value", "code", "pointer"), SPOILT_JSON, ids=[s[2] + s[3] for s in SPOILT_JSON]
)
def test_one_spoilt_json_value_gives_one_fault(tmp_path, path, value, code, pointer):
    sound = read_case(folder_of(tmp_path, SOUND), gazetteer=None, today=TODAY).case
    document = json.loads(json.dumps(case_to_json(sound)))
    target = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    with pytest.raises(InputError) as caught:
        parse_case_json(document, gazetteer=None, today=TODAY)
    faults = caught.value.faults
    assert [(f.code, f.where.pointer) for f in faults] == [(code, pointer)]
    for language in LANGUAGES:
        assert all(Texts(language).fault(faults[0]))


@pytest.mark.parametrize(
    ("where", "pointer"),
    [({"lat": 47.6, "lon": -5.1}, "/sites/0/lat"), ({"place": "47.6, -5.1"}, "/sites/0/place")],
)
def test_a_place_in_the_sea_is_reported_where_its_position_stands(tmp_path, where, pointer):
    sound = read_case(folder_of(tmp_path, SOUND), gazetteer=None, today=TODAY).case
    document = case_to_json(sound)
    del document["sites"][0]["lat"], document["sites"][0]["lon"]
    document["sites"][0].update(where)
    with pytest.raises(InputError) as caught:
        parse_case_json(document, gazetteer=Atlas(), today=TODAY)
    assert [(f.code, f.where.pointer) for f in caught.value.faults] == [("far_from_road", pointer)]


def test_a_missing_key_is_named(tmp_path):
    sound = read_case(folder_of(tmp_path, SOUND), gazetteer=None, today=TODAY).case
    document = case_to_json(sound)
    del document["orders"][0]["crates"]
    with pytest.raises(InputError) as caught:
        parse_case_json(document, gazetteer=None, today=TODAY)
    assert [(f.code, f.where.pointer) for f in caught.value.faults] == [
        ("missing_key", "/orders/0/crates")
    ]

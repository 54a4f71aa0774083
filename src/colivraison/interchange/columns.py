"""The tables of a case and their columns, in the order in which we write them.

One list serves the reader (which words are understood), the writer, the template and its help;
the help itself lies in ``texts`` under ``column.<table>.<field>``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from colivraison.interchange.words import word_key

__all__ = ["SETTING_NAMES", "TABLES", "VISITS", "Column", "TableSpec", "table_named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Parameters
    ----------
    field
        Its name in our code.
    names
        Headers that are understood: the French one we write, the English one we write, others.
    required
        Whether a table without it cannot be read.
    example
        A cell of the template's example line.
    """

    field: str
    names: tuple[str, ...]
    required: bool = False
    example: str = ""

    def header(self, language: str) -> str:
        """Return the header we write in a language."""
        return self.names[0] if language == "fr" else self.names[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """One table: the base name of its CSV file and the name of its sheet."""

    key: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = True

    def title(self, language: str) -> str:
        """Return the name we give the file or sheet in a language."""
        return self.names[0] if language == "fr" else self.names[1]

    def field_of(self, header: str) -> str | None:
        """Return the field a header stands for, None for a header nobody knows."""
        return self._fields().get(word_key(header))

    def _fields(self) -> dict[str, str]:
        return {word_key(name): c.field for c in self.columns for name in (*c.names, c.field)}


def _column(field: str, names: str, example: str = "", *, required: bool = False) -> Column:
    return Column(field=field, names=tuple(names.split("|")), required=required, example=example)


def _without_example(column: Column) -> Column:
    return replace(column, example="")


_ID = _column("id", "identifiant|id|code|ref|reference", "ferme-du-lac")
_LAT = _column("lat", "latitude|latitude|lat", "47,6512")
_LON = _column("lon", "longitude|longitude|lon|lng|long", "-2,0871")
_HOURS = "horaires|hours|heures|ouverture|creneaux|opening hours|windows|shifts"
_SETUP = _column(
    "setup_minutes", "minutes_par_arret|minutes_per_stop|minutes arret|temps d'arret", "5"
)
_SERVICE = _column("service_s_per_crate", "secondes_par_caisse|seconds_per_crate", "20")
_PLACE = "lieu|place|adresse|commune|ou|position|carte|lien"

_DATED = _column(
    "dated_hours",
    "dates_particulieres|particular_dates|fermetures|conges|exceptions|dates particulieres",
    "24/12/2026-03/01/2027 fermé ; 23/12/2026 8h-12h",
)
_SCHOOL = _column(
    "school_zone", "vacances_zone|school_holidays_zone|vacances|zone scolaire|zone", "A"
)
_PUBLIC = _column("closed_public_holidays", "jours_feries|public_holidays|feries", "fermé")

_ARRIVAL = _column(
    "arrival", "arrivee_avant_ouverture|arrival_before_opening|arrivee avant|arrivee", "30-15"
)
_NOTE = _column("note", "consigne|note|acces|remarque", "code 12A34, porte du fond")

TABLES = (
    TableSpec(
        key="producers",
        names=("producteurs", "producers", "fermes", "farms", "producteur", "producer"),
        columns=(
            _ID,
            _column("name", "nom|name|ferme|farm|producteur", "Ferme du lac"),
            _column("place", _PLACE),
            _LAT,
            _LON,
            _column("windows", _HOURS, "lun-ven 8h-12h"),
            _SETUP,
            _SERVICE,
            _column(
                "preparation_hours",
                "heures_de_preparation|preparation_hours|preparation|delai de preparation",
                "12",
            ),
            _without_example(_DATED),
            _without_example(_SCHOOL),
            _without_example(_PUBLIC),
            _without_example(_ARRIVAL),
            _without_example(_NOTE),
        ),
    ),
    TableSpec(
        key="sites",
        names=("lieux", "sites", "points", "points de retrait", "lieu", "site"),
        columns=(
            _column("id", "identifiant|id|code|ref|reference", "halle"),
            _column("name", "nom|name|point", "Halle du bourg"),
            _column("kind", "type|kind|genre|nature", "marché"),
            _column("place", _PLACE, "47,6398, -2,1012"),
            _without_example(_LAT),
            _without_example(_LON),
            _column("windows", _HOURS, "jeu 8h-12h ; ven 16h-19h"),
            _SETUP,
            _SERVICE,
            _DATED,
            _SCHOOL,
            _PUBLIC,
            _ARRIVAL,
            _NOTE,
        ),
    ),
    TableSpec(
        key="vehicles",
        names=("vehicules", "vehicles", "camions", "vans", "vehicule", "vehicle"),
        columns=(
            _column("id", "identifiant|id|code|ref|immatriculation", "kangoo"),
            _column("name", "nom|name|vehicule|vehicle", "Kangoo de Léa"),
            _column("owner", "proprietaire|owner|producteur|producer|owner_id", "ferme-du-lac"),
            _column("start", "depart|start|lieu de depart|start_site_id", "ferme-du-lac"),
            _column("end", "arrivee|end|retour|lieu d'arrivee|end_site_id", "ferme-du-lac"),
            _column("shifts", _HOURS + "|disponibilites", "jeu 7h-13h ; ven 14h-20h"),
            _column("kg", "kg_max|kg_max|kg|charge utile|capacite kg", "600", required=True),
            _column(
                "crates", "caisses_max|crates_max|caisses|capacite caisses", "80", required=True
            ),
            _column("temperatures", "temperatures|temperatures|temperature|froid", "ambiante, +4"),
            _column("euros_per_km", "euros_par_km|euros_per_km|cout par km", "0,50"),
            _column("euros_per_hour", "euros_par_heure|euros_per_hour|euros_par_h", "12"),
            _column("euros_per_use", "euros_par_tournee|euros_per_use|euros_per_round", "0"),
            _column("profile", "profil|profile", "fourgon"),
            _column("litres", "litres_max|litres_max|litres|volume|volume utile", "3,5 m3"),
            _column("refuses", "refuse|refuses|refus|ne prend pas", "viande crue"),
            _column("carries_for", "transporte_pour|carries_for|pour|porte pour", ""),
            _column(
                "dated_shifts",
                "dates_particulieres|particular_dates|indisponible|exceptions|dates particulieres",
                "27/11/2026 fermé",
            ),
            _column("energy", "energie|energy|carburant|motorisation", "gazole"),
            _column(
                "consumption",
                "consommation_100km|consumption_100km|consommation|litres aux 100|l/100|conso",
                "9",
            ),
        ),
    ),
    TableSpec(
        key="drivers",
        names=("conducteurs", "drivers", "conducteur", "driver", "chauffeurs"),
        required=False,
        columns=(
            _column("id", "identifiant|id|code|ref|reference", "lea"),
            _column("name", "nom|name|conducteur|driver|prenom", "Léa"),
            _column("shifts", _HOURS + "|disponibilites", "jeu 7h-13h ; ven 14h-20h"),
            _column("vehicles", "vehicules|vehicles|vehicule|vehicle|conduit|permis", "kangoo"),
            _column(
                "dated_shifts",
                "dates_particulieres|particular_dates|indisponible|exceptions|dates particulieres",
                "26/11/2026 7h-10h",
            ),
        ),
    ),
    TableSpec(
        key="orders",
        names=("commandes", "orders", "livraisons", "commande", "order"),
        columns=(
            _column("id", "identifiant|id|numero|n°|code|ref|reference", "c1"),
            _column(
                "producer", "producteur|producer|ferme|producer_id", "ferme-du-lac", required=True
            ),
            _column(
                "site", "lieu|site|point|destination|livraison|site_id", "halle", required=True
            ),
            _column("crates", "caisses|crates|nombre de caisses|nb caisses", "6", required=True),
            _column("kg", "kg|kg|poids|poids kg|weight|masse", "48"),
            _column("temperature", "temperature|temperature|froid", "+4"),
            _column("days", "jours|days|jour|day", "jeu, ven"),
            _column("value", "valeur_euros|value_euros|valeur|montant|value", "180"),
            _column("litres", "litres|litres|volume|volume litres", "240"),
            _column("goods", "marchandise|goods|nature|sorte", "bio"),
            _column(
                "max_on_board_minutes",
                "minutes_a_bord_max|max_minutes_on_board|duree a bord|temps a bord",
                "120",
            ),
            _column("box_minutes", "minutes_en_glaciere|box_minutes|glaciere|caisson", ""),
            _column(
                "ordered_at",
                "commandee_le|ordered_at|date de commande|passee le",
                "21/11/2026 18h30",
            ),
            _column("repeats", "chaque_semaine|every_week|tous les|repetition|recurrence", ""),
        ),
    ),
    TableSpec(
        key="kept_apart",
        names=("incompatibilites", "kept_apart", "incompatibilite", "ne pas melanger"),
        required=False,
        columns=(
            _column("first", "premier|first|marchandise|a", "bio", required=True),
            _column("second", "second|second|avec|b", "vrac", required=True),
            _column("scope", "ou|where|portee", "à bord"),
        ),
    ),
    TableSpec(
        key="minimums",
        names=("minimums_de_commande", "order_minimums", "minimums", "minimum de commande"),
        required=False,
        columns=(
            _column(
                "producer", "producteur|producer|ferme|producer_id", "ferme-du-lac", required=True
            ),
            _column("site", "lieu|site|point|site_id", "halle"),
            _column("minimum", "minimum|minimum|au moins", "150 €", required=True),
        ),
    ),
    TableSpec(
        key="practices",
        names=("pratiques", "practices", "pratique", "practice", "pratique actuelle"),
        required=False,
        columns=(
            _column(
                "producer", "producteur|producer|ferme|producer_id", "ferme-du-lac", required=True
            ),
            _column("days", "jours|days|jour|day", "jeu"),
            _column("sites", "lieux|sites|arrets|stops|etapes|trajet", "halle", required=True),
            _column("km", "km|km|kilometres|distance", "42"),
            _column("minutes", "minutes|minutes|duree|temps", "150"),
            _column("times", "fois_par_semaine|times_per_week|frequence|fois", "1"),
        ),
    ),
    TableSpec(
        key="settings",
        names=("reglages", "settings", "parametres", "reglage"),
        required=False,
        columns=(
            _column("name", "reglage|setting|nom|parametre|name", "semaine_du", required=True),
            _column("value", "valeur|value", "23/11/2026", required=True),
            _column("note", "explication|note|commentaire|comment"),
        ),
    ),
)

# No part of a case: what was written down while driving.
VISITS = TableSpec(
    key="visits",
    names=("passages", "visits"),
    required=False,
    columns=(
        _column("round", "tournee|round|vehicule|vehicle|fourgon|round_id"),
        _column("date", "date|date|jour|day", required=True),
        _column("place", "lieu|place|site|point|arret|stop", required=True),
        _column("arrival", "arrivee|arrival|heure d'arrivee|arrivee a", required=True),
        _column("departure", "depart|departure|heure de depart|depart a", required=True),
        _column("crates", "caisses|crates|nombre de caisses|nb caisses"),
    ),
)

# Field -> the names that are understood, French and English first.
SETTING_NAMES = {
    "week_start": ("semaine_du", "week_start", "semaine", "week"),
    "territory": ("territoire", "territory"),
    "invented": ("territoire_invente", "invented", "invente"),
    "cycle_opens": ("ouverture_commandes", "orders_open", "ouverture des commandes", "ouverture"),
    "cycle_cut_off": ("cloture_commandes", "orders_close", "cloture des commandes", "cloture"),
    "cycle_distribution": ("distribution", "distribution_date", "date de distribution"),
    "gco2e_per_km": ("gco2e_par_km", "gco2e_per_km", "g_co2e_par_km"),
    "reference_kg": ("reference_kg_max", "reference_van_kg"),
    "reference_crates": ("reference_caisses_max", "reference_van_crates"),
    "reference_litres": ("reference_litres_max", "reference_van_litres"),
    "reference_euros_per_km": ("reference_euros_par_km", "reference_van_euros_per_km"),
    "reference_euros_per_hour": ("reference_euros_par_heure", "reference_van_euros_per_hour"),
    "reference_euros_per_use": ("reference_euros_par_tournee", "reference_van_euros_per_use"),
    "reference_profile": ("reference_profil", "reference_van_profile"),
    "reference_shifts": ("reference_horaires", "reference_van_hours"),
    "new_point_crates": ("nouveau_point_caisses", "new_point_crates"),
    "new_point_kg": ("nouveau_point_kg", "new_point_kg"),
    "new_point_detour_minutes": ("nouveau_point_detour_minutes", "new_point_detour_minutes"),
    "cost_alert_percent": ("alerte_cout_pourcent", "cost_alert_percent", "alerte_cout"),
}


def table_named(name: str) -> TableSpec | None:
    """Return the table a file's base name or a sheet's name stands for."""
    key = word_key(name)
    return next((table for table in TABLES if key in map(word_key, table.names)), None)

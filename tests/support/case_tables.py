"""A small sound case as tables, to be spoilt one cell at a time."""

import datetime as dt

import pytest

from colivraison.errors import InputError
from colivraison.interchange import read_case
from colivraison.texts import LANGUAGES, Texts

TODAY = dt.date(2026, 11, 18)  # a Wednesday

SOUND = {
    "producteurs.csv": [
        "identifiant;nom;lieu;latitude;longitude;horaires;minutes_par_arret",
        'f1;Ferme du Lac;"47,65 ; -2,09";;;lun-ven 8h-12h;5',
        "f2;L'Étang;;47,60;-2,05;;",
    ],
    "lieux.csv": [
        "identifiant;nom;type;latitude;longitude;horaires",
        'halle;Halle du bourg;marché;47,66;-2,10;"jeu 8h-12h ; ven 16h-19h"',
    ],
    "vehicules.csv": [
        "identifiant;proprietaire;kg_max;caisses_max;temperatures",
        "v1;f1;600;80;ambiante, +4",
    ],
    "commandes.csv": [
        "identifiant;producteur;lieu;caisses;kg;temperature;jours;valeur_euros",
        "c1;f1;Halle du Bourg;6;48,5;+4;jeu/ven;1 234,50 €",
        "c2;l'etang;halle;2;3;;;",
    ],
    "reglages.csv": ["reglage;valeur", "semaine_du;23/11/2026"],
}


def folder_of(tmp_path, tables, encoding="utf-8", ending="\n"):
    folder = tmp_path / "cas"
    folder.mkdir(exist_ok=True)
    for name, lines in tables.items():
        (folder / name).write_bytes(ending.join([*lines, ""]).encode(encoding))
    return folder


def faults_of(folder, gazetteer=None):
    with pytest.raises(InputError) as caught:
        read_case(folder, gazetteer=gazetteer, today=TODAY)
    for language in LANGUAGES:
        for fault in caught.value.faults:
            if fault.code != "far_from_road":  # the roads' own sentence, with their own details
                assert all(Texts(language).fault(fault))
    return caught.value.faults

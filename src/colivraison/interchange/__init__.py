"""The post office: every format in and out, and the documents people print."""

from colivraison.interchange.case_build import CaseReading
from colivraison.interchange.case_json import case_to_json, parse_case_json, read_case_json
from colivraison.interchange.case_read import read_case, read_case_bytes
from colivraison.interchange.case_schema import case_json_schema
from colivraison.interchange.gazetteer import FoundPlace, Gazetteer, RoadGazetteer

__all__ = [
    "CaseReading",
    "FoundPlace",
    "Gazetteer",
    "RoadGazetteer",
    "case_json_schema",
    "case_to_json",
    "parse_case_json",
    "read_case",
    "read_case_bytes",
    "read_case_json",
]

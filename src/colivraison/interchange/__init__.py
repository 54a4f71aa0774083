"""The post office: every format in and out, and the documents people print."""

from colivraison.interchange.baseline_report import BaselineReport
from colivraison.interchange.case_build import CaseReading
from colivraison.interchange.case_document import case_to_json
from colivraison.interchange.case_json import parse_case_json, read_case_json
from colivraison.interchange.case_read import read_case, read_case_bytes
from colivraison.interchange.case_schema import case_json_schema
from colivraison.interchange.case_write import write_case_folder
from colivraison.interchange.comparison_report import ComparisonReport
from colivraison.interchange.costs_report import CostsReport
from colivraison.interchange.explanation_report import ExplanationReport
from colivraison.interchange.gazetteer import FoundPlace, Gazetteer, RoadGazetteer
from colivraison.interchange.gpx import gpx
from colivraison.interchange.insertion_report import InsertionReport
from colivraison.interchange.order_words import order_in_json, order_in_words
from colivraison.interchange.outputs import require_output_folder, write_outputs
from colivraison.interchange.plan_json import (
    plan_text,
    plan_to_json,
    round_to_json,
    unserved_to_json,
    write_plan,
)
from colivraison.interchange.plan_reading import plan_from_json, plan_with_rounds, read_plan
from colivraison.interchange.plan_schema import edited_rounds_schema, plan_json_schema
from colivraison.interchange.polyline import decode_polyline, encode_polyline
from colivraison.interchange.preparation_report import PreparationReport
from colivraison.interchange.retime_report import RetimeReport
from colivraison.interchange.rounds_csv import rounds_csv
from colivraison.interchange.sheets import sheet_html
from colivraison.interchange.template import write_template
from colivraison.interchange.totals_document import totals_document
from colivraison.interchange.violation_report import ViolationReport

__all__ = [
    "BaselineReport",
    "CaseReading",
    "ComparisonReport",
    "CostsReport",
    "ExplanationReport",
    "FoundPlace",
    "Gazetteer",
    "InsertionReport",
    "PreparationReport",
    "RetimeReport",
    "RoadGazetteer",
    "ViolationReport",
    "case_json_schema",
    "case_to_json",
    "decode_polyline",
    "edited_rounds_schema",
    "encode_polyline",
    "gpx",
    "order_in_json",
    "order_in_words",
    "parse_case_json",
    "plan_from_json",
    "plan_json_schema",
    "plan_text",
    "plan_to_json",
    "plan_with_rounds",
    "read_case",
    "read_case_bytes",
    "read_case_json",
    "read_plan",
    "require_output_folder",
    "round_to_json",
    "rounds_csv",
    "sheet_html",
    "totals_document",
    "unserved_to_json",
    "write_case_folder",
    "write_outputs",
    "write_plan",
    "write_template",
]

"""The register of the data folder: how many planted faults are found, and how many clean rows are questioned."""

import json
from datetime import date

import pytest

from primary_care.people.register.plans import IMPORTED, Plan, make_plan, state_of
from primary_care.people.register.reading import read_workbook
from primary_care.people.register.report import CODES, make_report
from primary_care.people.register.tests.workbooks import VILLAGES, shared_file


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads(shared_file("register-keluarga.truth.json").read_text())


@pytest.fixture(scope="module")
def plan(truth) -> Plan:
    on = date.fromisoformat(truth["on"])
    return make_plan(read_workbook(shared_file("register-keluarga.xlsx")), VILLAGES, on)


@pytest.fixture(scope="module")
def report(plan, truth) -> dict:
    on = date.fromisoformat(truth["on"])
    return make_report(plan, file="register-keluarga.xlsx", on=on, dry_run=True)


def test_every_row_and_household_is_there(truth, report):
    assert report["rows"] == truth["rows"] == len(report["outcomes"])
    assert report["households"] == truth["households"]
    assert report["imported"] + report["held"] == report["rows"]


def test_every_planted_fault_is_found_under_its_code(truth, report):
    assert set(truth["sheet_rows"]) == set(CODES)
    missed = {
        code: [place for place in places if place not in report["problems"][code]]
        for code, places in truth["sheet_rows"].items()
    }
    assert missed == {code: [] for code in CODES}


def test_no_clean_row_is_questioned(truth, plan):
    planted: set[int] = set()
    for places in truth["sheet_rows"].values():
        for place in places:
            planted.update(place if isinstance(place, list) else [place])
    clean = [row for row in plan.rows if row.number not in planted]
    assert len(clean) > 3300
    assert [row.number for row in clean if state_of(row) != IMPORTED] == []


def test_nothing_else_is_found_but_the_nik_of_five_second_heads(truth, report):
    """Their NIK does carry another date; the list names these rows only as second heads."""
    more = {
        code: [place for place in places if place not in truth["sheet_rows"].get(code, [])]
        for code, places in report["problems"].items()
    }
    assert {code: places for code, places in more.items() if places} == {
        "nik_birth_mismatch": truth["sheet_rows"]["kepala_keluarga_twice"]
    }


def test_the_report_names_nobody(plan, report):
    text = json.dumps(report)
    for row in plan.rows:
        assert row.name is None or row.name not in text
        assert row.nik is None or row.nik.digits not in text
        assert row.kk is None or row.kk.digits not in text

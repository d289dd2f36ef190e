"""Whatever stands in the cells: every row gets an outcome, every filled row one household, and nothing breaks."""

import json
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from primary_care.people.register.plans import HELD, make_plan, state_of
from primary_care.people.register.reading import COLUMNS, RawRow, Workbook
from primary_care.people.register.report import make_report
from primary_care.people.register.rows import plain_cell
from primary_care.people.register.tests.workbooks import BUDI, ON, RINA, SITI, VILLAGES

GOOD = [dict.fromkeys(COLUMNS) | row for row in (BUDI, SITI, RINA)]
ANYTHING = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(datetime(1850, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from([value for row in GOOD for value in row.values()]),
)
ROW = st.builds(
    lambda base, changes: base | changes,
    st.sampled_from([*GOOD, dict.fromkeys(COLUMNS)]),
    st.dictionaries(st.sampled_from(COLUMNS), ANYTHING, max_size=6),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8))
def test_every_row_has_an_outcome(cells):
    workbook = Workbook([RawRow(number, row) for number, row in enumerate(cells, 2)])
    plan = make_plan(workbook, VILLAGES, ON)
    report = make_report(plan, file="a.xlsx", on=ON, dry_run=True)
    assert report["imported"] + report["held"] == len(cells)
    placed = sorted(row.number for household in plan.households for row in household.rows)
    assert placed == [row.number for row in plan.rows if not row.is_blank]
    for row, outcome in zip(plan.rows, report["outcomes"], strict=True):
        assert bool(outcome["reasons"]) == (outcome["state"] != "imported")
        if state_of(row) != HELD:
            assert row.name and (row.birth_date is None or row.birth_date <= ON)
    kept = [{column: plain_cell(value) for column, value in row.raw.items()} for row in plan.rows]
    json.dumps([report, kept], allow_nan=False)
    again = make_plan(workbook, VILLAGES, ON)
    assert [row.problems for row in again.rows] == [row.problems for row in plan.rows]


@settings(max_examples=200, deadline=None)
@given(st.lists(ROW, min_size=2, max_size=8))
def test_of_the_rows_to_import_no_two_share_a_nik_and_no_household_has_two_heads(cells):
    from primary_care.people.register.checks import nik_is_certain

    plan = make_plan(Workbook([RawRow(number, row) for number, row in enumerate(cells, 2)]), VILLAGES, ON)
    certain = [row.nik.digits for row in plan.rows if state_of(row) != HELD and nik_is_certain(row)]
    assert len(certain) == len(set(certain))
    for household in plan.households:
        heads = [
            row
            for row in household.rows
            if row.is_head and state_of(row) != HELD and "kepala_keluarga_twice" not in row.codes()
        ]
        assert len(heads) <= 1

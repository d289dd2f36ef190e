"""How the gaps are found: both sides of an edge, tables that can always tell, statuses that a schedule allows."""

from __future__ import annotations

import pytest

from care_engine.cells import parse_cell
from care_engine.model import Table
from tests.knowledge.always_known import can_always_tell
from tests.knowledge.coverage import allowed, sides, table_gaps
from tests.knowledge.running import Seen, knowledge


def _table(id_: str) -> Table:
    return next(one for one in knowledge().tables if one.id == id_)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("< 7", {(7.0, True)}),
        ("<= 7", {(7.0, False)}),
        ("> 7", {(7.0, False)}),
        (">= 7", {(7.0, True)}),
        ("[7..10)", {(7.0, True), (10.0, True)}),
        ("(7..10]", {(7.0, False), (10.0, False)}),
        ("not(< 7)", {(7.0, True)}),
        ("3, 5", {(3.0, True), (5.0, True)}),
        ("-", set()),
        ("unknown", set()),
    ],
)
def test_where_the_answer_of_a_cell_turns(cell: str, expected: set[tuple[float, bool]]) -> None:
    assert sides(parse_cell(cell)) == expected


def _seen(values: set[float]) -> Seen:
    return Seen(
        outcomes={"anemia-hamil": {("anemia-berat",), ("tidak-anemia",)}},
        rows={"anemia-hamil": {0, 1, 2, 3}},
        values={("anemia-hamil", "hb"): values},
    )


def test_a_table_without_any_case_misses_everything() -> None:
    missing = list(table_gaps(_table("anemia-hamil"), knowledge(), Seen()))
    assert "table anemia-hamil: finds nothing in any case" in missing
    assert len([one for one in missing if " at " in one]) == 6
    assert len([one for one in missing if ": row " in one]) == 4


def test_both_sides_of_every_edge_within_one_step_are_enough() -> None:
    values = {6.9, 7.0, 9.9, 10.0, 10.9, 11.0}
    assert list(table_gaps(_table("anemia-hamil"), knowledge(), _seen(values))) == []


@pytest.mark.parametrize(
    ("instead", "of", "gap"),
    [
        (6.8, 6.9, "hb at 7: just below was never tried"),
        (7.2, 7.0, "hb at 7: there or just above was never tried"),
        (11.2, 11.0, "hb at 11: there or just above was never tried"),
    ],
)
def test_a_value_two_steps_away_does_not_hold_an_edge(instead: float, of: float, gap: str) -> None:
    values = ({6.9, 7.0, 9.9, 10.0, 10.9, 11.0} - {of}) | {instead}
    assert list(table_gaps(_table("anemia-hamil"), knowledge(), _seen(values))) == [f"table anemia-hamil: {gap}"]


def test_a_table_on_one_recorded_item_can_always_tell() -> None:
    assert can_always_tell(_table("anemia-hamil"), knowledge())


def test_a_table_on_the_gestation_cannot_always_tell() -> None:
    assert not can_always_tell(_table("letak-janin"), knowledge())


@pytest.mark.parametrize(
    ("service", "statuses"),
    [
        ("kn1", {"due", "overdue", "done", "missed"}),
        ("anc-kontak", {"not-yet", "done"}),
        ("vitamin-a", {"not-yet", "due", "overdue", "done"}),
        ("ttd-bumil", {"not-yet", "due", "overdue", "done"}),
        ("imunisasi-rv-2", {"not-yet", "due", "overdue", "done", "missed"}),
    ],
)
def test_the_statuses_that_a_schedule_allows(service: str, statuses: set[str]) -> None:
    family = next(one for one in knowledge().families if service in one.services)
    assert allowed(family, service) == statuses

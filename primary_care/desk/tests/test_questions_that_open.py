"""Lists that open from one question, and items that hang on other answers: what is recorded, what is demanded, what stays unknown."""

import json
from datetime import timedelta
from html import unescape
from re import findall
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.decisions.asking import sections
from primary_care.decisions.conditions import Condition
from primary_care.decisions.queries import decide_for
from primary_care.decisions.reading import Reading
from primary_care.desk import access
from primary_care.desk.tests.test_pages import answers_required, visit_form
from primary_care.visits.episodes import open_episode
from primary_care.visits.models import Contact, Observation
from primary_care.visits.tests.world import TODAY


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def bidan(client: Client, world: Any) -> Client:
    """A browser in which the bidan is logged in, and a mother 30 weeks pregnant."""
    hpht = TODAY - timedelta(weeks=30)
    open_episode(world.ibu, kind="kehamilan", facts={"hpht": hpht}, registered_on=TODAY, today=TODAY, by=world.bidan)
    client.force_login(world.bidan)
    return client


def send(browser: Client, person: Any, **typed: Any) -> Any:
    """The answer to a visit form with `typed` filled in."""
    return browser.post(reverse("visit", args=[person.pk]), visit_form(browser, person, **typed))


def sick(browser: Client, world: Any) -> None:
    """The child was said to be ill yesterday."""
    assert send(browser, world.anak, **{"tanggal": "9-6-2026", "i-sakit": "ya"}).status_code == 302


def recorded(person: Any, item: str) -> list[Any]:
    """The lists recorded of an item."""
    return [row.value for row in Observation.objects.filter(contact__person=person, item=item)]


def test_none_of_them_records_that_all_were_looked_for(bidan: Client, world: Any) -> None:
    assert send(bidan, world.ibu, **{"i-tanda-bahaya-hamil": "-", "i-sistolik": "118"}).status_code == 302
    assert recorded(world.ibu, "tanda-bahaya-hamil") == [[]]


def test_a_question_that_was_not_answered_stays_unknown(bidan: Client, world: Any) -> None:
    assert send(bidan, world.ibu, **{"i-sistolik": "118"}).status_code == 302
    assert recorded(world.ibu, "tanda-bahaya-hamil") == []
    assert decide_for(world.ibu, TODAY).value("tanda-bahaya-hamil", "kehamilan") is None


@pytest.mark.parametrize("typed", [["+", "demam"], ["demam"]])
def test_what_is_marked_is_recorded_also_where_the_question_above_was_passed_over(
    bidan: Client, world: Any, typed: list[str]
) -> None:
    assert send(bidan, world.ibu, **{"i-tanda-bahaya-hamil": typed}).status_code == 302
    assert recorded(world.ibu, "tanda-bahaya-hamil") == [["demam"]]


@pytest.mark.parametrize(
    ("typed", "says"), [(["-", "demam"], "tidak dapat dipilih bersama"), (["+"], "Tandai apa saja yang ada")]
)
def test_contradictions_are_asked_about_and_the_marks_are_kept(
    bidan: Client, world: Any, typed: list[str], says: str
) -> None:
    answer = send(bidan, world.ibu, **{"i-tanda-bahaya-hamil": typed})
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page
    for value in typed:
        assert any(
            "checked" in box
            for box in findall(rf'<input [^>]*"i-tanda-bahaya-hamil" value="{value}"[^>]*>'.replace("+", r"\+"), page)
        )
    assert not Contact.objects.exists()  # fmt: skip


@pytest.mark.parametrize("person", ["ibu", "anak"])
def test_danger_signs_and_signs_of_tb_open_from_one_question(bidan: Client, world: Any, person: str) -> None:
    sick(bidan, world)
    page = bidan.get(reverse("visit", args=[getattr(world, person).pk])).content.decode()
    danger = "tanda-bahaya-hamil" if person == "ibu" else "tanda-bahaya-balita"
    for item in (danger, "gejala-tbc"):
        kinds = findall(rf'<input type="(\w+)"[^>]*name="i-{item}" value="([^"]*)"', page)
        assert kinds[:2] == [("radio", "-"), ("radio", "+")]
        assert {kind for kind, _value in kinds[2:]} == {"checkbox"} and len(kinds) > 6


def conditions(reading: Reading, unit: str = "puskesmas", cadre: str = "bidan") -> dict[str, Condition]:
    """What the forms of everything due ask only after other answers."""
    found = sections(reading, [one for one in reading.services if one.wanted], unit, cadre)
    return {item: rule for section in found for item, rule in section.conditions.items()}


@pytest.mark.parametrize(
    ("typed", "opens"),
    [
        ({}, None), ({"sistolik": 139, "diastolik": 89}, False), ({"sistolik": 140}, True), ({"diastolik": 90}, True),
        ({"sistolik": 139}, None), ({"sistolik": 118, "diastolik": 90}, True),
    ],
)  # fmt: skip
def test_the_second_blood_pressure_hangs_on_the_first(
    bidan: Client, world: Any, typed: dict[str, int], opens: bool | None
) -> None:
    rules = conditions(decide_for(world.ibu, TODAY))
    assert rules["sistolik-2"].holds(typed) is opens and rules["diastolik-2"].holds(typed) is opens
    assert rules["sistolik-2"].as_data() == [
        "or",
        [">=", ["field", "sistolik"], 140.0],
        [">=", ["field", "diastolik"], 90.0],
    ]


def test_the_rule_stands_at_the_field_for_the_page_to_read(bidan: Client, world: Any) -> None:
    page = bidan.get(reverse("visit", args=[world.ibu.pk])).content.decode()
    rules = [json.loads(unescape(rule)) for rule in findall(r'data-when="([^"]*)"', page)]
    assert ["or", [">=", ["field", "sistolik"], 140.0], [">=", ["field", "diastolik"], 90.0]] in rules


@pytest.mark.parametrize(("cough", "demanded"), [("0", False), ("3", True)])
def test_what_hangs_on_an_answer_is_demanded_only_after_that_answer(
    bidan: Client, world: Any, cough: str, demanded: bool
) -> None:
    """A sick child: breaths are counted where the child coughs."""
    sick(bidan, world)
    address = reverse("visit", args=[world.anak.pk])
    typed = visit_form(
        bidan, world.anak, **{"l-mtbs": "1", "i-berat-badan-kg": "8,2", "i-suhu-c": "36,8", "i-diare-hari": "0"}
    )
    answer = bidan.post(address, typed | answers_required() | {"i-batuk-hari": cough})
    page = answer.content.decode()
    assert (answer.status_code == 422) is demanded, page
    if demanded:
        assert page.count("Ini perlu diisi untuk layanan") and 'href="#isian-i-napas"' in page
        assert 'href="#isian-i-tanda-dehidrasi"' not in page

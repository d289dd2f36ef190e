"""Reading facts: what is accepted, and every refusal with its place."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from care_engine.model import Knowledge
from care_engine.reading_facts import read_facts
from care_engine.reading_values import FactsError, read_day, read_minute
from care_engine.tests.tiny import label, tiny

LABELS = {"kepala": label("Kepala"), "letak-lintang": label("Lintang"), "ya": label("Ya")}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return tiny(
        {
            "items": [
                {"id": "hb", "type": "number", "unit": "g/dL", "aliases": ["haemoglobin"]},
                {"id": "gravida", "type": "integer"},
                {"id": "demam", "type": "boolean"},
                {"id": "presentasi", "type": "choice", "choices": LABELS, "choice_aliases": {"cephalic": "kepala"}},
                {"id": "keluhan", "type": "choices", "choices": LABELS},
                {"id": "hpht", "type": "date"},
                {"id": "catatan", "type": "text"},
                {"id": "sistolik", "type": "number"},
                {"id": "diastolik", "type": "number"},
                {"id": "ganda", "type": "number", "formula": "hb * 2"},
            ],
            "episodes": [
                {"id": "kehamilan", "starts": "hpht", "outcomes": ["lahir-hidup"]},
                {"id": "nifas", "follows": {"episode": "kehamilan", "outcomes": ["lahir-hidup"]}, "lasts": "42d"},
            ],
            "settings": [
                {"id": "je-endemis", "type": "boolean", "default": False, "aliases": ["je"]},
                {"id": "garis", "type": "number"},
                {
                    "id": "cacing",
                    "type": "choice",
                    "choices": {"rendah": {"id": "R", "en": "L"}, "tinggi": {"id": "T", "en": "H"}},
                },
                {"id": "putaran", "type": "integer"},
                {"id": "kontrol-hari", "type": "integer", "unit": "d", "default": 7},
                {"id": "mulai", "type": "date"},
            ],
            "services": [
                {
                    "id": "anc",
                    "schedule": {"kind": "repeat", "every": "30d", "credit": {"services": ["kontak-umum"]}},
                    "aliases": ["k1"],
                },
                {
                    "id": "campak",
                    "schedule": {
                        "kind": "series",
                        "steps": [{"service": "campak-1", "due": "9m"}, {"service": "campak-2", "due": "18m"}],
                    },
                    "services": [
                        {"id": "campak-1", "label": {"id": "1", "en": "1"}},
                        {"id": "campak-2", "label": {"id": "2", "en": "2"}},
                    ],
                },
            ],
        }
    )


def contact(**data: Any) -> dict[str, Any]:
    return {"on": "2026-06-10", "contacts": [{"on": "2026-06-01", **data}]}


def person(**data: Any) -> dict[str, Any]:
    return {"on": "2026-06-10", "person": data}


def episode(**data: Any) -> dict[str, Any]:
    return {"on": "2026-06-10", "episodes": [{"kind": "kehamilan", "registered": "2026-06-01", **data}]}


@pytest.mark.parametrize(
    ("data", "where", "problem"),
    [
        ([], "the case", "must be a mapping"),
        ({}, "on", "is missing: the day on which to decide"),
        ({"on": "besok"}, "on", "'besok' is not a date; write it as 2026-06-10"),
        ({"on": 20260610}, "on", "is not a date"),
        (person(birth_date="1899-12-31"), "person.birth_date", "1899-12-31 lies outside the years 1900 to 2199"),
        ({"on": "2026-06-10T25:00"}, "on", "is not a date"),
        ({"on": "2026-06-10", "person": []}, "person", "must be a mapping"),
        (person(age=3), "person.age", "is not a key here; known are area, attributes"),
        (person(sex="x"), "person.sex", "'x' must be perempuan or laki-laki"),
        (person(birth_date="2026-06-11"), "person.birth_date", "lies after the day of the decision"),
        (person(birth_date="11/06/2026"), "person.birth_date", "is not a date"),
        (person(birth_date="2026-06-01", birth_time="25:00"), "person.birth_time", "'25:00' is not a time"),
        (person(area={"x": 1}), "person.area.x", "'x' is not an area setting; see knowledge/areas"),
        (person(area={"je": "mungkin"}), "person.area.je", "'mungkin' must be true or false (je-endemis)"),
        (person(area={"cacing": "banyak"}), "person.area.cacing", "'banyak' is not one of rendah, tinggi (cacing)"),
        (person(area={"garis": "tiga"}), "person.area.garis", "'tiga' is not a number (garis)"),
        (person(area={"garis": True}), "person.area.garis", "'True' is not a number"),
        (person(area={"garis": float("nan")}), "person.area.garis", "'nan' is not a number"),
        (person(area={"putaran": 1.5}), "person.area.putaran", "1.5 must be a whole number (putaran)"),
        (person(area={"kontrol_hari": -1}), "person.area.kontrol_hari", "-1 must be 0 days or more (kontrol-hari)"),
        (person(area={"mulai": "besok"}), "person.area.mulai", "'besok' is not a date"),
        (person(attributes={"x": 1}), "person.attributes.x", "'x' is not in the vocabulary"),
        (person(deceased_on="x"), "person.deceased_on", "is not a date"),
        (person(moved_out_on="x"), "person.moved_out_on", "is not a date"),
        ({"on": "2026-06-10", "contacts": {}}, "contacts", "must be a list"),
        ({"on": "2026-06-10", "contacts": [3]}, "contacts[0]", "must be a mapping"),
        ({"on": "2026-06-10", "contacts": [{}]}, "contacts[0].on", "is missing: the day of the contact"),
        (contact(place="x"), "contacts[0].place", "is not a key here; known are at, cadre, contraindicated"),
        (contact(at="25:10"), "contacts[0].at", "'25:10' is not a time; write it as \"10:30\""),
        (contact(at=1440), "contacts[0].at", "is not a time"),
        (contact(observations=[1]), "contacts[0].observations", "must be a mapping"),
        (contact(observations={"x": 1}), "contacts[0].observations.x", "'x' is not in the vocabulary"),
        (contact(observations={"hb": "tinggi"}), "contacts[0].observations.hb", "'tinggi' is not a number (hb, g/dL)"),
        (contact(observations={"hb": True}), "contacts[0].observations.hb", "'True' is not a number"),
        (contact(observations={"hb": float("inf")}), "contacts[0].observations.hb", "inf is not a number that can be"),
        (contact(observations={"gravida": float("nan")}), "contacts[0].observations.gravida", "nan is not a number"),
        (contact(observations={"gravida": 1.5}), "contacts[0].observations.gravida", "1.5 must be a whole number"),
        (contact(observations={"demam": "mungkin"}), "contacts[0].observations.demam", "must be true or false"),
        (contact(observations={"presentasi": "x"}), "contacts[0].observations.presentasi", "'x' is not one of kepala,"),
        (contact(observations={"keluhan": ["ya", "x"]}), "contacts[0].observations.keluhan", "'x' is not one of"),
        (contact(observations={"hpht": "kemarin"}), "contacts[0].observations.hpht", "'kemarin' is not a date"),
        (contact(observations={"ganda": 3}), "contacts[0].observations.ganda", "'ganda' is worked out by Simpul"),
        (contact(observations={"td": "120"}), "contacts[0].observations.td", "'120' must be like 120/80"),
        (contact(observations={"td": "a/80"}), "contacts[0].observations.td", "'a' is not a number"),
        (contact(services="anc"), "contacts[0].services", "must be a list"),
        (contact(services=["x"]), "contacts[0].services", "'x' is not a service; see docs/generated/layanan.md"),
        (contact(declined=["x"]), "contacts[0].declined", "'x' is not a service"),
        (contact(deferred={"x": {}}), "contacts[0].deferred", "'x' is not a service"),
        (contact(deferred={"anc": 3}), "contacts[0].deferred.anc", "must be a mapping"),
        (contact(deferred={"anc": {"until": "x"}}), "contacts[0].deferred.anc.until", "'x' is not a date"),
        (contact(declined=["kontak-umum"]), "contacts[0].declined", "'kontak-umum' is a name for contacts, no service"),
        (contact(contraindicated={"x": "a"}), "contacts[0].contraindicated", "'x' is not a service"),
        (
            {**contact(), "person": {"birth_date": "2026-06-02"}},
            "contacts",
            "a contact on 2026-06-01 lies before the birth",
        ),
        (
            {"on": "2026-06-10", "episodes": [{"kind": "x"}]},
            "episodes[0].kind",
            "'x' is not a kind of episode; known are",
        ),
        (episode(outcome="x"), "episodes[0].outcome", "'x' is not one of lahir-hidup"),
        (
            episode(outcome="lahir-hidup"),
            "episodes[0].outcome",
            "says how the episode ended, but not when; write ended",
        ),
        (
            {
                "on": "2026-06-10",
                "episodes": [
                    {"kind": "kehamilan", "registered": "2026-01-01", "hpht": "2026-05-01", "ended": "2026-03-01"}
                ],
            },
            "episodes[0].ended",
            "the episode ends before it starts",
        ),
        (episode(x=1), "episodes[0].x", "'x' is not in the vocabulary"),
        (episode(hpht="x"), "episodes[0].hpht", "'x' is not a date"),
        (episode(hpht="2026-05-01", ended="2026-04-01"), "episodes[0].ended", "the episode ends before it starts"),
        (
            {**episode(), "person": {"sex": "laki-laki"}},
            "episodes[0]",
            "a man cannot have the episode kehamilan; check person.sex",
        ),
    ],
)
def test_a_refusal_names_the_place(knowledge: Knowledge, data: Any, where: str, problem: str) -> None:
    with pytest.raises(FactsError) as caught:
        read_facts(data, knowledge)
    assert caught.value.where == where
    assert problem in caught.value.problem
    assert str(caught.value) == f"{where}: {caught.value.problem}"


@pytest.mark.parametrize(
    ("item", "given", "value"),
    [
        ("hb", "10,5", 10.5),
        ("hb", 11, 11.0),
        ("haemoglobin", 11, 11.0),
        ("gravida", "2", 2.0),
        ("demam", "Ya", True),
        ("demam", "tidak", False),
        ("demam", True, True),
        ("presentasi", "kepala", "kepala"),
        ("presentasi", "cephalic", "kepala"),
        ("presentasi", "Letak Lintang", "letak-lintang"),
        ("presentasi", True, "ya"),
        ("keluhan", ["kepala", "ya"], frozenset({"kepala", "ya"})),
        ("keluhan", "kepala", frozenset({"kepala"})),
        ("keluhan", [], frozenset()),
        ("hpht", date(2026, 6, 1), date(2026, 6, 1).toordinal()),
        ("hpht", "2026-06-01", date(2026, 6, 1).toordinal()),
        ("catatan", 12, "12"),
    ],
)
def test_a_value_is_read(knowledge: Knowledge, item: str, given: Any, value: Any) -> None:
    facts, _, _ = read_facts(contact(observations={item: given}), knowledge)
    (read,) = facts.contacts[0].values.values()
    assert read == value
    assert type(read) is type(value)


def test_blood_pressure_in_one(knowledge: Knowledge) -> None:
    facts, _, _ = read_facts(contact(observations={"td": "120/80"}), knowledge)
    assert facts.contacts[0].values == {"sistolik": 120.0, "diastolik": 80.0}


def test_what_is_not_known_is_not_recorded(knowledge: Knowledge) -> None:
    facts, _, _ = read_facts(contact(observations={"hb": None, "demam": "tidak diketahui"}), knowledge)
    assert facts.contacts[0].values == {}


def test_days_and_times() -> None:
    june = date(2026, 6, 10).toordinal()
    assert read_day(datetime(2026, 6, 10, 9, 30), "x") == (june, 570)
    assert read_day("2026-06-10T09:30", "x") == (june, 570)
    assert read_day("2026-06-10 09.30", "x") == (june, 570)
    assert read_day("2026-06-10", "x") == (june, None)
    assert [read_minute(value, "x") for value in (None, 300, "05:00", "5.00", "05:00:30")] == [None, 300, 300, 300, 300]


def test_later_facts_are_left_out_and_the_order_is_day_then_sequence(knowledge: Knowledge) -> None:
    data = {
        "on": "2026-06-10",
        "contacts": [
            {"on": "2026-06-05", "unit": "pustu"},
            {"on": "2026-06-11", "unit": "rumah"},
            {"on": "2026-06-01", "unit": "posyandu"},
            {"on": "2026-06-05", "unit": "puskesmas"},
        ],
    }
    facts, _, _ = read_facts(data, knowledge)
    assert [one.unit for one in facts.contacts] == ["posyandu", "pustu", "puskesmas"]


@pytest.mark.parametrize(
    ("written", "unit"), [("PK", "puskesmas"), ("Posyandu", "posyandu"), ("FKRTL", "rumah-sakit"), ("KR", "rumah")]
)
def test_units_are_known_by_their_printed_codes(knowledge: Knowledge, written: str, unit: str) -> None:
    facts, _, _ = read_facts({"on": "2026-06-10", "contacts": [{"on": "2026-06-10", "unit": written}]}, knowledge)
    assert facts.contacts[0].unit == unit


@pytest.mark.parametrize("wrong", [{"unit": "apotek"}, {"cadre": "dukun"}])
def test_an_unknown_unit_or_cadre_is_refused(knowledge: Knowledge, wrong: dict[str, str]) -> None:
    with pytest.raises(FactsError, match=r"contacts\[0\]\.(unit|cadre): '(apotek|dukun)' is not known"):
        read_facts({"on": "2026-06-10", "contacts": [{"on": "2026-06-10", **wrong}]}, knowledge)


def test_names_are_found_by_alias(knowledge: Knowledge) -> None:
    facts, _, _ = read_facts(contact(services=["k1", "kontak_umum"]), knowledge)
    assert facts.contacts[0].services == {"anc", "kontak-umum"}
    facts, _, _ = read_facts(person(area={"je": True}, sex="P"), knowledge)
    assert facts.area == {"je-endemis": True}
    assert facts.sex == "perempuan"


def test_what_an_area_says_is_kept(knowledge: Knowledge) -> None:
    said = {"je": None, "garis": -2.5, "putaran": -1, "kontrol_hari": 0, "mulai": "2026-06-01"}
    facts, _, _ = read_facts(person(area=said), knowledge)
    assert facts.area == {
        "je-endemis": None,
        "garis": -2.5,
        "putaran": -1,
        "kontrol-hari": 0,
        "mulai": date(2026, 6, 1),
    }


@pytest.mark.parametrize(
    ("data", "start", "registered", "end"),
    [
        ({"registered": "2026-06-01"}, "2026-06-01", "2026-06-01", None),
        ({"registered": "2026-06-01", "hpht": "2026-05-01"}, "2026-05-01", "2026-06-01", None),
        ({"registered": "2026-06-01", "hpht": "2026-06-05"}, "2026-06-01", "2026-06-01", None),
        ({"registered": "2026-06-01", "start": "2026-04-01"}, "2026-04-01", "2026-06-01", None),
        ({"registered": "2026-06-01", "ended": "2026-06-09"}, "2026-06-01", "2026-06-01", "2026-06-09"),
        (
            {"registered": "2026-06-01", "ended": "2026-06-11", "outcome": "lahir-hidup"},
            "2026-06-01",
            "2026-06-01",
            None,
        ),
        ({"hpht": "2026-05-01"}, "2026-05-01", "2026-05-20", None),
    ],
)
def test_when_an_episode_starts(
    knowledge: Knowledge, data: dict[str, Any], start: str, registered: str, end: str | None
) -> None:
    whole = {"on": "2026-06-10", "episodes": [{"kind": "kehamilan", **data}], "contacts": [{"on": "2026-05-20"}]}
    (read,) = read_facts(whole, knowledge)[0].episodes
    shown = [
        None if one is None else date.fromordinal(one).isoformat() for one in (read.start, read.registered, read.end)
    ]
    assert shown == [start, registered, end]


def test_an_episode_that_lasts_ends_by_itself(knowledge: Knowledge) -> None:
    (read,) = read_facts({"on": "2026-06-10", "episodes": [{"kind": "nifas", "start": "2026-06-01"}]}, knowledge)[
        0
    ].episodes
    assert read.end == date(2026, 7, 13).toordinal()


def test_a_family_stands_for_all_its_services(knowledge: Knowledge) -> None:
    """A whole vaccine is declined, put off or not allowed by the name of its series."""
    said = {
        "declined": ["campak"],
        "deferred": {"campak": {"until": "2026-07-01"}},
        "contraindicated": {"campak": "alergi"},
    }
    (read,) = read_facts(contact(**said), knowledge)[0].contacts
    assert read.declined == {"campak-1", "campak-2"}
    assert read.deferred.keys() == {"campak-1", "campak-2"}
    assert read.contraindicated == {"campak-1": "alergi", "campak-2": "alergi"}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({"campak-1": "alergi"}, {"campak-1": "alergi", "campak-2": "alergi"}),
        ({"campak-2": "alergi"}, {"campak-1": "alergi", "campak-2": "alergi"}),
        ({"campak-1": "alergi", "campak-2": "kejang"}, {"campak-1": "alergi", "campak-2": "kejang"}),
        ({"campak-2": "kejang", "campak": "alergi"}, {"campak-1": "alergi", "campak-2": "alergi"}),
        ({"anc": "lain"}, {"anc": "lain"}),
    ],
)
def test_what_is_not_allowed_at_one_dose_is_not_allowed_at_the_others(
    knowledge: Knowledge, said: dict[str, str], read: dict[str, str]
) -> None:
    assert read_facts(contact(contraindicated=said), knowledge)[0].contacts[0].contraindicated == read

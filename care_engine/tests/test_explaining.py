"""Sentences in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from care_engine.bedside import Decision, decide
from care_engine.decision_json import as_json
from care_engine.explaining import why, why_not
from care_engine.reading_facts import read_facts
from care_engine.tests.tiny import tiny
from care_engine.wording import day, number, value_text

KNOWLEDGE = tiny(
    {
        "items": [
            {
                "id": "hb",
                "label": {"id": "Hemoglobin", "en": "Haemoglobin"},
                "type": "number",
                "unit": "g/dL",
                "decimals": 1,
            },
            {"id": "suhu", "type": "number"},
            {
                "id": "keluhan",
                "type": "choices",
                "choices": {"a": {"id": "pusing", "en": "dizzy"}, "b": {"id": "mual", "en": "sick"}},
            },
            {"id": "lulus", "type": "boolean"},
            {"id": "hpht", "label": {"id": "HPHT", "en": "last period"}, "type": "date"},
        ],
        "episodes": [
            {
                "id": "kehamilan",
                "label": {"id": "Kehamilan", "en": "Pregnancy"},
                "starts": "hpht",
                "outcomes": ["abortus"],
            }
        ],
        "settings": [
            {"id": "je", "label": {"id": "Endemis JE", "en": "JE endemic"}, "type": "boolean", "default": False}
        ],
        "findings": [
            {"id": "anemia", "because": {"id": "Hb {hb}, keluhan {keluhan}", "en": "Hb {hb}, complaints {keluhan}"}},
            {"id": "demam", "label": {"id": "Demam", "en": "Fever"}},
        ],
        "tables": [
            {"id": "t", "inputs": ["hb"], "rows": [{"when": ["< 11"], "then": "anemia"}]},
            {
                "id": "u",
                "inputs": [{"name": "panas", "value": "latest(suhu)"}, "lulus"],
                "triggered_by": ["suhu"],
                "rows": [{"when": [">= 38", "-"], "then": "demam"}],
            },
        ],
        "services": [
            {
                "id": "timbang",
                "for": {"sex": "perempuan", "age": {"until": "59m"}},
                "schedule": {
                    "kind": "window",
                    "anchor": "birth",
                    "steps": [{"from": "1m", "due": "2m", "until": "3m"}],
                },
            },
            {
                "id": "hb0",
                "schedule": {
                    "kind": "window",
                    "anchor": "birth",
                    "grace": "1d",
                    "steps": [{"from": "0d", "until": "2d", "late_until": "7d"}],
                },
            },
            {
                "id": "anc",
                "for": {"episode": "kehamilan"},
                "schedule": {
                    "kind": "window",
                    "anchor": "latest(hpht)",
                    "grace": "7d",
                    "steps": [{"from": "0d", "due": "8w"}],
                },
            },
            {"id": "ulang", "for": {"area": {"je": True}}, "schedule": {"kind": "repeat", "every": "30d"}},
            {"id": "syarat", "for": {"when": "latest(hb) < 7"}, "schedule": {"kind": "repeat", "every": "30d"}},
            {
                "id": "susulan",
                "schedule": {"kind": "window", "anchor": "found_on(demam)", "steps": [{"from": "0d", "due": "7d"}]},
            },
            {
                "id": "sesudah",
                "label": {"id": "Sesudah", "en": "After"},
                "schedule": {"kind": "window", "anchor": "given_on(timbang)", "steps": [{"from": "0d", "due": "7d"}]},
            },
        ],
    }
)


def decided(on: str = "2026-06-10", **data: Any) -> Decision:
    facts, today, _ = read_facts({"on": on, **data}, KNOWLEDGE)
    return decide(facts, today, KNOWLEDGE)


def sentence(decision: Decision, service: str, language: str) -> str:
    return why(next(one for one in decision.services if one.service.id == service), decision, language)


def test_days_and_numbers() -> None:
    june = date(2026, 6, 3).toordinal()
    assert (day(june, "id"), day(june, "en")) == ("3 Juni 2026", "3 June 2026")
    assert [number(10.5, "id"), number(10.5, "en"), number(11.0, "id"), number(1.234, "id")] == [
        "10,5",
        "10.5",
        "11",
        "1,23",
    ]
    assert number(10.5, "id", 2) == "10,50"


@pytest.mark.parametrize(
    ("item", "value", "indonesian", "english"),
    [
        ("hb", 10.5, "10,5 g/dL", "10.5 g/dL"),
        ("hb", 11.0, "11 g/dL", "11 g/dL"),
        ("hb", None, "tidak diketahui", "unknown"),
        ("lulus", True, "ya", "yes"),
        ("lulus", False, "tidak", "no"),
        ("keluhan", frozenset({"b", "a"}), "pusing, mual", "dizzy, sick"),
        ("keluhan", frozenset(), "-", "-"),
        ("hpht", date(2026, 6, 3).toordinal(), "3 Juni 2026", "3 June 2026"),
    ],
)
def test_values(item: str, value: Any, indonesian: str, english: str) -> None:
    shown = KNOWLEDGE.items[item]
    assert (value_text(shown, value, "id"), value_text(shown, value, "en")) == (indonesian, english)


CHILD = {"person": {"sex": "perempuan", "birth_date": "2026-03-10"}}


@pytest.mark.parametrize(
    ("on", "extra", "indonesian", "english"),
    [
        (
            "2026-04-20",
            {},
            "Belum waktunya: mulai 10 Mei 2026. Karena usia 1 bulan 10 hari. Boleh dilakukan sekarang.",
            "Not yet: from 10 May 2026. Because of the age of 1 months 10 days. May be done now.",
        ),
        (
            "2026-05-10",
            {},
            "Jatuh tempo 10 Mei 2026, paling lambat 9 Juli 2026. Karena usia 2 bulan 0 hari.",
            "Due on 10 May 2026, at the latest 9 July 2026. Because of the age of 2 months 0 days.",
        ),
        (
            "2026-06-12",
            {},
            "Terlambat 33 hari (jatuh tempo 10 Mei 2026), paling lambat 9 Juli 2026. Karena usia 3 bulan 2 hari.",
            "Overdue by 33 days (due on 10 May 2026), at the latest 9 July 2026. Because of the age of 3 months 2 days.",
        ),
        (
            "2026-08-10",
            {},
            "Terlewat: batasnya 9 Juli 2026. Karena usia 5 bulan 0 hari.",
            "Missed: the last day was 9 July 2026. Because of the age of 5 months 0 days.",
        ),
        (
            "2026-06-10",
            {"contacts": [{"on": "2026-06-09", "unit": "pustu", "services": ["timbang"]}]},
            "Sudah dilakukan 9 Juni 2026.",
            "Done on 9 June 2026.",
        ),
        (
            "2026-06-10",
            {"contacts": [{"on": "2026-06-09", "unit": "pustu", "declined": ["timbang"]}]},
            "Ditolak; tawarkan lagi pada kontak berikutnya.",
            "Declined; offer again at the next contact.",
        ),
        (
            "2026-06-10",
            {
                "contacts": [
                    {
                        "on": "2026-06-09",
                        "unit": "pustu",
                        "deferred": {"timbang": {"until": "2026-06-20", "because": "demam"}},
                    }
                ]
            },
            "Ditunda sampai 20 Juni 2026: demam.",
            "Deferred until 20 June 2026: demam.",
        ),
        (
            "2026-06-10",
            {"contacts": [{"on": "2026-06-09", "unit": "pustu", "contraindicated": {"timbang": "alergi"}}]},
            "Tidak boleh diberikan: alergi.",
            "Must not be given: alergi.",
        ),
    ],
)
def test_why_a_service_stands_where_it_stands(on: str, extra: dict[str, Any], indonesian: str, english: str) -> None:
    decision = decided(on, **CHILD, **extra)
    assert (sentence(decision, "timbang", "id"), sentence(decision, "timbang", "en")) == (indonesian, english)


def test_after_the_close_the_last_day_is_the_one_on_which_it_still_counts() -> None:
    """Birth on 10 March, in time until the 12th, counted as late until the 17th."""
    said = {
        on: sentence(decided(on, **CHILD), "hb0", "en").split(" Because")[0]
        for on in ("2026-03-12", "2026-03-13", "2026-03-18")
    }
    assert said == {
        "2026-03-12": "Overdue by 2 days (due on 10 March 2026), at the latest 12 March 2026.",
        "2026-03-13": "Overdue by 3 days (due on 10 March 2026); still counts, as late, until 17 March 2026.",
        "2026-03-18": "Missed: the last day was 17 March 2026.",
    }
    assert "; masih dihitung, sebagai terlambat, sampai 17 Maret 2026." in sentence(
        decided("2026-03-13", **CHILD), "hb0", "id"
    )


def test_what_it_is_counted_from() -> None:
    decision = decided(
        person={"sex": "perempuan"},
        episodes=[{"kind": "kehamilan", "registered": "2026-05-01", "hpht": "2026-04-01"}],
        contacts=[{"on": "2026-06-09", "unit": "pustu", "observations": {"suhu": 39}, "services": ["timbang"]}],
    )
    assert sentence(
        decision, "anc", "id"
    ) == "Jatuh tempo 27 Mei 2026. Karena usia kehamilan 10 minggu 0 hari (HPHT 1 April 2026)." or sentence(
        decision, "anc", "id"
    ).startswith("Terlambat")
    assert "(last period 1 April 2026)" in sentence(decision, "anc", "en")
    assert sentence(decision, "susulan", "id").endswith("Karena Demam pada 9 Juni 2026. Boleh dilakukan sekarang.")
    assert sentence(decision, "susulan", "en").endswith("Because of: Fever, 9 June 2026. May be done now.")
    assert "Setelah timbang pada 9 Juni 2026." in sentence(decision, "sesudah", "id")
    assert "After timbang on 9 June 2026." in sentence(decision, "sesudah", "en")


def test_what_is_missing() -> None:
    decision = decided()
    assert sentence(decision, "syarat", "id") == "Belum dapat ditentukan: Hemoglobin belum dicatat."
    assert sentence(decision, "syarat", "en") == "Cannot tell yet: Haemoglobin not recorded."
    assert as_json(decision, "en")["unknown"] == [
        {"item": "birth", "label": "birth date", "needed_for": ["timbang"]},
        {"item": "hb", "label": "Haemoglobin", "needed_for": ["syarat"]},
    ] or {one["item"] for one in as_json(decision)["unknown"]} >= {"hb"}


def test_why_a_finding_was_made() -> None:
    contacts = [
        {"on": "2026-06-08", "unit": "pustu", "observations": {"keluhan": ["a"]}},
        {"on": "2026-06-09", "unit": "pustu", "observations": {"hb": 10.5, "suhu": 38.25}},
        {"on": "2026-06-10", "unit": "pustu", "observations": {"keluhan": ["b"]}},
    ]
    decision = decided(contacts=contacts)
    said = {
        language: {one["id"]: one["because"] for one in as_json(decision, language)["findings"]}
        for language in ("id", "en")
    }
    # what was known when the finding was made, not what came after
    assert said["id"] == {"anemia": "Hb 10,5, keluhan pusing", "demam": "suhu 38,25"}
    assert said["en"] == {"anemia": "Hb 10.5, complaints dizzy", "demam": "suhu 38.25"}


@pytest.mark.parametrize(
    ("family", "person", "indonesian", "english"),
    [
        ("timbang", {"sex": "laki-laki"}, "Layanan ini untuk perempuan.", "This service is for women."),
        (
            "timbang",
            {"sex": "perempuan", "birth_date": "2000-01-01"},
            "Umurnya di luar sasaran layanan ini.",
            "The age is outside this service's target.",
        ),
        ("anc", {}, "Tidak sedang: kehamilan.", "Not now: pregnancy."),
        ("ulang", {}, "Tidak berlaku di wilayah ini: Endemis JE.", "Does not apply in this area: JE endemic."),
        (
            "susulan",
            {},
            "Syarat layanan ini tidak terpenuhi saat ini.",
            "The condition of this service is not met now.",
        ),
        ("ulang", {"area": {"je": True}}, "", ""),
    ],
)
def test_why_a_service_does_not_concern_the_person(
    family: str, person: dict[str, Any], indonesian: str, english: str
) -> None:
    decision = decided(person=person)
    of = next(one for one in KNOWLEDGE.families if one.id == family)
    assert (why_not(decision.person, of, "id"), why_not(decision.person, of, "en")) == (indonesian, english)

"""What a condition needs, said tree by tree. That the needs are true of people is held by `tests/generative/test_necessary.py`."""

from __future__ import annotations

import pytest

from care_engine.model import Knowledge
from care_engine.parsing import parse
from care_engine.population.necessary import to_be_known, to_be_true
from care_engine.tests.tiny import label, tiny

NUMBERS = ("hb", "nadi", "suhu", "berat", "panjang")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    items = [
        *({"id": one, "type": "number"} for one in NUMBERS),
        {"id": "pucat", "type": "boolean"},
        {"id": "tanda", "type": "choices", "choices": {"kejang": label("kejang")}},
        {"id": "selisih", "type": "number", "formula": "hb - nadi"},
        {"id": "anemia", "type": "boolean", "formula": "hb < 11"},
    ]
    return tiny({"items": items, "services": [{"id": "periksa", "schedule": {"kind": "repeat", "every": "30d"}}]})


def said(needs: tuple[frozenset[tuple[str, str]], ...]) -> list[str]:
    """`here hb | once nadi` for each need; a need that nothing meets is `never`."""
    return sorted(" | ".join(sorted(f"{where} {id_}".strip() for where, id_ in need)) or "never" for need in needs)


TRUE = {
    # words
    "true": [],
    "false": ["never"],
    "unknown": ["never"],
    "pucat": ["here pucat"],
    "anemia": ["here hb"],
    # joined
    "pucat and hb < 11": ["here hb", "here pucat"],
    "pucat or hb < 11": ["here hb | here pucat"],
    "pucat or true": [],
    "true or pucat": [],
    "pucat or false": ["here pucat"],
    "pucat else hb < 11": ["here hb | here pucat"],
    "(pucat and hb < 11) or nadi > 100": ["here nadi | here pucat"],
    "nadi > 100 or ((pucat or hb < 1) and suhu > 38)": ["here nadi | here suhu"],
    "((pucat or hb < 1) and suhu > 38) or nadi > 100": ["here nadi | here suhu"],
    "given(periksa) else pucat": ["given periksa | here pucat"],
    "not pucat": ["here pucat"],
    "not (pucat and hb < 11)": [],
    # known and unknown
    "hb is known": ["here hb"],
    "(hb + nadi) is known": ["here hb", "here nadi"],
    "hb is unknown": [],
    "birth is unknown": ["no-birth"],
    "birth is known": [],
    "birth is unknown and hb > 1": ["here hb", "no-birth"],
    # what was given
    "given(periksa)": ["given periksa"],
    "not given(periksa)": [],
    "given(periksa) or pucat": ["given periksa | here pucat"],
    "given(periksa) is known": [],
    # functions that may be true of nothing
    "exists(pucat)": [],
    "count(hb) = 0": [],
    "at_least(0, pucat)": [],
    "min(hb, nadi) > 1": [],
    "now(hb) > 1": [],
    "umur-bulan >= 6": [],
    "sex = 'perempuan'": [],
}

KNOWN = {
    # reckoned
    "hb": ["here hb"],
    "-hb": ["here hb"],
    "selisih": ["here hb", "here nadi"],
    "hb + nadi": ["here hb", "here nadi"],
    "hb - nadi": ["here hb", "here nadi"],
    "hb * nadi": ["here hb", "here nadi"],
    "hb / nadi": ["here hb", "here nadi"],
    "hb ^ nadi": ["here hb", "here nadi"],
    "latest_on(hb) + 2m": ["once hb"],
    "hb else nadi": ["here hb | here nadi"],
    "hb else 0": [],
    "if pucat then hb else nadi": ["here pucat"],
    # compared
    "hb < nadi": ["here hb", "here nadi"],
    "hb <= nadi": ["here hb", "here nadi"],
    "hb > nadi": ["here hb", "here nadi"],
    "hb >= nadi": ["here hb", "here nadi"],
    "hb = nadi": ["here hb", "here nadi"],
    "hb != nadi": ["here hb", "here nadi"],
    "tanda contains 'kejang'": ["here tanda"],
    "hb in (nadi, 2)": ["here hb"],
    "pucat and anemia": [],
    "pucat or anemia": [],
    # strict functions
    "abs(hb)": ["here hb"],
    "round(hb)": ["here hb"],
    "floor(hb)": ["here hb"],
    "size(tanda)": ["here tanda"],
    "days(latest_on(hb), first_on(nadi))": ["once hb", "once nadi"],
    "months(latest_on(hb), today)": ["once hb"],
    "years(latest_on(hb), today)": ["once hb"],
    "month_index(latest_on(hb))": ["once hb"],
    # of the life
    **{
        f"{function}(hb{rest})": ["once hb"]
        for function, rest in [
            ("latest", ""),
            ("latest", ", 30"),
            ("latest_on", ""),
            ("latest_where", ", pucat"),
            ("latest_where_on", ", pucat"),
            ("latest_between", ", 1, 7"),
            ("latest_between_on", ", 1, 7"),
            ("previous", ""),
            ("previous_on", ""),
            ("previous_where", ", pucat"),
            ("previous_where_on", ", pucat"),
            ("first", ""),
            ("first_on", ""),
        ]
    },
    "latest_ever(hb)": ["ever hb"],
    "latest_ever_on(hb)": ["ever hb"],
    "latest(selisih)": [],
    "latest_ever(selisih)": [],
    "count(hb)": [],
    # growth: the measures, not the age, nor how somebody was measured
    "zscore('bb-u', hb, berat)": ["here berat"],
    "zflag('bb-u', hb, berat)": ["here berat"],
    "zscore('pb-u', hb, panjang, nadi)": ["here panjang"],
    "zscore('lk-u', hb, panjang)": ["here panjang"],
    "zscore('bb-pb', hb, berat, panjang, nadi)": ["here berat", "here panjang"],
    "zscore('imt-u', hb, berat, panjang, nadi)": ["here berat", "here panjang"],
}


@pytest.mark.parametrize(("text", "needs"), TRUE.items())
def test_what_must_be_recorded_for_a_condition_to_be_true(text: str, needs: list[str], knowledge: Knowledge) -> None:
    assert said(to_be_true(parse(text), knowledge)) == needs


@pytest.mark.parametrize(("text", "needs"), KNOWN.items())
def test_what_must_be_recorded_for_a_value_to_be_known(text: str, needs: list[str], knowledge: Knowledge) -> None:
    assert said(to_be_known(parse(text), knowledge)) == needs

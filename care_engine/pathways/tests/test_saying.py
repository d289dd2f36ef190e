"""Rules in words, in both languages; a limit is said as it stands."""

from __future__ import annotations

import pytest

from care_engine.cells import parse_cell
from care_engine.dates import Span
from care_engine.loading import load_knowledge
from care_engine.model import Input, Who
from care_engine.parsing import parse
from care_engine.pathways.saying import Words
from care_engine.pathways.timing import times


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(load_knowledge(), "id")


@pytest.fixture(scope="module")
def english() -> Words:
    return Words(load_knowledge(), "en")


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        ("sistolik >= 140", "Tekanan darah sistolik ≥ 140 mmHg", "Tekanan darah sistolik < 140 mmHg"),
        (
            "sistolik >= 140 or diastolik >= 90",
            "Tekanan darah sistolik ≥ 140 mmHg atau Tekanan darah diastolik ≥ 90 mmHg",
            "Tekanan darah sistolik < 140 mmHg dan Tekanan darah diastolik < 90 mmHg",
        ),
        ("(hb < 7) else false", "Hemoglobin (Hb) < 7 g/dL", "Hemoglobin (Hb) ≥ 7 g/dL"),
        ("usia-kehamilan > 24w1d", "Usia kehamilan > 24 minggu 1 hari", "Usia kehamilan ≤ 24 minggu 1 hari"),
        ("umur-bulan >= 6", "Umur ≥ 6 bulan", "Umur < 6 bulan"),
        (
            "latest(hb, 30d) < 11",
            "Hemoglobin (Hb) (30 hari terakhir) < 11 g/dL",
            "Hemoglobin (Hb) (30 hari terakhir) ≥ 11 g/dL",
        ),
        ("found(kek)", "Kurang energi kronik (KEK)", "tanpa Kurang energi kronik (KEK)"),
        ("ever_found(kek)", "pernah Kurang energi kronik (KEK)", "belum pernah Kurang energi kronik (KEK)"),
        ("hb is known", "Hemoglobin (Hb) tercatat", "Hemoglobin (Hb) belum tercatat"),
        (
            "done_on(anc-k6) is unknown",
            "K6 – pemeriksaan menjelang lahir belum dilakukan",
            "K6 – pemeriksaan menjelang lahir sudah dilakukan",
        ),
        ("in_episode('nifas')", "dalam masa nifas", "di luar masa nifas"),
        ("cadre in ('bidan', 'dokter')", "bidan atau dokter", "bukan bidan atau dokter"),
        (
            "status(anc-k2) = 'overdue'",
            "K2 – pemeriksaan trimester 2 pertama: terlambat",
            "K2 – pemeriksaan trimester 2 pertama: bukan terlambat",
        ),
        (
            "sistolik >= 140 and (hb < 7 or hb > 18)",
            "Tekanan darah sistolik ≥ 140 mmHg dan (Hemoglobin (Hb) < 7 g/dL atau Hemoglobin (Hb) > 18 g/dL)",
            "Tekanan darah sistolik < 140 mmHg atau (Hemoglobin (Hb) ≥ 7 g/dL dan Hemoglobin (Hb) ≤ 18 g/dL)",
        ),
    ],
)
def test_a_condition_and_its_contrary(rule: str, yes: str, no: str, words: Words) -> None:
    assert words.truth(parse(rule)) == yes
    assert words.truth(parse(rule), False) == no


@pytest.mark.parametrize(
    ("name", "value", "cell", "said"),
    [
        ("hb", "hb", "[7..10)", "Hemoglobin (Hb) 7 sampai kurang dari 10 g/dL"),
        ("hb", "latest(hb)", ">= 11", "Hemoglobin (Hb) ≥ 11 g/dL"),
        ("usia", "usia-kehamilan", "< 20w0d", "Usia kehamilan < 20 minggu"),
        ("z", "z-bb-u", "< -3", "Z-score BB/U < −3 SD"),
        ("hb", "hb", "known", "Hemoglobin (Hb) tercatat"),
    ],
)
def test_a_cell(name: str, value: str, cell: str, said: str, words: Words) -> None:
    assert words.test(Input(name, parse(value)), parse_cell(cell)) == said


def test_what_is_long_is_called_by_its_name_and_explained_beside(words: Words) -> None:
    column = Input("sangat-tinggi", parse("latest(sistolik) >= 160 or latest(diastolik) >= 110"))
    assert words.is_explained(column)
    assert words.test(column, parse_cell(True)) == "sangat tinggi"
    assert words.test(column, parse_cell(False)) == "tidak sangat tinggi"
    assert words.meaning(column) == "Tekanan darah sistolik ≥ 160 mmHg atau Tekanan darah diastolik ≥ 110 mmHg"


def test_english(english: Words) -> None:
    assert english.truth(parse("sistolik >= 140")) == "Systolic blood pressure ≥ 140 mmHg"
    assert english.test(Input("hb", parse("hb")), parse_cell("[10.5..11)")) == "Haemoglobin 10.5 to less than 11 g/dL"


def test_what_whom_a_chart_concerns_settles_is_not_said(words: Words) -> None:
    pregnant = Words(words.knowledge, "id", Who(episode="kehamilan"))
    assert pregnant.open_part(parse("in_episode('kehamilan')")) is None
    assert pregnant.open_part(parse("in_episode('kehamilan') and hb < 7")) == parse("hb < 7")
    assert pregnant.never(parse("not in_episode('kehamilan')"))


def test_whom(words: Words) -> None:
    assert (
        words.who(Who(sex="perempuan", age_from=Span(120), episode="kehamilan"))
        == "perempuan, usia mulai 10 tahun, selama kehamilan"
    )
    assert words.who(Who(age_until=Span(83))) == "sebelum 7 tahun"


@pytest.mark.parametrize(
    ("family", "said"),
    [
        ("skrining-anemia-bumil", ["7 hari setelah terdaftar", "usia kehamilan 34 minggu, paling lambat 44 minggu"]),
        ("kelas-ibu-hamil", ["usia kehamilan 20 minggu, 28 minggu, 32 minggu, 36 minggu, paling lambat 44 minggu"]),
        ("ttd-bumil", ["setiap 30 hari, mulai saat terdaftar"]),
        ("skrining-tbc", ["setiap kontak"]),
        ("vitamin-a", ["bulan Februari, Agustus, mulai usia 6 bulan, sampai sehari sebelum 60 bulan"]),
        ("imunisasi-dpt-hb-hib", ["usia 2 bulan, 3 bulan, 4 bulan, 18 bulan", "paling lambat sehari sebelum 60 bulan"]),
        ("yankestrad-bumil-nifas", ["bila diperlukan"]),
    ],
)
def test_when(family: str, said: list[str], words: Words) -> None:
    found = next(one for one in words.knowledge.families if one.id == family)
    assert times(found, found.services, words) == said


def test_every_rule_of_the_knowledge_has_words(words: Words, english: Words) -> None:
    """Nothing of the language stays unsaid: no code, no brackets of calls."""
    for table in words.knowledge.tables:
        for column in table.inputs:
            for each in (words, english):
                said = each.meaning(column)
                assert said and "latest(" not in said and "found(" not in said and " else " not in said, (
                    table.id,
                    said,
                )

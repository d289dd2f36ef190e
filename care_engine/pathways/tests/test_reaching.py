"""Which services a pathway shows and which tables they lead to, on knowledge of a few lines; and of the real one, what must not be lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from care_engine.dates import Span
from care_engine.loading import load_knowledge
from care_engine.model import Form, FormItem, Knowledge, Pathway, Section, Source, Stretch, Text, Who
from care_engine.parsing import parse
from care_engine.pathways.homes import stage
from care_engine.pathways.reaching import reached_by
from care_engine.pathways.shown import families_of, may_share, named, settled, shown_nowhere
from care_engine.places import Place
from care_engine.tests.tiny import tiny

EVERYBODY = Who()
NOWHERE = Place("pathways/x.yaml", 1)


def text(word: str) -> Text:
    return Text(word, word)


def service(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "schedule": {"kind": "repeat", "every": "30d", "credit": more.pop("credit", {})}, **more}


def table(id_: str, *inputs: Any, **more: Any) -> dict[str, Any]:
    row = {"when": [True if isinstance(one, dict) else "> 1" for one in inputs], "then": f"temuan-{id_}"}
    return {"id": id_, "inputs": list(inputs), "rows": [row], **more}


@pytest.fixture
def small() -> Knowledge:
    number = {"type": "number"}
    made = tiny(
        {
            "items": [{"id": one, **number} for one in ("hb", "mcv", "berat", "lila")],
            "services": [
                service("periksa-hb", credit={"items": ["hb"]}),
                service("timbang", credit={"items": ["berat"]}) | {"for": {"age": {"until": "59m"}}},
                service("kontak"),
                service("kelas"),
            ],
            "tables": [
                table("anemia", "hb"),
                table("talasemia", "mcv"),
                table("ikut-kelas", {"name": "belum", "value": "times_given(kelas) < 4"}, at="today"),
                table("susulan", {"name": "anemia", "value": "found(temuan-anemia)"}, at="today"),
                table("lansia", "berat", **{"for": {"age": {"from": "60y"}}}),
            ],
        }
    )
    section = Section("measure", text("Ukur"), (FormItem("mcv", None, False), FormItem("lila", None, False)))
    form = Form("kunjungan", text("Kunjungan"), EVERYBODY, (section,), NOWHERE)
    families = tuple(
        replace(one, members=tuple(replace(member, form="kunjungan") for member in one.members))
        if one.id in ("kontak", "kelas")
        else one
        for one in made.families
    )
    return replace(made, forms={"kunjungan": form}, families=families)


def reached(knowledge: Knowledge, family: str, *, with_form: bool = False, within: Who = EVERYBODY) -> dict[str, str]:
    found = next(one for one in knowledge.families if one.id == family)
    return {one.table.id: one.how for one in reached_by(found, within, knowledge, with_form=with_form)}


def test_by_what_it_records_and_by_the_findings_of_that(small: Knowledge) -> None:
    assert reached(small, "periksa-hb") == {"anemia": "items", "susulan": "findings"}


def test_by_being_asked_about(small: Knowledge) -> None:
    assert reached(small, "kelas") == {"ikut-kelas": "service"}


def test_by_its_form_only_at_the_contact(small: Knowledge) -> None:
    assert reached(small, "kontak") == {}
    assert reached(small, "kontak", with_form=True) == {"talasemia": "form"}


def test_never_a_table_for_other_people(small: Knowledge) -> None:
    assert reached(small, "timbang") == {}  # the table is for those of sixty years


def pathway(*services: str, folders: tuple[str, ...] = (), who: Who = EVERYBODY) -> Pathway:
    stretch = Stretch(text("Bagian"), services, folders, NOWHERE)
    return Pathway("x", text("X"), 1, who, (stretch,), Source(None, "", True), NOWHERE)


def test_a_form_belongs_to_the_first_contact_that_fills_it_in(small: Knowledge) -> None:
    shown = replace(small, pathways={"x": pathway("kelas", "kontak")})
    found = stage(shown.pathways["x"], shown)
    by_family = {one.id: [table.id for table in found.drawn[id(one)]] for one in found.families}
    assert by_family == {"kelas": ["talasemia", "ikut-kelas"], "kontak": []}


def test_each_table_is_drawn_once_and_the_left_ones_are_not_lost(small: Knowledge) -> None:
    shown = replace(small, pathways={"x": pathway("periksa-hb", "kontak", "kelas")})
    found = stage(shown.pathways["x"], shown)
    ids = [table.id for table in found.tables]
    assert sorted(ids) == sorted({one.id for one in small.tables}) and len(ids) == len(set(ids))
    assert [table.id for table in found.left] == ["lansia"]


def test_a_name_with_several_target_groups_shows_those_of_the_pathway(small: Knowledge) -> None:
    family = named("timbang", small)[0]
    other = replace(family, who=Who(age_from=Span(720)))
    grouped = replace(small, families=(*small.families, other))
    assert len(named("timbang", grouped)) == 2
    children, elderly = Who(age_until=Span(59)), Who(age_from=Span(720))
    assert families_of(pathway("timbang", who=children), grouped)[0] == (family,)
    assert families_of(pathway("timbang", who=elderly), grouped)[0] == (other,)
    assert len(families_of(pathway("timbang"), grouped)[0]) == 2


def test_a_folder_shows_what_is_named_nowhere_else(small: Knowledge) -> None:
    one = Stretch(text("A"), ("kelas",), (), NOWHERE)
    rest = Stretch(text("B"), (), ("kelas", "kontak"), NOWHERE)
    both = Pathway("x", text("X"), 1, EVERYBODY, (one, rest), Source(None, "", True), NOWHERE)
    assert [[family.id for family in part] for part in families_of(both, small)] == [["kelas"], ["kontak"]]


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        (Who(sex="perempuan"), Who(sex="laki-laki"), False),
        (Who(sex="perempuan"), Who(), True),
        (Who(episode="kehamilan"), Who(episode="nifas"), False),
        (Who(age_until=Span(59)), Who(age_from=Span(59)), True),  # until the day before 60 months
        (Who(age_until=Span(59)), Who(age_from=Span(60)), False),
        (Who(age_until=Span(0, 28)), Who(age_from=Span(0, 29)), False),
        (Who(age_until=Span(0, 28)), Who(age_from=Span(0, 28)), True),
    ],
)
def test_whether_somebody_may_belong_to_both(one: Who, other: Who, answer: bool) -> None:
    assert may_share(one, other) is answer
    assert may_share(other, one) is answer


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("in_episode('kehamilan')", True),
        ("in_episode('nifas')", None),
        ("not in_episode('kehamilan')", False),
        ("birth is unknown", False),
        ("in_episode('kehamilan') or found(kek)", True),
        ("in_episode('kehamilan') and found(kek)", None),
        ("sex = 'laki-laki'", False),
        ("episode-end is unknown", True),
    ],
)
def test_what_is_settled_by_whom_a_chart_concerns(condition: str, answer: bool | None) -> None:
    within = Who(sex="perempuan", age_from=Span(120), episode="kehamilan")
    assert settled(parse(condition), within) is answer


# --- the real knowledge ---


def test_every_service_is_shown_and_every_table_is_on_a_chart() -> None:
    knowledge = load_knowledge()
    assert list(shown_nowhere(knowledge)) == []
    drawn = {table.id for one in knowledge.pathways.values() for table in stage(one, knowledge).tables}
    assert {one.id for one in knowledge.tables} - drawn == set()


@pytest.mark.parametrize(
    ("stage_", "service_", "table_"),
    [
        ("ibu-hamil", "skrining-anemia-bumil", "anemia-hamil"),
        ("ibu-hamil", "tripel-eliminasi", "tes-hiv-hamil"),
        ("ibu-hamil", "anc-kontak", "tekanan-darah-hamil"),
        ("ibu-hamil", "skrining-jiwa-bumil", "srq-20"),
        ("bersalin-nifas", "epds-nifas", "epds"),
        ("bayi-baru-lahir", "skrining-shk-hasil", "hasil-shk"),
        ("bayi-balita-prasekolah", "timbang-bulanan", "naik-tidak-naik"),
        ("bayi-balita-prasekolah", "status-gizi", "status-gizi-balita"),
        ("bayi-balita-prasekolah", "kpsp", "kpsp"),
        ("bayi-balita-prasekolah", "mtbs", "mtbs-dehidrasi"),
    ],
)
def test_a_clinician_finds_the_table_with_its_service(stage_: str, service_: str, table_: str) -> None:
    knowledge = load_knowledge()
    found = stage(knowledge.pathways[stage_], knowledge)
    family = next(one for one in found.families if one.id == service_)
    assert table_ in [one.id for one in found.drawn[id(family)]]


def test_the_signs_asked_first_stand_by_themselves() -> None:
    knowledge = load_knowledge()
    assert "tanda-bahaya-hamil" in [one.id for one in stage(knowledge.pathways["ibu-hamil"], knowledge).danger]
    assert "tanda-bahaya-balita" in [
        one.id for one in stage(knowledge.pathways["bayi-balita-prasekolah"], knowledge).danger
    ]

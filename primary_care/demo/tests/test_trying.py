"""A trial says what the bedside says of each person by himself; a draft is added, or takes the place of the file with its ids."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from care_engine.bedside import decide
from care_engine.drafting import lay_over, read_folder
from care_engine.loading import DEFAULT_PATH, KnowledgeErrors, load_knowledge
from care_engine.population.retelling import facts_of
from primary_care.command_line import main
from primary_care.demo.making import blocks
from primary_care.demo.parquet import bucket_of_blocks
from primary_care.demo.trying import lines, try_draft

ON = date(2026, 11, 1)
PEOPLE = 400
TABLET = (DEFAULT_PATH / "services/anak/obat-cacing.yaml").read_text()
ARM = (DEFAULT_PATH / "findings/ibu-hamil/gizi.yaml").read_text()
DRAFTS = {
    "a new service": {
        "cek.yaml": 'id: cek\nlabel: {id: "Cek", en: "Check"}\nklaster: 3\nfor: {age: {from: 18y}}\n'
        "schedule: {kind: repeat, every: 365d, first: {anchor: birth, after: 216m}}\n"
        "given_by: [{unit: pustu, cadre: perawat}]\nsource: {assumed: true}\n"
    },
    "another month": {"obat.yaml": TABLET.replace("months: [8]", "months: [11]").replace("until_day: 30d", "until_day: 28d")},
    "another threshold": {"gizi.yaml": ARM.replace("< 23.5", "< 26").replace("[23.5..33]", "[26..33]")},
    "nothing": {"obat.yaml": TABLET},
}  # fmt: skip


@pytest.mark.parametrize("draft", DRAFTS)
def test_the_counts_are_those_of_deciding_person_by_person(draft: str, tmp_path: Path) -> None:
    report = try_draft(DRAFTS[draft], people=PEOPLE, seed=3, on=ON)
    new, released = lay_over(DRAFTS[draft], tmp_path).knowledge, load_knowledge()
    assert new is not None and not report["faults"]
    statuses: Counter[tuple[str, str, int]] = Counter()
    moves: Counter[tuple[str, str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    bucket = bucket_of_blocks([blocks.make(3, 0, PEOPLE, ON.toordinal())])
    for _number, facts in facts_of(bucket, released):
        before, after = (decide(facts, ON.toordinal(), one) for one in (released, new))
        old, now = ({one.service.id: one.status for one in side.services} for side in (before, after))
        for service in old.keys() | now.keys():
            if old.get(service) != now.get(service):
                moves[service, old.get(service, ""), now.get(service, "")] += 1
        for place, side in enumerate((old, now)):
            statuses.update((service, status, place) for service, status in side.items())
        has, gets = ({one.finding.id for one in side.findings} for side in (before, after))
        found.update((one, "new") for one in gets - has)
        found.update((one, "gone") for one in has - gets)
    assert {(service, was, now): number for service, was, now, number in report["moves"]} == moves
    for one in report["services"]:
        assert one["statuses"] == {
            status: [statuses[one["id"], status, 0], statuses[one["id"], status, 1]] for status in one["statuses"]
        }
    assert {(one["id"], what) for one in report["findings"] for what in ("new", "gone") if one[what]} == set(found)
    assert all(one[what] == found[one["id"], what] for one in report["findings"] for what in ("new", "gone"))
    assert {one["id"] for one in report["services"]} == {service for service, _was, _now in moves}
    assert bool(moves or found) == (draft != "nothing")


def test_groups_and_examples_add_up(tmp_path: Path) -> None:
    report = try_draft(DRAFTS["a new service"], people=PEOPLE, seed=3, on=ON)
    [service] = report["services"]
    wanted = sum(service["statuses"][status][1] for status in ("due", "overdue"))
    assert service["new"] and sum(one["after"] for one in report["groups"]) == wanted > 0
    assert {one["age"] for one in report["groups"]} <= {"dewasa", "lansia"}
    for example in report["examples"]:
        for person in example["people"]:
            assert person["why_after"]["id"] and person["why_after"]["en"] and not person["why_before"]["id"]
            assert person["months"] >= 216
    assert any("cek: " in line or "layanan cek" in line for line in lines(report))


def test_the_same_seed_gives_the_same_report_and_another_seed_other_people() -> None:
    one, same, other = (try_draft(DRAFTS["another month"], people=PEOPLE, seed=seed, on=ON) for seed in (3, 3, 4))
    assert one == same and one["moves"] != other["moves"]


def test_a_draft_takes_the_place_of_the_file_with_its_ids(tmp_path: Path) -> None:
    draft = lay_over(DRAFTS["another month"], tmp_path / "a")
    assert [one.replaces for one in draft.placed] == [("services/anak/obat-cacing.yaml",)]
    assert draft.knowledge is not None and len(draft.knowledge.services) == len(load_knowledge().services)
    added = lay_over(DRAFTS["a new service"], tmp_path / "b")
    assert (
        [one.replaces for one in added.placed] == [()]
        and added.knowledge is not None
        and "cek" in added.knowledge.services
    )


def test_faults_name_the_file_of_the_author_and_its_line(tmp_path: Path) -> None:
    draft = lay_over({"obat.yaml": TABLET + "sumber: x\n"}, tmp_path / "a")
    assert [(one.file, one.line) for one in draft.faults] == [("obat.yaml", TABLET.count("\n") + 1)]
    assert lay_over({"x.yaml": "a: 1\n"}, tmp_path / "b").faults[0].file == "x.yaml"
    with pytest.raises(KnowledgeErrors):
        read_folder(tmp_path / "tidak-ada")


def test_the_command_tells_and_writes_what_came_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "rancangan"
    folder.mkdir()
    (folder / "obat.yaml").write_text(DRAFTS["another month"]["obat.yaml"])
    given = ["try", str(folder), "--people", "300", "--on", ON.isoformat(), "--json", str(tmp_path / "r.json")]
    assert main(given) == 0 and (tmp_path / "r.json").stat().st_size > 100
    said = capsys.readouterr().out
    assert "obat.yaml: menggantikan services/anak/obat-cacing.yaml" in said and "layanan obat-cacing:" in said
    (folder / "obat.yaml").write_text("a: [")
    assert main(given[:-2]) == 1 and "obat.yaml:1" in capsys.readouterr().out
    assert main(["try", str(tmp_path / "tidak-ada")]) == 2

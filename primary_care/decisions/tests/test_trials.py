"""Knowledge is tried in a process of its own: what comes out is what the command says, and nothing else is touched."""

from pathlib import Path
from typing import Any

import pytest

from care_engine.drafting import MOST_BYTES, MOST_FILES
from care_engine.loading import DEFAULT_PATH, digest
from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, User
from primary_care.decisions import trials
from primary_care.decisions.trial_models import KnowledgeTrial, TrialState
from primary_care.decisions.trials import TrialRefused, send_in
from primary_care.demo.trying import try_draft
from primary_care.visits.tests.world import BEGAN, TODAY

SERVICE = b"""id: cek-baru
label: {id: "Cek baru", en: "New check"}
klaster: 3
for: {age: {from: 18y}}
schedule: {kind: repeat, every: 365d, first: {anchor: birth, after: 216m}}
given_by: [{unit: [posyandu, pustu], cadre: [bidan, perawat]}]
source: {assumed: true}
"""


@pytest.fixture
def owner(world: Any) -> Assignment:
    user = User.objects.create_user("program", "rahasia-sekali", full_name="Pemilik Program")
    return Assignment.objects.create(user=user, role="kementerian", area=world.desa, valid_from=BEGAN)


@pytest.fixture(autouse=True)
def few_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "PEOPLE", (300,))


def sent(owner: Assignment, content: bytes = SERVICE, name: str = "cek-baru.yaml") -> KnowledgeTrial:
    return send_in({name: content}, people=300, seed=1, on=TODAY, by=owner)


def test_a_draft_is_tried_beside_the_released_knowledge(owner: Assignment) -> None:
    before = digest(DEFAULT_PATH)
    trial = sent(owner)
    trials.work()
    trial.refresh_from_db()
    assert (trial.state, trial.done, trial.total) == (TrialState.READY, 1, 1)
    assert trial.report == try_draft({"cek-baru.yaml": SERVICE.decode()}, people=300, seed=1, on=TODAY)
    assert digest(DEFAULT_PATH) == before == trial.report["released"] != trial.report["draft"]


def test_faults_are_told_at_their_place(owner: Assignment) -> None:
    trial = sent(owner, SERVICE + b"form: tidak-ada\n")
    trials.work()
    trial.refresh_from_db()
    assert trial.state == TrialState.FAULTY and trial.report == {}
    [fault] = trial.faults
    assert (fault["file"], fault["line"]) == ("cek-baru.yaml", 8) and "tidak-ada" in fault["problem"]


def test_the_process_gets_neither_the_database_nor_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://rahasia")
    monkeypatch.setenv("SIMPUL_BACKUP_KEY", "rahasia")
    assert "rahasia" not in " ".join(trials._surroundings(tmp_path).values())


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xff\xfe", "x.yaml"),
        (b"id: x\0", "x.yaml"),
        (SERVICE, "x.py"),
        (SERVICE, "../x.yaml"),
        (b"#" * (MOST_BYTES + 1), "x.yaml"),
    ],
    ids=["not UTF-8", "not text", "not YAML", "elsewhere", "too large"],
)
def test_what_is_no_draft_is_refused_at_once(owner: Assignment, content: bytes, name: str) -> None:
    with pytest.raises(TrialRefused):
        sent(owner, content, name)
    assert KnowledgeTrial.objects.count() == 0


def test_too_many_and_the_wrong_people_are_refused(owner: Assignment, world: Any) -> None:
    with pytest.raises(TrialRefused):
        send_in({f"{n}.yaml": b"a" for n in range(MOST_FILES + 1)}, people=300, seed=1, on=TODAY, by=owner)
    with pytest.raises(TrialRefused):
        send_in({"a.yaml": SERVICE}, people=301, seed=1, on=TODAY, by=owner)
    with pytest.raises(NotAllowed):
        sent(world.assignment)
    for _ in range(trials.AT_ONCE):
        sent(owner)
    with pytest.raises(TrialRefused):
        sent(owner)


def test_what_takes_too_long_is_ended(owner: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "LONGEST", 0.05)
    trial = sent(owner)
    trials.work()
    trial.refresh_from_db()
    assert trial.state == TrialState.FAILED


def test_a_trial_on_which_the_worker_dies_is_given_up(owner: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = sent(owner)

    def dies(*given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(trials, "_run", dies)
    for _ in range(trials.MOST_ATTEMPTS):
        with pytest.raises(MemoryError):
            trials.work()
    trials.work()
    trial.refresh_from_db()
    assert trial.state == TrialState.FAILED


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]",
        "a: &a [x, x]\nb: &b [" + "*a, " * 60 + "]\nc: &c [" + "*b, " * 60 + "]\nd: [" + "*c, " * 200 + "]",
        "!!python/object/apply:os.system ['true']",
        "[" * 5000,
        "id: x\nschedule: {kind: repeat, every: 30d, until: '" + "(" * 4000 + "'}",
        "- 1",
        "",
    ],
    ids=["itself", "bomb", "code", "deep", "deep expression", "a list", "empty"],
)
def test_a_hostile_file_is_a_fault_and_no_more(text: str) -> None:
    report = try_draft({"x.yaml": text}, people=300, seed=1, on=TODAY)
    assert report["faults"] and "services" not in report

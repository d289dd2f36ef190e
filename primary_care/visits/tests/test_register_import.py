"""The pregnancies of an imported register become episodes, once; what cannot be true becomes a question."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from primary_care.people.models import Person
from primary_care.people.register.command import run
from primary_care.people.register.tests.places import make_areas
from primary_care.people.register.tests.workbooks import BUDI, ON, SITI, shared_file, write_workbook
from primary_care.visits import queries
from primary_care.visits.models import Episode, EpisodeFact
from primary_care.visits.register_import import opener


def import_rows(folder: Path, rows: list[dict[str, Any]], on: date = ON) -> dict[str, Any]:
    return import_file(write_workbook(folder / "register.xlsx", rows), folder / "report.json", on)


def import_file(file: Path, report: Path, on: date = ON) -> dict[str, Any]:
    assert run(file, report, False, on=on, on_pregnancy_by=opener, out=io.StringIO()) == 0
    return json.loads(report.read_text())


@pytest.mark.django_db
def test_a_pregnancy_becomes_an_episode_once(tmp_path: Path) -> None:
    make_areas()
    rows = [BUDI, SITI | {"Hamil": "Ya", "HPHT": "01/08/2026"}]
    assert import_rows(tmp_path, rows)["written"]["pregnancies"] == 1
    import_rows(tmp_path, rows)
    episode = Episode.objects.get()
    assert episode.person.full_name == "Siti Rahayu"
    assert (episode.kind, episode.registered_on, episode.ended_on) == ("kehamilan", ON, None)
    assert queries.episode_values(episode)["hpht"] == date(2026, 8, 1)


@pytest.mark.django_db
def test_a_pregnancy_without_hpht_is_an_episode_without_that_fact(tmp_path: Path) -> None:
    make_areas()
    report = import_rows(tmp_path, [BUDI, SITI | {"Hamil": "Ya"}])
    assert report["problems"]["hpht_missing"] == [3]
    assert Episode.objects.count() == 1 and EpisodeFact.objects.count() == 0


@pytest.mark.django_db
def test_a_second_pregnancy_beside_an_open_one_is_a_question_without_a_name(tmp_path: Path) -> None:
    make_areas()
    import_rows(tmp_path, [BUDI, SITI | {"Hamil": "Ya", "HPHT": "01/08/2026"}])
    report = import_rows(tmp_path, [BUDI, SITI | {"Hamil": "Ya", "HPHT": "01/10/2026"}])
    assert report["problems"]["pregnancy_refused"] == [3]
    assert Episode.objects.count() == 1 and "Siti" not in json.dumps(report)


@pytest.mark.django_db
def test_the_same_pregnancy_on_a_changed_row_is_left_as_it_is(tmp_path: Path) -> None:
    make_areas()
    pregnant = SITI | {"Hamil": "Ya", "HPHT": "01/08/2026"}
    import_rows(tmp_path, [BUDI, pregnant])
    report = import_rows(tmp_path, [BUDI, pregnant | {"Ket": "ANC di Pustu"}])
    assert report["written"]["pregnancies"] == 0 and "pregnancy_refused" not in report["problems"]
    assert Episode.objects.count() == Person.objects.filter(sex="perempuan").count() == 1


@pytest.mark.django_db
def test_the_pregnancies_of_the_sample_register(tmp_path: Path) -> None:
    """51 rows say pregnant: 8 men, 4 with an impossible HPHT and 1 in an unknown village make no episode."""
    make_areas()
    report = import_file(shared_file("register-keluarga.xlsx"), tmp_path / "report.json")
    assert report["written"]["pregnancies"] == Episode.objects.count() == 38
    assert not Episode.objects.exclude(person__sex="perempuan").exists()

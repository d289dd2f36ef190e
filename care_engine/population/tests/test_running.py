"""Walking the buckets: each once and in turn, and what cannot be read or written is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks.people import ON, bucket
from care_engine.loading import DEFAULT_PATH
from care_engine.population.running import Answers, evaluate_bucket, knowledge_at, run
from care_engine.population.storage import EPISODES, EVENTS, PERSONS, Bucket

BUCKETS = 3


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    home = tmp_path_factory.mktemp("buckets")
    for number in range(BUCKETS):
        bucket(number, 40).write(home / f"{number:04d}")
    return sorted(home.iterdir())


def alone(folder: Path) -> Answers:
    return evaluate_bucket(Bucket.read(folder), ON, knowledge_at(str(DEFAULT_PATH)))


def test_each_bucket_is_answered_as_it_would_be_alone(folders: list[Path], tmp_path: Path) -> None:
    counts = run(folders, ON, tmp_path)
    expected = [alone(one) for one in folders]
    assert counts == (sum(len(one.statuses) for one in expected), sum(len(one.findings) for one in expected))
    for folder, answers in zip(folders, expected, strict=True):
        statuses, findings = (
            pl.read_parquet(tmp_path / folder.name / f"{name}.parquet") for name in ("statuses", "findings")
        )
        assert_frame_equal(statuses, answers.statuses, categorical_as_str=True)
        assert_frame_equal(findings, answers.findings, categorical_as_str=True, check_row_order=False)


def test_without_a_folder_for_them_the_answers_are_only_counted(folders: list[Path]) -> None:
    assert run(folders[:1], ON) == (len(alone(folders[0]).statuses), len(alone(folders[0]).findings))
    assert run([], ON) == (0, 0)


def test_answers_that_cannot_be_written_stop_the_run(folders: list[Path], tmp_path: Path) -> None:
    (tmp_path / folders[-1].name).write_text("a file where the folder should be")
    with pytest.raises(FileExistsError):
        run(folders, ON, tmp_path)


def test_a_bucket_that_is_not_there_stops_the_run(folders: list[Path], tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run([*folders, tmp_path / "9999"], ON)


def test_a_bucket_in_another_layout_is_refused(folders: list[Path], tmp_path: Path) -> None:
    good = Bucket.read(folders[0])
    replace(good, persons=good.persons.reverse()).write(tmp_path / "by-another-order")
    replace(good, contacts=good.contacts.rename({"person": "person_id"})).write(tmp_path / "by-id")
    replace(good, texts=good.texts[:-1]).write(tmp_path / "without-a-text")
    good.write(tmp_path / "without-a-table")
    (tmp_path / "without-a-table" / "items.parquet").unlink()
    replace(good, texts=good.texts[:-1]).write(tmp_path / "without-a-text")
    good.write(tmp_path / "without-a-table")
    (tmp_path / "without-a-table" / "items.parquet").unlink()
    for folder in tmp_path.iterdir():
        with pytest.raises(ValueError, match=rf"{folder.name}: not in the layout"):
            Bucket.read(folder)


def test_what_was_recorded_later_is_left_out_and_the_rest_stays_in_place() -> None:
    whole = bucket(0, 200)
    assert whole.until(ON) is whole
    day = ON - 300
    known = whole.until(day)
    later = pl.col("on") > day
    assert 0 < len(known.values) < len(whole.values)
    assert_frame_equal(known.events, whole.events.filter(~later))
    assert_frame_equal(known.contacts, whole.contacts.filter(~later))
    assert known.values["item"].rle().struct.field("value").is_unique().all()


def test_a_bucket_holds_the_events_that_it_is_made_of(tmp_path: Path) -> None:
    persons = pl.DataFrame([{"person_id": 7, "birth": ON}, {"person_id": 9, "birth": ON - 9000}], schema=PERSONS)
    events = pl.DataFrame(
        [
            (9, -1, ON - 3, 0, "@deferred", None, "imunisasi-mr-1"),
            (9, -1, ON - 3, 0, "@deferred", float(ON), "imunisasi-je"),
            (9, -1, ON - 3, 0, "berat-badan-kg", 51.5, None),
            (9, -1, ON - 2, 1, "berat-badan-kg", None, None),
            (9, -1, ON - 2, 1, "@unit", None, "posyandu"),
            (7, -1, ON, 0, "@unit", None, "puskesmas"),
            (7, -1, ON, 0, "nafsu-makan", None, None),
        ],
        schema=EVENTS,
        orient="row",
    )
    made = Bucket.of(persons, pl.DataFrame(schema=EPISODES), events)
    made.write(tmp_path / "0000")
    held = Bucket.read(tmp_path / "0000")
    assert_frame_equal(held.events, events, check_row_order=False)
    assert held.items.sort("item").rows() == [
        ("@deferred", 2, 2),
        ("@unit", 0, 2),
        ("berat-badan-kg", 2, 0),
        ("nafsu-makan", 1, 0),
    ]
    assert_frame_equal(held.until(ON - 3).events, events[:3], check_row_order=False)
    assert_frame_equal(held.until(ON - 9).events, events[:0])

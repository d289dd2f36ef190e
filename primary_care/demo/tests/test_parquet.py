"""The Parquet of the made-up people says what the node says about the same people; it is written whole, once, and goes on where it stopped."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.utils import timezone

from care_engine.population import running
from care_engine.population.storage import EVENTS, Bucket, bucket_of
from care_engine.reading_facts import read_facts
from primary_care.accounts.once import CATCHMENTS, read_once
from primary_care.decisions.bulk import Recorder
from primary_care.decisions.content import knowledge
from primary_care.decisions.reviewing import Reviewing
from primary_care.demo import parquet, place
from primary_care.demo.layout import SETTINGS
from primary_care.demo.load import keys_of
from primary_care.demo.making.blocks import make, sizes
from primary_care.demo.telling import Story
from primary_care.people.models import Person
from primary_care.visits.queries import facts_of_many

ON = date(2026, 6, 10)
DAY = ON.toordinal()


@pytest.mark.django_db
def test_the_parquet_says_what_the_node_says() -> None:
    built = place.build()
    block = make(5, 0, 900, DAY)
    named, fact = keys_of(5)
    with Reviewing(built.rts[0], ON) as reviewing, read_once(CATCHMENTS):
        recorder = Recorder(key=fact, at=timezone.now(), reviewing=reviewing)
        story = Story(block, built, recorder, named, {})
        story.tell()
        recorder.finish()

    people = {one.pk: one for one in Person.objects.select_related("version")}
    assert set(story.persons.values()) == set(people)
    documents = facts_of_many(people.values(), ON, {key: SETTINGS for key in people})
    left = block.households["left"][block.persons["household"]]
    node = bucket_of(
        (number, replace(read_facts(documents[key], knowledge())[0], moved_out_on=int(left[number]) if left[number] > 0 else None))
        for number, key in sorted(story.persons.items())
    )  # fmt: skip
    made = parquet.bucket_of_blocks([block])
    assert made.persons.equals(node.persons)
    assert made.episodes.sort("person", "episode").equals(node.episodes.sort("person", "episode"))
    assert _rows(made) == _rows(node)


def _rows(bucket: Bucket) -> list[tuple[object, ...]]:
    """The events, in an order of their own; what `choices` holds is sorted already."""
    events = bucket.events.with_columns(pl.col("item", "text").cast(pl.String), pl.col("number").round(6))
    return sorted(events.select(*EVENTS).iter_rows(), key=str)


def test_several_blocks_make_one_bucket() -> None:
    parts = [make(1, number, 40, DAY) for number in range(3)]
    whole = parquet.bucket_of_blocks(parts)
    assert _rows(whole) == sorted((row for part in parts for row in _rows(parquet.bucket_of_blocks([part]))), key=str)
    assert whole.persons["person_id"].n_unique() == len(whole.persons) <= 120


def test_a_second_start_goes_on_and_the_same_seed_gives_the_same_people(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert parquet.write(300, 1, DAY, one) == 1 == parquet.write(300, 1, DAY, other)
    assert Bucket.read(one / "0000").persons.equals(Bucket.read(other / "0000").persons)
    assert _rows(Bucket.read(one / "0000")) == _rows(Bucket.read(other / "0000"))
    (one / ".0000.new").mkdir()  # left by a run that was killed while it wrote
    (one / "0000").rename(one / "lost")
    (one / "complete").unlink()
    parquet.write(300, 1, DAY, one)
    assert _rows(Bucket.read(one / "0000")) == _rows(Bucket.read(other / "0000"))
    assert (one / "complete").exists() and not (one / ".0000.new").exists()
    with pytest.raises(parquet.OtherPeople):
        parquet.write(300, 2, DAY, one)
    assert parquet.write(300, 2, DAY, tmp_path / "third") == 1
    assert not Bucket.read(tmp_path / "third" / "0000").persons.equals(Bucket.read(one / "0000").persons)


def test_the_population_engine_reads_it(tmp_path: Path) -> None:
    parquet.write(400, 1, DAY, tmp_path)
    statuses, findings = running.run([tmp_path / "0000"], DAY)
    assert statuses > 400 and findings > 50


def test_a_million_is_divided_into_puskesmas() -> None:
    assert sum(sizes(1_000_000)) == 1_000_000 and max(sizes(1_000_000)) <= 3_000
    assert sizes(27_000) == [3_000] * parquet.BLOCKS_OF_A_BUCKET and sizes(1) == [1]

"""One process, a pool of two and a Spark cluster with two workers say exactly the same about the same people."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks.people import ON, bucket
from care_engine.loading import DEFAULT_PATH
from care_engine.population import run
from care_engine.population.spark import run_on_spark
from tests.spark.cluster import cluster, missing, worker_settings

pytestmark = pytest.mark.spark
PEOPLE, BUCKETS = 2_000, 4


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    home = tmp_path_factory.mktemp("buckets")
    for number in range(BUCKETS):
        bucket(number, PEOPLE // BUCKETS).write(home / f"{number:04d}")
    return sorted(home.iterdir())


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy: each process reads the knowledge for itself, and somebody may be writing in it just now."""
    return Path(shutil.copytree(DEFAULT_PATH, tmp_path_factory.mktemp("copy") / "knowledge"))


@pytest.fixture(scope="module")
def one_process(
    folders: list[Path], knowledge: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, tuple[int, int]]:
    out = tmp_path_factory.mktemp("one")
    return out, run(folders, ON, out, knowledge_path=knowledge)


def answers(out: Path, name: str, key: str) -> pl.DataFrame:
    frame = pl.concat([pl.read_parquet(one / f"{name}.parquet") for one in sorted(out.iterdir())])
    return frame.with_columns(pl.col(key).cast(pl.String)).sort("person_id", key)


def assert_same(out: Path, other: Path) -> None:
    for name, key in (("statuses", "service"), ("findings", "finding")):
        assert_frame_equal(answers(out, name, key), answers(other, name, key))


def test_a_pool_says_the_same_as_one_process(
    folders: list[Path], knowledge: Path, one_process: tuple[Path, tuple[int, int]], tmp_path: Path
) -> None:
    out, counts = one_process
    assert run(folders, ON, tmp_path, processes=2, knowledge_path=knowledge) == counts
    assert counts[0] > PEOPLE and counts[1] > 0
    assert_same(tmp_path, out)


def test_spark_says_the_same_as_one_process(
    folders: list[Path], knowledge: Path, one_process: tuple[Path, tuple[int, int]], tmp_path: Path
) -> None:
    if (lack := missing()) is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(lack)
        pytest.skip(lack)
    out, counts = one_process
    with cluster(tmp_path / "spark") as master:
        spread = run_on_spark(folders, ON, tmp_path / "out", master, knowledge, worker_settings())
    assert spread == counts
    assert_same(tmp_path / "out", out)

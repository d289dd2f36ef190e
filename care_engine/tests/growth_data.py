"""WHO's published tables and the results of WHO's programs, kept beside the repository and not in it."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "data" / "growth"


def shared(name: str) -> pl.DataFrame:
    """One file of the shared growth data; without it the test is skipped, or fails where CI is true."""
    table = pl.read_csv(shared_path(name), infer_schema_length=None)
    return table.with_columns(pl.col(pl.String).replace("", None))


def shared_path(name: str) -> Path:
    path = (FOLDER / name).resolve()
    if not path.exists():
        message = f"{path} is missing: put the shared data beside the repository (../shared/data)"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path

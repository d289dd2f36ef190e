"""The files beside the repository that tests may read (`../shared/data`)."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"


def shared_file(name: str) -> Path:
    """The file; without it the test is skipped, and on CI fails."""
    path = SHARED / name
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path.resolve()} is missing: the shared data belongs beside the repository")
        pytest.skip(f"{path.resolve()} is not here")
    return path

"""The small world of `primary_care.visits.tests.world`, as a fixture."""

from typing import Any

import pytest

from primary_care.visits.tests.world import small_world


@pytest.fixture
def world(db: None) -> Any:
    """One desa, one Puskesmas, one Posyandu, a bidan and a family."""
    return small_world()

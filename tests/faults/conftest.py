"""The people of the small world, and a day that does not move."""

from typing import Any

import pytest

from primary_care.visits.tests.world import TODAY, small_world


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    from primary_care.desk import access

    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    return small_world()

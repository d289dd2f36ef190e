"""A node in a folder of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from primary_care.node.tests.nodes import Node


@pytest.fixture
def node() -> Iterator[Node]:
    folder = Path(tempfile.mkdtemp(prefix="sp-"))
    made = Node(folder)
    yield made
    made.end()
    if (folder / "postgres" / "PG_VERSION").exists():
        made.server.start()
        made.server.stop()
    shutil.rmtree(folder)

"""The people of the small world on a day that does not move; and real nodes with a few people, each a copy of one that is made once."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from primary_care.node.tests.filling import copy, fill
from primary_care.node.tests.nodes import Node
from primary_care.visits.tests.world import TODAY, small_world

MakeNode = Callable[[Path], Node]


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    from primary_care.desk import access

    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    return small_world()


@pytest.fixture(scope="session")
def _filled() -> Iterator[Node]:
    folder = Path(tempfile.mkdtemp(prefix="sp-"))
    made = Node(folder)
    fill(made)
    yield made
    made.end()
    shutil.rmtree(folder)


@pytest.fixture
def make_node(_filled: Node) -> Iterator[MakeNode]:
    """Makes a node with people in a folder that exists. With the test the node ends, and its folder is emptied."""
    made: list[Node] = []

    def make(folder: Path) -> Node:
        made.append(Node(folder))
        copy(_filled, made[-1])
        return made[-1]

    yield make
    for node in made:
        node.end()
        if (node.folder / "postgres" / "PG_VERSION").exists():
            node.server.start()
            node.server.stop()
        shutil.rmtree(node.folder, ignore_errors=True)


@pytest.fixture
def node(make_node: MakeNode) -> Node:
    """A node with people, stopped."""
    return make_node(Path(tempfile.mkdtemp(prefix="sp-")))

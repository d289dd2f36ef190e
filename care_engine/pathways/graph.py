"""The graph of a chart: nodes in columns and lanes, row by row, and the edges between them. No coordinates yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOfText

from care_engine.model import Finding, Service, Text

NodeKind = OneOfText[
    "people",
    "part",
    "service",
    "given",
    "question",
    "condition",
    "finding",
    "do",
    "recheck",
    "refer",
    "back",
    "result",
    "more",
]
EdgeKind = OneOfText["next", "yes", "no", "refer", "back"]


@dataclass(frozen=True)
class Lane:
    """A column of a chart: units of one colour."""

    id: str
    label: Text
    units: tuple[str, ...]


#: In the order of the care pathways (care-pathway-2023, "Lokasi Unit Layanan"), from the house outward. Schools have no colour there.
LANES = (
    Lane("rumah", Text("Keluarga, rumah", "Family, home"), ("rumah",)),
    Lane("posyandu", Text("Posyandu", "Posyandu"), ("posyandu",)),
    Lane(
        "sekolah",
        Text("Sekolah, tempat kerja", "School, workplace"),
        ("sekolah", "paud", "tempat-kerja"),
    ),
    Lane("pustu", Text("Pustu", "Pustu"), ("pustu",)),
    Lane(
        "puskesmas",
        Text("Puskesmas, FKTP lain", "Puskesmas, other primary care"),
        ("puskesmas", "fktp-lain", "labkesmas", "ifk"),
    ),
    Lane("rs", Text("FKRTL (rumah sakit)", "Hospital (FKRTL)"), ("rumah-sakit",)),
)
#: Lanes that stand in a chart only where something happens in them.
RARE = ("sekolah",)
LANE_OF = {unit: lane.id for lane in LANES for unit in lane.units}


@dataclass(frozen=True)
class Link:
    """Where a node leads: to the chart of a `service` or a `table`, to a `part` of this chart, to a `topic` or `form` on its page."""

    kind: OneOfText["service", "table", "part", "topic", "form"]
    id: str


@dataclass(frozen=True)
class Mark:
    """What is said of one person at a node. `tone` is a status of a service, `here` for what stands, `then` for what follows."""

    tone: str
    text: str


@dataclass(frozen=True)
class Node:
    """One box. `lanes` are those it stands in; without lanes it stands in the column of its row at `column`."""

    id: str
    kind: NodeKind
    title: str
    lines: tuple[str, ...] = ()
    column: str = ""
    lanes: tuple[str, ...] = ()
    to: str = ""  # of a referral: the lane that it leads to
    severity: str = ""
    link: Link | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def said(self) -> str:
        """All of it in one sentence."""
        return ". ".join((self.title, *self.lines, *(one.text for one in self.marks)))


@dataclass(frozen=True)
class Edge:
    source: str
    target: str
    kind: EdgeKind
    text: str = ""


@dataclass(frozen=True)
class Row:
    """What belongs together: nodes from left to right and from top to bottom."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True)
class Band:
    """A part of a chart with a title of its own. `heads` names its columns, `notes` explains words used in it: pairs (word, meaning)."""

    id: str
    title: str
    heads: Mapping[str, str]
    rows: tuple[Row, ...]
    lead: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    source: str = ""

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The lanes that it is drawn with."""
        used = {lane for row in self.rows for node in row.nodes for lane in (*node.lanes, node.to)}
        return tuple(one for one in LANES if one.id in used or one.id not in RARE)


@dataclass(frozen=True)
class Chart:
    """One page of a care pathway."""

    id: str
    title: str
    people: str
    bands: tuple[Band, ...]

    @property
    def nodes(self) -> list[Node]:
        return [node for band in self.bands for row in band.rows for node in row.nodes]


def _always(_: Finding | Service) -> bool:
    return True


def _item(_: str) -> bool:
    return True


def _rule(_: object) -> bool:
    return True


@dataclass(frozen=True)
class View:
    """For whom a chart is drawn: what is left out, and what is said of one person. `marks` by what they are about, as `service/anc-k1`,
    `finding/kek`, `row/anemia-hamil/2`, `action/kek/rujuk-rumah-sakit`.
    """

    finding: Callable[[Finding], bool] = _always
    service: Callable[[Service], bool] = _always
    item: Callable[[str], bool] = _item
    said: Callable[[object], bool] = _rule  # whether a condition, or another part of a rule, may be put into words
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)

    def marks_of(self, *about: str) -> tuple[Mark, ...]:
        return tuple(dict.fromkeys(mark for one in about for mark in self.marks.get(one, ())))


EVERYTHING = View()


def lanes_of(units: Iterable[str]) -> tuple[str, ...]:
    """The lanes of some units, from the house outward."""
    wanted = {LANE_OF[one] for one in units}
    return tuple(lane.id for lane in LANES if lane.id in wanted)


def runs(lanes: tuple[str, ...], shown: Iterable[str]) -> list[tuple[str, ...]]:
    """Lanes in stretches that stand beside each other in a chart that shows `shown`; a rare lane between them does not part them."""
    order = [one for one in shown if one not in RARE or one in lanes]
    found: list[list[str]] = []
    for lane in lanes:
        if found and order.index(lane) == order.index(found[-1][-1]) + 1:
            found[-1].append(lane)
        else:
            found.append([lane])
    return [tuple(one) for one in found]

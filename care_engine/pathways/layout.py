"""Where everything stands: columns and lanes from left to right, rows from top to bottom. Units of the view box; no drawing here.

A band is laid out on sheets no taller than a page of paper turned sideways; each sheet has its heads again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from care_engine.pathways.graph import Band, Mark, Node, Row, runs
from care_engine.pathways.lettering import broken, width

WIDTH = 1180.0
#: A4 turned sideways with margins of 10 mm is 277 by 190 mm: as tall as this at `WIDTH`, less room for the title of the part.
TALLEST = 700.0
#: A band that is a little taller stays whole; on paper it is drawn smaller.
SQUEEZED = 1.2
GAP = 12.0  # between columns, where arrows run
BETWEEN = 16.0  # between rows
PAD_X, PAD_Y = 8.0, 7.0
SIZE, SMALL = 13.5, 12.5
LINE, SMALL_LINE = 17.0, 15.5
CHIP = 20.0
TIP = 12.0  # the point of a question and of a referral

COLUMNS = {"first": 262.0, "second": 196.0, "last": 318.0}


@dataclass(frozen=True)
class Written:
    """A line of text: where its base line begins, how it is set."""

    x: float
    y: float
    text: str
    kind: str  # title | line


@dataclass(frozen=True)
class Chip:
    """What is said of one person, under the text of a node."""

    x: float
    y: float
    width: float
    mark: Mark
    lines: tuple[str, ...]
    height: float


@dataclass(frozen=True)
class Box:
    """A node in its place. `strips` are the lanes under it (lane, x, width); `points` says to which side a referral points."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    texts: tuple[Written, ...]
    chips: tuple[Chip, ...]
    strips: tuple[tuple[str, float, float], ...] = ()
    points: str = ""  # left | right

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Line:
    """An arrow from one point to another, to the right or down, with a word beside it."""

    points: tuple[tuple[float, float], ...]
    kind: str
    text: str = ""


@dataclass(frozen=True)
class Sheet:
    """One drawing."""

    band: Band
    number: int
    of: int
    height: float
    head: float
    heads: tuple[tuple[str, float, float, tuple[str, ...]], ...]  # column or lane, x, width, lines of its name
    lanes: tuple[tuple[str, float, float], ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Plan:
    """The columns of a band."""

    columns: dict[str, tuple[float, float]]
    lanes: dict[str, tuple[float, float]]


def sheets(band: Band, language: str) -> list[Sheet]:
    """The band on as many sheets as it needs."""
    plan = _plan(band)
    placed = [_placed(row, plan) for row in band.rows]
    pages: list[list[tuple[Row, list[Box], float]]] = [[]]
    used = 0.0
    whole = sum(height + BETWEEN for _, height in placed)
    for row, (boxes, height) in zip(band.rows, placed, strict=True):
        if whole > TALLEST * SQUEEZED and pages[-1] and used + height + BETWEEN > TALLEST:
            pages.append([])
            used = 0.0
        pages[-1].append((row, boxes, height))
        used += height + BETWEEN
    return [_sheet(band, plan, page, number, len(pages), language) for number, page in enumerate(pages, 1)]


def _plan(band: Band) -> _Plan:
    used = {node.column for row in band.rows for node in row.nodes if node.column}
    left: list[str] = [one for one in ("first", "second") if one in used]
    right: list[str] = [one for one in ("last",) if one in used]
    # In a chart without results the words of the conditions get their room.
    sizes = dict(COLUMNS) if right or "second" not in used else {"first": 320.0, "second": 200.0}
    x = 1.0
    columns: dict[str, tuple[float, float]] = {}
    for one in left:
        columns[one] = (x, sizes[one])
        x += sizes[one] + GAP * (2 if one == "first" and "second" in used else 1)
    end = WIDTH - 1
    for one in right:
        end -= sizes[one]
        columns[one] = (end, sizes[one])
        end -= GAP
    count = len(band.lanes)
    each = (end - x) / count
    return _Plan(columns, {lane.id: (x + at * each, each) for at, lane in enumerate(band.lanes)})


def _placed(row: Row, plan: _Plan) -> tuple[list[Box], float]:
    """The boxes of a row, from its top at 0, and how tall it is."""
    boxes: list[Box] = []
    down = dict.fromkeys((*plan.columns, *plan.lanes), 0.0)
    shown = list(plan.lanes)
    floor = 0.0
    for node in row.nodes:
        if node.kind == "finding" and node.column == "second":
            # What follows from one finding stands beside it, below all that follows from the one before.
            floor = (
                max(floor, down["second"], *(down[lane] for lane in shown))
                if any(one.node.kind == "finding" for one in boxes)
                else 0.0
            )
            down.update(dict.fromkeys(("second", *shown), floor))
        if not node.lanes:
            x, size = plan.columns[node.column]
            box = _box(node, x, down[node.column], size)
            down[node.column] = box.y + box.height + 6
            boxes.append(box)
        elif node.to:
            boxes.append(_way(node, plan, down))
        elif node.kind == "part":
            boxes.append(_over(node, node.lanes, plan, down))
        else:
            for run in runs(node.lanes, shown):
                boxes.append(_over(node, run, plan, down))
    height = max(one.y + one.height for one in boxes)
    return boxes, height


def _over(node: Node, named: tuple[str, ...], plan: _Plan, down: dict[str, float], points: str = "") -> Box:
    """A box from the first to the last of some lanes, coloured only in these."""
    order = list(plan.lanes)
    places = [order.index(one) for one in named]
    covered = tuple(order[min(places) : max(places) + 1])
    x, end = plan.lanes[covered[0]][0] + 3, sum(plan.lanes[covered[-1]]) - 3
    strips = tuple(one for one in _strips(covered, x, end, plan) if one[0] in named)
    box = _box(node, x, max(down[lane] for lane in covered), end - x, strips=strips, points=points)
    down.update(dict.fromkeys(covered, box.y + box.height + 6))
    return box


def _strips(lanes: tuple[str, ...], x: float, end: float, plan: _Plan) -> tuple[tuple[str, float, float], ...]:
    found = []
    for lane in lanes:
        left, right = max(plan.lanes[lane][0], x), min(sum(plan.lanes[lane]), end)
        found.append((lane, left, right - left))
    return tuple(found)


def _way(node: Node, plan: _Plan, down: dict[str, float]) -> Box:
    """A referral: from the lanes that it leaves to the one that it leads to, pointing there."""
    order = list(plan.lanes)
    leaving = tuple(one for one in node.lanes if one != node.to)
    if not leaving:
        return _over(node, (node.to,), plan, down)
    points = "right" if order.index(leaving[0]) < order.index(node.to) else "left"
    # What refers from both sides is drawn from the side of the house: the others see it in the words.
    same = tuple(one for one in leaving if (order.index(one) < order.index(node.to)) is (points == "right"))
    return _over(node, (*same, node.to), plan, down, points)


def _box(
    node: Node, x: float, y: float, size: float, *, strips: tuple[tuple[str, float, float], ...] = (), points: str = ""
) -> Box:
    """A node with its text broken into lines."""
    both = node.kind in ("condition", "question", "people")
    before = TIP if both or points == "left" else 6.0 if node.kind in ("result", "finding") else 0.0
    room = size - 2 * PAD_X - before - (TIP if both or points == "right" else 0.0)
    left = x + PAD_X + before
    texts: list[Written] = []
    bold = node.kind not in ("condition", "given")
    at = y + PAD_Y
    for line in broken(node.title, room, SIZE, bold=bold):
        at += LINE
        texts.append(Written(left, at - 4.5, line, "title" if bold else "plain"))
    for text in node.lines:
        size_, step = (SIZE, LINE) if node.kind == "condition" else (SMALL, SMALL_LINE)
        if node.kind == "condition":
            text = f"+ {text}"
        for line in broken(text, room, size_):
            at += step
            texts.append(Written(left, at - 4.5, line, "plain" if node.kind == "condition" else "line"))
    chips = []
    for mark in node.marks:
        lines = broken(mark.text, room - 22, SMALL, bold=True)
        height = SMALL_LINE * len(lines) + 6
        wide = max((width(one, SMALL, bold=True) for one in lines), default=0.0) + 28
        chips.append(Chip(left, at + 4, min(wide, room), mark, tuple(lines), height))
        at += height + 4
    return Box(node, x, y, size, at + PAD_Y - y, tuple(texts), tuple(chips), strips, points)


def _sheet(
    band: Band, plan: _Plan, page: list[tuple[Row, list[Box], float]], number: int, of: int, language: str
) -> Sheet:
    heads = [
        (name, *plan.columns[name], tuple(broken(text, plan.columns[name][1] - 10, SMALL, bold=True)))
        for name, text in band.heads.items()
        if name in plan.columns
    ]
    heads += [
        (
            lane.id,
            *plan.lanes[lane.id],
            tuple(broken(lane.label[language], plan.lanes[lane.id][1] - 10, SMALL, bold=True)),
        )
        for lane in band.lanes
    ]
    head = max(len(lines) for *_, lines in heads) * SMALL_LINE + 10
    boxes: list[Box] = []
    lines: list[Line] = []
    at = head + 10
    before: Box | None = None
    for row, row_boxes, height in page:
        moved = [_moved(one, at) for one in row_boxes]
        lines += _edges(row, moved, before, language)
        before = moved[0]
        boxes += moved
        at += height + BETWEEN
    lanes = tuple((lane, *place) for lane, place in plan.lanes.items())
    return Sheet(band, number, of, at - BETWEEN + 8, head, tuple(heads), lanes, tuple(boxes), tuple(lines))


def _moved(box: Box, by: float) -> Box:
    texts = tuple(Written(one.x, one.y + by, one.text, one.kind) for one in box.texts)
    chips = tuple(Chip(one.x, one.y + by, one.width, one.mark, one.lines, one.height) for one in box.chips)
    return Box(box.node, box.x, box.y + by, box.width, box.height, texts, chips, box.strips, box.points)


_SAID = {"yes": ("ya", "yes"), "no": ("tidak", "no")}


def _edges(row: Row, boxes: list[Box], before: Box | None, language: str) -> Iterable[Line]:
    """The arrows of a row: down from the row before, and from a condition to its finding. What stands beside its card needs none."""
    by_id = {one.node.id: one for one in reversed(boxes)}
    for edge in row.edges:
        source, target = by_id.get(edge.source), by_id.get(edge.target)
        if target is None:
            continue
        text = _SAID.get(edge.kind, ("", ""))[language == "en"]
        if source is None and before is not None and before.node.id == edge.source:
            x = target.x + 26
            yield Line(((x, before.y + before.height), (x, target.y)), edge.kind, text)
        elif source is not None and source.node.column == "first" and target.node.column == "second":
            # To a finding beside its condition straight; to one below it down between the columns.
            start, end = (
                (source.x + source.width, source.middle),
                (target.x, target.y + min(target.height, source.height) / 2),
            )
            if abs(start[1] - end[1]) < target.height / 2:
                yield Line((start, (end[0], start[1])), edge.kind, text)
            else:
                between = start[0] + (end[0] - start[0]) / 2
                yield Line((start, (between, start[1]), (between, end[1]), end), edge.kind)

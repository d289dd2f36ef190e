"""A sheet as SVG text: shapes with classes (the colours stand in the style sheet), real text, real links, a title for every node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from care_engine.pathways.graph import LANES, Link, Node
from care_engine.pathways.layout import SMALL_LINE, TIP, WIDTH, Box, Line, Sheet

#: What is said of a person that calls for somebody now.
NOW = ("here", "then", "due", "overdue")
Address = Callable[[Link], str | None]


def drawing(sheet: Sheet, language: str, address: Address) -> str:
    """The SVG of a sheet. `address` says where a link leads; None: nowhere, so that it is plain text."""
    height = round(sheet.height + 1)
    title = sheet.band.title + (f" ({sheet.number}/{sheet.of})" if sheet.of > 1 else "")
    name = f"{sheet.band.id}-{sheet.number}"
    parts = [
        f'<svg class="pathway" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height}" width="{WIDTH:.0f}" height="{height}"'
        f' role="group" aria-labelledby="{name}-judul {name}-isi">',
        f'<title id="{name}-judul">{escape(title)}</title>',
        f'<desc id="{name}-isi">{escape(_about(sheet, language))}</desc>',
        *_ground(sheet),
        *(_line(one) for one in sheet.lines),
        *(part for one in sheet.boxes for part in _node(one, address)),
        "</svg>",
    ]
    return "".join(parts)


def _about(sheet: Sheet, language: str) -> str:
    lanes = ", ".join(lane.label[language] for lane in LANES if any(lane.id == one for one, _, _ in sheet.lanes))
    return f"Lanes from left to right: {lanes}." if language == "en" else f"Kolom dari kiri ke kanan: {lanes}."


def _ground(sheet: Sheet) -> Iterator[str]:
    for lane, x, width in sheet.lanes:
        yield f'<rect class="lane lane--{lane}" x="{x:.1f}" y="0" width="{width:.1f}" height="{sheet.height:.1f}"/>'
    lanes = {lane for lane, _, _ in sheet.lanes}
    for name, x, width, lines in sheet.heads:
        if name in lanes:
            yield f'<rect class="head unit-{name}" x="{x + 1:.1f}" y="0.5" width="{width - 2:.1f}" height="{sheet.head:.1f}"/>'
        top = sheet.head / 2 - (len(lines) - 1) * SMALL_LINE / 2 + 4.5
        place, anchor = (x + width / 2, "middle") if name in lanes else (x, "start")
        for at, line in enumerate(lines):
            yield f'<text class="head-name" x="{place:.1f}" y="{top + at * SMALL_LINE:.1f}" text-anchor="{anchor}">{escape(line)}</text>'


def _line(line: Line) -> str:
    (x1, y1), (x2, y2) = line.points[-2:]
    word = ""
    if line.text:
        x, y = (x1 + 7, (y1 + y2) / 2 + 4) if x1 == x2 else ((x1 + x2) / 2 - 9, y1 - 4)
        word = f'<text class="way-word" x="{x:.1f}" y="{y:.1f}">{escape(line.text)}</text>'
    way = " L".join(f"{x:.1f} {y:.1f}" for x, y in line.points)
    return f'<path class="way way--{line.kind}" d="M{way}"/>{_head(x1, y1, x2, y2, line.kind)}{word}'


def _head(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """The head of an arrow, pointing along its last stretch."""
    if x1 == x2:
        points = f"{x2 - 5:.1f},{y2 - 8:.1f} {x2 + 5:.1f},{y2 - 8:.1f} {x2:.1f},{y2:.1f}"
    else:
        back = -8 if x2 > x1 else 8
        points = f"{x2 + back:.1f},{y2 - 5:.1f} {x2 + back:.1f},{y2 + 5:.1f} {x2:.1f},{y2:.1f}"
    return f'<polygon class="arrow arrow--{kind}" points="{points}"/>'


def _node(box: Box, address: Address) -> Iterator[str]:
    node = box.node
    url = address(node.link) if node.link is not None else None
    classes = ["node", f"node--{node.kind}"] + ([f"node--{node.severity}"] if node.severity else [])
    classes += ["node--now"] if any(one.tone in NOW for one in node.marks) else []
    yield f'<g class="{" ".join(classes)}">'
    if url is not None:
        yield f'<a href="{escape(url)}">'
    yield f"<title>{escape(node.said)}</title>"
    yield from _shape(box, node)
    for one in box.texts:
        yield f'<text class="{one.kind}" x="{one.x:.1f}" y="{one.y:.1f}">{escape(one.text)}</text>'
    for chip in box.chips:
        yield f'<rect class="mark mark--{chip.mark.tone}" x="{chip.x:.1f}" y="{chip.y:.1f}" width="{chip.width:.1f}" height="{chip.height:.1f}" rx="9"/>'
        yield f'<circle class="pin" cx="{chip.x + 11:.1f}" cy="{chip.y + chip.height / 2:.1f}" r="4.5"/>'
        for at, line in enumerate(chip.lines):
            yield f'<text class="mark-text mark-text--{chip.mark.tone}" x="{chip.x + 21:.1f}" y="{chip.y + 14 + at * SMALL_LINE:.1f}">{escape(line)}</text>'
    if url is not None:
        yield "</a>"
    yield "</g>"


def _shape(box: Box, node: Node) -> Iterator[str]:
    x, y, width, height = box.x, box.y, box.width, box.height
    left, right, top, bottom, middle = x, x + width, y, y + height, y + height / 2
    if node.kind in ("condition", "question"):
        yield _polygon(
            "shape",
            (left, middle),
            (left + TIP, top),
            (right - TIP, top),
            (right, middle),
            (right - TIP, bottom),
            (left + TIP, bottom),
        )
    elif box.points:
        yield from _pointing(box)
    else:
        for lane, at, wide in box.strips:
            yield f'<rect class="strip unit-{lane}" x="{at:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{height:.1f}"/>'
        round_ = min(height / 2, 26) if node.kind == "people" else 3
        yield f'<rect class="shape" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{round_:.0f}"/>'
    if node.kind in ("result", "finding"):
        yield f'<rect class="edge" x="{x:.1f}" y="{y:.1f}" width="6" height="{height:.1f}"/>'


def _pointing(box: Box) -> Iterator[str]:
    """A referral points to where it leads; its colours are those of the lanes that it leaves and of the one that it leads to."""
    left, right, top, bottom = box.x, box.x + box.width, box.y, box.y + box.height
    tip, back = (right, left) if box.points == "right" else (left, right)
    inner = tip - TIP if box.points == "right" else tip + TIP
    outline = ((back, top), (inner, top), (tip, box.middle), (inner, bottom), (back, bottom))
    yield _polygon("ground", *outline)
    for lane, at, wide in box.strips:
        x1, x2 = at, at + wide
        if x1 <= tip <= x2 and box.points == "right":
            yield _polygon(
                f"strip unit-{lane}", (x1, top), (inner, top), (tip, box.middle), (inner, bottom), (x1, bottom)
            )
        elif x1 <= tip <= x2:
            yield _polygon(
                f"strip unit-{lane}", (x2, top), (inner, top), (tip, box.middle), (inner, bottom), (x2, bottom)
            )
        else:
            yield f'<rect class="strip unit-{lane}" x="{x1:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{box.height:.1f}"/>'
    yield _polygon("shape", *outline)


def _polygon(kind: str, *points: tuple[float, float]) -> str:
    return f'<polygon class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'

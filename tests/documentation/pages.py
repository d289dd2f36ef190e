"""The Markdown pages of the tree and what stands in them: fenced blocks, links, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from care_engine.loading import DEFAULT_PATH

ROOT = DEFAULT_PATH.parent
#: Folders that hold other people's pages or none of ours.
FOREIGN = {".git", ".venv", "node_modules", "simpul.egg-info", "build", "dist"}

_FENCE = re.compile(r"^(`{3,})(\w*)[^\n]*\n(.*?)^\1[ ]*$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^(?: {4}[^\n]*|[ ]*)\n)+", re.MULTILINE)
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^()\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")


@dataclass(frozen=True)
class Block:
    """A block of code in a page."""

    language: str
    text: str
    line: int


@cache
def markdown_pages() -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted(ROOT.rglob("*.md"))
        if FOREIGN.isdisjoint(path.relative_to(ROOT).parts[:-1])
        and not any(part.startswith(".") and part not in (".ci", ".github") for part in path.relative_to(ROOT).parts)
    )


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def fenced_blocks(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        yield Block(match[2], match[3], text[: match.start()].count("\n") + 1)


def indented_blocks(path: Path) -> Iterator[Block]:
    """Blocks of code that are set off by four spaces."""
    text = path.read_text(encoding="utf-8")
    for match in _INDENTED.finditer(text):
        if match[0].strip():
            yield Block("", re.sub(r"^ {4}", "", match[0], flags=re.MULTILINE), text[: match.start()].count("\n") + 1)


def links(path: Path) -> Iterator[str]:
    """Where the links and pictures of a page lead, code left out."""
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    text = re.sub(r"`[^`\n]*`", "", text)
    yield from (match[1] for match in _LINK.finditer(text))


@cache
def anchors(path: Path) -> frozenset[str]:
    """The names by which a place in a page may be linked to: its headings and its `<a id>`."""
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    found = set(re.findall(r'<a id="([^"]+)">', text))
    for heading in re.findall(r"^#+ +(.*)$", text, re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
        found.add(plain)
    return frozenset(found)

"""Where in the files of knowledge something stands, so that a fault can name the line of the key at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: The keys and numbers that lead from the top of a file to a part of it: `("schedule", "steps", 0, "due")`.
Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """A file and a line; with the lines of the file's parts also the way to what stands inside."""

    file: str
    line: int
    path: Path_ = field(default=(), compare=False, repr=False)
    lines: Mapping[Path_, int] = field(default_factory=dict, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def key(self, *inner: str | int) -> Place:
        """The place of a part inside. Steps that are not written there are passed over: where a list may be written as its only member, the number."""
        path = self.path
        for step in inner:
            if (*path, step) in self.lines:
                path = (*path, step)
        return self if path == self.path else Place(self.file, self.lines[path], path, self.lines)

    def key_or_shared(self, name: str, *inner: str | int) -> Place:
        """The place of a key that stands here, or else once at the top of the file for all of its parts."""
        here = self if (*self.path, name) in self.lines else Place(self.file, 1, (), self.lines)
        return here.key(name, *inner)

    def key_of(self, *names: str) -> Place:
        """The place of the first of these keys that is written here."""
        return next((self.key(name) for name in names if (*self.path, name) in self.lines), self)

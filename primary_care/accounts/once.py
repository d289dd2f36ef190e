"""What is read once: inside `read_once`, a question about what does not change there is put to the database a single time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

CATCHMENTS = "what units serve"
RECORDS = "which records stand for a person"

_kept: ContextVar[dict[str, dict[Any, Any]] | None] = ContextVar("read once", default=None)


@contextmanager
def read_once(*kinds: str) -> Iterator[None]:
    """Inside, answers of these kinds are kept: for a page that only shows, and for a bulk load, which asks very often. Nothing inside may
    change what is kept.
    """
    token = _kept.set({**(_kept.get() or {}), **{kind: {} for kind in kinds}})
    try:
        yield
    finally:
        _kept.reset(token)


def kept(kind: str) -> dict[Any, Any] | None:
    """The answers of a kind so far, to look into and to add to; None where they are not kept."""
    return (_kept.get() or {}).get(kind)

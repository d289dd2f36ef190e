"""A long list in pages, as links that work without a script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest

AnyItem = TypeVar("AnyItem")


@dataclass(frozen=True)
class Page(Generic[AnyItem]):
    """One page: its items, which of how many it is, and the addresses of its neighbours (empty where there is none)."""

    items: list[AnyItem]
    number: int
    pages: int
    count: int
    first: int
    before: str
    after: str

    @property
    def last(self) -> int:
        """The number of its last item in the whole list, counted from 1."""
        return self.first + len(self.items) - 1


def page_of(items: "Sequence[AnyItem] | QuerySet[AnyItem]", request: HttpRequest, size: int) -> Page[AnyItem]:  # type: ignore[type-var]
    """The page that `?hal=` asks for; the nearest one for nonsense."""
    count = items.count() if isinstance(items, QuerySet) else len(items)
    pages = max(1, -(-count // size))
    asked = request.GET.get("hal", "1")
    number = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    start = (number - 1) * size
    return Page(
        list(items[start : start + size]),
        number,
        pages,
        count,
        start + 1,
        _to(request, number - 1, pages),
        _to(request, number + 1, pages),
    )


def _to(request: HttpRequest, number: int, pages: int) -> str:
    if not 1 <= number <= pages:
        return ""
    query = request.GET.copy()
    query["hal"] = str(number)
    return f"?{query.urlencode()}"

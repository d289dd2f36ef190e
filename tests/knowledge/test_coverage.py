"""The cases show what every table, service and finding can say; what they do not show yet is listed in `known_gaps.txt` and must become less."""

from __future__ import annotations

from tests.knowledge.coverage import gaps, known_gaps, never
from tests.knowledge.running import knowledge, seen_in_all


def _told(title: str, lines: list[str]) -> str:
    return f"{title}\n" + "\n".join(f"  {one}" for one in lines)


def test_no_gap_is_new() -> None:
    new = sorted(set(gaps(knowledge(), seen_in_all())) - set(known_gaps()))
    assert not new, _told("add a case beside the table or service for:", new)


def test_a_closed_gap_is_taken_off_the_list() -> None:
    closed = sorted(set(known_gaps()) - set(gaps(knowledge(), seen_in_all())))
    assert not closed, _told("these are shown by a case now; remove them from tests/knowledge/known_gaps.txt:", closed)


def test_the_list_of_gaps_is_sorted_and_says_each_once() -> None:
    assert known_gaps() == sorted(set(known_gaps()))


def test_what_cannot_happen_does_not_happen() -> None:
    everything = set(gaps(knowledge(), seen_in_all(), with_never=True))
    happens = sorted(set(never()) - everything)
    assert not happens, _told(
        "tests/knowledge/never.txt says that no case can show this, but one does (or it is gone):", happens
    )

"""The state machine from arrival to leaving: its table, its worked cases, and that no sequence of events can break it."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primary_care.encounters import history
from primary_care.encounters.places import EMERGENCY, KLASTER, PLACES
from primary_care.encounters.transitions import (
    CALLED,
    INSIDE,
    QUEUED,
    TABLE,
    TERMINAL,
    WAITING,
    Event,
    NotPossible,
    Position,
    State,
    move,
    places_for,
    rows,
)
from primary_care.keys import new_key

MORNING = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)


def after(*events: str | tuple[str, str]) -> Position:
    at = Position()
    for one in events:
        at = move(at, *((one,) if isinstance(one, str) else one))
    return at


def nexts(at: Position) -> list[tuple[Event, str]]:
    """Every event that is possible, with every place that it may name."""
    return [(row.event, place) for row in rows(at) for place in (sorted(places_for(at, row.event)) if row.places else [""])]  # fmt: skip


def reachable() -> set[Position]:
    found, todo = {Position()}, deque([Position()])
    while todo:
        at = todo.popleft()
        for event, place in nexts(at):
            new = move(at, event, place)
            if new not in found:
                found.add(new)
                todo.append(new)
    return found


REACHABLE = reachable()


def test_every_state_and_every_row_is_reached() -> None:
    assert {at.state for at in REACHABLE} == set(State.values)
    used = {id(row) for at in REACHABLE for row in rows(at)}
    assert used == {id(row) for row in TABLE}
    assert {row.event for row in TABLE} == set(Event)


# jejaring-dan-peran §7, row by row. Whether somebody waits, was called or is in the room is ours, and so is every row marked `assumed`.
WRITTEN = {
    ("tiba", "registrasi", "terdaftar"),
    ("terdaftar", "gawat", "gadar"),
    ("terdaftar", "tidak-gawat", "di-klaster"),
    ("gadar", "rujuk-fkrtl", "rujuk-fkrtl"),
    ("gadar", "rujuk-fktp-lebih-mampu", "rujuk-fktp-lebih-mampu"),
    ("gadar", "dapat-ditangani", "cek-spesialistik"),
    ("di-klaster", "selesai", "cek-layanan-lain"),
    ("di-klaster", "ke-ruang-lansia", "ruang-lansia"),
    ("cek-layanan-lain", "perlu-layanan-lain", "layanan-lain"),
    ("cek-layanan-lain", "tanpa-layanan-lain", "cek-spesialistik"),
    ("layanan-lain", "konsultasi-ulang", "di-klaster"),
    ("layanan-lain", "tanpa-konsultasi-ulang", "cek-spesialistik"),
    ("cek-spesialistik", "rujuk-fkrtl", "rujuk-fkrtl"),
    ("cek-spesialistik", "rujukan-lain", "rujukan-lain"),
    ("cek-spesialistik", "tanpa-rujukan-ada-resep", "farmasi"),
    ("cek-spesialistik", "tanpa-rujukan-tanpa-resep", "pulang"),
    ("farmasi", "obat-diserahkan", "pulang"),
    ("ruang-lansia", "selesai-kegiatan", "pulang"),
}


def test_the_table_is_the_one_of_the_source_and_what_is_not_in_it_says_so() -> None:
    ours = {(state, row.event.value, row.then.value) for row in TABLE if row.then and not row.assumed for state in row.states}  # fmt: skip
    assert {(str(State(state).value), event, then) for state, event, then in ours} == WRITTEN
    added = {row.event for row in TABLE if row.assumed}
    assert added == {Event.MENINGGAL, Event.MENJADI_GAWAT, Event.PERGI, Event.PERLU_LAYANAN}


def test_nobody_is_stuck_and_what_is_over_is_over() -> None:
    ends: set[Position] = {at for at in REACHABLE if at.state in TERMINAL}
    assert ends and all(not nexts(at) for at in ends)
    # Backwards from the ends: every position that has a way to one. Leaving early alone does not count.
    grown = True
    while grown:
        more = {
            at
            for at in REACHABLE - ends
            if any(move(at, event, place) in ends for event, place in nexts(at) if event != Event.PERGI)
        }
        grown, ends = bool(more), ends | more
    assert ends == REACHABLE


def test_no_event_is_in_two_rows_that_hold_at_once() -> None:
    for at in REACHABLE:
        events = [row.event for row in rows(at)]
        assert len(events) == len(set(events)), at


def test_where_somebody_waits_there_is_a_place_and_a_stage_and_nowhere_else() -> None:
    for at in REACHABLE:
        if at.state in QUEUED:
            assert at.place in PLACES and at.stage in (WAITING, CALLED, INSIDE), at
        elif at.state != State.RUANG_LANSIA:
            assert not at.place and not at.stage, at
        assert at.home in KLASTER | {""}
        if at.state == State.GADAR:
            assert at.place in EMERGENCY
            assert (Event.BELUM_ADA, "") not in nexts(at), "who is in danger does not lose the turn"


def test_jp_1() -> None:
    assert after("registrasi") == Position("terdaftar")
    at = after("registrasi", ("tidak-gawat", "klaster-2-ibu"))
    assert at == Position("di-klaster", "klaster-2-ibu", WAITING, "klaster-2-ibu")


def test_jp_3_laboratory_again_to_the_klaster_and_home_with_medicine() -> None:
    at = after("registrasi", ("tidak-gawat", "klaster-3-dewasa"))
    seen = []
    for event, place in (
        ("panggil", ""), ("masuk", ""), ("selesai", ""), ("perlu-layanan-lain", "laboratorium"), ("panggil", ""), ("masuk", ""),
        ("konsultasi-ulang", ""), ("panggil", ""), ("masuk", ""), ("selesai", ""), ("tanpa-layanan-lain", ""),
        ("tanpa-rujukan-ada-resep", ""), ("panggil", ""), ("obat-diserahkan", ""),
    ):  # fmt: skip
        before, at = at, move(at, event, place)
        if at.state != before.state:
            seen.append(at.state)
    assert seen == [
        "cek-layanan-lain", "layanan-lain", "di-klaster", "cek-layanan-lain", "cek-spesialistik", "farmasi", "pulang",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "event", "place"),
    [
        ([], "tidak-gawat", "klaster-2-ibu"),
        (["registrasi"], "tidak-gawat", ""),
        (["registrasi"], "tidak-gawat", "igd"),
        (["registrasi"], "gawat", "klaster-2-ibu"),
        (["registrasi", ("tidak-gawat", "klaster-2-ibu")], "selesai", ""),
        (["registrasi", ("tidak-gawat", "klaster-2-ibu")], "belum-ada", ""),
        (["registrasi", ("tidak-gawat", "klaster-2-ibu"), "masuk", "selesai"], "perlu-layanan-lain", "klaster-2-ibu"),
        (["registrasi", ("tidak-gawat", "klaster-2-ibu"), "masuk"], "ke-ruang-lansia", "ruang-lansia"),
        (["registrasi", ("gawat", "igd")], "dapat-ditangani", ""),
        (["registrasi", "pergi"], "registrasi", ""),
    ],
)
def test_what_the_table_does_not_have_is_refused(events: list[Any], event: str, place: str) -> None:
    with pytest.raises(NotPossible):
        move(after(*events), event, place)


@dataclass
class Made:
    """A step that is in no database."""

    event: str
    place: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    replaces_id: UUID | None = None
    recorded_by_id: UUID = UUID(int=7)
    pk: UUID = field(default_factory=new_key)


DATA: dict[str, dict[str, Any]] = {
    "triase": {"triage": "kuning"},
    "belum-ada": {"order": 9},
    "gawat": {"priority": True},
}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(["go", "go", "go", "back", "any"]), st.integers(0, 10_000)), max_size=60))
def test_random_events_never_leave_the_table_and_the_history_gives_the_state(choices: list[tuple[str, int]]) -> None:
    """Possible events, impossible ones (refused), and steps taken back, in any order."""
    steps: list[Made] = []
    stack = [Position()]
    for minute, (kind, pick) in enumerate(choices):
        at, moment = stack[-1], MORNING + timedelta(minutes=minute)
        if kind == "back":
            standing = history.in_force(steps)
            if standing:
                steps.append(Made("", "", moment, replaces_id=standing[-1].pk))
                stack.pop()
        elif kind == "any":
            event = list(Event)[pick % len(Event)]
            if event not in {one for one, _ in nexts(at)}:
                with pytest.raises(NotPossible):
                    move(at, event)
        elif options := nexts(at):
            event, place = options[pick % len(options)]
            steps.append(Made(event.value, place, moment, DATA.get(event.value, {})))
            stack.append(move(at, event, place))
        assert stack[-1] in REACHABLE
    told = history.replay(5, steps)
    assert told.at == stack[-1]
    assert told.emergency == (told.at.state == State.GADAR)
    assert (told.holder_id is not None) == (told.at.stage == INSIDE)
    waits = history.waits(steps)
    assert sum(one.until is None for one in waits) == (told.at.stage in (WAITING, CALLED))
    assert all(one.length(MORNING + timedelta(hours=2)) >= timedelta(0) for one in waits)

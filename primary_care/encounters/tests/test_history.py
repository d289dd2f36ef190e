"""Waiting worked out from the steps at a moment that is passed in, and the order in which people are called."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from primary_care.encounters import history
from primary_care.encounters.history import Standing, Wait
from primary_care.encounters.tests.test_transitions import MORNING, Made
from primary_care.encounters.transitions import Position


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def at(minute: int, event: str, place: str = "", **more: Any) -> Made:
    return Made(event, place, MORNING + minutes(minute), more.pop("data", {}), **more)


def a_day() -> list[Made]:
    return [
        at(0, "registrasi"), at(1, "tidak-gawat", "klaster-2-ibu"), at(21, "panggil"), at(26, "masuk"), at(40, "selesai"),
        at(41, "perlu-layanan-lain", "laboratorium"), at(50, "masuk"), at(60, "konsultasi-ulang"),
    ]  # fmt: skip


def test_each_stretch_of_waiting_from_joining_to_going_in() -> None:
    assert history.waits(a_day()) == [
        Wait("klaster-2-ibu", MORNING + minutes(1), MORNING + minutes(26)),
        Wait("laboratorium", MORNING + minutes(41), MORNING + minutes(50)),
        Wait("klaster-2-ibu", MORNING + minutes(60)),
    ]


def test_the_moment_is_passed_in() -> None:
    found = history.summary(history.waits(a_day()), MORNING + minutes(75))
    assert found["klaster-2"] == history.Waiting(now=1, ended=1, median=minutes(20), longest=minutes(25))
    later = history.summary(history.waits(a_day()), MORNING + minutes(100))
    assert later["klaster-2"].longest == minutes(40) and later["laboratorium"].longest == minutes(9)


def test_set_behind_he_still_waits_since_he_came() -> None:
    steps = [*a_day(), at(61, "panggil"), at(66, "belum-ada", data={"order": 30})]
    told = history.replay(4, steps)
    assert (told.order, told.behind, told.since) == (30, 1, MORNING + minutes(60))
    assert history.waits(steps)[-1] == Wait("klaster-2-ibu", MORNING + minutes(60))


def test_a_step_taken_back_leaves_no_trace_in_the_figures() -> None:
    steps = a_day()
    steps.append(at(61, "", replaces_id=steps[-1].pk))
    assert history.waits(steps)[-1].until == MORNING + minutes(50)
    assert history.replay(4, steps).holder_id == UUID(int=7)


def test_leaving_the_queue_without_going_in_ends_the_wait() -> None:
    steps = [at(0, "registrasi"), at(1, "tidak-gawat", "klaster-3-dewasa"), at(31, "pergi")]
    assert history.waits(steps) == [Wait("klaster-3-dewasa", MORNING + minutes(1), MORNING + minutes(31))]


def test_the_order_of_calling() -> None:
    here = Position("di-klaster", "klaster-3-lansia", "menunggu", "klaster-3-lansia")
    line = {
        "adult": Standing(here, order=1),
        "aged": Standing(here, order=8, priority=True),
        "aged, not there when called": Standing(here, order=8, priority=True, behind=1),
        "latest": Standing(here, order=9),
        "red": Standing(here, order=12, emergency=True, triage="merah"),
        "not looked at": Standing(here, order=11, emergency=True),
        "yellow": Standing(here, order=10, emergency=True, triage="kuning"),
    }
    called = sorted(line, key=lambda one: history.turn(line[one]))
    assert called == [
        "red", "not looked at", "yellow", "aged", "adult", "aged, not there when called", "latest",
    ]  # fmt: skip

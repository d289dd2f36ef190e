"""What the pages of the desk cost at one Puskesmas: `python -m benchmarks.bench_desk`.

A real node (the server it ships with, an embedded PostgreSQL with fsync as in use) with the demo people that `simpul demo` makes. Twenty midwives
work at once, each with a session of her own: a page, one to three seconds of reading (seeded), the next page; or a form, ten to thirty seconds of
typing, and it is saved. Measured is from the request sent to
the last byte read. A visit of 15 values is the whole of it: checks, findings, what is kept, tasks, audit.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from benchmarks.measuring import empty_node, row, show

USERS = 20
PAGES_EACH = 30
SAVES_EACH = 5
THINKS = (1.0, 3.0)  # seconds between two pages of one user
TYPES = (10.0, 30.0)  # seconds for 15 values, some 50 keys: between the form and the save
BAR_MS = 150.0
PATIENCE = 300  # seconds until the node answers
SEARCHES = ("siti", "wahyu", "sity aminah", "nur hayati", "putri rt 2", "990101", "budi santoso", "maimunsh")
# What a midwife measures of a pregnant woman: 15 values that are never asked about.
VALUES = {
    "i-lila-cm": "25,5", "i-sistolik": "118", "i-diastolik": "76", "i-suhu-c": "36,7", "i-nadi": "84", "i-napas": "20", "i-hb": "11,8",
    "i-protein-urin": "neg", "i-glukosa-urin": "neg", "i-ttd-diberikan": "30", "i-gds": "98", "i-rhesus": "positif", "i-spo2": "98",
    "i-djj": "142", "i-presentasi": "kepala",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What the users ask for."""

    persons: list[str]
    households: list[str]
    mothers: list[str]
    sessions: list[str]
    count: int


def run() -> list[dict[str, Any]]:
    """Rows {what, value, unit, bar, ok}; bar and ok are None where a figure is only for information."""
    os.environ["SIMPUL_SECRET_KEY"] = "of the benchmark alone, so that the node takes the sessions made here"
    with empty_node() as folder:
        from primary_care.decisions.keeping import catch_up
        from primary_care.demo import load

        today = _today()
        loaded = _timed(lambda: load.load(today))
        decided = _timed(lambda: catch_up(today))
        place = _place(today)
        with _node(folder) as port:
            rows = _pages(place, port) + _saves(place, port)
    return [
        row("desk, people of the demo", place.count, "people"),
        row("desk, loading them", loaded, "s"),
        row("desk, deciding for everybody for the first time, with tasks", decided, "s"),
        *rows,
    ]


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Jakarta")).date()


def _place(today: date) -> Place:
    """People to look at, and twenty midwives of the Puskesmas with a session each."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from primary_care.accounts.models import Assignment, User
    from primary_care.accounts.scope import scope_of_assignment
    from primary_care.people.models import Person
    from primary_care.units.models import Unit
    from primary_care.visits.models import Episode

    puskesmas = Unit.objects.filter(kind="puskesmas").order_by("code")[0]
    sessions = []
    for number in range(USERS):
        user = User.objects.create_user(f"ukur.{number}", "tidak-dipakai-di-sini", full_name=f"Bidan {number}")
        one = Assignment.objects.create(
            user=user,
            role="petugas-klaster-2",
            cadre="bidan",
            klaster="2",
            unit=puskesmas,
            valid_from=today - timedelta(days=9),
        )
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
            str(user.pk),
            "primary_care.accounts.backends.GuardedBackend",
        )
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        sessions.append(session.session_key or "")
    # Some of the demo have moved away: of no interest to a midwife, who would be told that nobody is there.
    people = Person.objects.visible_to(scope_of_assignment(one, today)).alive().filter(household__isnull=False)
    chosen = random.Random(1).sample(
        list(people.order_by("pk").values_list("pk", "household")), min(400, people.count())
    )
    mothers = Episode.objects.filter(kind="kehamilan", ended_on__isnull=True, person__in=people).order_by("pk")
    # Half of those looked at are mothers and children: they have the most to show, and the most visits.
    young = list(
        people.filter(birth_date__gt=today - timedelta(days=6 * 365)).order_by("pk").values_list("pk", flat=True)[:200]
    )
    return Place(
        persons=[str(key) for key, _home in chosen[:200]] + [str(key) for key in young],
        households=[str(home) for _key, home in chosen],
        mothers=[str(key) for key in mothers.values_list("person_id", flat=True)[: USERS * SAVES_EACH]],
        sessions=sessions,
        count=Person.objects.count(),
    )


@contextlib.contextmanager
def _node(folder: Path) -> Iterator[int]:
    """The node as it is started in use, on the database that was filled."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {**os.environ, "SIMPUL_DATA_DIR": str(folder), "SIMPUL_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "primary_care.command_line", "run"],
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if _get(port, "/masuk", "").status == 200:
                    break
            time.sleep(0.2)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def _pages(place: Place, port: int) -> list[dict[str, Any]]:
    kinds: dict[str, Callable[[random.Random], str]] = {
        "person page": lambda chance: f"/orang/{chance.choice(place.persons)}",
        "household page": lambda chance: f"/keluarga/{chance.choice(place.households)}",
        "search": lambda chance: "/cari?" + urlencode({"q": chance.choice(SEARCHES)}),
        "today's list": lambda chance: "/",
        "follow-up list": lambda chance: "/tindak-lanjut",
    }
    weights = (10, 4, 6, 1, 1)

    def work(number: int) -> list[tuple[str, float]]:
        chance, found = random.Random(number), []
        time.sleep(chance.uniform(0, THINKS[1]))  # nobody begins at one stroke with all others
        for _ in range(PAGES_EACH):
            [kind] = chance.choices(list(kinds), weights)
            started = time.perf_counter()
            answer = _get(port, kinds[kind](chance), place.sessions[number])
            found.append((kind, time.perf_counter() - started))
            assert answer.status == 200, (kind, answer.status)
            time.sleep(chance.uniform(*THINKS))
        return found

    _get(port, "/", place.sessions[0])  # the knowledge is read
    times = _at_once(work)
    bars = dict.fromkeys(("person page", "household page", "search"), BAR_MS)
    return [
        figure
        for kind in kinds
        for figure in _figures(f"desk, {kind}", [taken for one, taken in times if one == kind], bars.get(kind))
    ]


def _saves(place: Place, port: int) -> list[dict[str, Any]]:
    def work(number: int) -> list[tuple[str, float]]:
        chance, found = random.Random(number), []
        for mother in place.mothers[number::USERS]:
            address = f"/orang/{mother}/kunjungan"
            form = _get(port, address, place.sessions[number])
            names = ("kunjungan", "milik", "di", "csrfmiddlewaretoken")
            hidden = {name: _hidden(form.text, name) for name in names}
            time.sleep(chance.uniform(*TYPES))
            sent = {**hidden, "tanggal": _today().strftime("%d-%m-%Y"), "jam": "00.01", **VALUES}
            started = time.perf_counter()
            answer = _post(port, address, place.sessions[number], form.cookie, sent)
            found.append(("save", time.perf_counter() - started))
            assert answer.status == 302, (answer.status, re.findall(r'<li><a href="#[^"]*">([^<]*)', answer.text))
        return found

    return _figures("desk, saving a visit with 15 values", [taken for _kind, taken in _at_once(work)], BAR_MS)


def _figures(what: str, times: list[float], bar: float | None) -> list[dict[str, Any]]:
    if len(times) < 2:
        return []
    ordered = [taken * 1000 for taken in sorted(times)]
    middle, late = statistics.median(ordered), statistics.quantiles(ordered, n=20, method="inclusive")[-1]
    return [row(f"{what}, median of {len(times)}", middle, "ms"), row(f"{what}, p95", late, "ms", bar)]


def _at_once(work: Callable[[int], list[tuple[str, float]]]) -> list[tuple[str, float]]:
    with ThreadPoolExecutor(USERS) as users:
        return [one for found in users.map(work, range(USERS)) for one in found]


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    cookie: str


def _get(port: int, address: str, session: str) -> Answer:
    return _ask(port, "GET", address, {"Cookie": f"sessionid={session}"} if session else {})


def _post(port: int, address: str, session: str, cookie: str, sent: dict[str, str]) -> Answer:
    headers = {
        "Cookie": f"sessionid={session}; {cookie}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{port}",
    }
    return _ask(port, "POST", address, headers, urlencode(sent))


def _ask(port: int, method: str, address: str, headers: dict[str, str], body: str | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, address, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    cookies = [
        one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie") or [] if one.startswith("csrftoken=")
    ]
    connection.close()
    return Answer(answer.status, text, "; ".join(cookies))


def _hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    return found[1] if found else ""


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(show(run()))

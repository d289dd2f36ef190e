"""While the database cannot be reached a page says so, with status 503, and gives back what was typed; the output of the node says nothing of it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from primary_care.desk import access
from primary_care.settings.away import is_away
from primary_care.visits.tests.world import TODAY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bidan(world: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser in which the bidan is logged in, that meets faults as people do and not as tests do."""
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    client = Client(raise_request_exception=False)
    client.force_login(world.bidan)
    return client


@contextlib.contextmanager
def away(nowhere: Path) -> Iterator[None]:
    """Every connection is lost, and none can be made."""
    host = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = str(nowhere)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["HOST"] = host


def test_a_page_says_that_the_database_is_away_and_is_there_again(bidan: Client, world: Any, tmp_path: Path) -> None:
    page = reverse("person", args=[world.ibu.pk])
    with away(tmp_path):
        answer = bidan.get(page + "?semua=1")
        shown = answer.content.decode()
        assert (answer.status_code, answer["Retry-After"]) == (503, "5") and "no-store" in answer["Cache-Control"]
        assert "Basis data sedang tidak dapat dihubungi" in shown and f'href="{page}?semua=1"' in shown
        with translation.override("en"):
            assert "The database cannot be reached just now" in bidan.get(page).content.decode()
    assert bidan.get(page).status_code == 200


def test_what_was_typed_comes_back_as_it_was_and_is_not_logged(
    bidan: Client, world: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    page = reverse("visit", args=[world.anak.pk])
    typed = {"i-catatan": 'baris satu\r\n"dua" <b>', "yakin": ["a", "b"], "csrfmiddlewaretoken": "tanda-dulu"}
    with away(tmp_path):
        answer = bidan.post(page, typed)
    shown = answer.content.decode()
    assert answer.status_code == 503 and f'action="{page}"' in shown
    assert 'name="i-catatan" value="baris satu\r\n&quot;dua&quot; &lt;b&gt;"' in shown
    assert (
        shown.count('name="yakin"') == 2
        and shown.count('name="csrfmiddlewaretoken"') == 1
        and "tanda-dulu" not in shown
    )
    assert caplog.records and "baris satu" not in caplog.text


def test_a_form_without_fields_can_be_sent_again(bidan: Client, tmp_path: Path) -> None:
    with away(tmp_path):
        shown = bidan.post("/keluar").content.decode()
    assert '<form method="post" action="/keluar">' in shown and "Yang Anda ketik" not in shown


def test_a_password_is_not_written_into_the_page(world: Any, tmp_path: Path) -> None:
    with away(tmp_path):
        answer = Client(raise_request_exception=False).post("/masuk", {"username": "sri", "password": "sangat-rahasia"})
    assert answer.status_code == 503
    assert "sangat-rahasia" not in answer.content.decode() and "<form" not in answer.content.decode()


def test_a_database_that_goes_before_the_session_is_stored_is_no_bad_request(
    bidan: Client, world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = SessionStore.save

    def saved_too_late(session: SessionStore, must_create: bool = False) -> None:
        with away(tmp_path):
            save(session, must_create)

    monkeypatch.setattr(SessionStore, "save", saved_too_late)
    assert bidan.get(reverse("person", args=[world.ibu.pk])).status_code == 503


def test_a_session_that_was_ended_is_still_a_bad_request(
    bidan: Client, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object, **__: object) -> None:
        raise UpdateError

    monkeypatch.setattr(SessionStore, "save", ended)
    assert bidan.get(reverse("person", args=[world.ibu.pk])).status_code == 400


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (psycopg.OperationalError, 503),
        (psycopg.InterfaceError, 503),
        (psycopg.errors.AdminShutdown, 503),
        (psycopg.errors.CrashShutdown, 503),
        (psycopg.errors.CannotConnectNow, 503),
        (psycopg.errors.ConnectionFailure, 503),
        (psycopg.errors.DeadlockDetected, 500),
        (psycopg.errors.DiskFull, 507),
        (psycopg.errors.QueryCanceled, 500),
        (psycopg.errors.UniqueViolation, 500),
        (LookupError, 500),
    ],
)
def test_a_fault_that_the_database_answered_is_a_fault(
    bidan: Client, world: Any, monkeypatch: pytest.MonkeyPatch, kind: type[Exception], expected: int
) -> None:
    def breaks(request: HttpRequest, *_: object, **__: object) -> None:
        raise OperationalError from kind()

    monkeypatch.setattr("primary_care.desk.views.login.render", breaks)
    assert bidan.get("/masuk").status_code == expected
    assert not is_away(None)

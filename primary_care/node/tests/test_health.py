"""The health of a node: each part in each of its states, right for a monitor, and silent about people and places."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from primary_care.accounts.models import User
from primary_care.node import backup, health, tasks
from primary_care.node.memories import remember
from primary_care.people.register_models import RegisterFile
from primary_care.visits.tests.world import small_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sound(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node on which everything is well."""
    settings.DATA_DIR, settings.NIGHTLY_BACKUP = tmp_path, True
    now = timezone.now()
    remember(backup.MEMORY, now, size=1, encrypted=True)
    remember(tasks.TRAIL, now, broken=0)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: SimpleNamespace(free=50e9))
    beat("0 s")


def beat(ago: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)", [ago])


def asked(client: Client) -> tuple[int, str, dict[str, str]]:
    answer = client.get("/sehat.json")
    assert answer["Content-Type"] == "application/health+json" and "no-store" in answer["Cache-Control"]
    content = json.loads(answer.content)
    return answer.status_code, content["status"], {name: rows[0]["status"] for name, rows in content["checks"].items()}


def test_a_sound_node(client: Client) -> None:
    status, whole, parts = asked(client)
    assert (status, whole) == (200, "pass")
    assert set(parts) == {"database", "migrations", "worker", "registers", "disk", "backup", "trail", "knowledge"}
    page = client.get("/sehat")
    assert page.status_code == 200 and "Semua bagian berjalan baik." in page.content.decode()
    assert client.post("/sehat").status_code == 405


def no_worker() -> None:
    beat("61 s")


def old_backup() -> None:
    remember(backup.MEMORY, timezone.now() - timedelta(hours=49), size=1, encrypted=True)


def broken_trail() -> None:
    remember(tasks.TRAIL, timezone.now(), broken=2)


def old_trail() -> None:
    remember(tasks.TRAIL, timezone.now() - timedelta(days=9), broken=0)


def a_register(asked: timedelta, worked: timedelta | None = None) -> None:
    user, now = User.objects.create_user("manajer", full_name="Manajer"), timezone.now()
    RegisterFile.objects.create(
        name="desa.xlsx", hash="0" * 64, content=b"x", state="berjalan", recorded_by=user, asked_at=now - asked,
        worked_at=now - worked if worked is not None else None,
    )  # fmt: skip


def waiting_register() -> None:
    a_register(timedelta(minutes=6))


def stuck_register() -> None:
    a_register(timedelta(minutes=20), timedelta(minutes=6))


def test_a_register_that_is_worked_on_is_well(client: Client) -> None:
    a_register(timedelta(minutes=20), timedelta(seconds=30))
    assert asked(client)[1] == "pass" and "ada berkas yang dikerjakan" in client.get("/sehat").content.decode()


@pytest.mark.parametrize(
    ("spoil", "part"),
    [
        (no_worker, "worker"),
        (waiting_register, "registers"),
        (stuck_register, "registers"),
        (old_backup, "backup"),
        (broken_trail, "trail"),
        (old_trail, "trail"),
    ],
)
def test_what_somebody_must_look_at_is_a_warning(client: Client, spoil: Any, part: str) -> None:
    spoil()
    status, whole, parts = asked(client)
    assert (status, whole) == (200, "warn") and [name for name, one in parts.items() if one != "pass"] == [part]
    assert "ada yang perlu dilihat" in client.get("/sehat").content.decode()


@pytest.mark.parametrize(("free", "status", "word"), [(1.9e9, 200, "warn"), (0.19e9, 503, "fail")])
def test_a_disk_that_fills_up(
    client: Client, monkeypatch: pytest.MonkeyPatch, free: float, status: int, word: str
) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    assert asked(client)[:2] == (status, word)
    assert client.get("/sehat").status_code == status


def test_a_backup_that_is_not_there_yet(client: Client, settings: Any) -> None:
    shutil.rmtree(settings.DATA_DIR / "upkeep")
    assert asked(client)[2]["backup"] == "warn"
    settings.NIGHTLY_BACKUP = False
    assert asked(client)[2]["backup"] == "pass"


def test_tables_that_do_not_fit_the_program(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'people'")
    status, whole, parts = asked(client)
    assert (status, whole, parts["migrations"]) == (503, "fail", "fail")
    assert "simpul migrate" in client.get("/sehat").content.decode()


def test_it_says_nothing_of_people_or_places(client: Client, settings: Any) -> None:
    world = small_world()
    client.force_login(world.bidan)
    broken_trail()
    old_backup()
    for path in ("/sehat", "/sehat.json"):
        for language in ("id", "en"):
            with translation.override(language):
                text = client.get(path).content.decode()
            for word in (
                "Siti",
                "Sri Wahyuni",
                "bidan.sri",
                "Puskesmas Tirta",
                str(settings.DATA_DIR),
                "postgres:",
                "/tmp",
            ):
                assert word not in text, (path, word)

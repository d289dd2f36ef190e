"""What a node does for itself: when it is due, and that it does it; and a worker that is killed, or whose database goes away."""

import contextlib
import os
import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil
import pytest

from primary_care.accounts.models import Attempt, User
from primary_care.audit.actions import record
from primary_care.node import backup, tasks
from primary_care.node.memories import recall, remember
from primary_care.node.tests.nodes import PATIENCE, Node, until

WIB = ZoneInfo("Asia/Jakarta")


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.BACKUP_DIR, settings.NIGHT_HOUR = tmp_path, tmp_path / "backups", 1


@pytest.mark.parametrize(
    ("done", "now", "expected"),
    [
        (None, datetime(2026, 11, 30, 12), True),
        (datetime(2026, 11, 30, 1, 5), datetime(2026, 11, 30, 12), False),
        (datetime(2026, 11, 30, 0, 59), datetime(2026, 11, 30, 12), True),
        (datetime(2026, 11, 29, 1, 5), datetime(2026, 11, 30, 0, 50), False),
        (datetime(2026, 11, 29, 1, 5), datetime(2026, 11, 30, 1, 0), True),
        (datetime(2026, 11, 27, 9), datetime(2026, 11, 30, 8), True),  # a laptop that was off over the week's end
    ],
)
def test_nightly_work_is_due_once_after_the_hour_of_the_night(
    done: datetime | None, now: datetime, expected: bool
) -> None:
    if done:
        remember("x", done.replace(tzinfo=WIB))
    assert tasks.due("x", now.replace(tzinfo=WIB)) is expected


def test_what_was_remembered_and_cannot_be_read_is_forgotten(tmp_path: Path) -> None:
    remember("x", datetime(2026, 11, 30, tzinfo=WIB), size=3)
    assert recall("x") == {"at": datetime(2026, 11, 30, tzinfo=WIB), "size": 3}
    (tmp_path / "upkeep" / "x.json").write_text('{"size": 3')
    assert recall("x") is None and recall("y") is None


@pytest.mark.django_db
def test_a_trail_that_was_changed_is_noticed_at_night() -> None:
    user = User.objects.create_user("sri", full_name="Sri")
    record("read", "people.person", user_id=user.pk)
    tasks.check_trail(0)
    assert recall(tasks.TRAIL)["broken"] == 0  # type: ignore[index]
    from primary_care.audit.models import AuditEntry

    entry = record("read", "people.person", user_id=user.pk)
    AuditEntry(chain=entry.chain, position=9, at=entry.at, action="read", kind="x", hash="x", user=user).save(
        force_insert=True
    )
    remember(tasks.TRAIL, datetime(2026, 1, 1, tzinfo=WIB), broken=0)
    tasks.check_trail(0)
    assert recall(tasks.TRAIL)["broken"] == 1  # type: ignore[index]


@pytest.mark.django_db
def test_attempts_that_count_no_more_are_removed() -> None:
    from django.utils import timezone

    now = timezone.now()
    for age in (timedelta(minutes=5), timedelta(days=2)):
        Attempt.objects.create(what="login", key_hash="x", at=now - age)
    assert tasks._clear() and not tasks._clear()
    assert Attempt.objects.count() == 1


def test_only_the_wanted_nightly_backup_is_made(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(backup, "back_up_tonight", lambda: made.append("x"))
    settings.NIGHTLY_BACKUP = False
    tasks.back_up(0)
    settings.NIGHTLY_BACKUP = True
    tasks.back_up(0)
    remember(backup.MEMORY, datetime.now(WIB))
    tasks.back_up(0)
    assert made == ["x"]


def _worker_of(pid: int) -> psutil.Process | None:
    for one in psutil.Process(pid).children():
        with contextlib.suppress(psutil.Error):  # gone meanwhile
            if "worker" in one.cmdline():
                return one
    return None


def _beating(node: Node) -> bool:
    return (
        node.ask("SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 s')")
        is True
    )


def test_a_node_works_in_the_background_and_keeps_doing_so(node: Node) -> None:
    """Killed, it is started again; its backup of the night is made; it ends with the node, also after kill -9."""
    process = node.start("run", SIMPUL_DEMO="0")
    until(lambda: node.get("/hidup") == 200 or process.poll() is not None)
    until(lambda: len(list((node.folder / "backups").glob("*.simpul"))) == 1)
    until(
        lambda: (node.folder / "upkeep" / "trail.json").exists() and (node.folder / "upkeep" / "tidying.json").exists()
    )
    worker = _worker_of(process.pid)
    assert worker is not None and worker.nice() >= 10
    worker.kill()
    until(lambda: (_worker_of(process.pid) or worker).pid != worker.pid)
    node.ask("DELETE FROM procrastinate_workers")
    until(lambda: _beating(node))
    assert node.ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 0
    last = _worker_of(process.pid)
    assert last is not None
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    until(lambda: not last.is_running() or last.status() == psutil.STATUS_ZOMBIE)


def test_a_worker_of_its_own_waits_for_its_database(node: Node) -> None:
    assert node.finish("migrate").returncode == 0
    node.server.start()
    url = node.server.url()
    process = node.start("worker", DATABASE_URL=url, SIMPUL_NIGHTLY_BACKUP="0")
    until(lambda: _beating(node) or process.poll() is not None)
    node.server.stop()
    node.server.start()
    node.ask("DELETE FROM procrastinate_workers")
    until(lambda: _beating(node) or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    os.kill(process.pid, signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and "Pekerjaan latar berhenti." in out, err
    node.server.stop()


def test_a_worker_whose_node_was_killed_while_it_started_ends_as_well(node: Node) -> None:
    assert node.finish("migrate").returncode == 0
    gone = node.start("growth", "--help")
    gone.communicate(timeout=PATIENCE)
    worker = node.start("worker", "--of", str(gone.pid))
    worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 1

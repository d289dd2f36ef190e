"""How a node is: what a monitor asks and what the page `/sehat` shows. Nothing about people, nothing that helps an intruder (no path, no address).

Statuses as in draft-inadarei-api-health-check: `pass`, `warn` (works, somebody must look), `fail` (pages cannot be served rightly).
"""

import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from primary_care.design.formats import clock, long_date, number
from primary_care.node import backup
from primary_care.node.memories import recall
from primary_care.node.tasks import TRAIL
from primary_care.people.register.background import oldest_sign
from primary_care.queue import SILENT, last_beat

PASS, WARN, FAIL = "pass", "warn", "fail"
ORDER = (PASS, WARN, FAIL)
DISK_FULL, DISK_LOW = 200e6, 2e9  # bytes free. assumed: below the first PostgreSQL may stop at any moment
BACKUP_OLD = timedelta(hours=48)
TRAIL_OLD = timedelta(days=8)  # assumed: a laptop may rest over a week's end and a holiday
REGISTER_WAITS = timedelta(minutes=5)  # for other work of the night, at most: assumed


@dataclass(frozen=True)
class Check:
    """One part: its id, its name for people, its status, what was seen in words, what to do about it, and the figure behind it."""

    id: str
    name: str
    status: str
    seen: str
    advice: str = ""
    value: float | int | str | None = None
    unit: str = ""


def examine(now: datetime) -> list[Check]:
    """Every part of the node, as it is `now`. Without a database the parts that need it are left out."""
    database = _database()
    checks = [database]
    if database.status != FAIL:
        checks += [_migrations(), _worker(now)]
        checks += [_registers(now)] if checks[1].status == PASS else []  # its columns may be missing
    return [*checks, _disk(), _backup(now), _trail(now), _knowledge()]


def worst(checks: Iterable[Check]) -> str:
    """The worst status."""
    return max((one.status for one in checks), key=ORDER.index, default=PASS)


def _database() -> Check:
    name = _("Basis data")
    began = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # whatever it is: this page must be answered
        return Check(
            "database",
            name,
            FAIL,
            _("tidak dapat dihubungi"),
            _("Biasanya pulih sendiri. Bila tidak, jalankan Simpul lagi."),
        )
    took = (time.perf_counter() - began) * 1000
    return Check("database", name, PASS, _("menjawab"), value=round(took, 1), unit="ms")


def _migrations() -> Check:
    missing = len(_migrations_of_the_program() - set(MigrationRecorder(connection).applied_migrations()))
    name = _("Tabel basis data")
    if missing:
        seen = ngettext("%(number)d perubahan belum dijalankan", "%(number)d perubahan belum dijalankan", missing) % {
            "number": missing
        }
        return Check("migrations", name, FAIL, seen, _("Jalankan simpul migrate, lalu mulai Simpul lagi."), missing)
    return Check("migrations", name, PASS, _("sesuai dengan versi ini"), value=0)


@lru_cache(maxsize=1)
def _migrations_of_the_program() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _worker(now: datetime) -> Check:
    name, beat = _("Pekerjaan latar"), last_beat()
    if beat is None or now - beat > SILENT:
        return Check(
            "worker",
            name,
            WARN,
            _("tidak berjalan"),
            _("Cadangan malam dan impor menunggu. Jalankan simpul worker, atau mulai Simpul lagi."),
        )
    return Check("worker", name, PASS, _("berjalan"), value=round((now - beat).total_seconds()), unit="s")


def _registers(now: datetime) -> Check:
    name, since = _("Impor register"), oldest_sign()
    if since is None:
        return Check("registers", name, PASS, _("tidak ada yang menunggu"), value=0, unit="s")
    late = now - since > REGISTER_WAITS
    return Check(
        "registers",
        name,
        WARN if late else PASS,
        _("ada berkas yang menunggu sejak %(when)s") % {"when": _moment(since)}
        if late
        else _("ada berkas yang dikerjakan"),
        _("Jalankan simpul worker, atau mulai Simpul lagi.") if late else "",
        round((now - since).total_seconds()),
        "s",
    )


def _disk() -> Check:
    free = shutil.disk_usage(_existing(settings.DATA_DIR)).free
    status = FAIL if free < DISK_FULL else WARN if free < DISK_LOW else PASS
    advice = (
        "" if status == PASS else _("Kosongkan disk tempat data Simpul, atau pindahkan cadangan lama ke disk lain.")
    )
    seen = _("%(size)s GB kosong") % {"size": number(round(free / 1e9, 1))}
    return Check("disk", _("Disk"), status, seen, advice, int(free), "bytes")


def _backup(now: datetime) -> Check:
    name, last = _("Cadangan terakhir"), recall(backup.MEMORY)
    if last is None:
        status = WARN if settings.NIGHTLY_BACKUP else PASS
        seen = _("belum ada") if settings.NIGHTLY_BACKUP else _("belum ada (node contoh, cadangan malam tidak menyala)")
        return Check(
            "backup",
            name,
            status,
            seen,
            _("Jalankan simpul backup, dan periksa pekerjaan latar.") if status == WARN else "",
        )
    old = settings.NIGHTLY_BACKUP and now - last["at"] > BACKUP_OLD
    advice = _("Cadangan malam tidak berhasil. Periksa disk dan pekerjaan latar.") if old else ""
    return Check("backup", name, WARN if old else PASS, _moment(last["at"]), advice, last["at"].isoformat())


def _trail(now: datetime) -> Check:
    name, last = _("Jejak akses"), recall(TRAIL)
    if last is None:
        return Check("trail", name, PASS, _("belum diperiksa"))
    if last["broken"]:
        return Check(
            "trail",
            name,
            WARN,
            _("pernah diubah"),
            _("Lihat halaman Jejak akses dan beri tahu Dinas Kesehatan."),
            last["broken"],
            "chains",
        )
    old = now - last["at"] > TRAIL_OLD
    return Check(
        "trail",
        name,
        WARN if old else PASS,
        _("utuh, diperiksa %(when)s") % {"when": _moment(last["at"])},
        value=0,
        unit="chains",
    )


def _knowledge() -> Check:
    from primary_care.decisions.content import knowledge

    version = knowledge().version
    return Check("knowledge", _("Pengetahuan"), PASS, _("versi %(version)s") % {"version": version}, value=version)


def _existing(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())


def _moment(at: datetime) -> str:
    here = timezone.localtime(at)
    return f"{long_date(here.date())}, {clock(here.time())}"

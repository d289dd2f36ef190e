"""What is done with a workbook behind the pages: it is checked, and when somebody has decided so, imported.

What is to be done stands in `RegisterFile.state`, not in the queue: whoever is told to work looks there. So a job that was lost, or a worker
that was killed, loses nothing: the next one takes up the file, and an import goes on with the families that are not written yet.
"""

import hashlib
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from primary_care.accounts.access import CREATE, NotAllowed
from primary_care.accounts.models import Assignment, User
from primary_care.accounts.scope import scope_of_assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.people import permissions
from primary_care.people.register.importing import import_stored, one_import_at_a_time
from primary_care.people.register.places import PlaceFinder
from primary_care.people.register.plans import Plan, make_plan
from primary_care.people.register.reading import WorkbookError, check_content, read_content
from primary_care.people.register.report import make_report
from primary_care.people.register.running import OnPregnancy, close_file
from primary_care.people.register_models import IN_WORK, KEPT, FileState, RegisterFile
from primary_care.people.writing import ActionRefused

MOST_ATTEMPTS = 3  # a file on which the worker dies or the disk fills up again and again is given back to its sender
AWAY = (OperationalError, InterfaceError)  # the database, or what it needs
KEPT_UNDECIDED = timedelta(days=7)  # assumed: a week in which somebody looks at what was sent in
PregnancyOpener = Callable[[User, Assignment, date], OnPregnancy]


# --- what the pages ask for ---


@transaction.atomic
def send_in(content: bytes, name: str, *, by: Assignment, on: date) -> RegisterFile:
    """Keep a workbook until it is checked and decided about. Raises `NotAllowed`, or `WorkbookError` for what is no workbook at all."""
    permissions.check_can_import(by)
    check_content(io.BytesIO(content), name)
    file = RegisterFile.objects.create(
        name=name, hash=hashlib.sha256(content).hexdigest(), content=content, state=FileState.CHECKING, asked_as=by, asked_on=on,
        asked_at=timezone.now(), recorded_by=by.user, recorded_as=by,
    )  # fmt: skip
    _audited(file, by, "dikirim")
    return file


@transaction.atomic
def ask_for_import(file: RegisterFile, *, by: Assignment, on: date) -> None:
    """The workbook is to be imported, by whoever does the background work. Raises `NotAllowed` or `ActionRefused`."""
    permissions.check_can_import(by)
    file = _locked(file)
    if file.state != FileState.WAITING:
        raise ActionRefused("sudah-diputuskan", _("Berkas ini sudah diputuskan. Muat ulang halamannya."))
    file.state, file.said, file.attempts, file.done = FileState.IMPORTING, "", 0, 0
    file.asked_as, file.asked_on, file.asked_at, file.worked_at = by, on, timezone.now(), None
    file.save()
    _audited(file, by, "impor diminta")


@transaction.atomic
def drop(file: RegisterFile, *, by: Assignment) -> None:
    """The workbook is not to be imported, or no further: its content goes. Raises `NotAllowed`, or `ActionRefused` once the import has begun."""
    permissions.check_can_import(by)
    file = _locked(file)
    begun = file.state == FileState.IMPORTING and file.worked_at is not None
    if begun or file.state not in KEPT:
        raise ActionRefused("sudah-diputuskan", _("Berkas ini sudah diputuskan. Muat ulang halamannya."))
    _give_up(file)
    _audited(file, by, "dibuang")


# --- what the background does ---


def work(opener: PregnancyOpener, *, go_on: Callable[[], bool] = lambda: True) -> None:
    """Check and import what waits, the oldest first, until nothing does or `go_on` says no."""
    with one_import_at_a_time():
        forget_undecided(timezone.now())
        while go_on() and (file := _begin_next()):
            if file.state == FileState.CHECKING:
                _check(file)
            else:
                _import(file, opener, go_on)


def forget_undecided(now: datetime) -> None:
    """Workbooks about which nobody decided for a week are kept no longer."""
    for file in RegisterFile.objects.filter(state=FileState.WAITING, asked_at__lt=now - KEPT_UNDECIDED):
        with transaction.atomic():
            file = _locked(file)
            if file.state == FileState.WAITING:
                _give_up(file)
                _audited(file, None, f"tidak diputuskan dalam {KEPT_UNDECIDED.days} hari")


def oldest_sign() -> datetime | None:
    """Of the workbooks that are to be worked on, the one that has waited longest for a sign of work: since when. None when none waits."""
    signs = RegisterFile.objects.filter(state__in=IN_WORK).annotate(sign=Coalesce("worked_at", "asked_at"))
    return signs.order_by("sign").values_list("sign", flat=True).first()


@transaction.atomic
def _begin_next() -> RegisterFile | None:
    """The next file to work on; one that was begun too often without getting further is given back."""
    waiting = RegisterFile.objects.filter(state__in=IN_WORK).order_by("asked_at", "pk")
    for file in waiting.select_for_update().defer("content"):
        file.worked_at = timezone.now()
        if file.attempts < MOST_ATTEMPTS:
            file.attempts += 1
            file.save(update_fields=["worked_at", "attempts"])
            return file
        _stop(
            file,
            _(
                "Simpul berhenti tiga kali saat mengerjakan berkas ini; mungkin memori atau disknya penuh. Beri tahu "
                "penanggung jawab Simpul di tempat Anda, atau pisahkan berkasnya per desa dan kirim lagi."
            ),
        )
    return None


def _check(file: RegisterFile) -> None:
    """Say what would become of each row: numbers only."""
    try:
        plan, _places = _plan(file)
    except (NotAllowed, WorkbookError) as error:
        _stop(file, str(error))
        return
    except AWAY:
        raise  # the file waits
    except Exception:
        _stop(
            file,
            _(
                "Berkas ini tidak dapat dibaca karena kesalahan di Simpul. Beri tahu penanggung jawab Simpul di "
                "tempat Anda."
            ),
        )
        raise
    report = make_report(plan, file=file.name, on=_day(file), dry_run=True)
    clean = report["imported"] - report["imported_with_question"]
    preview = {
        "rows": report["rows"], "households": report["households"], "clean": clean, "questions": report["imported_with_question"],
        "held": report["held"], "problems": {code: len(rows) for code, rows in report["problems"].items() if rows},
    }  # fmt: skip
    RegisterFile.objects.filter(pk=file.pk, state=FileState.CHECKING).update(
        state=FileState.WAITING, preview=preview, total=sum(not row.is_blank for row in plan.rows), attempts=0
    )


def _import(file: RegisterFile, opener: PregnancyOpener, go_on: Callable[[], bool]) -> None:
    """Write what is new. What stops it is told to the sender; what is written by then stays, and is not written again."""
    by, on = file.asked_as, _day(file)
    assert by is not None
    file.done = 0
    try:
        plan, places = _plan(file)
        file.total = sum(not row.is_blank for row in plan.rows)
        file.save(update_fields=["done", "total"])
        pregnancies = opener(by.user, by, on)
        if not import_stored(plan, places=places, stored=file, on=on, by=by, on_pregnancy=pregnancies, go_on=go_on):
            RegisterFile.objects.filter(pk=file.pk).update(attempts=0)  # told to stop, not stopped by the file
    except (ActionRefused, NotAllowed, WorkbookError) as error:
        _stop(file, str(error))
    except IntegrityError:
        _stop(
            file, _("Sementara diimpor, orang atau keluarga yang sama didaftarkan lewat jalan lain. Coba sekali lagi.")
        )
    except AWAY:
        raise  # the import goes on when it is back
    except Exception:
        _stop(file, _("Impor berhenti karena kesalahan di Simpul. Beri tahu penanggung jawab Simpul di tempat Anda."))
        raise


def _plan(file: RegisterFile) -> tuple[Plan, PlaceFinder]:
    """What is to be done with a workbook where the one who asked registers families. Raises `WorkbookError` or `NotAllowed`."""
    by, on = file.asked_as, _day(file)
    assert by is not None and file.content is not None
    permissions.check_can_import(by)
    within = scope_of_assignment(by, on, "keluarga", CREATE).area_paths
    if not within:  # closed since he asked, or a unit that serves nobody: every row would be held
        raise NotAllowed(_("Penugasan pengirim sudah berakhir, atau unitnya belum punya wilayah kerja."))
    places = PlaceFinder(on, within)
    return make_plan(read_content(io.BytesIO(bytes(file.content)), file.name), places.village_names, on), places


def _stop(file: RegisterFile, said: str) -> None:
    """Give a file back: one that cannot be read is kept no longer, one whose import stopped waits for another decision."""
    after = (
        {"state": FileState.WAITING}
        if file.state == FileState.IMPORTING
        else {"state": FileState.REFUSED, "content": None}
    )
    RegisterFile.objects.filter(pk=file.pk, state=file.state).update(**after, said=said, attempts=0)


def _give_up(file: RegisterFile) -> None:
    """Keep the content no longer. Rows that a stopped import has written already stay, and are reviewed."""
    file.said = ""
    if file.imported.exists():
        close_file(file)
    else:
        file.state, file.content = FileState.DROPPED, None
        file.save()


def _day(file: RegisterFile) -> date:
    assert file.asked_on is not None
    return file.asked_on


def _locked(file: RegisterFile) -> RegisterFile:
    return RegisterFile.objects.select_for_update().get(pk=file.pk)


def _audited(file: RegisterFile, by: Assignment | None, what: str) -> None:
    user, unit = (by.user_id, by.unit_id) if by else (None, None)
    record(
        AuditAction.WRITE, "people.registerfile", user_id=user, unit_id=unit, object_id=file.pk, reason=f"berkas register {what}"
    )  # fmt: skip

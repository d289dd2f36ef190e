"""The register as a workbook: sent in, looked at before it is imported, and taken out for a reason."""

import hashlib
import tempfile
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import EXPORT, NotAllowed
from primary_care.accounts.limits import EXPORT as EXPORTS
from primary_care.accounts.limits import TooMany, count
from primary_care.areas.models import Area
from primary_care.areas.queries import list_villages
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.desk.access import Typed, Worker, audit_read, not_here
from primary_care.desk.register_form import Form
from primary_care.desk.views.register.common import Page, by_of, imports, reach, register_page
from primary_care.desk.views.register.review import CODES
from primary_care.people.actions import ActionRefused
from primary_care.people.permissions import may_export
from primary_care.people.reasons import NoReason
from primary_care.people.register.exporting import export_register
from primary_care.people.register.importing import import_plan
from primary_care.people.register.places import PlaceFinder
from primary_care.people.register.plans import Plan, make_plan
from primary_care.people.register.reading import MAX_FILE_BYTES, WorkbookError, read_workbook
from primary_care.people.register.report import make_report
from primary_care.people.register.review_queries import files_for, rows_for, with_questions
from primary_care.people.register_models import FileState, RegisterFile
from primary_care.visits.register_import import opener

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@register_page(imports)
def workbooks(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The workbooks of this area, and the place to send one in."""
    form = Form(request.POST if request.method == "POST" else QueryDict())
    if request.method == "POST":
        sent = request.FILES.get("berkas")
        if not isinstance(sent, UploadedFile):
            form.faults.add("berkas", _("Pilih dulu berkasnya."))
        elif (sent.size or 0) > MAX_FILE_BYTES:
            form.faults.add(
                "berkas", _("Berkas ini lebih dari 30 MB. Hapus gambar dan lembar lain, atau pisahkan per desa.")
            )
        else:
            content = sent.read()
            name = get_valid_filename(sent.name or "register.xlsx")[:200]
            try:
                _plan(content, name, worker)
                file = _keep(content, name, worker)
                return redirect("import", file_id=file.pk)
            except WorkbookError as wrong:
                form.faults.add("berkas", str(wrong))
    assert worker.assignment is not None
    files = list(files_for(worker.assignment, worker.today).exclude(state=FileState.DROPPED)[:30])
    rows = rows_for(worker.assignment, worker.today)
    waiting = Counter(with_questions(rows.filter(file__in=files)).values_list("file_id", flat=True))
    hint = _("Lembar “Data Keluarga” dengan 19 kolom formulir, paling besar 30 MB.")
    context = {
        "field": form.field("berkas", _("Berkas register (.xlsx)"), "file", hint=hint, required=True),
        "errors": form.faults.listed(),
        "files": [{"file": file, "waiting": waiting[file.pk], "state": _(str(FileState(file.state).label))} for file in files],
    }  # fmt: skip
    return render(request, "desk/register/workbooks.html", context, status=422 if form.faults else 200)


@never_cache
@register_page(imports)
def workbook(request: HttpRequest, worker: Worker, file_id: uuid.UUID) -> HttpResponse:
    """What would become of a workbook, before anything is stored; a POST imports it or drops it."""
    assert worker.assignment is not None
    file = files_for(worker.assignment, worker.today).filter(pk=file_id).first()
    if file is None:
        return not_here(request)
    if file.state == FileState.IMPORTED:
        return redirect("review", file_id=file.pk)
    if file.state == FileState.DROPPED or file.content is None:
        messages.info(request, _("Berkas ini tidak jadi diimpor."))
        return redirect("imports")
    if request.method == "POST" and request.POST.get("keputusan") == "batal":
        file.state, file.content = FileState.DROPPED, None
        file.save()
        messages.success(request, _("Berkas dibuang. Tidak ada yang diimpor."))
        return redirect("imports")
    refused = ""
    if request.method == "POST":
        try:
            written = _import(file, worker)
            said = _("Diimpor: %(households)d keluarga, %(persons)d orang, %(pregnancies)d kehamilan.")
            messages.success(request, said % written)
            return redirect("review", file_id=file.pk)
        except (ActionRefused, NotAllowed, WorkbookError) as error:
            refused = str(error)
        except IntegrityError:
            refused = _(
                "Sementara diimpor, orang atau keluarga yang sama didaftarkan lewat jalan lain. Coba sekali lagi."
            )
    plan = _plan(bytes(file.content), file.name, worker)
    audit_read(worker, "people.registerfile", object_id=file.pk)
    report = make_report(plan, file=Path(file.name), on=worker.today, dry_run=True)
    problems = [(code, len(places)) for code, places in report["problems"].items() if places]
    context = {
        "file": file,
        "report": report,
        "clean": report["imported"] - report["imported_with_question"],
        "problems": sorted(
            ((_(CODES.get(code, code)), number) for code, number in problems), key=lambda pair: -pair[1]
        ),
        "refused": refused,
    }
    return render(request, "desk/register/workbook.html", context, status=422 if refused else 200)


@never_cache
@register_page(lambda worker: may_export(worker.role))
def export(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The register of a desa, or of the whole area, as a workbook, for a reason that is kept."""
    form = Form(request.POST if request.method == "POST" else QueryDict())
    places = _places(worker)
    if request.method == "POST":
        chosen = form.one_of("tempat", places, _("Pilih wilayahnya."))
        if not form.faults:
            try:
                count(EXPORTS, str(worker.user.pk))
                content = export_register(
                    within=places[chosen], reason=form.text("alasan"), by=by_of(worker), on=worker.today
                )
                response = HttpResponse(content, content_type=XLSX)
                name = get_valid_filename(f"register-{places[chosen].code}-{worker.today.isoformat()}.xlsx")
                response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
                return response
            except NoReason as missing:
                form.faults.add("alasan", str(missing))
            except (NotAllowed, TooMany) as error:
                form.faults.add("tempat", str(error))
    page = Page(
        title=_("Ekspor register"),
        lead=_("Daftar dengan nama dan NIK keluar dari Simpul. Nama Anda, waktu, wilayah, dan alasan tercatat dan dibaca kepala Puskesmas."),
        save=_("Unduh berkas Excel"),
        form=form,
        groups=[("", [
            form.choice("tempat", _("Wilayah"), [(key, area.name) for key, area in places.items()], kind="select", required=True),
            form.field("alasan", _("Untuk apa?"), "long-text", hint=_("misalnya: pencocokan data dengan desa untuk lokakarya mini Juni"), required=True),
        ])],
        back=(reverse("register"), _("Kembali ke register")),
        download=True,
    )  # fmt: skip
    return page.response(request, worker, Typed(None, kept=False))


def _places(worker: Worker) -> dict[str, Area]:
    """The desa within reach, by key."""
    return {str(area.pk): area for area in list_villages(reach(worker, EXPORT), worker.today)}


def _keep(content: bytes, name: str, worker: Worker) -> RegisterFile:
    with transaction.atomic():
        file = RegisterFile.objects.create(
            name=name,
            hash=hashlib.sha256(content).hexdigest(),
            content=content,
            recorded_by=worker.user,
            recorded_as=worker.assignment,
        )
        unit = worker.assignment.unit_id if worker.assignment else None
        record(AuditAction.WRITE, "people.registerfile", user_id=worker.user.pk, unit_id=unit, object_id=file.pk)
    return file


def _plan(content: bytes, name: str, worker: Worker) -> Plan:
    """What is to be done with a workbook, where this worker registers families. Raises `WorkbookError`."""
    with tempfile.TemporaryDirectory(prefix="simpul-") as folder:
        path = Path(folder) / (name if name.endswith(".xlsx") else f"{name}.xlsx")
        path.write_bytes(content)
        return make_plan(read_workbook(path), PlaceFinder(worker.today, reach(worker)).village_names, worker.today)


@transaction.atomic
def _import(file: RegisterFile, worker: Worker) -> dict[str, Any]:
    """Write what is new of a workbook, once."""
    file = RegisterFile.objects.select_for_update().get(pk=file.pk)
    if file.state != FileState.WAITING or file.content is None:
        raise ActionRefused("sudah-diimpor", _("Berkas ini sudah diputuskan. Muat ulang halamannya."))
    by = by_of(worker)
    places = PlaceFinder(worker.today, reach(worker))
    plan = _plan(bytes(file.content), file.name, worker)
    written = import_plan(
        plan, places=places, file=Path(file.name), on=worker.today, user=worker.user, by=by,
        on_pregnancy=opener(worker.user, by, worker.today), stored=file,
    )  # fmt: skip
    if not written.rows:  # nothing new in it: it is done with all the same
        file.state, file.content = FileState.IMPORTED, None
        file.save()
    return {"households": written.households, "persons": written.persons, "pregnancies": written.pregnancies}

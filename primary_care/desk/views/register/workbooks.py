"""The register as a workbook: sent in, looked at before it is imported, and taken out for a reason."""

import uuid
from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import EXPORT, NotAllowed
from primary_care.accounts.limits import EXPORT as EXPORTS
from primary_care.accounts.limits import TooMany, count
from primary_care.areas.models import Area
from primary_care.areas.queries import list_villages
from primary_care.desk.access import Typed, Worker, not_here
from primary_care.desk.register_form import Form
from primary_care.desk.views.register.common import Page, by_of, imports, reach, register_page
from primary_care.desk.views.register.review import CODES, file_for
from primary_care.people.actions import ActionRefused
from primary_care.people.permissions import may_export
from primary_care.people.reasons import NoReason
from primary_care.people.register import background
from primary_care.people.register.exporting import export_register
from primary_care.people.register.reading import MAX_FILE_BYTES, WorkbookError
from primary_care.people.register.review_queries import files_for, rows_for, with_questions
from primary_care.people.register_models import IN_WORK, FileState, RegisterFile
from primary_care.queue import is_served
from primary_care.visits.tasks import ask_for_registers

PATIENCE = timedelta(seconds=30)  # without a sign of work, before the page says that something may be wrong
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
            name = get_valid_filename(sent.name or "register.xlsx")[:200]
            try:
                file = background.send_in(sent.read(), name, by=by_of(worker), on=worker.today)
                ask_for_registers()
                return redirect("import", file_id=file.pk)
            except WorkbookError as wrong:
                form.faults.add("berkas", str(wrong))
    assert worker.assignment is not None
    files = list(files_for(worker.assignment, worker.today).defer("content").exclude(state=FileState.DROPPED)[:30])
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
    """A workbook where it stands: being checked, what would become of it, being imported; a POST has it imported or drops it."""
    file = file_for(worker, file_id)
    if file is None:
        return not_here(request)
    refused = ""
    if request.method == "POST":
        try:
            if request.POST.get("keputusan") == "batal":
                background.drop(file, by=by_of(worker))
                messages.success(request, _("Berkas dibuang dan isinya dihapus dari Simpul."))
                return redirect("imports")
            background.ask_for_import(file, by=by_of(worker), on=worker.today)
            ask_for_registers()
            return redirect("import", file_id=file.pk)
        except (ActionRefused, NotAllowed) as error:
            refused = str(error)
            file.refresh_from_db()
    if file.state == FileState.IMPORTED and not refused:
        return redirect("review", file_id=file.pk)
    if file.state == FileState.DROPPED and not refused:
        messages.info(request, _("Berkas ini tidak jadi diimpor."))
        return redirect("imports")
    context = {"file": file, "refused": refused, "state": file.state, "problems": _problems(file), **_work(file)}
    return render(request, "desk/register/workbook.html", context, status=422 if refused else 200)


@never_cache
@register_page(imports)
def progress(request: HttpRequest, worker: Worker, file_id: uuid.UUID) -> HttpResponse:
    """How far the background is with a workbook: the part of its page that asks for itself again until there is something else to see.

    It tells no more than numbers and is not written into the trail, whose line the import itself may hold.
    """
    file = file_for(worker, file_id)
    if file is None:
        return not_here(request)
    if not request.headers.get("HX-Request"):
        return redirect("import", file_id=file.pk)
    request.asked_by_itself = True  # type: ignore[attr-defined]
    if file.state not in IN_WORK:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/register/_progress.html", {"file": file, **_work(file)})


def _work(file: RegisterFile) -> dict[str, object]:
    """Where the work on a file stands, in words that the page needs."""
    now = timezone.now()
    sign = file.worked_at or file.asked_at or now
    still = now - sign
    return {
        "in_work": file.state in IN_WORK,
        "begun": file.worked_at is not None,
        "percent": min(100, file.done * 100 // file.total) if file.total else 0,
        "since": file.asked_at or now,
        "busy": still > PATIENCE,
        "nobody": file.state in IN_WORK and still > PATIENCE and not is_served(now),
    }


def _problems(file: RegisterFile) -> list[tuple[str, int]]:
    """The kinds of question that a workbook will have, the most frequent first."""
    found = [(_(CODES.get(code, code)), number) for code, number in file.preview.get("problems", {}).items()]
    return sorted(found, key=lambda pair: -pair[1])


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

"""Rows of an imported register with the same question: looked at on one page, accepted together, and taken back together."""

import uuid
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.audit.many import Written, record_many
from primary_care.audit.models import AuditAction
from primary_care.desk.access import Worker, not_here
from primary_care.desk.views.register.common import by_of, imports, register_page
from primary_care.desk.views.register.review import CODES, columns_of, file_for, shown
from primary_care.people.actions import ActionRefused
from primary_care.people.register.batches import TOGETHER, accept_together, acceptable, standing_of, undo_together
from primary_care.people.register.review_queries import rows_for, with_questions
from primary_care.people.register_models import ImportedRow, RowDecision

SHOWN = 100
PROVISIONAL = gettext_noop("Orangnya tetap dengan nomor sementara sampai NIK-nya diketahui.")
OTHER_MEMBER = gettext_noop("Tetap dicatat sebagai anggota keluarga lainnya.")
OWN_FAMILY = gettext_noop("Tetap sebagai keluarga tersendiri tanpa nomor KK.")
WITHOUT = gettext_noop("Tetap dicatat tanpa isian itu. Yang tertulis di lembar tetap tersimpan bersama barisnya.")
STAYS = {
    "nik_missing": PROVISIONAL, "nik_unreadable": PROVISIONAL, "nik_wrong_length": PROVISIONAL, "nik_digits_lost": PROVISIONAL,
    "birth_incomplete": gettext_noop("Tanggal lahir tetap hanya tahun, atau bulan dan tahunnya."),
    "birth_century": gettext_noop("Tahun lahir tetap 19xx, sesuai hubungan keluarganya."),
    "relation_missing": OTHER_MEMBER, "relation_unknown": OTHER_MEMBER,
    "kk_missing": OWN_FAMILY, "kk_unreadable": OWN_FAMILY, "kk_wrong_length": OWN_FAMILY,
    "rt_rw_unreadable": gettext_noop("Alamat tetap tanpa RT atau RW itu."),
    "text_too_long": gettext_noop("Isian tetap terpotong. Yang tertulis di lembar tetap tersimpan bersama barisnya."),
    "value_unknown": WITHOUT,
}  # fmt: skip


@never_cache
@register_page(imports)
def together(request: HttpRequest, worker: Worker, file_id: uuid.UUID) -> HttpResponse:
    """The rows with one kind of question that may be accepted together; a POST accepts those that were ticked."""
    by, file = by_of(worker), file_for(worker, file_id)
    code = request.GET.get("soal", "")
    if file is None:
        return not_here(request)
    if code not in TOGETHER:
        return redirect("review", file_id=file.pk)
    refused, ticked = "", set()
    if request.method == "POST":
        ticked = set(_keys(request.POST.getlist("baris")))
        try:
            batch = accept_together(file, code, ticked, by=by, on=worker.today)
            said = ngettext("%(count)d baris diterima apa adanya.", "%(count)d baris diterima apa adanya.", len(ticked))
            messages.success(request, said % {"count": len(ticked)})
            return redirect("review-batch", file_id=file.pk, batch_id=batch)
        except (ActionRefused, NotAllowed) as error:
            refused = str(error)
    rows = rows_for(by, worker.today).filter(file=file)
    may = acceptable(rows, code)
    count, listed = may.count(), list(may[:SHOWN])
    _audit(worker, listed)
    everything = "semua" in request.GET and request.method == "GET"
    context = {
        "file": file,
        "code": code,
        "what": _(CODES[code]),
        "stays": _(STAYS[code]),
        "rows": [_line(row, code, everything or row.pk in ticked) for row in listed],
        "count": count,
        "others": with_questions(rows, code=code).count() - count,
        "everything": everything,
        "refused": refused,
        "errors": [("isian-pilihan", refused)] if refused else [],
    }
    return render(request, "desk/register/together.html", context, status=422 if refused else 200)


@never_cache
@register_page(imports)
def batch(request: HttpRequest, worker: Worker, file_id: uuid.UUID, batch_id: uuid.UUID) -> HttpResponse:
    """What was accepted together, by whom and when; a POST takes back what still stands of it."""
    by, file = by_of(worker), file_for(worker, file_id)
    rows = rows_for(by, worker.today).filter(file=file)
    decisions = RowDecision.objects.filter(batch=batch_id, row__in=rows.values("pk"))
    first = decisions.select_related("recorded_by", "row").order_by("row__row_number").first()
    if file is None or first is None:
        return not_here(request)
    refused = ""
    if request.method == "POST":
        try:
            count = undo_together(batch_id, file, by=by, on=worker.today)
            said = ngettext(
                "Keputusan untuk %(count)d baris diurungkan.", "Keputusan untuk %(count)d baris diurungkan.", count
            )
            messages.success(request, said % {"count": count})
            return redirect("review", file_id=file.pk)
        except (ActionRefused, NotAllowed) as error:
            refused = str(error)
    standing = list(standing_of(batch_id, file, by=by, on=worker.today))
    _audit(worker, standing)
    codes = {one.code for row in standing for one in row.questions.all()}
    context = {
        "file": file,
        "first": first,
        "rows": [_line(row, next(iter(codes), ""), False) for row in standing],
        "count": len(standing),
        "undone": decisions.count() - len(standing),
        "what": ", ".join(_(CODES.get(code, code)) for code in sorted(codes)),
        "refused": refused,
    }
    return render(request, "desk/register/batch.html", context, status=422 if refused else 200)


def _line(row: ImportedRow, code: str, ticked: bool) -> dict[str, object]:
    """A row with what stands in the cells that the question is about."""
    about = [(column, str(row.cells.get(column) or "").strip()) for column in sorted(columns_of({code}))]
    return {
        **shown(row),
        "ticked": ticked,
        "about": [(column, text) for column, text in about if text],
        "url": f"{reverse('review-row', args=[row.pk])}?soal={code}",
    }


def _keys(texts: Iterable[str]) -> Iterable[uuid.UUID]:
    """The keys among what was sent."""
    for text in texts:
        try:
            yield uuid.UUID(text)
        except ValueError:
            continue


def _audit(worker: Worker, rows: Iterable[ImportedRow]) -> None:
    """Each row that is shown has been read."""
    lines = [Written("people.importedrow", row.pk, row.person_id) for row in rows]
    unit = worker.assignment.unit_id if worker.assignment else None
    if lines:
        record_many(lines, user_id=worker.user.pk, unit_id=unit, action=AuditAction.READ)

"""The questions about an imported register, each with its row beside it: accept, correct, the same person, leave out; and take that back."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.design.fields import Field
from primary_care.desk.access import Worker, audit_read, not_here
from primary_care.desk.presenters.person import age_words, relationship_word, sex_word, where
from primary_care.desk.register_form import Form
from primary_care.desk.views.register.common import WHY, by_of, imports, links_records, register_page
from primary_care.people.actions import ActionRefused
from primary_care.people.models import Person
from primary_care.people.register.batches import acceptable
from primary_care.people.register.reading import COLUMNS
from primary_care.people.register.review_queries import (
    files_for,
    may_be,
    open_codes,
    rows_for,
    standing_decision,
    with_questions,
)
from primary_care.people.register.reviewing import ANOTHER, EDITABLE, PLACE, RowRefused, decide, undo
from primary_care.people.register_models import DecisionKind, ImportedRow, RegisterFile, RowState

SHOWN = 25
ACCEPT, CORRECT, JOIN, LEAVE_OUT = (kind.value for kind in list(DecisionKind)[:4])
KINDS = {
    ACCEPT: gettext_noop("Diterima apa adanya"), CORRECT: gettext_noop("Diperbaiki"), JOIN: gettext_noop("Orang yang sudah terdaftar"),
    LEAVE_OUT: gettext_noop("Tidak dimasukkan"),
}  # fmt: skip
CODES = {
    "blank_row": gettext_noop("Baris kosong"), "name_missing": gettext_noop("Nama kosong"), "name_unreadable": gettext_noop("Nama tidak terbaca"),
    "birth_missing": gettext_noop("Tanggal lahir kosong"), "birth_unreadable": gettext_noop("Tanggal lahir tidak terbaca"),
    "birth_incomplete": gettext_noop("Tanggal lahir tidak lengkap"), "birth_century": gettext_noop("Abad lahir ditebak"),
    "birth_in_future": gettext_noop("Tanggal lahir di masa depan"), "birth_too_long_ago": gettext_noop("Lahir lebih dari 120 tahun lalu"),
    "nik_missing": gettext_noop("NIK kosong"), "nik_unreadable": gettext_noop("NIK tidak terbaca"),
    "nik_wrong_length": gettext_noop("NIK bukan 16 angka"), "nik_digits_lost": gettext_noop("Angka NIK hilang di Excel"),
    "nik_malformed": gettext_noop("NIK tidak mungkin ada"), "nik_birth_mismatch": gettext_noop("NIK dan tanggal lahir berbeda"),
    "nik_sex_mismatch": gettext_noop("NIK dan jenis kelamin berbeda"), "nik_shared_by_two_people": gettext_noop("Satu NIK, dua orang"),
    "nik_of_another_person": gettext_noop("NIK milik orang lain"), "nik_elsewhere": gettext_noop("NIK terdaftar di wilayah lain"),
    "kk_elsewhere": gettext_noop("No. KK terdaftar di wilayah lain"), "differs_from_record": gettext_noop("Berbeda dari catatan Simpul"),
    "duplicate_person": gettext_noop("Orang ditulis dua kali"), "sex_missing": gettext_noop("Jenis kelamin kosong"),
    "sex_unreadable": gettext_noop("Jenis kelamin tidak terbaca"), "relation_missing": gettext_noop("Hubungan keluarga kosong"),
    "relation_unknown": gettext_noop("Hubungan keluarga tidak dikenal"), "kepala_keluarga_twice": gettext_noop("Dua kepala keluarga"),
    "head_registered": gettext_noop("Kepala keluarga sudah ada"), "kk_missing": gettext_noop("No. KK kosong"),
    "kk_unreadable": gettext_noop("No. KK tidak terbaca"), "kk_wrong_length": gettext_noop("No. KK bukan 16 angka"),
    "kk_digits_lost": gettext_noop("Angka No. KK hilang di Excel"), "unknown_village": gettext_noop("Desa tidak dikenal"),
    "address_differs": gettext_noop("Alamat berbeda dalam satu keluarga"), "rt_rw_unreadable": gettext_noop("RT atau RW tidak terbaca"),
    "pregnant_male": gettext_noop("Laki-laki tercatat hamil"), "pregnant_sex_unknown": gettext_noop("Hamil, jenis kelamin kosong"),
    "pregnant_age": gettext_noop("Umur saat hamil tidak biasa"), "pregnancy_unreadable": gettext_noop("Kolom Hamil tidak terbaca"),
    "hpht_missing": gettext_noop("Hamil tanpa HPHT"), "hpht_unreadable": gettext_noop("HPHT tidak terbaca"),
    "hpht_implausible": gettext_noop("HPHT tidak mungkin"), "hpht_without_pregnancy": gettext_noop("HPHT tanpa hamil"),
    "pregnancy_refused": gettext_noop("Kehamilan belum dicatat"), "text_too_long": gettext_noop("Isian terlalu panjang"),
    "value_unknown": gettext_noop("Isian tidak dikenal"),
}  # fmt: skip
PREGNANCY = frozenset(code for code in CODES if code.startswith(("pregn", "hpht")))
# The cells that a question is about, to be marked and offered for correction first.
COLUMNS_OF: Mapping[str, tuple[str, ...]] = {
    "name": ("Nama Lengkap",), "birth": ("Tanggal Lahir",), "nik_birth_mismatch": ("NIK", "Tanggal Lahir"), "nik_sex_mismatch": ("NIK", "JK"),
    "nik": ("NIK",), "sex": ("JK",), "relation": ("Hubungan",), "kepala": ("Hubungan", "No. KK"), "head": ("Hubungan",), "kk": ("No. KK",),
    "unknown": ("Desa/Kel",), "address": ("Desa/Kel", "Dusun", "RT", "RW"), "rt": ("RT", "RW"), "pregnant": ("Hamil", "JK"),
    "pregnancy": ("Hamil",), "hpht": ("HPHT", "Hamil"), "duplicate": ("NIK", "Nama Lengkap"),
}  # fmt: skip


@never_cache
@register_page(imports)
def review(request: HttpRequest, worker: Worker, file_id: uuid.UUID) -> HttpResponse:
    """The questions of one workbook that are open, of one kind or all; with `?sudah` those that were decided."""
    file = file_for(worker, file_id)
    if file is None:
        return not_here(request)
    rows = rows_for(by_of(worker), worker.today).filter(file=file)
    code, decided = request.GET.get("soal", ""), "sudah" in request.GET
    code = code if code in CODES else ""
    found = with_questions(rows, code=code, decided=decided)
    start = int(request.GET.get("mulai", "0")) if request.GET.get("mulai", "0").isdecimal() else 0
    page = list(found[start : start + SHOWN + 1])
    for row in page[:SHOWN]:
        audit_read(worker, "people.importedrow", object_id=row.pk, person_id=row.person_id)
    counts = open_codes(rows)
    context = {
        "file": file,
        "rows": [shown(row) for row in page[:SHOWN]],
        "code": code,
        "decided": decided,
        "codes": [(one, _(CODES.get(one, one)), number) for one, number in counts.most_common()],
        "open": with_questions(rows).count(),
        "done": with_questions(rows, decided=True).count(),
        "together": acceptable(rows, code).count() if not decided else 0,
        "counts": {state.name: file.counts.get(state, 0) for state in RowState} if file.counts else {},
        "next": start + SHOWN if len(page) > SHOWN else None,
        "first": start + 1,
    }
    return render(request, "desk/register/review.html", context)


@never_cache
@register_page(imports)
def review_row(request: HttpRequest, worker: Worker, row_id: uuid.UUID) -> HttpResponse:
    """One row with its cells and questions; a POST decides, or takes the decision back."""
    by = by_of(worker)
    row = rows_for(by, worker.today).filter(pk=row_id).prefetch_related("questions").first()
    if row is None or row.file is None:
        return not_here(request)
    form = Form(request.POST if request.method == "POST" else QueryDict())
    if request.method == "POST":
        kind = request.POST.get("keputusan", "")
        try:
            if kind == DecisionKind.UNDO:
                undo(row, by=by, on=worker.today)
                messages.success(request, _("Keputusan untuk baris %(row)d diurungkan.") % {"row": row.row_number})
                return redirect("review-row", row_id=row.pk)
            cells = {
                column: request.POST.get(_field(column), "")
                for column in (*EDITABLE, *PLACE)
                if _field(column) in request.POST
            }
            other = _chosen(request.POST.get("orang", ""), worker) if kind == JOIN else None
            decide(row, kind, by=by, on=worker.today, cells=cells, person=other)
            said = _("Baris %(row)d: %(what)s.") % {"row": row.row_number, "what": _(KINDS[kind]).lower()}
            messages.success(request, said)
            return _next(row, worker, request.GET.get("soal", ""))
        except RowRefused as error:
            for column, text in error.faults:
                form.faults.add(_field(column), text)
        except (ActionRefused, NotAllowed) as error:
            form.faults.add("keputusan", str(error))
    audit_read(worker, "people.importedrow", object_id=row.pk, person_id=row.person_id)
    decision = standing_decision(row)
    alike = [] if decision else may_be(row, worker.scope, worker.today)
    for one in alike:
        audit_read(worker, "desk.similar", person_id=one.person.pk)
    held, codes = row.person_id is None, {one.code for one in row.questions.all()}
    context = {
        **shown(row),
        "file": row.file,
        "held": held,
        "decision": decision,
        "decision_words": _(KINDS[decision.kind]) if decision else "",
        "corrected": [(column, text) for column, text in decision.cells.items()] if decision else [],
        "cells": [(column, row.cells.get(column), column in columns_of(codes)) for column in COLUMNS],
        "errors": form.faults.listed({_field(column): column for column in (*EDITABLE, *PLACE)}),
        "fields": _fields(row, form, codes, held),
        "fields_more": _fields(row, form, codes, held, others=True),
        "corrects": bool(form.faults.by_field) and "keputusan" not in form.faults.by_field,
        "may_accept": not held or codes <= ANOTHER | {code for code in CODES if code not in _HOLDING},
        "another": held and bool(codes & ANOTHER),
        "alike": [_candidate(one.person, one.why, worker) for one in alike],
        "may_link": held or links_records(worker),
        "person_url": reverse("person", args=[row.person_id]) if row.person and row.person.active else "",
        "pregnancy": bool(codes & PREGNANCY) and bool(row.person),
        "code": request.GET.get("soal", ""),
    }  # fmt: skip
    return render(request, "desk/register/review_row.html", context, status=422 if form.faults else 200)


# What has to be repaired before a row can be taken in.
_HOLDING = frozenset(
    {
        "blank_row",
        "name_missing",
        "name_unreadable",
        "birth_in_future",
        "birth_too_long_ago",
        "birth_unreadable",
        "unknown_village",
    }
)


def _next(row: ImportedRow, worker: Worker, code: str) -> HttpResponse:
    """On to the next open row of the same kind, or back to the list."""
    rows = rows_for(by_of(worker), worker.today).filter(file=row.file)
    code = code if code in CODES else ""
    following = with_questions(rows.filter(row_number__gt=row.row_number), code=code).first()
    query = f"?soal={code}" if code else ""
    if following:
        return redirect(reverse("review-row", args=[following.pk]) + query)
    return redirect(reverse("review", args=[row.file_id]) + query)


def file_for(worker: Worker, file_id: uuid.UUID) -> RegisterFile | None:
    """A workbook that this worker may see, without its content."""
    return files_for(by_of(worker), worker.today).defer("content").filter(pk=file_id).first()


def _chosen(text: str, worker: Worker) -> Person | None:
    try:
        return Person.objects.visible_to(worker.scope).filter(pk=uuid.UUID(text)).first()
    except ValueError:
        return None


def shown(row: ImportedRow) -> dict[str, object]:
    """What a list shows of a row: who, where, and what is asked."""
    cells = {column: str(row.cells.get(column) or "").strip() for column in COLUMNS}
    who = [cells["JK"], cells["Tanggal Lahir"], cells["Hubungan"]]
    place = [cells["Desa/Kel"], cells["Dusun"], *(f"{name} {cells[name]}" for name in ("RW", "RT") if cells[name])]
    return {
        "row": row,
        "number": row.row_number,
        "name": cells["Nama Lengkap"] or _("tanpa nama"),
        "line": " · ".join(part for part in who if part),
        "nik": cells["NIK"],
        "place": ", ".join(part for part in place if part),
        "questions": [{"what": _(CODES.get(one.code, one.code)), "reason": one.reason} for one in row.questions.all()],
        "is_held": row.person_id is None,
    }


def _candidate(person: Person, why: str, worker: Worker) -> dict[str, str]:
    line = ", ".join(
        part for part in (relationship_word(person), sex_word(person), age_words(person, worker.today)) if part
    )
    words = _("baris pembanding di berkas ini") if why == "row" else _(WHY[why])
    return {
        "key": str(person.pk),
        "name": person.full_name,
        "line": line,
        "where": where(person),
        "why": words,
        "url": reverse("person", args=[person.pk]),
    }


def columns_of(codes: set[str]) -> set[str]:
    """The columns that these questions are about."""
    found: set[str] = set()
    for code in codes:
        found.update(COLUMNS_OF.get(code) or COLUMNS_OF.get(code.split("_")[0], ()))
    return found


def _fields(row: ImportedRow, form: Form, codes: set[str], held: bool, *, others: bool = False) -> list[Field]:
    """The cells that may be corrected: those asked about, or the `others`."""
    may = (*EDITABLE, *PLACE) if held else EDITABLE
    about = columns_of(codes) or set(may)
    fields = []
    for column in may:
        name = _field(column)
        if (column in about or bool(form.faults.at(name))) == others:
            continue
        if name not in form.data:
            form.data = form.data.copy()
            form.data[name] = str(row.cells.get(column) or "")
        fields.append(form.field(name, column))
    return fields


def _field(column: str) -> str:
    """The name of the field of a column."""
    return "sel-" + "".join(sign for sign in column.lower() if sign.isalnum())

"""Who is registered twice: the pairs, the two records side by side, the decision, and taking a decision back."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import APPROVE, NotAllowed
from primary_care.design.formats import long_date
from primary_care.desk.access import Worker, audit_read, not_here
from primary_care.desk.presenters.person import age_words, relationship_word, sex_word, where
from primary_care.desk.register_form import Form
from primary_care.desk.views.register.common import WHY, by_of, links_records, reach, register_page
from primary_care.people.actions import ActionRefused
from primary_care.people.duplicates import compare, described, pairs_in
from primary_care.people.link_models import LinkKind, PersonLink
from primary_care.people.links import hindrances, merge_persons, place_of_facts, say_distinct, undo_link
from primary_care.people.models import Person
from primary_care.people.reasons import NoReason, checked
from primary_care.visits.queries import last_contact, timeline

SHOWN = 25
LINKS_SHOWN = 50


@never_cache
@register_page(links_records)
def pairs(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Pairs in the area who may be one person, the surest first."""
    people = (
        Person.objects.visible_to(worker.scope).in_areas(reach(worker, APPROVE)).select_related("version", "household")
    )
    found = sorted(
        pairs_in(people.order_by("birth_date", "pk").iterator(chunk_size=2000)),
        key=lambda pair: (list(WHY).index(pair[2]), str(pair[0].pk)),
    )
    for one, other, _why in found[:SHOWN]:
        for person in (one, other):
            audit_read(worker, "desk.similar", person_id=person.pk)
    context = {
        "pairs": [
            {"one": _line(one, worker), "other": _line(other, worker), "why": _(WHY[why]), "url": reverse("compare", args=[one.pk, other.pk])}
            for one, other, why in found[:SHOWN]
        ],
        "count": len(found),
    }  # fmt: skip
    return render(request, "desk/register/pairs.html", context)


@never_cache
@register_page(links_records)
def compare_two(request: HttpRequest, worker: Worker, one_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponse:
    """Two records beside each other; a POST decides."""
    inside = Person.objects.visible_to(worker.scope).select_related("version", "household", "mother")
    one, other = inside.filter(pk=one_id).first(), inside.filter(pk=other_id).first()
    if one is None or other is None or one == other:
        return not_here(request)
    form = Form(request.POST if request.method == "POST" else QueryDict())
    if request.method == "POST":
        kept = form.one_of("pilihan", (str(one.pk), str(other.pk), "berbeda"), _("Pilih salah satu."))
        try:
            reason = checked(form.text("alasan"))
        except NoReason as missing:
            form.faults.add("alasan", str(missing))
        if not form.faults:
            try:
                if kept == "berbeda":
                    say_distinct(one, other, by=by_of(worker), on=worker.today, reason=reason)
                    messages.success(request, _("Tercatat sebagai dua orang. Pasangan ini tidak ditanyakan lagi."))
                    return redirect("duplicates")
                into, gone = (one, other) if kept == str(one.pk) else (other, one)
                merge_persons(gone, into, by=by_of(worker), on=worker.today, reason=reason)
                messages.success(
                    request, _("Dua catatan itu sekarang satu orang. Bila keliru, urungkan di “Yang sudah diputuskan”.")
                )
                return redirect("person", person_id=into.pk)
            except (ActionRefused, NotAllowed) as error:
                form.faults.add("pilihan", str(error))
    for person in (one, other):
        audit_read(worker, "people.person", person_id=person.pk)
    first = _better(one, other)
    second = other if first == one else one
    choices = [
        (str(first.pk), _("Orang yang sama: pertahankan catatan A")), (str(second.pk), _("Orang yang sama: pertahankan catatan B")),
        ("berbeda", _("Dua orang yang berbeda")),
    ]  # fmt: skip
    hint = _(
        "Tidak ada yang dihapus. Yang dipertahankan menampilkan kunjungan dari keduanya, dan keputusan ini dapat diurungkan."
    )
    why = compare(described(first), described(second))
    context = {
        "rows": _beside(first, second, worker),
        "names": (first.full_name, second.full_name),
        "urls": [reverse("person", args=[person.pk]) for person in (first, second)],
        "why": _(WHY[why]) if why else "",
        "hindrances": hindrances(first, second),
        "fields": [
            form.choice("pilihan", _("Apa keputusan Anda?"), choices, required=True, hint=hint),
            form.field("alasan", _("Menurut apa?"), hint=_("misalnya: KTP yang sama, sudah ditanyakan kepada keluarganya"), required=True),
        ],
        "errors": form.faults.listed(),
    }  # fmt: skip
    return render(request, "desk/register/compare.html", context, status=422 if form.faults else 200)


@never_cache
@register_page(links_records)
def links(request: HttpRequest, worker: Worker) -> HttpResponse:
    """What was decided about records of this area, the latest first; each can be taken back."""
    paths = reach(worker, APPROVE)
    if request.method == "POST":
        key = _key(request.POST.get("urungkan", ""))
        link = PersonLink.objects.filter(pk=key).select_related("person", "other").first() if key else None
        if link is None or not _mine(link, paths):
            return not_here(request)
        try:
            undo_link(link, by=by_of(worker), on=worker.today, reason=_("diurungkan di meja"))
            messages.success(request, _("Keputusan itu diurungkan. Semua kembali seperti sebelumnya."))
        except (ActionRefused, NotAllowed) as error:
            messages.error(request, str(error))
        return redirect("links")
    recent = PersonLink.objects.select_related("person", "other", "recorded_by", "undone__recorded_by").order_by(
        "-recorded_at", "-pk"
    )
    found = [link for link in recent[:1000] if _mine(link, paths)][:LINKS_SHOWN]
    for link in found:
        audit_read(worker, "people.link", object_id=link.pk, person_id=link.other_id or link.person_id)
    return render(
        request,
        "desk/register/links.html",
        {"links": found, "kinds": {kind.value: _(str(kind.label)) for kind in LinkKind}},
    )


def _mine(link: PersonLink, paths: tuple[str, ...]) -> bool:
    """Whether both records of a link belong to these areas, by their own facts where they are in no list."""
    return all(place_of_facts(person).startswith(paths or ("-",)) for person in (link.person, link.other) if person)


def _line(person: Person, worker: Worker) -> dict[str, str]:
    line = ", ".join(
        part for part in (relationship_word(person), sex_word(person), age_words(person, worker.today)) if part
    )
    return {"name": person.full_name, "line": line, "where": where(person), "url": reverse("person", args=[person.pk])}


def _better(one: Person, other: Person) -> Person:
    """The one to offer first: with a NIK, with more visits on record, registered earlier."""
    return max(
        (one, other),
        key=lambda person: (person.nik is not None, last_contact(person) is not None, -person.created_at.timestamp()),
    )


def _beside(one: Person, other: Person, worker: Worker) -> list[tuple[str, str, str, bool]]:
    """What the two records say: label, first, second, whether they differ."""
    none = _("belum dicatat")

    def values(person: Person) -> list[tuple[str, str]]:
        contacts = timeline(person, worker.today)
        born = long_date(person.birth_date) if person.birth_date else none
        return [
            (_("Nama"), person.full_name),
            (_("NIK"), person.nik or none),
            (_("Jenis kelamin"), sex_word(person)),
            (_("Tanggal lahir"), born),
            (_("Ibu kandung"), person.mother.full_name if person.mother else none),
            (_("Keluarga"), f"{relationship_word(person)}, {_('Nomor KK')} {person.household.no_kk or none}" if person.household else none),
            (_("Alamat"), where(person)),
            (_("Kunjungan tercatat"), str(contacts.count())),
            (_("Terdaftar sejak"), long_date(person.created_at.date())),
        ]  # fmt: skip

    return [
        (label, first, second, first != second)
        for (label, first), (_label, second) in zip(values(one), values(other), strict=True)
    ]


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

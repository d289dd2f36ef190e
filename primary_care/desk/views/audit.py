"""Reading the audit trail: who read or wrote whose data, when and why; and whether the trail is whole."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import BY_AREA, READ, allowed
from primary_care.accounts.models import User
from primary_care.accounts.scope import Scope, scope_of_assignment
from primary_care.audit.models import AuditAction, AuditEntry
from primary_care.audit.queries import verify_chains
from primary_care.design.fields import Faults, Field
from primary_care.design.formats import NotADate, read_date
from primary_care.desk.access import Worker, audit_read, not_here, worker_page
from primary_care.people.models import Person
from primary_care.units.models import Unit

LOG, SHOWN = "log-audit", 50
KINDS = {
    "people.person": gettext_noop("data orang"),
    "people.household": gettext_noop("data keluarga"),
    "people.consent": gettext_noop("persetujuan"),
    "people.personversion": gettext_noop("data diri"),
    "people.identifier": gettext_noop("nomor identitas"),
    "people.membership": gettext_noop("keanggotaan keluarga"),
    "people.residence": gettext_noop("tempat tinggal"),
    "people.link": gettext_noop("gabungan atau pencabutan"),
    "people.unlink": gettext_noop("gabungan atau pencabutan diurungkan"),
    "people.register": gettext_noop("register keluarga"),
    "people.registerfile": gettext_noop("berkas register"),
    "people.importedrow": gettext_noop("baris register"),
    "people.rowdecision": gettext_noop("keputusan baris register"),
    "desk.similar": gettext_noop("yang mirip"),
    "visits.contact": gettext_noop("kunjungan"),
    "visits.episode": gettext_noop("kehamilan"),
    "desk.search": gettext_noop("hasil pencarian"),
    "desk.work-list": gettext_noop("daftar pekerjaan"),
    "audit.entry": gettext_noop("jejak akses"),
    "accounts.user": gettext_noop("akun"),
    "accounts.second-factor": gettext_noop("kode masuk"),
    "accounts.assignment": gettext_noop("tugas"),
    "staff.klasterpost": gettext_noop("penugasan klaster"),
    "staff.competence": gettext_noop("kompetensi"),
    "units.unit": gettext_noop("unit"),
    "units.unitversion": gettext_noop("data unit"),
    "units.unittrait": gettext_noop("ciri unit"),
    "units.catchment": gettext_noop("wilayah kerja"),
    "units.partnership": gettext_noop("jejaring"),
    "areas.areachange": gettext_noop("perubahan wilayah"),
    "areas.areasetting": gettext_noop("pengaturan wilayah"),
    "decisions.settingproposal": gettext_noop("usulan pengaturan"),
    "decisions.knowledgetrial": gettext_noop("uji coba pengetahuan"),
    "desk.settings": gettext_noop("contoh akibat pengaturan"),
}
ACTIONS = (
    gettext_noop("membaca"),
    gettext_noop("mencatat"),
    gettext_noop("mengekspor"),
    gettext_noop("membuka data tertutup"),
    gettext_noop("masuk"),
    gettext_noop("gagal masuk"),
    gettext_noop("keluar"),
)  # the labels of audit.models.AuditAction, named here so that they are translated


@dataclass(frozen=True)
class Row:
    """One line of the trail in words."""

    at: datetime
    day: date
    who: str
    unit: str
    action: str
    what: str
    about: str
    url: str
    reason: str


@never_cache
@worker_page
def trail(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The trail of the area, by person, worker, day and action; a POST checks the whole of it."""
    if worker.assignment is None or allowed(worker.role, LOG, READ) is None:
        return not_here(request)
    scope, faults = scope_of_assignment(worker.assignment, worker.today, LOG), Faults()
    named = Person.objects.visible_to(worker.scope)  # a dinas reads the trail, not the names in it
    key = _key(request.GET.get("orang", ""))
    person = named.filter(pk=key).first() if key else None
    if request.GET.get("orang") and person is None:
        return not_here(request)
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("siapa", "tanggal", "tindakan")}
    found = _filtered(_within(scope, worker), asked, person, faults)
    start = int(request.GET.get("mulai", "0")) if request.GET.get("mulai", "0").isdecimal() else 0
    entries = list(found[start : start + SHOWN + 1])
    audit_read(worker, "audit.entry", person_id=person.pk if person else None)
    names = named.in_bulk({one.person_id for one in entries if one.person_id})
    pairs = {**asked, "orang": str(person.pk) if person else "", "mulai": str(start + SHOWN)}
    context = {
        "person": person,
        "fields": [
            Field("siapa", _("Nama petugas"), value=asked["siapa"]),
            Field(
                "tanggal",
                _("Tanggal"),
                "date",
                asked["tanggal"],
                hint=_("hari-bulan-tahun"),
                errors=faults.at("tanggal"),
            ),
        ],
        "errors": faults.listed(),
        "actions": [(value, _(str(label)), value == asked["tindakan"]) for value, label in AuditAction.choices],
        "rows": [_row(one, names) for one in entries[:SHOWN]],
        "older": urlencode({name: value for name, value in pairs.items() if value}) if len(entries) > SHOWN else "",
        "checked": _checked() if request.method == "POST" else None,
    }
    return render(request, "desk/audit.html", context, status=422 if faults else 200)


def _within(scope: Scope, worker: Worker) -> QuerySet[AuditEntry]:
    """What happened in the units of the area, and whatever concerns the people who live there."""
    units = Q(pk__in=scope.unit_ids)
    grant = allowed(worker.role, LOG, READ)
    for path in scope.area_paths:
        wide = grant is not None and grant.reach in BY_AREA
        units |= Q(area__path__startswith=path) if wide else Q(catchments__area__path__startswith=path)
    staff = User.objects.filter(assignments__unit__in=Unit.objects.filter(units).values("pk"))
    return (
        AuditEntry.objects.filter(
            Q(person_id__in=Person.objects.in_areas(scope.area_paths).values("pk"))
            | Q(unit__in=Unit.objects.filter(units).values("pk"))
            | Q(person_id__isnull=True, user__in=staff.values("pk"))
            | Q(user__isnull=True, object_id__in=staff.values("pk"))
        )
        .select_related("user", "unit")
        .order_by("-at", "-id")
    )


def _filtered(
    entries: QuerySet[AuditEntry], asked: dict[str, str], person: Person | None, faults: Faults
) -> QuerySet[AuditEntry]:
    if person is not None:
        entries = entries.filter(person_id=person.pk)
    if asked["siapa"]:
        named = Q(user__full_name__icontains=asked["siapa"]) | Q(user__username__icontains=asked["siapa"])
        entries = entries.filter(named)
    if asked["tindakan"] in AuditAction.values:
        entries = entries.filter(action=asked["tindakan"])
    if asked["tanggal"]:
        try:
            day = read_date(asked["tanggal"])
        except NotADate as wrong:
            faults.add("tanggal", str(wrong))
            return entries.none()
        begins = timezone.make_aware(datetime(day.year, day.month, day.day))
        entries = entries.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
    return entries


def _row(one: AuditEntry, names: dict[uuid.UUID, Person]) -> Row:
    person = names.get(one.person_id) if one.person_id else None
    unnamed = _("seorang warga") if one.person_id else ""
    return Row(
        at=one.at,
        day=timezone.localtime(one.at).date(),
        who=one.user.full_name if one.user else _("(tidak masuk)"),
        unit=str(one.unit) if one.unit else "",
        action=_(str(AuditAction(one.action).label)),
        what=_(KINDS[one.kind]) if one.kind in KINDS else one.kind,
        about=person.full_name if person else unnamed,
        url=reverse("person", args=[person.pk]) if person else "",
        reason=one.reason,
    )


def _checked() -> list[dict[str, object]]:
    """The first fault of each chain that does not hold, with whose chain it is."""
    broken = verify_chains()
    keys = [key for key in (_key(one.chain) for one in broken) if key]
    names = {str(user.pk): user.full_name for user in User.objects.filter(pk__in=keys)}
    return [
        {"who": names.get(one.chain, _("Simpul sendiri")), "position": one.position, "problem": one.problem}
        for one in broken
    ]


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

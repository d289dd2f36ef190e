"""What the pages about staff share: who is seen, what may be done about them, how a duty reads."""

import uuid
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.accounts import second_factor
from primary_care.accounts.access import CHANGE, OWN, READ, NotAllowed, allowed
from primary_care.accounts.models import Assignment, Cadre, Klaster, Role, User
from primary_care.design.states import Chip
from primary_care.desk.access import Worker, audit_read, not_here, worker_page
from primary_care.desk.area_choices import places_in_words
from primary_care.desk.views.register.common import typed_on
from primary_care.staff import permissions
from primary_care.staff.queries import KADER_DATA, STAFF, duties_seen, going_on

KIND = "accounts.user"
AT = {
    "role": "peran", "place": "tempat", "cadre": "tenaga", "part": "bagian", "from": "sejak", "until": "sampai", "klaster": "klaster",
    "sub-unit": "sub-unit", "training": "pelatihan", "username": "nama-pengguna", "full_name": "nama", "reason": "alasan",
}  # fmt: skip
KLASTER = {
    Klaster.MANAJEMEN.value: gettext_noop("Klaster 1 (manajemen)"),
    Klaster.IBU_ANAK.value: gettext_noop("Klaster 2 (ibu dan anak)"),
    Klaster.DEWASA_LANSIA.value: gettext_noop("Klaster 3 (dewasa dan lansia)"),
    Klaster.PENYAKIT_MENULAR.value: gettext_noop("Klaster 4 (penyakit menular)"),
    Klaster.LINTAS.value: gettext_noop("Lintas klaster"),
}
# The labels of roles and of what people are called and trained for, named here so that they are translated.
WORDS = (
    gettext_noop("Kader Posyandu"), gettext_noop("Kader Pustu"), gettext_noop("Petugas Pustu"), gettext_noop("Dokter"),
    gettext_noop("Petugas Klaster 1 (manajemen)"), gettext_noop("Petugas Klaster 2 (ibu dan anak)"),
    gettext_noop("Petugas Klaster 3 (dewasa dan lansia)"), gettext_noop("Petugas Klaster 4 (penyakit menular)"),
    gettext_noop("Petugas laboratorium"), gettext_noop("Petugas farmasi"), gettext_noop("Petugas pendaftaran"),
    gettext_noop("Kepala Puskesmas"), gettext_noop("Petugas klinik atau praktik mandiri"), gettext_noop("Petugas rumah sakit"),
    gettext_noop("Dinas Kesehatan kabupaten/kota"), gettext_noop("Dinas Kesehatan provinsi"), gettext_noop("Kementerian Kesehatan"),
    gettext_noop("Pemerintah desa/kelurahan"), gettext_noop("Warga"),
    gettext_noop("Kader"), gettext_noop("Kader terlatih"), gettext_noop("Bidan"), gettext_noop("Perawat"), gettext_noop("Dokter gigi"),
    gettext_noop("Terapis gigi dan mulut"), gettext_noop("Dokter spesialis anak"), gettext_noop("Dokter spesialis obstetri dan ginekologi"),
    gettext_noop("Dokter spesialis penyakit dalam"), gettext_noop("Nutrisionis"), gettext_noop("Ahli teknologi laboratorium medik"),
    gettext_noop("Apoteker"), gettext_noop("Tenaga teknis kefarmasian"), gettext_noop("Sanitarian"), gettext_noop("Psikolog klinis"),
    gettext_noop("Tenaga kesehatan lain"), gettext_noop("Tenaga kesehatan dengan pelatihan tercatat"), gettext_noop("Guru"),
    gettext_noop("Keluarga"), gettext_noop("Penanggung jawab"), gettext_noop("Anggota"),
    gettext_noop("Ketatausahaan"), gettext_noop("Manajemen Sumber Daya"), gettext_noop("Manajemen Puskesmas"),
    gettext_noop("Manajemen Mutu dan Keselamatan"), gettext_noop("Manajemen Jejaring"),
    gettext_noop("Sistem Informasi Puskesmas dan Dashboard PWS"), gettext_noop("Ibu hamil, bersalin, nifas"),
    gettext_noop("Balita dan anak prasekolah"), gettext_noop("Anak usia sekolah dan remaja"), gettext_noop("Usia dewasa"),
    gettext_noop("Lanjut usia"), gettext_noop("Kesehatan lingkungan"), gettext_noop("Surveilans"), gettext_noop("Kegawatdaruratan"),
    gettext_noop("Rawat inap"), gettext_noop("Laboratorium"), gettext_noop("Kefarmasian"),
    gettext_noop("Penanganan kekerasan terhadap perempuan dan anak (KtPA)"), gettext_noop("Skrining ASSIST"), gettext_noop("Pemeriksaan IVA"),
    gettext_noop("Pemeriksaan payudara klinis (SADANIS)"), gettext_noop("Asuhan persalinan normal (APN)"), gettext_noop("Vaksinator"),
    gettext_noop("Manajemen terpadu balita sakit (MTBS)"), gettext_noop("SDIDTK"), gettext_noop("Kegawatdaruratan maternal dan neonatal"),
    gettext_noop("Perawatan kesehatan masyarakat"), gettext_noop("Komunikasi antarpribadi (KAP)"),
)  # fmt: skip


def member_page(
    may: Callable[[Worker, User], bool],
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page about one member of staff in sight, for those who `may`; the view gets the worker, the member and what was `Typed`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @worker_page
        @wraps(view)
        def page(request: HttpRequest, worker: Worker, user_id: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            member = seen(worker, user_id)
            if member is None:
                return not_here(request)
            if not may(worker, member):
                return render(request, "desk/staff/not_allowed.html", {"member": member}, status=403)
            return view(request, worker, member, typed_on(request, worker), *args, **kwargs)

        return page

    return decorate


def seen(worker: Worker, user_id: uuid.UUID) -> User | None:
    """The member of staff, if this worker reads about them: others in reach, or oneself. The read goes into the audit trail."""
    if worker.assignment is None:
        return None
    found = User.objects.filter(pk=user_id, pk__in=duties_seen(worker.assignment, worker.today).values("user")).first()
    if found is None and user_id == worker.user.pk and reads_oneself(worker):
        found = worker.user
    if found is not None:
        audit_read(worker, KIND, object_id=found.pk)
    return found


def reads_oneself(worker: Worker) -> bool:
    """Whether what is kept about oneself is open by the matrix."""
    return any(
        (grant := allowed(worker.role, resource, READ)) is not None and grant.reach == OWN
        for resource in (STAFF, KADER_DATA)
    )


def may(check: Callable[..., None], *about: Any) -> bool:
    """Whether a permission holds."""
    try:
        check(*about)
    except NotAllowed:
        return False
    return True


def appoints(worker: Worker) -> bool:
    """Whether this worker gives duties at all."""
    return worker.assignment is not None and worker.role in permissions.APPOINTS


def appoints_member(worker: Worker, member: User) -> bool:
    """Whether this worker gives duties to a member."""
    return appoints(worker) and member.pk != worker.user.pk


def posts(worker: Worker, member: User) -> bool:
    """Whether this worker posts somebody to a klaster of his Puskesmas."""
    unit = worker.assignment.unit if worker.assignment else None
    return unit is not None and may(permissions.check_can_post, worker.assignment, unit, worker.today)


def trains(worker: Worker, member: User) -> bool:
    """Whether this worker records what a member is trained for."""
    return may(permissions.check_can_train, worker.assignment, member.pk, worker.today)


def mends_account(worker: Worker, member: User) -> bool:
    """Whether this worker mends the account of a member."""
    grant = allowed(worker.role, permissions.USERS, CHANGE)
    return grant is not None and may(permissions.check_can_manage_account, worker.assignment, member, worker.today)


def closes_account(worker: Worker, member: User) -> bool:
    """Whether this worker closes the account of a member, or opens it again."""
    return may(permissions.check_can_close_account, worker.assignment, member, worker.today)


def opens_account(worker: Worker, member: User) -> bool:
    """Whether the page of the account is open."""
    return mends_account(worker, member) or closes_account(worker, member)


def sees_accounts(worker: Worker) -> bool:
    """Whether user names and the state of accounts are shown to this worker."""
    return any(allowed(worker.role, permissions.USERS, right) is not None for right in "CRUA")


def duty_words(rows: Iterable[Assignment]) -> list[dict[str, Any]]:
    """Duties as a page shows them. One query, for the parts of a catchment that are a kader's own."""
    rows = list(rows)
    parts = places_in_words(one.area for one in rows if one.unit_id and one.area)
    return [
        {
            "row": one,
            "role": _(str(Role(one.role).label)),
            "place": one.unit or one.area,
            "part": parts[one.area.path] if one.unit_id and one.area else "",
            "cadre": _(str(Cadre(one.cadre).label)) if one.cadre else "",
        }
        for one in rows
    ]


def account_states(members: Iterable[User], worker: Worker) -> dict[uuid.UUID, list[Chip]]:
    """What is out of the ordinary with accounts, as chips, by the key of the member. Two queries."""
    members = list(members)
    roles: dict[uuid.UUID, set[str]] = {one.pk: set() for one in members}
    for key, role in Assignment.objects.filter(going_on(worker.today), user__in=members).values_list("user", "role"):
        roles[key].add(role)
    enrolled, found = second_factor.enrolled_among(members), {}
    for one in members:
        chips = [] if one.is_active else [Chip("missed", _("Akun ditutup"))]
        if one.temporary_until is not None:
            chips.append(Chip("due", _("Belum memilih kata sandi")))
        if second_factor.required(frozenset(roles[one.pk])) and one.pk not in enrolled:
            chips.append(Chip("due", _("Belum memasang kode kedua")))
        found[one.pk] = chips
    return found


def words(choices: Any) -> list[tuple[str, str]]:
    """The answers of a list of choices, in the language in use."""
    return [(value, _(str(label))) for value, label in choices]


def back_to(member: User) -> tuple[str, str]:
    """The way back to the page of a member."""
    return reverse("staff-member", args=[member.pk]), _("Kembali ke %(name)s") % {"name": member.full_name}

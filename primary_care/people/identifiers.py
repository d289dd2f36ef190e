"""The numbers of persons and households: NIK, no. KK, the provisional number of who has no NIK yet, and the NIK of a newborn's mother."""

import uuid
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.people import permissions
from primary_care.people.models import Household, Identifier, IdentifierSystem, Person
from primary_care.people.nik import check_nik
from primary_care.people.writing import ActionRefused, audited, lock, refresh, signed


def provisional_number(key: uuid.UUID) -> str:
    """Short enough to be read out, from the random end of the key; our own form, no source fixes one. Newborns got `20260610-3F9A21BC` until
    November 2026. A number that was given stays, and nothing reads anything out of either.
    """
    return f"S-{key.hex[-12:]}"


def number_newcomer(person: Person, mother_id: uuid.UUID | None, by: Assignment, on: date) -> None:
    """The numbers of who has no NIK yet: a provisional one and, for a child, the NIK of its mother. Part of the action that registers."""
    signature = signed(by, on)
    Identifier.objects.create(
        person=person, system=IdentifierSystem.SEMENTARA, value=provisional_number(person.pk), **signature
    )
    if mother_id and (nik := Person.objects.filter(pk=mother_id).values_list("nik", flat=True).first()):
        Identifier.objects.create(person=person, system=IdentifierSystem.NIK_IBU, value=nik, **signature)


@transaction.atomic
def add_identifier(
    owner: Person | Household,
    system: str,
    value: str,
    *,
    by: Assignment,
    on: date,
    correction: bool = False,
    reason: str = "",
) -> Identifier:
    """Give a person or a household a number; it replaces the one they had in that system. Empty `value`: it ends
    without a new one.
    """
    lock(owner)
    permissions.check_can_change(by, owner.area_path, on)
    if (system == IdentifierSystem.NO_KK) != isinstance(owner, Household):
        raise ActionRefused("pemilik", _("Nomor KK milik keluarga; NIK, IHS dan nomor sementara milik orang."))
    if (
        system in (IdentifierSystem.NIK, IdentifierSystem.NIK_IBU)
        and value
        and {"nik-panjang", "nik-bukan-angka"} & set(check_nik(value))
    ):
        raise ActionRefused("nik-panjang", _("NIK harus 16 angka."))
    if system == IdentifierSystem.NO_KK and value and not (len(value) == 16 and value.isascii() and value.isdigit()):
        raise ActionRefused("kk-panjang", _("Nomor KK harus 16 angka."))
    before = owner.identifiers.filter(system=system, replaced_by__isnull=True).first()
    if before is None and not value:
        raise ActionRefused("nomor-kosong", _("Tidak ada nomor yang dapat diakhiri."))
    if before and before.value == value:
        return before
    of = {"household": owner} if isinstance(owner, Household) else {"person": owner}
    identifier = Identifier.objects.create(
        **of, system=system, value=value, replaces=before, correction=correction, reason=reason, **signed(by, on)
    )
    try:
        with transaction.atomic():
            refresh(owner)
    except IntegrityError as error:
        label = _(str(IdentifierSystem(system).label))
        raise ActionRefused(
            "nomor-dipakai", _("%(what)s ini sudah dipakai. Cari dahulu, mungkin sudah terdaftar.") % {"what": label}
        ) from error
    audited("people.identifier", by, identifier.pk, owner.pk if isinstance(owner, Person) else None, reason)
    owner.refresh_from_db()
    return identifier

"""The ways from the pages of a person and a family into the register, for those who may go them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from primary_care.desk.access import Worker
from primary_care.desk.presenters.person import Action
from primary_care.desk.views.register.common import changes, registers
from primary_care.people.models import Household, Person


def identity_links(person: Person, worker: Worker) -> list[Action]:
    """What may be recorded about who somebody is and where they live."""
    if not worker.scope.covers(person.area_path):
        return []
    found = []
    if changes(worker):
        found.append(Action(_("Perbaiki data diri, lihat riwayatnya"), reverse("identity", args=[person.pk])))
    if person.deceased_on:
        return found
    if changes(worker):
        found.append(Action(_("Catat pindah"), reverse("move-person", args=[person.pk])))
    if worker.may_create("kematian"):
        found.append(Action(_("Catat kematian"), reverse("death", args=[person.pk])))
    return found


def household_links(household: Household, worker: Worker) -> list[Action]:
    """What may be recorded about a family."""
    found = []
    if registers(worker):
        found.append(Action(_("Tambah anggota"), reverse("add-member", args=[household.pk])))
        found.append(Action(_("Pindah masuk"), reverse("arrival", args=[household.pk])))
    if changes(worker):
        found.append(Action(_("Nomor KK dan hubungan"), reverse("household-data", args=[household.pk])))
        found.append(Action(_("Keluarga pindah"), reverse("move-household", args=[household.pk])))
    return found

"""Who may register and correct people. Source: the permission matrix in the domain files (our own; the decree fixes
only that access is tiered by working area).
"""

from datetime import date

from primary_care.accounts.models import Assignment, Role
from primary_care.accounts.scope import scope_of_assignment

MAY_REGISTER = frozenset({Role.KADER, Role.KADER_PUSTU, Role.PETUGAS_PUSTU, Role.PETUGAS_KLASTER_1, Role.REGISTRASI})
MAY_CHANGE = MAY_REGISTER | {Role.PETUGAS_KLASTER_2, Role.PETUGAS_KLASTER_3}
MAY_RECORD_DEATH = MAY_CHANGE | {
    Role.DOKTER,
    Role.KEPALA_PUSKESMAS,
}  # assumed: who is at a death in pregnancy may say so
MAY_REGISTER_NEWBORN = MAY_REGISTER | {Role.PETUGAS_KLASTER_2, Role.DOKTER, Role.KEPALA_PUSKESMAS}


class NotAllowed(Exception):
    """The assignment does not allow this; the text says why, for the user."""


def check_can_register(by: Assignment, area_path: str, on: date) -> None:
    """May `by` add a household or a person who lives at `area_path`?"""
    _check(by, area_path, on, MAY_REGISTER, "mendaftarkan keluarga atau anggotanya")


def check_can_register_newborn(by: Assignment, area_path: str, on: date) -> None:
    """May `by` register the child of a woman who lives at `area_path`? Whoever is at births may."""
    _check(by, area_path, on, MAY_REGISTER_NEWBORN, "mendaftarkan bayi yang baru lahir")


def check_can_change(by: Assignment, area_path: str, on: date) -> None:
    """May `by` correct or change the data of those who live at `area_path`?"""
    _check(by, area_path, on, MAY_CHANGE, "mengubah data keluarga atau anggotanya")


def check_can_record_death(by: Assignment, area_path: str, on: date) -> None:
    """May `by` record that somebody who lives at `area_path` has died?"""
    _check(by, area_path, on, MAY_RECORD_DEATH, "mencatat kematian orang")


def _check(by: Assignment, area_path: str, on: date, roles: frozenset[Role], what: str) -> None:
    if by.role not in roles:
        raise NotAllowed(f"Sebagai {by.get_role_display()}, Anda tidak dapat {what}.")
    if not scope_of_assignment(by, on).covers(area_path):
        raise NotAllowed(f"Anda hanya dapat {what} yang tinggal di wilayah kerja {by.unit or 'Anda'}.")

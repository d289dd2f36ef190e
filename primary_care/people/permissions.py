"""Who may register and correct people, and record what happened to them: asks the permission matrix and says no in words."""

from datetime import date

from django.utils.translation import gettext as _

from primary_care.accounts.access import APPROVE, CHANGE, CREATE, EXPORT, NotAllowed, allowed
from primary_care.accounts.models import Assignment
from primary_care.accounts.scope import scope_of_assignment
from primary_care.accounts.sight import may_correct_at, may_record_at


def may_register(role: str) -> bool:
    """Whether a role registers families at all."""
    return allowed(role, "keluarga", CREATE) is not None


def may_import(role: str) -> bool:
    """Whether a role brings in whole registers: who registers families further than a few RT."""
    grant = allowed(role, "keluarga", CREATE)
    return grant is not None and grant.reach in ("d", "p")


def may_link(role: str) -> bool:
    """Whether a role decides that two records are one person, or that one should not be there (approve, `A` of the matrix)."""
    return allowed(role, "keluarga", APPROVE) is not None


def may_export(role: str) -> bool:
    """Whether a role takes the register with names out of the node."""
    return all(allowed(role, resource, EXPORT) is not None for resource in ("keluarga", "ekspor-nama"))


def check_can_import(by: Assignment) -> None:
    """May `by` bring in a register at all? Where, each family is asked for."""
    if not may_import(by.role):
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat mengimpor register keluarga.")
            % {"role": _(str(by.get_role_display()))}
        )


def check_can_link(by: Assignment, area_path: str, on: date) -> None:
    """May `by` merge, part or withdraw records of those who live at `area_path`?"""
    _check(by, area_path, on, "keluarga", APPROVE, _("menggabungkan atau mencabut catatan orang"))


def check_can_register(by: Assignment, area_path: str, on: date) -> None:
    """May `by` add a household or a person who lives at `area_path`?"""
    _check(by, area_path, on, "keluarga", CREATE, _("mendaftarkan keluarga atau anggotanya"))


def check_can_register_newborn(by: Assignment, area_path: str, on: date) -> None:
    """May `by` register the child of a woman who lives at `area_path`? Whoever is at births may."""
    _check(by, area_path, on, "kelahiran", CREATE, _("mendaftarkan bayi yang baru lahir"))


def check_can_change(by: Assignment, area_path: str, on: date) -> None:
    """May `by` correct or change the data of those who live at `area_path`?"""
    _check(by, area_path, on, "keluarga", CHANGE, _("mengubah data keluarga atau anggotanya"))


def check_can_record_death(by: Assignment, area_path: str, on: date) -> None:
    """May `by` record that somebody who lives at `area_path` has died?"""
    _check(by, area_path, on, "kematian", CREATE, _("mencatat kematian orang"))


def check_can_record_consent(by: Assignment, area_path: str, on: date) -> None:
    """May `by` record what somebody who lives at `area_path` consented to?"""
    _check(by, area_path, on, "persetujuan", CREATE, _("mencatat persetujuan orang"))


def check_can_record(by: Assignment, area_path: str, on: date, place: str, row: str = "") -> None:
    """May `by` record what was done in a kind of place with somebody who lives at `area_path`, or whom he has met? `row` names the
    row of the matrix that says so where it is not that of the place (a birth).
    """
    may = allowed(by.role, row, CREATE) is not None if row else may_record_at(by.role, place)
    if not may:
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat mencatat kunjungan di tempat ini.")
            % {"role": _(str(by.get_role_display()))}
        )
    scope = scope_of_assignment(by, on)
    if not (scope.own or scope.covers(area_path)):
        raise NotAllowed(
            _("Anda hanya dapat mencatat kunjungan orang yang tinggal di wilayah kerja %(place)s.")
            % {"place": by.unit or _("Anda")}
        )


def check_can_correct(by: Assignment, area_path: str, on: date, place: str, *, own: bool) -> None:
    """May `by` mend what was recorded in a kind of place about somebody who lives at `area_path`? `own`: he recorded it himself."""
    inside = scope_of_assignment(by, on).covers(area_path)
    if not may_correct_at(by.role, place, own=own, inside=inside):
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat memperbaiki catatan ini.") % {"role": _(str(by.get_role_display()))}
        )


def check_can_export(by: Assignment, area_path: str, on: date) -> None:
    """May `by` take the register of those who live at `area_path` out of the node? The names in it are asked for besides."""
    _check(by, area_path, on, "keluarga", EXPORT, _("mengekspor register keluarga"))


def check_can_export_names(by: Assignment, area_path: str, on: date) -> None:
    """May `by` take a list with names of those who live at `area_path` out of the node?"""
    _check(by, area_path, on, "ekspor-nama", EXPORT, _("mengekspor daftar dengan nama orang"))


def _check(by: Assignment, area_path: str, on: date, resource: str, right: str, what: str) -> None:
    if allowed(by.role, resource, right) is None:
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat %(what)s.") % {"role": _(str(by.get_role_display())), "what": what}
        )
    if not scope_of_assignment(by, on, resource, right).covers(area_path):
        raise NotAllowed(
            _("Anda hanya dapat %(what)s yang tinggal di wilayah kerja %(place)s.")
            % {"what": what, "place": by.unit or _("Anda")}
        )

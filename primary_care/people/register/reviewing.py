"""What somebody decides about a row of an imported register, and taking that back. Each in one transaction.

A decision writes facts as the pages of the register do, and keeps which (`RowDecision.made`), so that they can be taken back one by one
in the opposite order. A row that was held and is taken in now becomes a person through the same actions as anybody else.
"""

import uuid
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.people import permissions
from primary_care.people.actions import (
    PersonDetails,
    add_identifier,
    correct_person,
    join_household,
    register_household,
    register_person,
)
from primary_care.people.duplicates import nik_is_elsewhere
from primary_care.people.link_models import PersonLink
from primary_care.people.links import merge_persons, undo_link, withdraw_person
from primary_care.people.models import (
    Household,
    Identifier,
    IdentifierSystem,
    Membership,
    Person,
    PersonVersion,
    Relationship,
)
from primary_care.people.register.checks import check_rows, nik_is_whole
from primary_care.people.register.places import PlaceFinder
from primary_care.people.register.review_queries import import_scope, read_again, rows_for, standing_decision
from primary_care.people.register.rows import RegisterRow
from primary_care.people.register_models import DecisionKind, ImportedRow, RowDecision
from primary_care.people.undoing import take_back
from primary_care.people.writing import ActionRefused, signed

# Held only because of who else is there: taken in as another person, without the number that is not theirs.
ANOTHER = frozenset({"duplicate_person", "nik_of_another_person", "nik_elsewhere", "kk_elsewhere"})
EDITABLE = ("Nama Lengkap", "NIK", "JK", "Tanggal Lahir", "Hubungan", "No. KK")
PLACE = ("Desa/Kel", "Dusun", "RW", "RT")
COLUMN_OF = {
    "name": "Nama Lengkap", "nik": "NIK", "sex": "JK", "birth": "Tanggal Lahir", "relation": "Hubungan", "kk": "No. KK",
    "unknown": "Desa/Kel", "text": "Nama Lengkap",
}  # fmt: skip
Made = list[list[str]]


class RowRefused(ActionRefused):
    """The row cannot be taken in as corrected. `faults`: pairs of the column and what is wrong with it."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = faults
        super().__init__("baris", " ".join(f"{column}: {said}" for column, said in faults))


@transaction.atomic
def decide(
    row: ImportedRow, kind: str, *, by: Assignment, on: date, cells: Mapping[str, str] | None = None,
    person: Person | None = None,
) -> RowDecision:  # fmt: skip
    """Decide about a row: `terima` it as it is, `perbaiki` some cells, say that it is the `orang-yang-sama` as `person`, or `jangan` take it.
    Raises `NotAllowed`, `ActionRefused`, or `RowRefused` with the faults of what was corrected.
    """
    permissions.check_can_import(by)
    row = _locked(row, by, on)
    if standing_decision(row):
        raise ActionRefused("sudah-diputuskan", _("Baris ini sudah diputuskan. Urungkan dahulu keputusan itu."))
    last = row.decisions.filter(replaced_by__isnull=True).first()
    is_ = _Deciding(row, by, on)
    whom, made = row.person, Made()
    match kind:
        case DecisionKind.ACCEPT:
            whom, made = (row.person, made) if row.person else is_.take_in(is_.accepted())
        case DecisionKind.CORRECT:
            changed = is_.changed(cells or {})
            whom, made = (row.person, is_.correct(changed)) if row.person else is_.take_in(is_.corrected(changed))
        case DecisionKind.JOIN:
            if person is None:
                raise ActionRefused("orang", _("Pilih orangnya."))
            made = is_.join(person)
            whom = person
        case DecisionKind.LEAVE_OUT:
            made = is_.leave_out()
        case _:
            raise ActionRefused("keputusan", _("Pilih salah satu keputusan."))
    decision = RowDecision.objects.create(
        row=row, kind=kind, cells=dict(cells or {}) if kind == DecisionKind.CORRECT else {}, person=whom, made=made,
        replaces=last, **signed(by, on),
    )  # fmt: skip
    _audited(decision, by)
    return decision


@transaction.atomic
def undo(row: ImportedRow, *, by: Assignment, on: date) -> RowDecision:
    """Take back what was decided about a row, with all that the decision wrote. Raises `NotAllowed` or `ActionRefused`."""
    permissions.check_can_import(by)
    row = _locked(row, by, on)
    standing = standing_decision(row)
    if standing is None:
        raise ActionRefused("belum-diputuskan", _("Tidak ada keputusan yang dapat diurungkan."))
    why = f"keputusan baris register {row.row_number} diurungkan"
    for table, key in reversed(standing.made):
        match table:
            case "personlink":
                undo_link(PersonLink.objects.get(pk=key), by=by, on=on, reason=why)
            case "person":
                withdraw_person(
                    Person.objects.get(pk=key), by=by, on=on, reason=why, check=permissions.check_can_register
                )
            case _:
                fact = TABLES[table].objects.get(pk=key)
                take_back(fact, by=by, on=on, reason=why)
    decision = RowDecision.objects.create(row=row, kind=DecisionKind.UNDO, replaces=standing, **signed(by, on))
    _audited(decision, by)
    return decision


TABLES: dict[str, type[PersonVersion] | type[Identifier] | type[Membership]] = {
    "personversion": PersonVersion, "identifier": Identifier, "membership": Membership,
}  # fmt: skip


class _Deciding:
    """One decision about one row, by somebody on a day."""

    def __init__(self, row: ImportedRow, by: Assignment, on: date) -> None:
        self.row, self.by, self.on = row, by, on
        self.scope = import_scope(by, on)
        self.places = PlaceFinder(on, self.scope.area_paths)
        self.why = f"register {row.file_name}, baris {row.row_number}"[:200]

    def changed(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The cells that really say something else than the sheet did."""
        may = EDITABLE if self.row.person_id else (*EDITABLE, *PLACE)
        found = {
            column: text.strip()
            for column, text in cells.items()
            if column in may and text.strip() != str(self.row.cells.get(column) or "").strip()
        }
        if not found:
            raise ActionRefused(
                "tidak-berubah", _("Belum ada isian yang diubah. Ubah yang salah, atau terima apa adanya.")
            )
        return found

    # --- a row that was held ---

    def accepted(self) -> RegisterRow:
        """The row as another person than the one it was taken for; refused where something has to be repaired first."""
        held = {one.code for one in self.row.questions.all()}
        read = self._read({})
        if read.is_held:
            raise RowRefused(_faults(read))
        if held & {"duplicate_person", "nik_of_another_person", "nik_elsewhere"}:
            read.nik = None
        if "kk_elsewhere" in held:
            read.kk = None
        return read

    def corrected(self, cells: dict[str, str]) -> RegisterRow:
        """The row with corrected cells; refused where it still cannot be taken in."""
        read = self._read(cells)
        faults = _faults(read, cells)
        if nik_is_whole(read) and read.nik:
            holder = Person.objects.filter(nik=read.nik.digits).first()
            if nik_is_elsewhere(read.nik.digits, self.scope):
                faults.append(("NIK", _("NIK ini sudah terdaftar di luar wilayah kerja Anda.")))
            elif holder:
                faults.append(
                    (
                        "NIK",
                        _("NIK ini sudah milik %(name)s. Perbaiki, atau pilih “Orang yang sama”.")
                        % {"name": holder.full_name},
                    )
                )
        if faults:
            raise RowRefused(faults)
        return read

    def take_in(self, read: RegisterRow) -> tuple[Person, Made]:
        """Register the person of a row, in the family that the number or the sheet leads to."""
        household = self._family(read)
        if household is None:
            number = read.kk.digits if read.kk and read.kk.is_whole else ""
            household = register_household(
                by=self.by, on=self.on, area=self.places.place_of(read), no_kk=number,
                address=f"Dusun {read.dusun}" if read.dusun else "", rt=str(read.rt or ""), rw=str(read.rw or ""),
            )  # fmt: skip
        person = register_person(
            PersonDetails(
                full_name=read.name or "", sex=read.sex or "", birth_date=read.birth_date,
                birth_date_precision=read.birth_precision, birth_place=read.birth_place or "", phone=read.phone or "",
                occupation=read.occupation or "", marital_status=read.marital_status or "", jkn=read.insurance or "",
                disability=read.disability or [],
            ),
            by=self.by, on=self.on, household=household, relationship=_relationship(read, household),
            nik=read.nik.digits if read.nik and read.nik.is_whole else "",
        )  # fmt: skip
        return person, [["person", str(person.pk)]]

    def _read(self, cells: dict[str, str]) -> RegisterRow:
        read = read_again(self.row, self.on, dict(cells))
        check_rows([read], self.places.village_names, self.on)
        return read

    def _family(self, read: RegisterRow) -> Household | None:
        """The household in sight with the row's KK number, or of the row in the sheet that it was put with."""
        inside = Household.objects.visible_to(self.scope)
        if read.kk and read.kk.is_whole:
            if found := inside.filter(no_kk=read.kk.digits).first():
                return found
            if Household.objects.filter(no_kk=read.kk.digits).exists():
                raise RowRefused([("No. KK", _("No. KK ini sudah terdaftar di luar wilayah kerja Anda."))])
            return None
        others = [one.other_row for one in self.row.questions.all() if one.code == "kk_missing" and one.other_row]
        beside = ImportedRow.objects.filter(file=self.row.file, row_number__in=others, person__household__isnull=False)
        near = beside.select_related("person").first()
        key = near.person.household_id if near and near.person else None
        return inside.filter(pk=key).first() if key else None

    # --- a row that is a person ---

    def correct(self, cells: dict[str, str]) -> Made:
        """Append what the corrected cells say about the person of the row."""
        person = self._person()
        read = self._read(cells)
        if faults := [(column, said) for column, said in _faults(read, cells) if column in cells]:
            raise RowRefused(faults)
        made: Made = []
        said = {
            "Nama Lengkap": ("full_name", read.name),
            "JK": ("sex", read.sex),
            "Tanggal Lahir": ("birth_date", read.birth_date),
        }
        changes = {name: value for column, (name, value) in said.items() if column in cells and value}
        if "birth_date" in changes:
            changes["birth_date_precision"] = read.birth_precision
        if changes:
            assert person.version_id
            version = correct_person(
                person, changes, replaces=person.version_id, by=self.by, on=self.on, reason=self.why
            )
            made.append(["personversion", str(version.pk)])
        if "NIK" in cells and read.nik:
            if nik_is_elsewhere(read.nik.digits, self.scope, person.pk):
                raise RowRefused([("NIK", _("NIK ini sudah terdaftar di luar wilayah kerja Anda."))])
            number = add_identifier(
                person, IdentifierSystem.NIK, read.nik.digits, by=self.by, on=self.on, correction=True, reason=self.why
            )
            made.append(["identifier", str(number.pk)])
        if "No. KK" in cells and read.kk:
            made += self._correct_family(person, read)
        elif "Hubungan" in cells and read.relation and person.household:
            made.append(self._membership(person, person.household, read.relation))
        return made

    def _correct_family(self, person: Person, read: RegisterRow) -> Made:
        """The family with the number that was typed; the person's own gets it where it has none and nobody has it."""
        assert read.kk is not None
        household = self._family(read)
        if household is None and person.household and person.household.no_kk is None:
            number = add_identifier(
                person.household, IdentifierSystem.NO_KK, read.kk.digits, by=self.by, on=self.on, correction=True,
                reason=self.why,
            )  # fmt: skip
            return [["identifier", str(number.pk)]]
        if household is None:
            assert person.area is not None
            household = register_household(by=self.by, on=self.on, area=person.area, no_kk=read.kk.digits)
        if household.pk == person.household_id:
            return []
        return [self._membership(person, household, _relationship(read, household))]

    def _membership(self, person: Person, household: Household, relation: str) -> list[str]:
        fact = join_household(person, household, relation, by=self.by, on=self.on, correction=True, reason=self.why)
        return ["membership", str(fact.pk)]

    def join(self, other: Person) -> Made:
        """The row is somebody who is registered. What was made a person of its own is merged into that one."""
        if not self.scope.covers(other.area_path):
            raise ActionRefused("orang", _("Orang itu tidak ada di wilayah kerja Anda."))
        if self.row.person is None:
            return []
        link = merge_persons(self._person(), other, by=self.by, on=self.on, reason=self.why)
        return [["personlink", str(link.pk)]]

    def leave_out(self) -> Made:
        """The row does not belong in the register. What was made a person is withdrawn."""
        if self.row.person is None:
            return []
        link = withdraw_person(self._person(), by=self.by, on=self.on, reason=self.why)
        return [["personlink", str(link.pk)]]

    def _person(self) -> Person:
        assert self.row.person is not None
        return self.row.person


def _relationship(read: RegisterRow, household: Household) -> str:
    """What the row says, unless that would be a second head."""
    relation = read.relation or Relationship.LAINNYA
    if relation == Relationship.KEPALA_KELUARGA and household.members.alive().filter(relationship=relation).exists():
        return Relationship.LAINNYA
    return relation


def _faults(read: RegisterRow, cells: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """What keeps a row from being taken in, and what was corrected to something that cannot be read: by column."""
    unread = ("_unreadable", "_unknown", "_wrong_length", "_digits_lost", "text_too_long")
    found = []
    for one in read.problems:
        column = COLUMN_OF.get(one.code.split("_")[0], "Nama Lengkap")
        if one.holds or (cells and column in cells and cells[column] and one.code.endswith(unread)):
            found.append((column, one.reason))
    return found


def _locked(row: ImportedRow, by: Assignment, on: date) -> ImportedRow:
    """The row, if `by` may review it. Two who decide about it go one after the other."""
    ImportedRow.objects.select_for_update().get(pk=row.pk)
    found = rows_for(by, on).filter(pk=row.pk).first()
    if found is None:
        raise ActionRefused("baris", _("Baris ini tidak ada di wilayah kerja Anda."))
    return found


def _audited(decision: RowDecision, by: Assignment) -> None:
    person: uuid.UUID | None = decision.person_id or decision.row.person_id
    record(
        AuditAction.WRITE, "people.rowdecision", user_id=by.user_id, unit_id=by.unit_id, object_id=decision.pk, person_id=person,
        reason=f"{DecisionKind(decision.kind).label}: {decision.row.file_name}, baris {decision.row.row_number}",
    )  # fmt: skip

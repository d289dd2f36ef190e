"""One run of an import: what is known of the rows of a plan, which are fresh, who each becomes, and writing some families of it.

What is already there is recognised by the content of its row (`ImportedRow.source_key`), by the NIK, or within the family by name and
birth date, and is not written again.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Model, QuerySet
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment, User
from primary_care.accounts.scope import scope_of_assignment
from primary_care.areas.queries import common_path
from primary_care.keys import new_key
from primary_care.people.actions import PersonDetails
from primary_care.people.bulk import Family, NewMember, register_families
from primary_care.people.models import Household, Person
from primary_care.people.names import normalise
from primary_care.people.register.checks import SAME_NAME, has_pregnancy, likeness, nik_is_certain
from primary_care.people.register.households import HouseholdRows, common_address
from primary_care.people.register.places import PlaceFinder
from primary_care.people.register.plans import Plan, state_of
from primary_care.people.register.problems import Problem
from primary_care.people.register.rows import HEAD, RegisterRow, plain_cell
from primary_care.people.register_models import FileState, ImportedRow, RegisterFile, RegisterQuestion

AnyModel = TypeVar("AnyModel", bound=Model)
BATCH = 2000
OTHER = "lainnya"
# Problems that only the database shows. A row that was imported before keeps those of its first import.
FOUND_IN_DATABASE = frozenset(
    {
        "nik_of_another_person",
        "nik_elsewhere",
        "kk_elsewhere",
        "differs_from_record",
        "head_registered",
        "pregnancy_refused",
    }
)


@dataclass(frozen=True)
class PregnancyAnswer:
    """What became of a pregnancy: opened now, there already, or refused for a reason (for the user, without personal data)."""

    opened: bool = False
    refused: str = ""


# Opens a pregnancy with this HPHT for a person. Episodes belong to `visits`, which lies above this app:
# `visits/register_import.py` passes the function in.
OnPregnancy = Callable[[Person, "date | None"], PregnancyAnswer]


@dataclass(frozen=True)
class Written:
    """What one run added to the database; all 0 when there was nothing new."""

    households: int
    persons: int
    pregnancies: int
    rows: int
    questions: int

    def __add__(self, other: Written) -> Written:
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Written(*(one + more for one, more in pairs))


def source_keys(rows: Iterable[RegisterRow]) -> dict[int, str]:
    """A key for every filled row, by sheet row: from its content, and for equal rows from which of them it is."""
    seen: Counter[str] = Counter()
    keys = {}
    for row in rows:
        if not row.is_blank:
            content = row.content_key
            seen[content] += 1
            keys[row.number] = hashlib.sha256(f"{content} {seen[content]}".encode()).hexdigest()
    return keys


class Run:
    """What is known, what is fresh, and who each row became."""

    def __init__(
        self,
        plan: Plan,
        places: PlaceFinder,
        file: RegisterFile,
        on: date,
        user: User,
        by: Assignment | None,
        on_pregnancy: OnPregnancy | None,
    ) -> None:
        self.plan, self.places, self.file = plan, places, file
        self.on, self.user, self.by, self.on_pregnancy = on, user, by, on_pregnancy
        self.sight = scope_of_assignment(by, on) if by else None
        self.written = Written(0, 0, 0, 0, 0)
        self.keys = source_keys(plan.rows)
        self.done: set[str] = set()  # source keys imported before
        self.held_before: set[str] = set()
        self.person_of: dict[int, uuid.UUID] = {}  # by sheet row
        self._recall()
        self.fresh = [row for row in plan.rows if not row.is_held and self.keys[row.number] not in self.done]
        self._recognise_by_nik()
        self._load_families()

    def write(self, households: Sequence[HouseholdRows]) -> bool:
        """Register what is new of these households, open their pregnancies, and keep their rows; says whether there was any."""
        families = list(self._families_to_register(households))
        register_families(families, user=self.user, by=self.by, on=self.on, reason="impor register keluarga")
        pregnancies = self._open_pregnancies(households)
        rows, questions = self._store_rows(
            sorted((row for one in households for row in one.rows), key=lambda row: row.number)
        )
        self.written += Written(
            households=sum(family.is_new for family in families),
            persons=sum(len(family.members) for family in families),
            pregnancies=pregnancies,
            rows=rows,
            questions=questions,
        )
        return rows > 0

    def close(self) -> None:
        """The workbook is done with. One of the command line without new rows is not kept."""
        if not self.file._state.adding:
            close_file(self.file)

    def _recall(self) -> None:
        """What earlier runs did with these rows, and what they asked that only the database shows."""
        number_of = {key: number for number, key in self.keys.items()}
        rows = {row.number: row for row in self.plan.rows}
        for known in _in_batches(ImportedRow.objects.prefetch_related("questions"), "source_key", number_of):
            if known.person_id is None:
                self.held_before.add(known.source_key)
                continue
            self.done.add(known.source_key)
            number = number_of[known.source_key]
            self.person_of[number] = known.person_id
            rows[number].problems += [
                Problem(question.code, question.reason, other_row=question.other_row)
                for question in known.questions.all()
                if question.code in FOUND_IN_DATABASE
            ]

    def _recognise_by_nik(self) -> None:
        """A NIK that is registered is this person, or, with another birth date or name, a question before anything else."""
        wanted = {row.nik.digits: row for row in self.fresh if row.nik and nik_is_certain(row)}
        for person in _in_batches(Person.objects.select_related("version"), "nik", wanted):
            row = wanted[str(person.nik)]
            if self.sight and not self.sight.covers(person.area_path):
                row.note_problem("nik_elsewhere")
            elif person.birth_date == row.birth_date and likeness(person.full_name, row.name) >= SAME_NAME:
                self._link(row, person)
            else:
                row.note_problem("nik_of_another_person")
        self.fresh = [row for row in self.fresh if not row.is_held]

    def _link(self, row: RegisterRow, person: Person) -> None:
        self.person_of[row.number] = person.pk
        version = person.version
        assert version is not None
        written = {
            _("nama"): (row.name, person.full_name),
            _("NIK"): (row.nik.digits if row.nik and nik_is_certain(row) else None, person.nik),
            _("jenis kelamin"): (row.sex, person.sex),
            _("tanggal lahir"): (row.birth_date, person.birth_date),
            _("status kawin"): (row.marital_status, version.marital_status),
            _("pekerjaan"): (row.occupation, version.occupation),
            _("No. HP"): (row.phone, version.phone),
            _("JKN"): (row.insurance, version.jkn),
            _("disabilitas"): (row.disability, version.disability),
        }
        different = [name for name, (typed, stored) in written.items() if typed and typed != stored]
        if different:
            row.note_problem("differs_from_record", fields=", ".join(different))

    def _load_families(self) -> None:
        numbers = [household.kk_number for household in self.plan.households if household.kk_number]
        found = _in_batches(Household.objects.all(), "no_kk", numbers)
        self.household_by_kk = {}
        for known in found:
            if self.sight is None or self.sight.covers(known.area_path):
                self.household_by_kk[str(known.no_kk)] = known
                continue
            fresh = {row.number for row in self.fresh} - set(self.person_of)
            for row in next(one for one in self.plan.households if one.kk_number == known.no_kk).rows:
                if row.number in fresh:
                    row.note_problem("kk_elsewhere")
        self.fresh = [row for row in self.fresh if not row.is_held]
        keys = {household.pk for household in self.household_by_kk.values()}
        persons = list(_in_batches(Person.objects.all(), "pk", set(self.person_of.values())))
        self.household_of_person = {person.pk: person.household_id for person in persons}
        keys |= {key for key in self.household_of_person.values() if key}
        self.members: dict[uuid.UUID, list[Person]] = defaultdict(list)
        for person in _in_batches(Person.objects.select_related("version").order_by("pk"), "household_id", keys):
            if person.household_id:
                self.members[person.household_id].append(person)

    def _families_to_register(self, households: Sequence[HouseholdRows]) -> Iterator[Family]:
        """Those with rows that are not registered yet: new ones, and known ones that gain members."""
        fresh = {row.number for row in self.fresh}
        for household in households:
            known = self._known_household(household)
            if known is None and not household.kk_number:
                self._recognise_in_village([row for row in household.rows if row.number in fresh])
                known = self._known_household(household)
            members = self.members[known] if known else []
            self._recognise_in_family([row for row in household.rows if row.number in fresh], members)
            rows = [row for row in household.rows if row.number in fresh and row.number not in self.person_of]
            if not rows:
                continue
            common = common_address(household)
            home = next((row for row in rows if row.address == common), rows[0])
            yield Family(
                key=known or new_key(),
                is_new=known is None,
                area=self.places.place_of(home),
                address=f"Dusun {home.dusun}" if home.dusun else "",
                rt=str(home.rt or ""),
                rw=str(home.rw or ""),
                no_kk=household.kk_number or "",
                members=[self._new_member(row, members) for row in rows],
            )

    def _known_household(self, household: HouseholdRows) -> uuid.UUID | None:
        if household.kk_number and household.kk_number in self.household_by_kk:
            return self.household_by_kk[household.kk_number].pk
        for row in household.rows:
            person = self.person_of.get(row.number)
            if person and (found := self.household_of_person.get(person)):
                return found
        return None

    def _recognise_in_family(self, rows: Sequence[RegisterRow], members: Sequence[Person]) -> None:
        """A member with the same birth date and name is the same person, unless both have a NIK, which then differ."""
        taken = set(self.person_of.values())
        for row in rows:
            if row.number in self.person_of or row.birth_date is None:
                continue
            alike = {
                person: likeness(person.full_name, row.name)
                for person in members
                if person.pk not in taken
                and person.birth_date == row.birth_date
                and (person.nik is None or not nik_is_certain(row))
            }
            best = max(alike, key=lambda person: alike[person], default=None)
            if best is not None and alike[best] >= SAME_NAME:
                self._link(row, best)
                taken.add(best.pk)

    def _recognise_in_village(self, rows: Sequence[RegisterRow]) -> None:
        """Who has neither NIK nor KK number is the one with this name and birth date in this desa, if there is just one."""
        for row in rows:
            if row.number in self.person_of or row.birth_date is None or nik_is_certain(row):
                continue
            alike = Person.objects.in_areas([self.places.village_of(row).path]).filter(
                birth_date=row.birth_date, name_normal=normalise(row.name or ""), household__no_kk=None
            )
            found = [person for person in alike.select_related("version") if person.pk not in self.person_of.values()]
            if len(found) == 1:
                self._link(row, found[0])
                self.household_of_person[found[0].pk] = found[0].household_id
                if found[0].household_id and found[0].household_id not in self.members:
                    members = Person.objects.filter(household_id=found[0].household_id).select_related("version")
                    self.members[found[0].household_id] = list(members.order_by("pk"))

    def _new_member(self, row: RegisterRow, members: Sequence[Person]) -> NewMember:
        relationship = row.relation or OTHER
        if relationship == HEAD:
            if "kepala_keluarga_twice" in row.codes():
                relationship = OTHER
            elif any(person.relationship == HEAD and person.deceased_on is None for person in members):
                row.note_problem("head_registered")
                relationship = OTHER
        member = NewMember(
            details=PersonDetails(
                full_name=row.name or "",
                sex=row.sex or "",
                birth_date=row.birth_date,
                birth_date_precision=row.birth_precision,
                birth_place=row.birth_place or "",
                phone=row.phone or "",
                occupation=row.occupation or "",
                marital_status=row.marital_status or "",
                jkn=row.insurance or "",
                disability=row.disability or [],
            ),
            relationship=relationship,
            nik=row.nik.digits if row.nik and nik_is_certain(row) else "",
        )
        self.person_of[row.number] = member.key
        return member

    def _open_pregnancies(self, households: Sequence[HouseholdRows]) -> int:
        """Hand every certain pregnancy of a fresh row to `visits`; what is refused there becomes a question."""
        if self.on_pregnancy is None:
            return 0
        here = {row.number for one in households for row in one.rows}
        rows = {self.person_of[row.number]: row for row in self.fresh if row.number in here and has_pregnancy(row)}
        opened = 0
        for person in _in_batches(Person.objects.order_by("pk"), "pk", rows):
            answer = self.on_pregnancy(person, rows[person.pk].hpht)
            opened += answer.opened
            if answer.refused:
                rows[person.pk].note_problem("pregnancy_refused", why=answer.refused)
        return opened

    def _store_rows(self, of_step: Sequence[RegisterRow]) -> tuple[int, int]:
        """Keep the cells of every row that is new, or newly imported, with its questions. Blank rows hold nothing to keep."""
        rows: list[ImportedRow] = []
        questions: list[RegisterQuestion] = []
        for row in of_step:
            key = self.keys[row.number]
            if key in self.done or (row.is_held and key in self.held_before):
                continue
            stored = ImportedRow(
                file=self.file,
                area=self.places.known_village(row),
                source_key=key,
                file_name=self.file.name,
                file_hash=self.file.hash,
                row_number=row.number,
                cells={column: plain_cell(value) for column, value in row.raw.items()},
                state=state_of(row),
                person_id=None if row.is_held else self.person_of[row.number],
                imported_on=self.on,
                recorded_by=self.user,
            )
            rows.append(stored)
            questions += [
                RegisterQuestion(row=stored, code=one.code, reason=one.reason, other_row=one.other_row)
                for one in row.problems
            ]
        if rows and self.file._state.adding:
            self.file.state = FileState.IMPORTED
            self.file.save()
        ImportedRow.objects.bulk_create(rows, batch_size=BATCH)
        RegisterQuestion.objects.bulk_create(questions, batch_size=BATCH)
        return len(rows), len(questions)


def close_file(file: RegisterFile) -> None:
    """The workbook is imported: what it held lies in its rows. Where they lie and how many they are is kept, its content is not."""
    rows = ImportedRow.objects.filter(file=file)
    file.area_path = common_path(rows.filter(area__isnull=False).values_list("area__path", flat=True).distinct())
    file.counts = dict(rows.values_list("state").annotate(Count("pk")).order_by("state"))
    file.state, file.content = FileState.IMPORTED, None
    file.save()


def _in_batches(queryset: QuerySet[AnyModel], column: str, values: Iterable[Any]) -> Iterator[AnyModel]:
    """The rows of `queryset` whose `column` is one of many values."""
    wanted = list(values)
    for start in range(0, len(wanted), BATCH):
        yield from queryset.filter(**{f"{column}__in": wanted[start : start + BATCH]})

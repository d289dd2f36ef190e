"""What happened to many families over a long time, stored at once: the facts that the actions would append one by one, the current view,
and the lines of the audit trail, in the order in which they are told.

Part of the actions of this app: the same checks, the same refusals, the same rows (a test holds both ways equal). For people who are not
stored yet: nothing here looks up what the database holds. `write` writes with COPY; until then nothing is written.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.areas.models import Area
from primary_care.audit.many import By, Written
from primary_care.copying import copy_rows
from primary_care.people import newborns, permissions, projection
from primary_care.people.identifiers import provisional_number
from primary_care.people.models import (
    Household,
    Identifier,
    IdentifierSystem,
    Membership,
    Person,
    PersonVersion,
    Relationship,
    Residence,
)
from primary_care.people.names import normalise
from primary_care.people.nik import check_nik
from primary_care.people.writing import ActionRefused, PersonDetails, check_areas, check_details

_DETAILS = tuple(PersonDetails.__dataclass_fields__)
_FACT = ("id", "valid_from", "recorded_at", "recorded_by_id", "recorded_as_id")
_CHAIN = (*_FACT, "replaces_id", "correction", "reason")
Signed = tuple[Any, ...]


class PeopleRows:
    """Households and persons as they are told. `key` makes the keys of facts; `trail` takes the lines of the audit."""

    def __init__(self, *, key: Callable[[], uuid.UUID], at: datetime, trail: list[tuple[By, Written]]) -> None:
        self.key, self.at, self.trail = key, at, trail
        self.households: dict[uuid.UUID, Area | None] = {}
        self.details: dict[uuid.UUID, PersonDetails] = {}
        self.membership: dict[uuid.UUID, tuple[uuid.UUID, str]] = {}
        self._residence: dict[uuid.UUID, uuid.UUID] = {}
        self._version: dict[uuid.UUID, uuid.UUID] = {}
        self._nik: dict[uuid.UUID | None, str] = {}
        self._rows: dict[Any, list[list[Any]]] = {
            model: [] for model in (Household, Person, Residence, Identifier, PersonVersion, Membership)
        }

    def register_household(
        self, key: uuid.UUID, *, by: Assignment, on: date, area: Area, address: str = "", no_kk: str = ""
    ) -> None:
        """As `actions.register_household`."""
        permissions.check_can_register(by, area.path, on)
        self.households[key] = area
        self._rows[Household].append([key, self.at])
        self._reside(key, area, address, by, on)
        self._note("people.household", by, key)
        if no_kk:
            self._identify(IdentifierSystem.NO_KK, no_kk, by, on, household=key)

    def register_person(
        self,
        key: uuid.UUID,
        details: PersonDetails,
        *,
        by: Assignment,
        on: date,
        household: uuid.UUID,
        relationship: str,
        nik: str = "",
    ) -> None:
        """As `actions.register_person`, of a member of a household."""
        permissions.check_can_register(by, self._path(household), on)
        self._person(key, details, by, on)
        self._join(key, household, relationship, by, on)
        if not nik:
            self._number_newcomer(key, details.mother_id, by, on)
        self._note("people.person", by, key, key)
        if nik:
            self.add_nik(key, nik, by=by, on=on)

    def register_newborn(
        self, mother: uuid.UUID, details: PersonDetails, *, by: Assignment, on: date, key: uuid.UUID
    ) -> None:
        """As `newborns.register_newborn`; `details` name the mother and the day of birth."""
        household, relationship = self.membership[mother]
        permissions.check_can_register_newborn(by, self._path(household), on)
        born = details.birth_date
        assert born is not None
        self._person(key, details, by, born)
        self._join(
            key, household, newborns.CHILD_OF.get(Relationship(relationship), Relationship.FAMILI_LAIN), by, born
        )
        self._number_newcomer(key, mother, by, born)
        self._note("people.person", by, key, key)

    def correct_person(
        self,
        key: uuid.UUID,
        changes: dict[str, Any],
        *,
        by: Assignment,
        on: date,
        reason: str = "",
        check: Callable[[Assignment, str, date], None] = permissions.check_can_change,
    ) -> None:
        """As `actions.correct_person` with `correction=False`: the world changed."""
        check(by, self.path(key), on)
        details = replace(self.details[key], **changes)
        version = self._describe(key, details, by, on, reason)
        self._note("people.personversion", by, version, key, reason)

    def record_death(self, key: uuid.UUID, deceased_on: date, *, by: Assignment, on: date) -> None:
        """As `actions.record_death`."""
        check = permissions.check_can_record_death
        self.correct_person(key, {"deceased_on": deceased_on}, by=by, on=on, reason="meninggal", check=check)

    def add_nik(self, key: uuid.UUID, nik: str, *, by: Assignment, on: date) -> None:
        """As `actions.add_identifier`, of a first NIK."""
        if {"nik-panjang", "nik-bukan-angka"} & set(check_nik(nik)):
            raise ActionRefused("nik-panjang", _("NIK harus 16 angka."))
        self._identify(IdentifierSystem.NIK, nik, by, on, person=key)
        self._nik[key] = nik

    def move_household(self, key: uuid.UUID, area: Area | None, *, by: Assignment, on: date, address: str = "") -> None:
        """As `actions.move_residence` of a household."""
        permissions.check_can_change(by, self._path(key), on)
        residence = self._reside(key, area, address, by, on)
        self.households[key] = area
        self._note("people.residence", by, residence)

    def path(self, person: uuid.UUID) -> str:
        """The path of the area where a person lives now."""
        return self._path(self.membership[person][0])

    def write(self) -> None:
        """Write everything and the current view of these households and persons, and begin anew."""
        if not self.households:
            return
        check_areas({area.pk: area for area in self.households.values() if area}.values())
        rows = self._rows
        copy_rows(Household, ("id", "created_at", "address", "area_path"), ([*row, "", ""] for row in rows[Household]))
        empty = ("full_name", "name_normal", "sex", "birth_date_precision", "relationship", "area_path")
        copy_rows(Person, ("id", "created_at", *empty), ([*row, *[""] * len(empty)] for row in rows[Person]))
        copy_rows(Residence, (*_CHAIN, "household_id", "area_id", "address", "rt", "rw"), rows[Residence])
        copy_rows(PersonVersion, (*_CHAIN, "person_id", "name_normal", *_DETAILS), rows[PersonVersion])
        copy_rows(Membership, (*_CHAIN, "person_id", "household_id", "relationship"), rows[Membership])
        copy_rows(Identifier, (*_CHAIN, "person_id", "household_id", "system", "value"), rows[Identifier])
        projection.refresh_new(list(self.households), list(self.details))
        for known in (self.households, self.details, self.membership, self._residence, self._version, self._nik):
            known.clear()
        for kept in rows.values():
            kept.clear()

    def _number_newcomer(self, key: uuid.UUID, mother: uuid.UUID | None, by: Assignment, on: date) -> None:
        """As `identifiers.number_newcomer`."""
        systems = [
            (IdentifierSystem.SEMENTARA, provisional_number(key)),
            (IdentifierSystem.NIK_IBU, self._nik.get(mother)),
        ]
        for system, value in systems:
            if value:
                self._add(Identifier, by, on, None, False, "", key, None, str(system), value)

    def _person(self, key: uuid.UUID, details: PersonDetails, by: Assignment, on: date) -> None:
        self._rows[Person].append([key, self.at])
        self._describe(key, details, by, on)

    def _describe(
        self, key: uuid.UUID, details: PersonDetails, by: Assignment, on: date, reason: str = ""
    ) -> uuid.UUID:
        check_details(details, on)
        self.details[key] = details
        values = {name: getattr(details, name) for name in _DETAILS}
        values |= {
            "full_name": " ".join(details.full_name.split()),
            "disability": json.dumps(details.disability),
        }
        version = self._add(
            PersonVersion, by, on, self._version.get(key), False, reason, key, normalise(details.full_name),
            *(values[name] for name in _DETAILS),
        )  # fmt: skip
        self._version[key] = version
        return version

    def _join(self, key: uuid.UUID, household: uuid.UUID, relationship: str, by: Assignment, on: date) -> None:
        if relationship not in Relationship.values:
            raise ActionRefused("hubungan", _("Pilih hubungan dengan kepala keluarga."))
        self.membership[key] = (household, relationship)
        self._add(Membership, by, on, None, False, "", key, household, str(relationship))

    def _reside(self, household: uuid.UUID, area: Area | None, address: str, by: Assignment, on: date) -> uuid.UUID:
        before = self._residence.get(household)
        row = self._add(Residence, by, on, before, False, "", household, area.pk if area else None, address, "", "")
        self._residence[household] = row
        return row

    def _identify(
        self,
        system: str,
        value: str,
        by: Assignment,
        on: date,
        person: uuid.UUID | None = None,
        household: uuid.UUID | None = None,
    ) -> None:
        permissions.check_can_change(by, self.path(person) if person else self._path(household), on)
        key = self._add(Identifier, by, on, None, False, "", person, household, str(system), value)
        self._note("people.identifier", by, key, person)

    def _path(self, household: uuid.UUID | None) -> str:
        area = self.households[household] if household else None
        return area.path if area else ""

    def _add(self, model: Any, by: Assignment, on: date, *values: Any) -> uuid.UUID:
        key = self.key()
        self._rows[model].append([key, on, self.at, by.user_id, by.pk, *values])
        return key

    def _note(
        self, kind: str, by: Assignment, key: uuid.UUID, person: uuid.UUID | None = None, reason: str = ""
    ) -> None:
        self.trail.append((By(by.user_id, by.unit_id), Written(kind, key, person, reason)))

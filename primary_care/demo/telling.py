"""A block told to a recorder, event by event in the order in which things were recorded: the same story for the bulk path
(`decisions.bulk.Recorder`) and, in a test, for the actions themselves.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any, Protocol

import numpy as np

from primary_care.accounts.models import Assignment
from primary_care.decisions.births import Baby, Birth
from primary_care.demo.layout import FOUNDED, REGION, SPOT_LIST
from primary_care.demo.making.block import NONE, STATES, Block
from primary_care.demo.making.blocks import PEOPLE_OF_A_BLOCK
from primary_care.demo.making.families import DISABILITIES, JKN, JOBS, MAN, MARITAL, RELATIONSHIPS
from primary_care.demo.making.mothers import HELPERS, LOST, OUTCOMES, PLACES, WAYS
from primary_care.demo.names import FEMALE, FEMALE_SECOND, MALE, MALE_SECOND
from primary_care.demo.place import DemoPlace
from primary_care.people.actions import PersonDetails
from primary_care.people.nik import make_nik
from primary_care.visits.actions import ServiceEntry
from primary_care.visits.models import Source
from primary_care.visits.vocabulary import vocabulary

HOUSEHOLD, PERSON, TOLD, PREGNANCY, BIRTH, END, VISIT, NAME, NUMBER, MOVE, DEATH = range(11)
SEXES = ("perempuan", "laki-laki")
BECAUSE = "Anak sedang sakit"


class Recorder(Protocol):
    """What a story needs of whoever records it; `decisions.bulk.Recorder` says what each does."""

    def register_household(self, key: uuid.UUID, **household: Any) -> None: ...
    def register_person(self, key: uuid.UUID, details: PersonDetails, **person: Any) -> None: ...
    def rename(self, key: uuid.UUID, full_name: str, *, by: Assignment, on: date) -> None: ...
    def add_nik(self, key: uuid.UUID, nik: str, *, by: Assignment, on: date) -> None: ...
    def move_household(self, key: uuid.UUID, area: Any, *, by: Assignment, on: date) -> None: ...
    def record_death(self, key: uuid.UUID, deceased_on: date, *, by: Assignment, on: date) -> None: ...
    def open_pregnancy(
        self, person: uuid.UUID, facts: dict[str, Any], *, registered_on: date, by: Assignment
    ) -> Any: ...
    def record_end(self, episode: Any, *, ended_on: date, outcome: str, by: Assignment) -> None: ...
    def record_birth(self, episode: Any, birth: Birth, *, key: uuid.UUID, by: Assignment) -> list[uuid.UUID]: ...
    def save_visit(self, person: uuid.UUID, *, by: Assignment, **visit: Any) -> None: ...


class Story:
    """One block on its way to a recorder. `key` makes the keys of households, persons and visits, given the day; `serials` counts the NIK
    of each day of birth, over all blocks.
    """

    def __init__(
        self, block: Block, place: DemoPlace, recorder: Recorder, key: Callable[[int], uuid.UUID], serials: dict[str, int]
    ) -> None:  # fmt: skip
        self.block, self.place, self.recorder, self.key, self._serial = block, place, recorder, key, serials
        self.desk = place.staff["pendaftaran"]
        self.households: dict[int, uuid.UUID] = {}
        self.persons: dict[int, uuid.UUID] = {}
        self.episodes: dict[int, Any] = {}
        self.children: dict[int, list[int]] = defaultdict(list)
        for child in np.flatnonzero(block.persons["episode"] != NONE):
            self.children[int(block.persons["episode"][child])].append(int(child))
        self._members: dict[int, list[int]] = defaultdict(list)
        for person, household in enumerate(block.persons["household"].tolist()):
            self._members[household].append(person)
        self._persons = {name: column.tolist() for name, column in block.persons.items()}
        self._values = self._rows_of(block.values)
        self._services = self._rows_of(block.services)

    def tell(self) -> None:
        """All of it. Afterwards `persons` holds the key of each person that was registered."""
        block = self.block
        events = self._events()
        does = {
            HOUSEHOLD: self._household, PERSON: self._person, TOLD: self._visit, PREGNANCY: self._pregnancy, BIRTH: self._birth,
            END: self._end, VISIT: self._visit, NAME: self._name, NUMBER: self._number, MOVE: self._move, DEATH: self._death,
        }  # fmt: skip
        for day, _minute, kind, place in events:
            if day < block.on:
                does[kind](place, day)

    def _events(self) -> list[tuple[int, int, int, int]]:
        """(day of recording, minute, kind, place in its columns), in order."""
        block = self.block
        households, persons, episodes, visits = block.households, block.persons, block.episodes, block.visits
        found: list[tuple[int, int, int, int]] = []

        def add(kind: int, rows: Any, days: Any, minute: int = 0) -> None:
            found.extend((int(day), minute, kind, int(row)) for row, day in zip(rows, days[rows], strict=True))

        since = households["registered"][persons["household"]]
        add(HOUSEHOLD, np.arange(len(households["registered"])), households["registered"])
        alone = np.flatnonzero((persons["episode"] == NONE) & (persons["registered"] > since))
        add(PERSON, alone, persons["registered"], 1)
        add(PREGNANCY, np.arange(len(episodes["person"])), episodes["registered"], 5)
        over = episodes["end"] != NONE
        for lost in (True, False):
            rows = np.flatnonzero(over & ((episodes["outcome"] == LOST) == lost))
            add(END if lost else BIRTH, rows, episodes["end"], 6)
        told = visits["told"].astype(bool)
        recorded = np.where(told, persons["registered"][visits["person"]], visits["on"])
        add(TOLD, np.flatnonzero(told), recorded, 2)
        for row in np.flatnonzero(~told):
            found.append((int(recorded[row]), max(10, int(visits["minute"][row])), VISIT, int(row)))
        for kind, column, minute in ((NAME, "named", 1440), (NUMBER, "numbered", 1441), (DEATH, "died", 1443)):
            add(kind, np.flatnonzero(persons[column] != NONE), persons[column], minute)
        moves = np.where(households["left"] != NONE, households["left"], households["moved"])
        add(MOVE, np.flatnonzero(moves != NONE), moves, 1442)
        return sorted(found)

    def _household(self, row: int, day: int) -> None:
        households = self.block.households
        key = self.households[row] = self.key(day)
        rt = int(households["rt"][row])
        number = self.block.number * PEOPLE_OF_A_BLOCK + row + 1
        founded = date.fromordinal(FOUNDED.toordinal() + number // 9000)
        self.recorder.register_household(
            key,
            by=self.desk,
            on=date.fromordinal(day),
            area=self.place.rts[rt],
            address=f"Rumah nomor {number}",
            no_kk=f"{REGION}{founded:%d%m%y}{number % 9000 + 1:04d}",
        )
        for person in self._members[row]:
            if self._persons["registered"][person] == day and self._persons["episode"][person] == NONE:
                self._person(person, day)

    def _person(self, row: int, day: int) -> None:
        of = self._persons
        key = self.persons[row] = self.key(day)
        mother = of["mother"][row]
        relationship = RELATIONSHIPS[of["relationship"][row]]
        details = PersonDetails(
            full_name=self._full_name(row),
            sex=SEXES[of["sex"][row]],
            birth_date=date.fromordinal(of["birth"][row]),
            mother_id=self.persons.get(mother),
            marital_status=MARITAL[of["marital"][row]],
            occupation=JOBS[of["job"][row]],
            jkn=JKN[int(self.block.households["jkn"][of["household"][row]])],
            disability=[DISABILITIES[of["disability"][row]]],
        )
        self.recorder.register_person(
            key,
            details,
            by=self.desk,
            on=date.fromordinal(day),
            household=self.households[of["household"][row]],
            relationship=relationship,
            nik=self._nik(row) if of["nik"][row] else "",
        )

    def _pregnancy(self, row: int, day: int) -> None:
        episodes = self.block.episodes
        mother = int(episodes["person"][row])
        partus, abortus = int(episodes["partus"][row]), int(episodes["abortus"][row])
        facts: dict[str, Any] = {"gravida": partus + abortus + 1, "partus": partus, "abortus": abortus}
        if episodes["hpht_known"][row]:
            facts["hpht"] = date.fromordinal(int(episodes["hpht"][row]))
        self.episodes[row] = self.recorder.open_pregnancy(
            self.persons[mother], facts, registered_on=date.fromordinal(day), by=self.place.staff["bidan.puskesmas"]
        )

    def _birth(self, row: int, day: int) -> None:
        episodes, of = self.block.episodes, self._persons
        minute = int(episodes["minute"][row])
        at = None if minute == NONE else time(minute // 60, minute % 60)
        children = self.children[row]
        babies = [
            Baby(
                alive=True,
                sex=SEXES[of["sex"][child]],
                weight_g=Decimal(of["birth_g"][child]),
                length_cm=Decimal(str(of["birth_cm"][child])),
                at=at,
            )
            for child in children
        ] or [Baby(alive=False, sex=SEXES[row % 2], weight_g=Decimal(2100), length_cm=None, at=at)]
        birth = Birth(
            on=date.fromordinal(day),
            place=PLACES[int(episodes["place"][row])],
            helpers=tuple(HELPERS[int(episodes["helper"][row])].strip("|").split("|")),
            way=WAYS[int(episodes["way"][row])],
            babies=tuple(babies),
        )
        by = self.place.staff["bidan.puskesmas"]
        keys = self.recorder.record_birth(self.episodes[row], birth, key=self.key(day), by=by)
        self.persons.update(zip(children, keys, strict=True))

    def _end(self, row: int, day: int) -> None:
        outcome = OUTCOMES[int(self.block.episodes["outcome"][row])]
        by = self.place.staff["bidan.puskesmas"]
        self.recorder.record_end(self.episodes[row], ended_on=date.fromordinal(day), outcome=outcome, by=by)

    def _visit(self, row: int, day: int) -> None:
        visits = self.block.visits
        person = int(visits["person"][row])
        spot = SPOT_LIST[int(visits["spot"][row])]
        posyandu = int(visits["posyandu"][row])
        by = self._worker(spot.unit, spot.cadre, posyandu)
        outside = spot.outside
        minute = int(visits["minute"][row])
        unit = None
        if not outside:
            unit = self.place.posyandu[posyandu] if spot.unit == "posyandu" else by.unit
        on = date.fromordinal(int(visits["on"][row]))
        self.recorder.save_visit(
            self.persons[person],
            contact_id=self.key(day),
            on=on,
            today=date.fromordinal(day),
            at=None if minute == NONE else time(minute // 60, minute % 60),
            by=by,
            cadre=spot.cadre if outside else by.cadre,
            unit=unit,
            unit_kind=spot.unit,
            observations=self._observations(row),
            services=self._entries(row, on),
            source=Source.LUAR if outside else Source.LOKAL,
        )

    def _worker(self, unit: str, cadre: str, posyandu: int) -> Assignment:
        if unit == "posyandu" and cadre == "kader":
            return self.place.kader(posyandu)
        if unit in ("posyandu", "pustu"):
            return self.place.nakes(posyandu, cadre)
        return self.place.staff[{"dokter": "dokter", "perawat": "klaster3"}.get(cadre, "bidan.puskesmas")]

    def _name(self, row: int, day: int) -> None:
        self.recorder.rename(self.persons[row], self._full_name(row), by=self.desk, on=date.fromordinal(day))

    def _number(self, row: int, day: int) -> None:
        self.recorder.add_nik(self.persons[row], self._nik(row), by=self.desk, on=date.fromordinal(day))

    def _move(self, row: int, day: int) -> None:
        households = self.block.households
        area = None if households["left"][row] != NONE else self.place.rts[int(households["moved_to"][row])]
        self.recorder.move_household(self.households[row], area, by=self.desk, on=date.fromordinal(day))

    def _death(self, row: int, day: int) -> None:
        on = date.fromordinal(day)
        self.recorder.record_death(self.persons[row], on, by=self.desk, on=on)

    def _full_name(self, row: int) -> str:
        of = self._persons
        first, second = (MALE, MALE_SECOND) if of["sex"][row] == MAN else (FEMALE, FEMALE_SECOND)
        return f"{first[of['first'][row]]} {second[of['second'][row]]}"

    def _nik(self, row: int) -> str:
        """The next number for that day of birth; two who were born a century apart have one day on it, and different ends."""
        of = self._persons
        found = make_nik(REGION, SEXES[of["sex"][row]], date.fromordinal(of["birth"][row]), 0)[:12]
        self._serial[found] = self._serial.get(found, 0) + 1
        return f"{found}{self._serial[found]:04d}"

    def _observations(self, row: int) -> dict[str, Any]:
        block, items = self.block, vocabulary()
        found: dict[str, Any] = {}
        for place in self._values[row]:
            item = block.items[int(block.values["item"][place])]
            number, text = float(block.values["number"][place]), int(block.values["text"][place])
            match items[item].type:
                case "boolean":
                    found[item] = bool(number)
                case "integer":
                    found[item] = int(number)
                case "date":
                    found[item] = date.fromordinal(int(number))
                case "number":
                    found[item] = number
                case "choices":
                    found[item] = [one for one in block.words[text].split("|") if one]
                case _:
                    found[item] = block.words[text]
        return found

    def _entries(self, row: int, on: date) -> list[ServiceEntry]:
        block = self.block
        found = []
        for place in self._services[row]:
            service = block.service_names[int(block.services["service"][place])]
            state, until = STATES[int(block.services["state"][place])], int(block.services["until"][place])
            batch = f"DEMO{on:%y%m}" if service.startswith("imunisasi-") and state == "given" else ""
            found.append(
                ServiceEntry(
                    service,
                    state,
                    date.fromordinal(until) if until != NONE else None,
                    BECAUSE if state == "deferred" else "",
                    batch,
                )
            )
        return found

    def _rows_of(self, rows: dict[str, Any]) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in range(len(self.block.visits["on"]))]
        for place, visit in enumerate(rows["visit"].tolist()):
            found[visit].append(place)
        return found

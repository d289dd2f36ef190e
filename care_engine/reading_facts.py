"""Facts from plain data, the case format (`docs/knowledge-language.md` §2): read in the type of each item, or refused with the place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from care_engine.dates import add
from care_engine.facts import Contact, Deferral, Episode, Facts, Value
from care_engine.labels import CADRE_ALIASES, UNIT_ALIASES
from care_engine.model import Item, Knowledge, Series
from care_engine.reading_values import (
    CADRES,
    UNITS,
    fault,
    one_of,
    read_area_value,
    read_day,
    read_minute,
    read_value,
)


class _Reader:
    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.birth: int | None = None

    def mapping(self, value: Any, where: str) -> Mapping[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise fault(where, "must be a mapping (key: value)")
        return value

    def listing(self, value: Any, where: str) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise fault(where, "must be a list")
        return list(value)

    def only(self, data: Mapping[str, Any], allowed: set[str], where: str) -> None:
        for key in data:
            if key not in allowed:
                raise fault(f"{where}.{key}".lstrip("."), f"is not a key here; known are {', '.join(sorted(allowed))}")

    def values(self, data: Any, where: str) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for key, value in self.mapping(data, where).items():
            place = f"{where}.{key}"
            if value is None or value == "tidak diketahui":
                continue
            if key in ("td", "tekanan-darah") and key not in self.knowledge.items:
                systolic, slash, diastolic = str(value).partition("/")
                if not slash:
                    raise fault(place, f"'{value}' must be like 120/80")
                found["sistolik"] = read_value(self.knowledge.items["sistolik"], systolic, place)
                found["diastolik"] = read_value(self.knowledge.items["diastolik"], diastolic, place)
                continue
            item = self.knowledge.items.get(self.resolve(key, "items"))
            if item is None:
                raise fault(place, f"'{key}' is not in the vocabulary; see docs/generated/kosakata.md for the ids")
            self.add(found, item, value, place)
        return found

    def add(self, found: dict[str, Value], item: Item, value: Any, where: str) -> None:
        """Note one value, or what a word in its place stands for."""
        if item.recorded_as is not None:
            item = self.knowledge.items[item.recorded_as]
        word = item.words.get(str(value))
        if isinstance(word, Mapping):
            for other, meant in word.items():
                found[other] = read_value(self.knowledge.items[other], meant, where)
        elif item.choice_aliases.get(str(value)) != "unknown":
            found[item.id] = read_value(item, value if word is None else word, where)

    def resolve(self, key: str, kind: str) -> str:
        known: Mapping[str, Any] = getattr(self.knowledge, kind)
        aliases, plain = self.knowledge.aliases[kind], key.replace("_", "-")
        return key if key in known else aliases.get(key) or aliases.get(plain) or plain

    def service(self, key: Any, where: str) -> str:
        own = self.resolve(str(key), "services")
        if own not in self.knowledge.services and own not in self.credited:
            raise fault(where, f"'{key}' is not a service; see docs/generated/layanan.md for the ids")
        return own

    def steps(self, key: Any, where: str) -> tuple[str, ...]:
        """The services that are declined, put off or not allowed: the one named, or all of the family named (a whole vaccine)."""
        own = self.service(key, where)
        if own in self.knowledge.services:
            return (own,)
        for family in self.knowledge.families:
            if family.id == own:
                return family.services
        raise fault(where, f"'{key}' is a name for contacts, no service; see docs/generated/layanan.md for the ids")

    def not_allowed(self, data: Any, where: str) -> dict[str, str]:
        """Services that must not be given, with the reason. The doses of a series are of one thing: not allowed at one, not allowed at all."""
        found: dict[str, str] = {}
        for key, because in self.mapping(data, where).items():
            named = self.steps(key, where)
            family = self.knowledge.families_of[named[0]][0]
            others = family.services if isinstance(family.schedule, Series) else ()
            found = {**dict.fromkeys(others, str(because)), **found, **dict.fromkeys(named, str(because))}
        return found

    @property
    def credited(self) -> set[str]:
        """Names that no service has but that some schedule counts, such as a general kind of contact."""
        names: set[str] = set()
        for family in self.knowledge.families:
            names.update(family.schedule.credit.services)
            names.update(getattr(family.schedule, "counts", ()))
            names.add(family.id)
        return names

    def facts(self, data: Any) -> tuple[Facts, int, int | None]:
        data = self.mapping(data, "the case")
        if "on" not in data:
            raise fault("on", "is missing: the day on which to decide")
        on, minute = read_day(data["on"], "on")
        person = self.mapping(data.get("person"), "person")
        self.only(
            person,
            {"sex", "birth_date", "birth_time", "area", "attributes", "deceased_on", "moved_out_on", "name", "id"},
            "person",
        )
        sex = person.get("sex")
        sex = {"P": "perempuan", "L": "laki-laki", "female": "perempuan", "male": "laki-laki"}.get(str(sex), sex)
        if sex not in ("perempuan", "laki-laki", None):
            raise fault("person.sex", f"'{sex}' must be perempuan or laki-laki")
        birth, birth_minute = (
            read_day(person["birth_date"], "person.birth_date")
            if person.get("birth_date") is not None
            else (None, None)
        )
        if person.get("birth_time") is not None:
            birth_minute = read_minute(person["birth_time"], "person.birth_time")
        self.birth = birth
        if birth is not None and birth > on:
            raise fault("person.birth_date", "lies after the day of the decision")
        area = {}
        for key, value in self.mapping(person.get("area"), "person.area").items():
            own = self._setting(key)
            if own is None:
                raise fault(f"person.area.{key}", f"'{key}' is not an area setting; see knowledge/areas")
            area[own] = read_area_value(self.knowledge.settings[own], value, f"person.area.{key}")
        contacts = [
            self.contact(one, index, f"contacts[{index}]", on)
            for index, one in enumerate(self.listing(data.get("contacts"), "contacts"))
        ]
        contacts = sorted((one for one in contacts if one.on <= on), key=lambda one: one.moment)
        for contact in contacts:
            if birth is not None and contact.on < birth:
                raise fault("contacts", f"a contact on {date.fromordinal(contact.on)} lies before the birth")
        episodes = [
            self.episode(one, f"episodes[{index}]", on, contacts)
            for index, one in enumerate(self.listing(data.get("episodes"), "episodes"))
        ]
        for index, episode in enumerate(episodes):
            if sex == "laki-laki" and episode.kind in ("kehamilan", "nifas", "pasca-keguguran"):
                raise fault(f"episodes[{index}]", f"a man cannot have the episode {episode.kind}; check person.sex")
        attributes = self.values(person.get("attributes"), "person.attributes")
        deceased = person.get("deceased_on")
        moved = person.get("moved_out_on")
        facts = Facts(
            sex=sex,
            birth=birth,
            birth_minute=birth_minute,
            area=area,
            attributes=attributes,
            episodes=tuple(
                sorted((one for one in episodes if one.registered <= on or one.start <= on), key=lambda one: one.start)
            ),
            contacts=tuple(contacts),
            deceased_on=read_day(deceased, "person.deceased_on")[0] if deceased is not None else None,
            moved_out_on=read_day(moved, "person.moved_out_on")[0] if moved is not None else None,
        )
        return facts, on, minute

    def _setting(self, key: str) -> str | None:
        if key in self.knowledge.settings:
            return key
        plain = key.replace("_", "-")
        return next((one.id for one in self.knowledge.settings.values() if plain == one.id or key in one.aliases), None)

    def contact(self, data: Any, index: int, where: str, today: int) -> Contact:
        data = self.mapping(data, where)
        allowed = {
            "on",
            "at",
            "unit",
            "cadre",
            "services",
            "observations",
            "declined",
            "deferred",
            "contraindicated",
            "source",
            "sumber",
            "id",
            "note",
        }
        self.only(data, allowed, where)
        if "on" not in data:
            raise fault(f"{where}.on", "is missing: the day of the contact")
        on, minute = read_day(data["on"], f"{where}.on")
        if "at" in data:
            minute = read_minute(data["at"], f"{where}.at")
        deferred = {}
        for key, value in self.mapping(data.get("deferred"), f"{where}.deferred").items():
            details = self.mapping(value, f"{where}.deferred.{key}")
            until = details.get("until")
            deferral = Deferral(
                read_day(until, f"{where}.deferred.{key}.until")[0] if until is not None else None,
                str(details.get("because", "")),
            )
            deferred.update(dict.fromkeys(self.steps(key, f"{where}.deferred"), deferral))
        values = self.values(data.get("observations"), f"{where}.observations")
        for item, value in values.items():
            self.in_range(self.knowledge.items[item], value, on, f"{where}.observations.{item}")
        return Contact(
            on=on,
            sequence=index,
            minute=minute,
            unit=one_of(data.get("unit"), UNITS, UNIT_ALIASES, f"{where}.unit"),
            cadre=one_of(data.get("cadre"), CADRES, CADRE_ALIASES, f"{where}.cadre"),
            services=frozenset(
                self.service(one, f"{where}.services")
                for one in self.listing(data.get("services"), f"{where}.services")
            ),
            values=values,
            declined=frozenset(
                step
                for one in self.listing(data.get("declined"), f"{where}.declined")
                for step in self.steps(one, f"{where}.declined")
            ),
            deferred=deferred,
            contraindicated=self.not_allowed(data.get("contraindicated"), f"{where}.contraindicated"),
        )

    def in_range(self, item: Item, value: Value, on: int, where: str) -> None:
        """Refuse what cannot be true at the person's age; of unknown age anything that is possible at some age."""
        if not item.ranges or not isinstance(value, float):
            return
        birth = self.birth
        own = next(
            (one for one in item.ranges if birth is None or one.until_age is None or on < add(birth, one.until_age)),
            None,
        )
        ranges = item.ranges if birth is None or own is None else (own,)
        low, high = min(one.low for one in ranges), max(one.high for one in ranges)
        if not low <= value <= high:
            unit = f" {item.unit}" if item.unit else ""
            raise fault(where, f"{value:g}{unit} cannot be; {item.label.id} lies between {low:g} and {high:g}{unit}")

    def episode(self, data: Any, where: str, today: int, contacts: list[Contact]) -> Episode:
        data = self.mapping(data, where)
        kind = self.knowledge.episodes.get(str(data.get("kind")))
        if kind is None:
            raise fault(
                f"{where}.kind",
                f"'{data.get('kind')}' is not a kind of episode; known are {', '.join(self.knowledge.episodes)}",
            )
        own = {"kind", "start", "registered", "ended", "outcome", "id"}
        values = self.values({key: value for key, value in data.items() if key not in own}, where)
        outcome = data.get("outcome")
        if outcome is not None and kind.outcomes and kind.starts and outcome not in kind.outcomes:
            raise fault(f"{where}.outcome", f"'{outcome}' is not one of {', '.join(kind.outcomes)}")
        end, end_minute = read_day(data["ended"], f"{where}.ended") if data.get("ended") is not None else (None, None)
        start, start_minute = (
            read_day(data["start"], f"{where}.start") if data.get("start") is not None else (None, None)
        )
        dated = values.get(kind.starts) if kind.starts else None
        registered = (
            read_day(data["registered"], f"{where}.registered")[0] if data.get("registered") is not None else None
        )
        if start is None and isinstance(dated, int):
            start = dated if registered is None else min(dated, registered)
        if registered is None:
            begins = start if start is not None else -1
            registered = min(
                [one.on for one in contacts if one.on >= begins and (end is None or one.on <= end)]
                or [max(begins, min(today, end or today))]
            )
        if start is None:
            start = registered
        if end is not None and end < max(start, dated if isinstance(dated, int) else start):
            raise fault(f"{where}.ended", "the episode ends before it starts; check both dates")
        if end is None and outcome is not None:
            raise fault(f"{where}.outcome", "says how the episode ended, but not when; write ended, or leave it out")
        if end is not None and end > today:
            end, outcome = None, None
        if kind.lasts is not None and end is None:
            end = start + kind.lasts.days
        return Episode(kind.id, start, registered, end, outcome, values, start_minute, end_minute)


def read_facts(data: Any, knowledge: Knowledge) -> tuple[Facts, int, int | None]:
    """Facts, the day of the decision and its minute (or None) from plain data. Raises FactsError naming the place."""
    return _Reader(knowledge).facts(data)

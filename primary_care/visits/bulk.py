"""Many visits and episodes stored at once: the rows that the actions would write one by one, and the lines of the audit trail.

Part of the actions of this app: each value is checked as `record_visit` checks it (a test holds both ways equal); what is asked about
there counts as answered "it is right". For people whose visits are all told here, in the order of recording. `write` writes with COPY.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from primary_care.accounts.models import Assignment
from primary_care.audit.many import By, Written
from primary_care.copying import copy_rows
from primary_care.units.models import Unit
from primary_care.visits.actions import (
    ServiceEntry,
    VisitRefused,
    _day_faults,
    _fingerprint,
    _place_faults,
    _service_faults,
    fill,
)
from primary_care.visits.checks import Checked, Raw, check_values
from primary_care.visits.episodes import PREGNANCY, end_checks, pregnancy_checks
from primary_care.visits.models import (
    VALUE_COLUMNS,
    Attribute,
    Contact,
    Episode,
    EpisodeFact,
    Observation,
    ServiceGiven,
    Source,
)
from primary_care.visits.queries import plain
from primary_care.visits.vocabulary import Last, vocabulary

_FACT = ("id", "valid_from", "recorded_at", "recorded_by_id", "recorded_as_id")
_VALUE = ("item", *VALUE_COLUMNS)
_ENTRY = tuple(ServiceEntry.__dataclass_fields__)


class _NoEpisodes:
    """Stands for the query of earlier episodes where those told here are looked at instead."""

    def filter(self, **_: Any) -> "_NoEpisodes":
        return self

    def order_by(self, *_: str) -> "_NoEpisodes":
        return self

    def first(self) -> None:
        return None


@dataclass
class Told:
    """What is known of a person so far. `document` is the case document, each part with the day from which it is known."""

    pk: uuid.UUID
    full_name: str
    sex: str
    birth_date: date | None
    birth_time: time | None = None
    deceased_on: date | None = None
    last: dict[str, Last] = field(default_factory=dict)
    attributes: dict[str, tuple[date, object]] = field(default_factory=dict)
    pregnancies: list["ToldEpisode"] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    episodes: Any = field(default_factory=_NoEpisodes)

    def tests(self, item: str) -> list[tuple[date, str]]:
        """The day and the result of each time that an item was recorded, in order."""
        return [(one["on"], one["observations"][item]) for one in self.contacts if item in one["observations"]]


@dataclass
class ToldEpisode:
    """An episode as it is told: `facts` by item with the day from which each is known."""

    pk: uuid.UUID
    person: Told
    registered: date
    by: uuid.UUID
    facts: dict[str, tuple[date, object]] = field(default_factory=dict)
    ended: date | None = None
    outcome: str = ""

    def value(self, item: str) -> object:
        """What is known now."""
        return self.facts[item][1] if item in self.facts else None


class _Row:
    """The columns of a value, for `fill`."""

    number = text = codes = truth = day = None


def _columns(value: object) -> list[Any]:
    row = _Row()
    fill(row, value)
    return [getattr(row, column) for column in VALUE_COLUMNS]


class VisitRows:
    """Visits and episodes as they are told. `key` makes the keys of facts; `trail` takes the lines of the audit."""

    def __init__(self, *, key: Callable[[], uuid.UUID], at: datetime, trail: list[tuple[By, Written]]) -> None:
        self.key, self.at, self.trail = key, at, trail
        self.episodes: list[ToldEpisode] = []
        self._rows: dict[Any, list[list[Any]]] = {
            model: [] for model in (Contact, Observation, ServiceGiven, EpisodeFact, Attribute)
        }

    def record_visit(
        self,
        person: Told,
        *,
        contact_id: uuid.UUID,
        on: date,
        today: date,
        by: Assignment,
        cadre: str,
        unit: Unit | None,
        unit_kind: str = "",
        at: time | None = None,
        observations: Mapping[str, Raw] | None = None,
        services: Sequence[ServiceEntry] = (),
        source: str = Source.LOKAL,
    ) -> None:
        """As `actions.record_visit`."""
        observations = observations or {}
        kind = unit_kind or (unit.kind if unit else "")
        given = [{name: getattr(entry, name) for name in _ENTRY} for entry in services]
        sent = {
            "person": person.pk, "on": on, "at": at, "unit": unit.pk if unit else None, "kind": kind, "cadre": cadre,
            "by": by.user_id, "source": source, "observations": dict(observations), "services": given,
        }  # fmt: skip
        faults = [
            *_day_faults(person, on, today),  # type: ignore[arg-type]
            *_place_faults(kind, cadre, source, unit),
            *_service_faults(services, on),
        ]
        before = {item: last for item, last in person.last.items() if last.on <= on}
        checked = self._checked(observations, person, on, before)
        if faults or checked.faults:
            raise VisitRefused([*faults, *checked.faults])
        signed = [self.at, by.user_id]
        self._rows[Contact].append(
            [
                contact_id,
                person.pk,
                on,
                at,
                unit.pk if unit else None,
                kind,
                cadre,
                str(source),
                _fingerprint(sent),
                *signed,
                by.pk,
            ]
        )
        asked = {question.at for question in checked.questions}
        for item, value in checked.values.items():
            self._rows[Observation].append([self.key(), contact_id, item, *_columns(value), item in asked, *signed])
            person.last[item] = Last(on, value)
        for entry in given:
            because = entry["because"].strip()
            self._rows[ServiceGiven].append(
                [
                    self.key(),
                    contact_id,
                    entry["service"],
                    str(entry["state"]),
                    entry["until"],
                    because,
                    entry["batch"],
                    *signed,
                ]
            )
        person.contacts.append(_told(contact_id, on, at, kind, cadre, checked.values, services))
        self._note("visits.contact", contact_id, person.pk, by, unit.pk if unit else None)

    def open_pregnancy(
        self, person: Told, *, facts: Mapping[str, Raw], registered_on: date, by: Assignment
    ) -> ToldEpisode:
        """As `episodes.open_episode` of a pregnancy."""
        checked = self._checked(facts, person, registered_on, {})
        faults, _ = pregnancy_checks(person, checked.values.get("hpht"), registered_on, frozenset())  # type: ignore[arg-type]
        if faults or checked.faults:
            raise VisitRefused([*faults, *checked.faults])
        episode = ToldEpisode(self.key(), person, registered_on, by.user_id)
        person.pregnancies.append(episode)
        self.episodes.append(episode)
        for item, value in checked.values.items():
            self._know(episode, item, value, registered_on, by)
        self._note("visits.episode", episode.pk, person.pk, by, by.unit_id)
        return episode

    def close_episode(
        self, episode: ToldEpisode, *, ended_on: date, outcome: str, by: Assignment, at: time | None = None
    ) -> None:
        """As `episodes.close_episode`."""
        hpht = episode.value("hpht")
        faults, _ = end_checks(ended_on, outcome, hpht, frozenset()) if isinstance(hpht, date) else ([], [])
        if faults:
            raise VisitRefused(faults)
        if at:
            self._know(episode, "jam-persalinan", at.strftime("%H:%M"), ended_on, by)
        self._know(episode, "ended", ended_on, ended_on, by)
        self._know(episode, "outcome", outcome, ended_on, by)
        episode.ended, episode.outcome = ended_on, outcome
        self._note("visits.episode", episode.pk, episode.person.pk, by, by.unit_id)

    def record_attributes(self, person: Told, *, facts: Mapping[str, Raw], on: date, by: Assignment) -> None:
        """As `episodes.record_attributes`, of values that were not known before."""
        checked = self._checked(facts, person, on, {})
        if checked.faults:
            raise VisitRefused(checked.faults)
        for item, value in checked.values.items():
            key = self.key()
            person.attributes[item] = (on, plain(value))
            self._rows[Attribute].append([key, on, self.at, by.user_id, by.pk, item, *_columns(value), person.pk])
            self._note("visits.attribute", key, person.pk, by, by.unit_id)

    def write(self) -> None:
        """Write everything, and begin anew."""
        copy_rows(
            Episode,
            ("id", "person_id", "kind", "registered_on", "registered_by_id", "recorded_at", "ended_on", "outcome"),
            ([one.pk, one.person.pk, PREGNANCY, one.registered, one.by, self.at, one.ended, one.outcome] for one in self.episodes),
        )  # fmt: skip
        copy_rows(EpisodeFact, (*_FACT, *_VALUE, "episode_id"), self._rows[EpisodeFact])
        copy_rows(Attribute, (*_FACT, *_VALUE, "person_id"), self._rows[Attribute])
        copy_rows(
            Contact,
            ("id", "person_id", "on", "at", "unit_id", "unit_kind", "cadre", "source", "fingerprint", "recorded_at", "recorded_by_id",
             "recorded_as_id"),
            self._rows[Contact],
        )  # fmt: skip
        signed = ("recorded_at", "recorded_by_id")
        copy_rows(Observation, ("id", "contact_id", *_VALUE, "confirmed", *signed), self._rows[Observation])
        given = ("id", "contact_id", "service", "state", "until", "because", "batch", *signed)
        copy_rows(ServiceGiven, given, self._rows[ServiceGiven])
        self.episodes.clear()
        for rows in self._rows.values():
            rows.clear()

    def _checked(self, values: Mapping[str, Raw], person: Told, on: date, last: Mapping[str, Last]) -> Checked:
        return check_values(
            values,
            items=vocabulary(),
            on=on,
            birth=person.birth_date,
            last=last,
            confirmed=frozenset(),
        )

    def _know(self, episode: ToldEpisode, item: str, value: object, on: date, by: Assignment) -> None:
        episode.facts[item] = (on, plain(value))
        self._rows[EpisodeFact].append([self.key(), on, self.at, by.user_id, by.pk, item, *_columns(value), episode.pk])

    def _note(self, kind: str, key: uuid.UUID, person: uuid.UUID, by: Assignment, unit: uuid.UUID | None) -> None:
        self.trail.append((By(by.user_id, unit), Written(kind, key, person)))


def _told(
    key: uuid.UUID, on: date, at: time | None, unit: str, cadre: str, values: Mapping[str, object], services: Sequence[ServiceEntry]
) -> dict[str, Any]:  # fmt: skip
    """A contact as `queries.facts_of_many` gives it, with its key."""
    contact: dict[str, Any] = {
        "key": key, "on": on, "unit": unit, "cadre": cadre, "observations": {item: plain(one) for item, one in values.items()},
        "services": [one.service for one in services if one.state == "given"],
        "declined": [one.service for one in services if one.state == "declined"],
        "deferred": {one.service: {"until": one.until, "because": one.because} for one in services if one.state == "deferred"},
        "contraindicated": {one.service: one.because for one in services if one.state == "contraindicated"},
    }  # fmt: skip
    if at:
        contact["at"] = at.strftime("%H:%M")
    return contact

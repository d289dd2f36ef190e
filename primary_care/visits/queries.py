"""Reads of visits: what the engine is told about a person, what was last measured, what happened when."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from primary_care.people.models import Person
from primary_care.people.queries import records_of
from primary_care.visits.models import VALUE_COLUMNS, Attribute, Contact, Correction, Episode, EpisodeFact, Observation
from primary_care.visits.vocabulary import Last

FactsDocument = dict[str, Any]


@dataclass(frozen=True)
class Entered:
    """A contact as it is being typed: values checked and in their types, services as (id, state, until, because)."""

    on: date
    at: time | None
    unit_kind: str
    cadre: str
    values: Mapping[str, object]
    services: tuple[tuple[str, str, date | None, str], ...] = ()


_STANDS = Q(replaced_by__isnull=True)
_HAS_VALUE = ~Q(**{f"{column}__isnull": True for column in VALUE_COLUMNS})  # one without takes another row back
NOT_TAKEN_BACK = ~Exists(Correction.objects.filter(contact=OuterRef("pk"), whole=True))  # of a Contact


def facts_of(person: Person, on: date, area: Mapping[str, object] | None = None) -> FactsDocument:
    """Everything recorded about one person up to `on`, as a case document (docs/knowledge-language.md §2)."""
    return facts_of_many([person], on, {person.pk: area or {}})[person.pk]


def facts_of_many(
    people: Iterable[Person], on: date, areas: Mapping[uuid.UUID, Mapping[str, object]] | None = None
) -> dict[uuid.UUID, FactsDocument]:
    """As `facts_of`, for many people at once, in two queries; facts of records merged into one of them are among its own."""
    people, areas = list(people), areas or {}
    whose, known, meetings, given = _recorded([person.pk for person in people], on)
    episodes, attributes = _known([(whose[row[0]], *row[1:]) for row in known])
    contacts = _contacts([(whose[row[0]], *row[1:]) for row in meetings], given)
    return {
        person.pk: {
            "on": on,
            "person": {
                **_identity(person),
                "area": dict(areas.get(person.pk, {})),
                "attributes": attributes.get(person.pk, {}),
            },
            "episodes": episodes.get(person.pk, []),
            "contacts": contacts.get(person.pk, []),
        }
        for person in people
    }


def last_values(person: Person, on: date, *, earlier: bool = False) -> dict[str, Last]:
    """The last value of each item, up to and including `on`, or only from days before it (`earlier`)."""
    until = {"contact__on__lt" if earlier else "contact__on__lte": on}
    rows = (
        Observation.objects.filter(_STANDS, _HAS_VALUE, contact__person__in=records_of([person.pk]), **until)
        .order_by("item", "-contact__on", F("contact__at").desc(nulls_last=True), "-contact_id")
        .distinct("item")
        .values_list("item", "contact__on", *VALUE_COLUMNS)
    )
    return {item: Last(day, _value(columns)) for item, day, *columns in rows}


def series(person: Person, item: str, on: date) -> list[Last]:
    """All values of one item up to `on`, oldest first."""
    rows = (
        Observation.objects.filter(_STANDS, contact__person__in=records_of([person.pk]), item=item, contact__on__lte=on)
        .order_by("contact__on", F("contact__at").asc(nulls_first=True), "contact_id")
        .values_list("contact__on", *VALUE_COLUMNS)
    )
    return [Last(day, value) for day, *columns in rows if (value := _value(columns)) is not None]


def timeline(person: Person, on: date) -> QuerySet[Contact]:
    """The contacts up to `on`, newest first, each with its `observations`, `services` and `corrections` (three more queries), those taken back too."""
    return (
        Contact.objects.filter(person__in=records_of([person.pk]), on__lte=on)
        .select_related("unit", "recorded_by")
        .prefetch_related(
            "observations",
            "services",
            Prefetch("corrections", Correction.objects.select_related("recorded_by").order_by("recorded_at", "id")),
        )
        .order_by("-on", F("at").desc(nulls_last=True), "-id")
    )


def met_by(user_id: uuid.UUID, field: str = "pk") -> Q:
    """The condition "this user has recorded a contact with the person" whose key is in `field`."""
    met = Contact.objects.filter(NOT_TAKEN_BACK, recorded_by=user_id).values("person")
    merged = Person.objects.filter(pk__in=met, merged_into__isnull=False).values("merged_into")
    return Q(**{f"{field}__in": met}) | Q(**{f"{field}__in": merged})


def standing_episode(person: Person, kind: str) -> Episode | None:
    """The episode of a kind that has not ended."""
    return Episode.objects.filter(person__in=records_of([person.pk]), kind=kind, ended_on__isnull=True).first()


def episodes_of(person: Person, kind: str) -> list[Episode]:
    """The episodes of a kind: the one that has not ended, then those that are over, the latest first."""
    rows = Episode.objects.filter(person__in=records_of([person.pk]), kind=kind)
    return list(rows.order_by(F("ended_on").desc(nulls_first=True), "id"))


def ended_episodes(person: Person, kind: str) -> QuerySet[Episode]:
    """The episodes of a kind that are over, the latest first."""
    return Episode.objects.filter(person__in=records_of([person.pk]), kind=kind, ended_on__isnull=False).order_by(
        "-ended_on"
    )


def last_contact(person: Person) -> date | None:
    """The day of the latest visit on record, whenever it was written down."""
    days = Contact.objects.filter(NOT_TAKEN_BACK, person__in=records_of([person.pk])).values_list("on", flat=True)
    return max(days, default=None)


def speaks_against_linking(person: Person, other: Person | None) -> str:
    """Why a record may not be merged into another, or (without one) be withdrawn; see `people.objections`."""
    if other is None:
        written = Contact.objects.filter(person=person).exists() or Episode.objects.filter(person=person).exists()
        return _("Sudah ada kunjungan atau kehamilan pada catatan ini, jadi tidak dapat dicabut.") if written else ""
    kinds = [
        set(
            Episode.objects.filter(person__in=records_of([one.pk]), ended_on__isnull=True).values_list(
                "kind", flat=True
            )
        )
        for one in (person, other)
    ]
    if kinds[0] & kinds[1]:
        return _("Keduanya punya kehamilan yang masih berjalan. Akhiri dahulu salah satu yang keliru.")
    return ""


def episode_values(episode: Episode) -> dict[str, object]:
    """What is known about an episode now, by item."""
    return {
        fact.item: fact.value for fact in EpisodeFact.objects.filter(_STANDS, episode=episode) if fact.value is not None
    }


def known_values(person: Person, on: date) -> dict[str, Last]:
    """What is known apart from contacts: the attributes of the person and the facts of episodes that run, by item."""
    records = records_of([person.pk])
    rows: list[Attribute | EpisodeFact] = list(
        Attribute.objects.filter(_STANDS, person__in=records, valid_from__lte=on)
    )
    rows += EpisodeFact.objects.filter(
        _STANDS, episode__person__in=records, episode__ended_on__isnull=True, valid_from__lte=on
    )
    return {row.item: Last(row.valid_from, row.value) for row in rows if row.value is not None}


def age_in_months(person: Person, on: date) -> int:
    """Completed months of life. Somebody whose birth date is not known counts as grown up, so that no child's limit applies."""
    birth = person.birth_date
    if birth is None:
        return 12 * 30
    return (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)


def _identity(person: Person) -> dict[str, Any]:
    known: dict[str, Any] = {
        "sex": person.sex or None,
        "birth_date": person.birth_date,
        "deceased_on": person.deceased_on,
    }
    if person.version_id and person.version and person.version.birth_time:
        known["birth_time"] = person.version.birth_time.strftime("%H:%M")
    return {key: value for key, value in known.items() if value is not None}


# Both in one round trip and in plain SQL: this is read for every decision, and to build it anew took longer than to answer it.
_RECORDED = """
    SELECT episode.person_id, episode.id, episode.kind, episode.registered_on, fact.item,
           fact.number, fact.text, fact.codes, fact.truth, fact.day
    FROM visits_episode AS episode
    LEFT JOIN visits_episodefact AS fact ON fact.episode_id = episode.id AND fact.valid_from <= %(on)s
         AND NOT EXISTS (SELECT FROM visits_episodefact AS later WHERE later.replaces_id = fact.id)
    WHERE episode.person_id = ANY(%(records)s) AND episode.registered_on <= %(on)s
    UNION ALL
    SELECT fact.person_id, NULL, '', fact.valid_from, fact.item, fact.number, fact.text, fact.codes, fact.truth, fact.day
    FROM visits_attribute AS fact
    WHERE fact.person_id = ANY(%(records)s) AND fact.valid_from <= %(on)s
      AND NOT EXISTS (SELECT FROM visits_attribute AS later WHERE later.replaces_id = fact.id)
    ORDER BY 4, 2, 1;

    SELECT contact.person_id, contact.id, contact.on, contact.at, contact.unit_kind, contact.cadre, value.item,
           value.number, value.text, value.codes, value.truth, value.day
    FROM visits_contact AS contact
    LEFT JOIN visits_observation AS value ON value.contact_id = contact.id
         AND NOT EXISTS (SELECT FROM visits_observation AS later WHERE later.replaces_id = value.id)
    WHERE contact.person_id = ANY(%(records)s) AND contact.on <= %(on)s
      AND NOT EXISTS (SELECT FROM visits_correction AS taken WHERE taken.contact_id = contact.id AND taken.whole)
    ORDER BY contact.on, contact.at NULLS FIRST, contact.id;

    SELECT given.contact_id, given.service, given.state, given.until, given.because
    FROM visits_servicegiven AS given
    JOIN visits_contact AS contact ON contact.id = given.contact_id
    WHERE contact.person_id = ANY(%(records)s) AND contact.on <= %(on)s AND given.state <> 'withdrawn'
      AND NOT EXISTS (SELECT FROM visits_servicegiven AS later WHERE later.replaces_id = given.id)
    ORDER BY given.id
"""

_Rows = list[tuple[Any, ...]]


def _recorded(keys: list[uuid.UUID], on: date) -> tuple[dict[uuid.UUID, uuid.UUID], _Rows, _Rows, _Rows]:
    """Whose the records are; what stands of these people up to `on`: episodes and attributes, contacts with their values, services."""
    whose = records_of(keys)  # asked before: from a list that it can see PostgreSQL knows how few rows there are
    with connection.cursor() as cursor:
        cursor.execute(_RECORDED, {"records": list(whose), "on": on})
        known = cursor.fetchall()
        cursor.nextset()
        contacts = cursor.fetchall()
        cursor.nextset()
        return whose, known, contacts, cursor.fetchall()


def _known(rows: _Rows) -> tuple[dict[uuid.UUID, list[dict[str, Any]]], dict[uuid.UUID, dict[str, Any]]]:
    """Episodes and attributes by person: an attribute is a row without an episode."""
    episodes: dict[uuid.UUID, dict[str, Any]] = {}
    by_person: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    attributes: dict[uuid.UUID, dict[str, Any]] = defaultdict(dict)
    for person, episode, kind, registered, item, *columns in rows:
        if episode is not None and episode not in episodes:
            episodes[episode] = {"kind": kind, "registered": registered}
            by_person[person].append(episodes[episode])
        if (value := _value(columns)) is not None:
            (attributes[person] if episode is None else episodes[episode])[item] = plain(value)
    for ended in episodes.values():
        if "ended" in ended and (at := ended.pop("jam-persalinan", None)):  # care after a birth counts hours from it
            ended["ended"] = f"{ended['ended']} {at}"
    return by_person, attributes


def _contacts(rows: _Rows, given: _Rows) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """Contacts in the order of the meaning: date, time (a contact without time comes first), key."""
    found: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    contacts: dict[uuid.UUID, dict[str, Any]] = {}
    for person, key, on, at, unit, cadre, item, *columns in rows:
        contact = contacts.get(key)
        if contact is None:
            contact = contacts[key] = _contact(on, at, unit, cadre)
            found[person].append(contact)
        if (value := _value(columns)) is not None:
            contact["observations"][item] = plain(value)
    for key, service, state, until, because in given:
        _put_service(contacts[key], service, state, until, because)
    return found


def with_contact(facts: FactsDocument, entered: Entered) -> FactsDocument:
    """`facts` and a contact that is not recorded yet, in its place of the day."""
    contact = _contact(entered.on, entered.at, entered.unit_kind, entered.cadre)
    contact["observations"] |= {item: plain(value) for item, value in entered.values.items()}
    for service, state, until, because in entered.services:
        _put_service(contact, service, state, until, because)
    contacts = [*facts["contacts"], contact]
    contacts.sort(key=lambda one: (one["on"], one.get("at", "")))  # stable: after those of the same minute
    return {**facts, "contacts": contacts}


def _put_service(contact: dict[str, Any], service: str, state: str, until: date | None, because: str) -> None:
    match state:
        case "given":
            contact["services"].append(service)
        case "declined":
            contact["declined"].append(service)
        case "deferred":
            contact["deferred"][service] = {"until": until, "because": because}
        case "contraindicated":
            contact["contraindicated"][service] = because


def _contact(on: date, at: time | None, unit: str, cadre: str) -> dict[str, Any]:
    contact: dict[str, Any] = {
        "on": on, "unit": unit, "cadre": cadre,
        "services": [], "observations": {}, "declined": [], "deferred": {}, "contraindicated": {},
    }  # fmt: skip
    if at:
        contact["at"] = at.strftime("%H:%M")
    return contact


def _value(columns: Iterable[object]) -> object:
    return next((column for column in columns if column is not None), None)


def plain(value: object) -> object:
    """As the engine takes it: whole numbers as int, others as float."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value

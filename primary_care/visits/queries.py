"""Reads of visits: what the engine is told about a person, what was last measured, what happened when."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, UUIDField, Value

from primary_care.people.models import Person
from primary_care.visits.checks import Last
from primary_care.visits.models import (
    VALUE_COLUMNS,
    Attribute,
    Contact,
    Episode,
    EpisodeFact,
    Observation,
    ServiceGiven,
)

FactsDocument = dict[str, Any]
_STANDS = Q(replaced_by__isnull=True)


def facts_of(person: Person, on: date, area: Mapping[str, object] | None = None) -> FactsDocument:
    """Everything recorded about one person up to `on`, as a case document (docs/knowledge-language.md §2). Three queries."""
    return facts_of_many([person], on, {person.pk: area or {}})[person.pk]


def facts_of_many(
    people: Iterable[Person], on: date, areas: Mapping[uuid.UUID, Mapping[str, object]] | None = None
) -> dict[uuid.UUID, FactsDocument]:
    """As `facts_of`, for many people at once; the number of queries does not grow with them."""
    people, areas = list(people), areas or {}
    keys = [person.pk for person in people]
    episodes, attributes = _known(keys, on)
    contacts = _contacts(keys, on)
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


def last_values(person: Person, on: date) -> dict[str, Last]:
    """The last value of each item, up to and including `on`."""
    rows = (
        Observation.objects.filter(_STANDS, contact__person=person, contact__on__lte=on)
        .order_by("item", "-contact__on", F("contact__at").desc(nulls_last=True), "-contact_id")
        .distinct("item")
        .select_related("contact")
    )
    return {row.item: Last(row.contact.on, row.value) for row in rows if row.value is not None}


def series(person: Person, item: str, on: date) -> list[Last]:
    """All values of one item up to `on`, oldest first."""
    rows = (
        Observation.objects.filter(_STANDS, contact__person=person, item=item, contact__on__lte=on)
        .order_by("contact__on", F("contact__at").asc(nulls_first=True), "contact_id")
        .select_related("contact")
    )
    return [Last(row.contact.on, row.value) for row in rows if row.value is not None]


def timeline(person: Person, on: date) -> QuerySet[Contact]:
    """The contacts up to `on`, newest first, each with its standing `observations` and `services` (two more queries)."""
    return (
        Contact.objects.filter(person=person, on__lte=on)
        .select_related("unit", "recorded_by")
        .prefetch_related("observations__replaced_by", "services__replaced_by")
        .order_by("-on", F("at").desc(nulls_last=True), "-id")
    )


def standing_episode(person: Person, kind: str) -> Episode | None:
    """The episode of a kind that has not ended."""
    return Episode.objects.filter(person=person, kind=kind, ended_on__isnull=True).first()


def episode_values(episode: Episode) -> dict[str, object]:
    """What is known about an episode now, by item."""
    return {
        fact.item: fact.value for fact in EpisodeFact.objects.filter(_STANDS, episode=episode) if fact.value is not None
    }


def known_values(person: Person, on: date) -> dict[str, Last]:
    """What is known apart from contacts: the attributes of the person and the facts of episodes that run, by item."""
    rows: list[Attribute | EpisodeFact] = list(Attribute.objects.filter(_STANDS, person=person, valid_from__lte=on))
    rows += EpisodeFact.objects.filter(
        _STANDS, episode__person=person, episode__ended_on__isnull=True, valid_from__lte=on
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


def _known(
    keys: list[uuid.UUID], on: date
) -> tuple[dict[uuid.UUID, list[dict[str, Any]]], dict[uuid.UUID, dict[str, Any]]]:
    """Episodes and attributes by person, in one query: an attribute is a row without an episode."""
    fact = [f"facts__{column}" for column in ("item", "valid_from", "replaced_by", *VALUE_COLUMNS)]
    of_episodes = Episode.objects.filter(person_id__in=keys, registered_on__lte=on).values_list(
        "person_id", "id", "kind", "registered_on", *fact
    )
    of_people = (
        Attribute.objects.filter(person_id__in=keys)
        .annotate(no_episode=Value(None, UUIDField()), no_kind=Value("", CharField()))
        .values_list(
            "person_id", "no_episode", "no_kind", "valid_from", "item", "valid_from", "replaced_by", *VALUE_COLUMNS
        )
    )
    episodes: dict[uuid.UUID, dict[str, Any]] = {}
    by_person: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    attributes: dict[uuid.UUID, dict[str, Any]] = defaultdict(dict)
    rows = sorted(of_episodes.union(of_people, all=True), key=lambda row: (row[3], str(row[1])))
    for person, episode, kind, registered, item, learnt, replaced, *columns in rows:
        if episode is not None and episode not in episodes:
            episodes[episode] = {"kind": kind, "registered": registered}
            by_person[person].append(episodes[episode])
        value = next((column for column in columns if column is not None), None)
        if item is None or replaced is not None or value is None or learnt > on:
            continue
        (attributes[person] if episode is None else episodes[episode])[item] = plain(value)
    for ended in episodes.values():
        if "ended" in ended and (at := ended.pop("jam-persalinan", None)):  # care after a birth counts hours from it
            ended["ended"] = f"{ended['ended']} {at}"
    return by_person, attributes


def _contacts(keys: list[uuid.UUID], on: date) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """Contacts in the order of the meaning: date, time (a contact without time comes first), key."""
    found: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    contacts: dict[uuid.UUID, dict[str, Any]] = {}
    columns = [f"observations__{column}" for column in ("item", "replaced_by", *VALUE_COLUMNS)]
    rows = (
        Contact.objects.filter(person_id__in=keys, on__lte=on)
        .order_by("person_id", "on", F("at").asc(nulls_first=True), "id")
        .values("id", "person_id", "on", "at", "unit_kind", "cadre", *columns)
    )
    for row in rows:
        contact = contacts.get(row["id"])
        if contact is None:
            contact = contacts[row["id"]] = _contact(row["on"], row["at"], row["unit_kind"], row["cadre"])
            found[row["person_id"]].append(contact)
        value = _value(row, "observations__")
        if row["observations__replaced_by"] is None and value is not None:
            contact["observations"][row["observations__item"]] = plain(value)
    given = ServiceGiven.objects.filter(_STANDS, contact__person_id__in=keys, contact__on__lte=on).exclude(
        state="withdrawn"
    )
    for service in given.order_by("id"):
        contact = contacts[service.contact_id]
        match service.state:
            case "given":
                contact["services"].append(service.service)
            case "declined":
                contact["declined"].append(service.service)
            case "deferred":
                contact["deferred"][service.service] = {"until": service.until, "because": service.because}
            case "contraindicated":
                contact["contraindicated"][service.service] = service.because
    return found


def _contact(on: date, at: time | None, unit: str, cadre: str) -> dict[str, Any]:
    contact: dict[str, Any] = {
        "on": on, "unit": unit, "cadre": cadre,
        "services": [], "observations": {}, "declined": [], "deferred": {}, "contraindicated": {},
    }  # fmt: skip
    if at:
        contact["at"] = at.strftime("%H:%M")
    return contact


def _value(row: Mapping[str, Any], prefix: str) -> object:
    return next((row[prefix + column] for column in VALUE_COLUMNS if row[prefix + column] is not None), None)


def plain(value: object) -> object:
    """As the engine takes it: whole numbers as int, others as float."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value

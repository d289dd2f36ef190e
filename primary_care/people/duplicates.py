"""Who may be registered already: the same person under another spelling, with day and month swapped, or with another record's NIK.

A name is alike when its words sound alike (`names`), a birth date when it is the same, has day and month swapped, or differs in the
year or the day alone. Names alone tell nothing: a desa has many a Siti Aminah. Twins share date, mother and household and differ in
the name; two people with two NIK, or of two sexes, are two.

**What is told of somebody outside the asker's sight**: that the NIK typed in whole is registered elsewhere, for it would be refused
anyway and whoever types it has the card. No name, place or age, and of names and dates nothing at all: a search by them over the whole
node would be a way around the scope. Such a pair shows in the list of those whose area covers both (docs/decisions/0010).
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q

from primary_care.accounts.scope import Scope
from primary_care.people.link_models import LinkKind, PersonLink
from primary_care.people.models import NameToken, Person
from primary_care.people.names import likeness, normalise, sound_of

ALIKE = 0.78  # likeness of names (0-1) from which they may be one; assumed: no source fixes it
LOOKED_AT = 400


@dataclass(frozen=True, kw_only=True)
class Described:
    """What is known of somebody who is to be compared. `name` is normalised."""

    name: str
    sex: str = ""
    birth_date: date | None = None
    nik: str = ""
    mother_id: uuid.UUID | None = None
    household_id: uuid.UUID | None = None
    birth_order: int | None = None


@dataclass(frozen=True)
class Likeness:
    """Somebody who may be the same. `why`: nik | name-and-birth | swapped | near | name-and-unknown | twin. A twin is no warning, only
    said.
    """

    person: Person
    why: str


def described(person: Person) -> Described:
    """What is compared of a stored person."""
    return Described(
        name=person.name_normal,
        sex=person.sex,
        birth_date=person.birth_date,
        nik=person.nik or "",
        mother_id=person.mother_id,
        household_id=person.household_id,
        birth_order=person.version.birth_order if person.version else None,
    )


def similar(asked: Described, scope: Scope, *, besides: Iterable[uuid.UUID] = (), limit: int = 5) -> list[Likeness]:
    """Persons in `scope` who may be the one `asked` about, the likeliest first."""
    inside = (
        Person.objects.visible_to(scope).select_related("version", "area", "household").exclude(pk__in=list(besides))
    )
    found: dict[uuid.UUID, Likeness] = {}
    if len(asked.nik) == 16:
        for person in inside.filter(nik=asked.nik):
            found[person.pk] = Likeness(person, "nik")
    words = [word for word in asked.name.split() if len(word) > 1]
    if words:
        sounds = Q(pk__in=[])
        for word in words:
            sounds |= Q(sound=sound_of(word))
        by_name = Exists(NameToken.objects.filter(sounds, person=OuterRef("pk")))
        near = inside.filter(_date_may_be(asked.birth_date)).filter(by_name | _same_birth_in(asked))
        for person in near.order_by("pk")[:LOOKED_AT]:
            if person.pk not in found and (why := compare(asked, described(person))):
                found[person.pk] = Likeness(person, why)
    order = ("nik", "name-and-birth", "swapped", "near", "name-and-unknown", "twin")
    return sorted(found.values(), key=lambda one: (order.index(one.why), str(one.person.pk)))[:limit]


def nik_is_elsewhere(nik: str, scope: Scope, besides: uuid.UUID | None = None) -> bool:
    """Whether a whole NIK belongs to somebody whom `scope` does not show."""
    holder = Person.objects.filter(nik=nik).first() if len(nik) == 16 else None
    if holder is None or holder.pk == besides:
        return False
    return not Person.objects.visible_to(scope).filter(pk=holder.pk).exists()


def compare(one: Described, other: Described) -> str:
    """Why the two may be one person (see `Likeness.why`); empty when they are not."""
    if one.nik and one.nik == other.nik:
        return "nik"
    same_birth = one.birth_date is not None and one.birth_date == other.birth_date
    siblings = (one.mother_id is not None and one.mother_id == other.mother_id) or (
        one.household_id is not None and one.household_id == other.household_id
    )
    two = (one.nik and other.nik) or (one.sex and other.sex and one.sex != other.sex)
    if two or (None not in (one.birth_order, other.birth_order) and one.birth_order != other.birth_order):
        return "twin" if same_birth and siblings else ""
    alike = names_alike(one.name, other.name)
    if same_birth and siblings and not _same_words(one.name, other.name):
        return "twin"
    if not alike:
        return ""
    if one.birth_date is None or other.birth_date is None:
        return "name-and-unknown" if siblings or (one.birth_date is None and _same_words(one.name, other.name)) else ""
    if same_birth:
        return "name-and-birth"
    if swapped(one.birth_date) == other.birth_date:
        return "swapped"
    return "near" if _near(one.birth_date, other.birth_date) and _same_words(one.name, other.name) else ""


def pairs_in(people: Iterable[Person]) -> Iterator[tuple[Person, Person, str]]:
    """Those among `people` who may be one person, each pair once, without twins and those said to be two."""
    by_date: dict[date, list[Person]] = defaultdict(list)
    for person in people:
        if person.birth_date:
            by_date[person.birth_date].append(person)
    said = set(
        PersonLink.objects.filter(kind=LinkKind.DISTINCT, undone__isnull=True).values_list("person_id", "other_id")
    )
    for day, same in sorted(by_date.items()):
        other_way = swapped(day)
        across = by_date.get(other_way, []) if other_way and other_way > day else []
        for number, one in enumerate(same):
            for other in (*same[number + 1 :], *across):
                if (one.pk, other.pk) in said or (other.pk, one.pk) in said:
                    continue
                if (why := compare(described(one), described(other))) and why != "twin":
                    yield one, other, why


@lru_cache(maxsize=20_000)
def names_alike(one: str, other: str) -> bool:
    """Whether two normalised names may be spellings of one. A name that the other only lengthens is alike."""
    if not one or not other:
        return False
    fewer, more = sorted((one, other), key=lambda name: len(name.split()))
    return _same_words(one, other) or (likeness(fewer, more) >= ALIKE and _sounds(fewer)[0] in _sounds(more))


def swapped(day: date) -> date | None:
    """The date with day and month exchanged; None where that is no other date."""
    try:
        other = day.replace(day=day.month, month=day.day)
    except ValueError:
        return None
    return other if other != day else None


def _sounds(name: str) -> list[str]:
    return [sound_of(word) for word in name.split()]


def _same_words(one: str, other: str) -> bool:
    """Whether every word of the shorter name is heard in the longer one, written apart or together."""
    fewer, more = sorted((_sounds(one), _sounds(other)), key=len)
    if "".join(fewer) == "".join(more):
        return True
    return bool(fewer) and all(sound in more for sound in fewer)


def _near(one: date, other: date) -> bool:
    """Dates that differ in the year alone by one typing slip, or in the day alone."""
    if (one.day, one.month) == (other.day, other.month):
        return sum(a != b for a, b in zip(str(one.year), str(other.year), strict=True)) == 1
    return (one.month, one.year) == (other.month, other.year)


def _date_may_be(day: date | None) -> Q:
    """The dates that `compare` may take for this one, as the index on birth dates can be asked for them."""
    if day is None:
        return Q()
    slips = [
        other for year in range(day.year - 99, day.year + 100) if (other := _in_year(day, year)) and _near(day, other)
    ]
    if other := swapped(day):
        slips.append(other)
    month = day.replace(day=1)
    return (
        Q(birth_date__gte=month, birth_date__lt=(month + timedelta(days=32)).replace(day=1))
        | Q(birth_date__in=slips)
        | Q(birth_date__isnull=True)
    )


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None


def _same_birth_in(asked: Described) -> Q:
    """Brothers and sisters born on the day, whatever their names."""
    if asked.birth_date is None:
        return Q(pk__in=[])
    found = Q(pk__in=[])
    if asked.household_id:
        found |= Q(household_id=asked.household_id, birth_date=asked.birth_date)
    if asked.mother_id:
        found |= Q(mother_id=asked.mother_id, birth_date=asked.birth_date)
    return found


def asked_for(name: str, **known: object) -> Described:
    """What somebody typed, ready to be compared."""
    return Described(name=normalise(name), **known)  # type: ignore[arg-type]

"""Finding people: by name, spelled as one hears it; by NIK or KK number, whole or in part; by RT and RW."""

import re
import uuid
from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import Reverse, Substr

from primary_care.accounts.scope import Scope
from primary_care.areas.models import Area
from primary_care.people.models import Household, NameToken, Person
from primary_care.people.names import likeness, normalise, sound_of
from primary_care.people.search_keys import misspelled

CANDIDATES = 300  # names looked at before ranking; more than anybody reads
FEWEST_DIGITS = 6
PLACE = re.compile(r"\b(rt|rw)[\s.:]*0*(\d{1,3})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What was typed, taken apart: digits of a number, words of a name, RT and RW as numbers (0: not said)."""

    digits: str
    words: tuple[str, ...]
    rt: int
    rw: int

    @property
    def enough(self) -> bool:
        """Whether it is enough to search by."""
        return bool(self.words or self.rt or self.rw) or len(self.digits) >= FEWEST_DIGITS


def read(text: str) -> Asked:
    """Take apart what was typed: `siti rt 02/rw 1`, `9901 0142…`, `sity noer`."""
    places = {kind.lower(): int(number) for kind, number in PLACE.findall(text)}
    rest = PLACE.sub(" ", text) if places else text
    digits = re.sub(r"[\s.\-]", "", rest)
    if not (digits.isascii() and digits.isdigit()):
        digits = ""
    words = () if digits else tuple(word for word in normalise(rest.replace("/", " ")).split() if len(word) > 1)[:6]
    return Asked(digits, words, places.get("rt", 0), places.get("rw", 0))


def search_persons(text: str, scope: Scope, limit: int = 20, within: str = "") -> list[Person]:
    """Persons in `scope`, the likeliest first; `within` is the path of an area to look in.

    Digits are a NIK or KK number, or six or more digits from its beginning, its end, or from the birth date in it. Words are names: each
    may be the beginning of a word of the name, sound like one, or sound so but for one letter. If no name has all the words, names with
    some of them are offered. RT and RW narrow it; alone they give the heads of the families there.
    """
    asked = read(text)
    if not asked.enough:
        return []
    inside = Person.objects.visible_to(scope).select_related("area", "household", "version")
    if within:
        inside = inside.in_areas([within])
    if asked.rt or asked.rw:
        inside = inside.filter(area__in=_places(asked, scope))
    if asked.digits:
        return _by_number(inside, asked.digits, limit)
    if not asked.words:
        heads = inside.alive().filter(relationship="kepala-keluarga")
        return list(heads.order_by("area_path", "household__address", "full_name")[:limit])
    return _by_name(inside, asked.words, limit)


def _by_number(inside: QuerySet[Person], digits: str, limit: int) -> list[Person]:
    """By a part of a NIK or of a KK number. Three questions with an index each: asked together none would be used."""
    if len(digits) > 16:
        return []
    keys: list[uuid.UUID] = []
    parts = Q(nik__startswith=digits) | Q(nik_from_birth__startswith=digits) | Q(nik_reversed__startswith=digits[::-1])
    by_nik = Person.objects.annotate(nik_from_birth=Substr("nik", 7), nik_reversed=Reverse("nik")).filter(parts)
    keys += inside.filter(pk__in=by_nik.values("pk")).values_list("pk", flat=True)[:limit]
    parts = Q(no_kk__startswith=digits) | Q(reversed__startswith=digits[::-1])
    by_kk = Household.objects.annotate(reversed=Reverse("no_kk")).filter(parts)
    keys += inside.filter(household__in=by_kk.values("pk")).values_list("pk", flat=True)[:limit]
    return list(inside.filter(pk__in=keys).order_by("household_id", "birth_date", "pk")[:limit])


def _by_name(inside: QuerySet[Person], words: tuple[str, ...], limit: int) -> list[Person]:
    # The database hands over the closest first, so that a common name does not crowd out the very one that was asked for.
    asked = " ".join(words)
    closest = Case(When(name_normal=asked, then=0), When(name_normal__startswith=asked, then=1), default=2)
    heard = [_token(Q(word__startswith=word) | Q(sound=sound_of(word))) for word in words]
    found = _candidates(inside.filter(*heard).order_by(closest, "pk"))
    if not found:
        slipped = [_token(Q(word__startswith=word) | Q(sound=sound_of(word)) | misspelled(word)) for word in words]
        found = _candidates(inside.filter(*slipped).order_by("pk"))
        if not found and len(words) > 1:
            some = Q(pk__in=[])
            for condition in slipped:
                some |= Q(condition)
            found = _candidates(inside.filter(some).order_by("pk"))
    found.sort(key=lambda one: (-likeness(asked, one[1]), one[2], str(one[0])))
    order = {key: place for place, (key, *_names) in enumerate(found[:limit])}
    return sorted(inside.filter(pk__in=order), key=lambda person: order[person.pk])


def _candidates(people: QuerySet[Person]) -> list[tuple[uuid.UUID, str, str]]:
    """Their keys and names: whole persons are read only of those that are shown."""
    return list(people.values_list("pk", "name_normal", "full_name")[:CANDIDATES])


def _token(condition: Q) -> Exists:
    return Exists(NameToken.objects.filter(condition, person=OuterRef("pk")))


def _places(asked: Asked, scope: Scope) -> list[uuid.UUID]:
    """The RT of this number in an RW of this number, inside the scope. Their names are `RT 02` or `RT 2`; so are those of RW."""
    inside = Q(pk__in=[])
    for path in scope.area_paths:
        inside |= Q(path__startswith=path)
    found = Area.objects.filter(inside, level="rt").select_related("parent")
    if asked.rt:
        found = found.filter(name__iregex=rf"^rt\s*0*{asked.rt}$")
    if asked.rw:
        found = found.filter(parent__name__iregex=rf"^rw\s*0*{asked.rw}$")
    return list(found.values_list("pk", flat=True))

"""Who somebody is, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.areas.queries import address_in_words, addresses_in_words
from primary_care.design.formats import age, long_date
from primary_care.people.models import BirthDatePrecision, Person, Relationship, Sex

RELATIONSHIPS = (
    gettext_noop("Kepala keluarga"),
    gettext_noop("Suami"),
    gettext_noop("Istri"),
    gettext_noop("Anak"),
    gettext_noop("Menantu"),
    gettext_noop("Cucu"),
    gettext_noop("Orang tua"),
    gettext_noop("Mertua"),
    gettext_noop("Famili lain"),
    gettext_noop("Lainnya"),
)  # fmt: skip  (the labels of people.models.Relationship, named here so that they are translated)

CHILD_SHOWN = 365  # days: a mother's page leads to children of this age
YOUNGEST_MOTHER = 8 * 365  # days; far below any that care knows


@dataclass(frozen=True)
class Action:
    """A button or link."""

    label: str
    url: str


@dataclass(frozen=True)
class Card:
    """One person in a list."""

    name: str
    line: str
    where: str
    url: str


@dataclass(frozen=True)
class Header:
    """The first lines of every page about a person."""

    name: str
    age: str
    sex: str
    address: str
    state: str = ""
    household_url: str = ""
    kin: tuple[tuple[str, str, str], ...] = ()
    actions: tuple[Action, ...] = ()


def sex_word(person: Person) -> str:
    """`Perempuan`, `Laki-laki`, or that it is not recorded."""
    if not person.sex:
        return _("jenis kelamin belum dicatat")
    return _("Perempuan") if person.sex == Sex.PEREMPUAN else _("Laki-laki")


def age_words(person: Person, on: date) -> str:
    """`usia 9 bulan 12 hari`; `usia sekitar 60 tahun` where only the year is known; the death for those who died."""
    if person.deceased_on:
        return _("meninggal %(day)s") % {"day": long_date(person.deceased_on)}
    if person.birth_date is None:
        return _("tanggal lahir belum dicatat")
    words = age(person.birth_date, on)
    if person.birth_date_precision in (BirthDatePrecision.MONTH, BirthDatePrecision.YEAR):
        return _("usia sekitar %(age)s") % {"age": words}
    return _("usia %(age)s") % {"age": words}


def where(person: Person) -> str:
    """Street, RT, RW, desa."""
    return _where(person, address_in_words(person.area_path) if person.area_path else "")


def _where(person: Person, place: str) -> str:
    street = person.household.address if person.household else ""
    return ", ".join(part for part in (street, place) if part) or _("alamat belum dicatat")


def cards(people: Sequence[Person], on: date) -> list[Card]:
    """People in a list of those found."""
    places = addresses_in_words(one.area_path for one in people if one.area_path)
    return [
        Card(
            name=one.full_name,
            line=f"{sex_word(one)}, {age_words(one, on)}",
            where=_where(one, places.get(one.area_path, "")),
            url=reverse("person", args=[one.pk]),
        )
        for one in people
    ]


def header(person: Person, on: date, *, state: str = "", actions: tuple[Action, ...] = ()) -> Header:
    """The header of a person's pages."""
    return Header(
        name=person.full_name,
        age=age_words(person, on),
        sex=sex_word(person),
        address=where(person),
        state=state,
        household_url=reverse("household", args=[person.household_id]) if person.household_id else "",
        kin=_kin(person, on),
        actions=actions,
    )


def _kin(person: Person, on: date) -> tuple[tuple[str, str, str], ...]:
    """Mother and small children: (what, name, address), so that a baby is one step from the mother and back."""
    found = [(_("Ibu"), person.mother.full_name, reverse("person", args=[person.mother.pk]))] if person.mother else []
    if not may_be_a_mother(person, on):
        return tuple(found)
    small = person.children.alive().filter(birth_date__gt=on - timedelta(days=CHILD_SHOWN)).order_by("birth_date", "pk")
    found += [(_("Anak"), child.full_name, reverse("person", args=[child.pk])) for child in small]
    return tuple(found)


def may_be_a_mother(person: Person, on: date) -> bool:
    """So that nobody looks for the children or the pregnancies of a man or a small child."""
    grown_up = person.birth_date is None or person.birth_date < on - timedelta(days=YOUNGEST_MOTHER)
    return person.sex != Sex.LAKI_LAKI and grown_up


def relationship_word(person: Person) -> str:
    """`Kepala keluarga`, `Anak`, …"""
    return _(str(Relationship(person.relationship).label)) if person.relationship else ""

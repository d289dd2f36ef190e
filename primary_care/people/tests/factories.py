"""People for tests, in the small place of `accounts/tests/factories.py`."""

from datetime import date

from primary_care.accounts.tests.factories import FOUNDED, TODAY, Place, assign, make_place, make_unit
from primary_care.areas.models import Area
from primary_care.people import actions
from primary_care.people.actions import PersonDetails
from primary_care.people.models import Household, Person

__all__ = ["FOUNDED", "TODAY", "Place", "assign", "make_household", "make_person", "make_place", "make_unit"]


def make_household(place: Place, area: Area | None = None, no_kk: str = "") -> Household:
    return actions.register_household(by=place.registrasi, on=FOUNDED, area=area or place.rt1, no_kk=no_kk)


def make_person(
    place: Place, name: str = "Siti Aminah", household: Household | None = None, nik: str = "", **details: object
) -> Person:
    """A woman born 2 April 1998, `istri` in a household of RT 1, unless said otherwise."""
    relationship = str(details.pop("relationship", "istri"))
    values = {"sex": "perempuan", "birth_date": date(1998, 4, 2), **details}
    return actions.register_person(
        PersonDetails(full_name=name, **values),  # type: ignore[arg-type]
        by=place.registrasi,
        on=FOUNDED,
        household=household or make_household(place),
        relationship=relationship,
        nik=nik,
    )

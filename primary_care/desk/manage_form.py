"""The forms by which areas, units and staff are kept: dated facts, with the last day as people say it. Nothing here stores anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.actions import AccountRefused
from primary_care.areas.actions import AreaRefused
from primary_care.design.fields import Choice, Field
from primary_care.design.formats import NotADate, read_date
from primary_care.desk.access import Typed
from primary_care.desk.register_form import DAY_HINT, Form
from primary_care.staff.actions import StaffRefused
from primary_care.units.actions import UnitRefused

FARTHEST = timedelta(days=366)  # assumed: a duty is written down at most a year before it begins
REFUSALS = (StaffRefused, AccountRefused, UnitRefused, AreaRefused, NotAllowed)
Refusal = StaffRefused | AccountRefused | UnitRefused | AreaRefused | NotAllowed


@dataclass
class DatedForm(Form):
    """A form about something that holds from a day on, perhaps to a last one."""

    def begins(self, today: date, name: str = "sejak") -> date | None:
        """The first day, which may lie ahead."""
        return self._day(name, today, _("Tulis tanggalnya."))

    def ends(self, today: date, name: str = "sampai", *, required: bool = False) -> date | None:
        """The first day on which it no longer holds: the one after the last day that was typed."""
        day = self._day(name, today, _("Tulis hari terakhirnya.") if required else "", farthest=timedelta(days=36600))
        return day + timedelta(days=1) if day else None

    def _day(self, name: str, today: date, missing: str, farthest: timedelta = FARTHEST) -> date | None:
        text = self.text(name)
        if not text:
            if missing:
                self.faults.add(name, missing)
            return None
        try:
            day = read_date(text)
        except NotADate as wrong:
            self.faults.add(name, str(wrong))
            return None
        if not day.year >= 1945 or day - today > farthest:
            self.faults.add(name, _("Periksa tahunnya."))
            return None
        return day

    def refused(self, error: Refusal, at: Mapping[str, str], otherwise: str) -> None:
        """A refusal of the actions, at the field that it is about."""
        self.faults.add(at.get(getattr(error, "code", ""), otherwise), str(error))

    # --- showing ---

    def grouped(
        self, name: str, label: str, places: Iterable[tuple[str, str, str]], *, hint: str = "", required: bool = False
    ) -> Field:
        """A list to pick from: triples of a value, its name, and the heading that it stands under."""
        chosen = self.data.get(name, "")
        choices = tuple(Choice(value, text, value == chosen, group) for value, text, group in places)
        return Field(name, label, "select", choices=choices, hint=hint, required=required, errors=self.faults.at(name))

    def since(self, label: str = "", hint: str = "") -> Field:
        """The first day."""
        return self.field("sejak", label or _("Sejak tanggal"), "date", hint=hint or _(DAY_HINT), required=True)

    def until(self, label: str = "", hint: str = "", *, required: bool = False) -> Field:
        """The last day."""
        hint = hint or (_(DAY_HINT) if required else _("hari terakhir; kosongkan bila belum diketahui"))
        return self.field("sampai", label or _("Sampai tanggal"), "date", hint=hint, required=required)


def filled(typed: Typed, **first: str) -> QueryDict:
    """What was typed, else what the form begins with."""
    if typed.data is not None:
        return typed.data
    data = QueryDict(mutable=True)
    data.update(first)
    return data


def as_day(day: date) -> str:
    """A day as it is typed."""
    return f"{day.day}-{day.month}-{day.year}"

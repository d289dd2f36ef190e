"""Reading what was typed in a form of values and services: in the type of each item, with a fault at the field where it cannot be read."""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _

from primary_care.design.fields import Faults
from primary_care.design.formats import NotADate, NotANumber, number, read_clock, read_date, read_number
from primary_care.desk import choice_lists
from primary_care.visits.actions import ServiceEntry
from primary_care.visits.checks import Raw
from primary_care.visits.models import ServiceState
from primary_care.visits.vocabulary import Item


@dataclass(kw_only=True)
class TypedForm:
    """A form with what was typed (`data`, None for an empty form) and what is wrong with it."""

    data: QueryDict | None = None
    faults: Faults = field(default_factory=Faults)

    def typed(self, name: str) -> str:
        """The text of a field, without blanks at its ends; nothing for a field that was not sent."""
        return (self.data.get(name, "") if self.data is not None else "").strip()

    def value(self, item: Item) -> Raw | None:
        """The answer to an item; None where nothing was answered, or nothing that can be read."""
        name = f"i-{item.id}"
        text = self.typed(name)
        if item.type == "choices":
            chosen = self.data.getlist(name) if self.data is not None else []
            try:
                return choice_lists.marked(chosen)
            except ValueError as wrong:
                self.faults.add(name, str(wrong))
                return None
        if not text:
            return None
        try:
            match item.type:
                case "number" | "integer":
                    return read_number(text, whole=item.type == "integer")
                case "boolean":
                    return text == "ya"
                case "date":
                    return read_date(text)
        except (NotANumber, NotADate) as wrong:
            self.faults.add(name, str(wrong))
            return None
        return text

    def typed_day(self, name: str, text: str) -> date | None:
        """The day in `text`; a fault stands at the field `name`."""
        if not text:
            return None
        try:
            return read_date(text)
        except NotADate as wrong:
            self.faults.add(name, str(wrong))
            return None

    def typed_time(self) -> time | None:
        """The hour of the visit."""
        text = self.typed("jam")
        try:
            return read_clock(text) if text else None
        except ValueError as wrong:
            self.faults.add("jam", str(wrong))
            return None

    def entry(self, service: str) -> ServiceEntry | None:
        """What became of a service; None where nothing was ticked, or both that it was given and that it was not."""
        given, state = bool(self.typed(f"l-{service}")), self.typed(f"lb-{service}")
        if given and state:
            self.faults.add(f"l-{service}", _("Pilih diberikan atau tidak diberikan, jangan keduanya."))
            return None
        if given:
            return ServiceEntry(service, batch=self.typed(f"lk-{service}")[:60])
        if not state:
            return None
        until = self.typed_day(f"l-{service}", self.typed(f"lt-{service}")) if state == ServiceState.DEFERRED else None
        return ServiceEntry(service, state, until, self.typed(f"la-{service}"))


def as_typed(value: object) -> str:
    """A recorded value as somebody would type it; nothing for a list, which is ticked."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, date):
        return f"{value.day}-{value.month}-{value.year}"
    if isinstance(value, Decimal):
        return number(value).replace(".", "") if value >= 10000 else number(value)
    return value if isinstance(value, str) else ""

"""The form in which what was recorded at a visit is mended: every value that this worker may mend as it stands, every service to take back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils.translation import gettext as _

from primary_care.decisions.content import language, limits_of, service_label
from primary_care.design.fields import Ask, Field
from primary_care.design.formats import unit_words
from primary_care.desk import choice_lists
from primary_care.desk.form_words import HANDS, scripted_words
from primary_care.desk.typed_form import TypedForm, as_typed
from primary_care.visits.checks import Question, Raw
from primary_care.visits.models import Contact, ServiceGiven
from primary_care.visits.vocabulary import Item, Last, vocabulary
from primary_care.visits.wording import templates


@dataclass(kw_only=True)
class KnownForm(TypedForm):
    """Values as they stand (`known`, by item; None where nothing is known), to be mended; and why. `hints` by item."""

    known: Mapping[str, object]
    hints: Mapping[str, str] = field(default_factory=dict)
    asked: dict[str, Ask] = field(default_factory=dict)

    def read_values(self) -> dict[str, Raw | None]:
        """What was typed, by item: an emptied field takes its value back; one that was not sent stays as it is."""
        assert self.data is not None
        items = vocabulary()
        values: dict[str, Raw | None] = {}
        for item in self.known:
            if f"ada-{item}" not in self.data:
                continue
            value = self.value(items[item])
            if not self.faults.at(f"i-{item}"):
                values[item] = value
        return values

    def confirmed(self) -> frozenset[str]:
        """The answers to questions."""
        assert self.data is not None
        return frozenset(self.data.getlist("yakin"))

    def ask(self, questions: Sequence[Question]) -> list[dict[str, object]]:
        """Put each question at its field, and in the list at the top."""
        self.asked |= {one.at: Ask(one.text, one.confirm, one.token) for one in questions}
        return [{"field": f"i-{one.at}", "text": one.text, "at_field": True} for one in questions]

    def fields(self) -> list[Field]:
        """The values as they stand, or as they were typed."""
        items = vocabulary()
        return [self._field(items[item], value, order) for order, (item, value) in enumerate(self.known.items(), 1)]

    def reason_field(self, name: str = "alasan") -> Field:
        """Why it is mended."""
        errors = self.faults.at(name)
        return Field(name, _("Alasan"), value=self.typed(name), hint=self.examples(), errors=errors, required=True)

    def examples(self) -> str:
        """Of reasons."""
        return _("misalnya: salah ketik, salah baca kartu")

    def labels(self) -> dict[str, str]:
        """Names of the fields for the list of faults."""
        return {f"i-{item}": str(vocabulary()[item].label) for item in self.known} | {"alasan": _("Alasan")}

    def _field(self, item: Item, value: object, order: int) -> Field:
        name = f"i-{item.id}"
        chosen = self.data.getlist(name) if self.data is not None else _recorded(item, value)
        return Field(
            name=name,
            label=str(item.label),
            kind="yes-no" if item.type == "boolean" else item.type,
            value=self.typed(name) if self.data is not None else as_typed(value),
            hint=self.hints.get(item.id, ""),
            unit=unit_words(item.unit),
            choices=choice_lists.choices(item, chosen),
            opening=choice_lists.opening(item, chosen),
            order=order,
            errors=self.faults.at(name),
            ask=self.asked.get(item.id),
        )


@dataclass(kw_only=True)
class CorrectionForm(KnownForm):
    """What was recorded at a contact, and the items that may have been forgotten there, by the hands. `last` are the values before its day."""

    contact: Contact
    may_be_added: Mapping[str, Sequence[str]] = field(default_factory=dict)
    services: Sequence[ServiceGiven]
    last: Mapping[str, Last]
    birth: date | None

    def read(self) -> dict[str, Any]:
        """What `correct_visit` takes."""
        data = self.data
        assert data is not None
        there = {row.service for row in self.services}
        items = vocabulary()
        added = {item: self.value(items[item]) for item in self.forgotten}
        return {
            "values": self.read_values(),
            "forgotten": {item: value for item, value in added.items() if value is not None},
            "not_given": [one for one in data.getlist("tarik-layanan") if one in there],
            "reason": self.typed("alasan"),
            "confirmed": self.confirmed(),
        }

    def examples(self) -> str:
        return _("misalnya: salah ketik, angka terbalik, alat belum nol")

    @property
    def forgotten(self) -> list[str]:
        """The items that may be added."""
        return [item for items in self.may_be_added.values() for item in items]

    def forgotten_parts(self) -> list[tuple[str, bool, list[Field]]]:
        """What may be added, empty or as it was typed: triples (title, whether something was typed there, fields)."""
        items, order = vocabulary(), count(len(self.known) + 1)
        return [
            (
                _(HANDS[hands]),
                any(self.typed(f"i-{item}") or self.faults.at(f"i-{item}") for item in asked),
                [self._field(items[item], None, next(order)) for item in asked],
            )
            for hands, asked in self.may_be_added.items()
        ]

    def forgotten_open(self) -> bool:
        """Whether something was typed there."""
        return any(self.typed(f"i-{item}") or self.faults.at(f"i-{item}") for item in self.forgotten)

    def labels(self) -> dict[str, str]:
        return super().labels() | {f"i-{item}": str(vocabulary()[item].label) for item in self.forgotten}

    def rows(self) -> list[dict[str, object]]:
        """The services that can be taken back."""
        chosen = self.data.getlist("tarik-layanan") if self.data is not None else []
        return [
            {
                "service": one.service,
                "label": service_label(one.service),
                "state": _(str(one.get_state_display())),
                "chosen": one.service in chosen,
            }
            for one in self.services
        ]

    def description(self) -> dict[str, object]:
        """What `<simpul-form>` needs; see `VisitForm.description`."""
        items = vocabulary()
        return {
            "language": language(),
            "birth": self.birth,
            "on": self.contact.on,
            "words": templates() | scripted_words(),
            "items": {
                item: number_item(items[item], self.last.get(item))
                for item in (*self.known, *self.forgotten)
                if items[item].type in ("number", "integer")
            },
        }


def _recorded(item: Item, value: object) -> list[str]:
    if value is None:
        return []
    if item.type == "choices" and isinstance(value, list):
        return value or [choice_lists.NONE]
    return [as_typed(value)]


def number_item(item: Item, before: Last | None) -> dict[str, object]:
    """A number of a form as the component wants it: how it is called and read, its limits, the value before."""
    last = None
    if before is not None and isinstance(before.value, Decimal):
        last = {"on": before.on, "value": float(before.value)}
    return {
        "label": str(item.label),
        "unit": unit_words(item.unit),
        "whole": item.type == "integer",
        "limits": limits_of(item.id),
        "last": last,
    }

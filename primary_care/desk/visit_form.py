"""The one form of a visit: everything that is due for this person here, in the order of the hands. Built from knowledge, read from a POST."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import cached_property
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.accounts.sight import Sight
from primary_care.decisions.asking import Instrument, instruments, sections
from primary_care.decisions.content import language
from primary_care.decisions.reading import Reading, Service
from primary_care.design.fields import Ask, Choice, Field, as_text
from primary_care.design.formats import (
    NotADate,
    clock,
    near_date,
    read_clock,
    read_date,
    shortened,
    unit_words,
)
from primary_care.desk import choice_lists
from primary_care.desk.correction_form import number_item
from primary_care.desk.form_words import HANDS, scripted_words
from primary_care.desk.presenters.due import line
from primary_care.desk.presenters.timeline import value_words
from primary_care.desk.presenters.visit import Group, Part, ServiceRow
from primary_care.desk.typed_form import TypedForm, as_typed
from primary_care.keys import new_key
from primary_care.visits.checks import Question, Raw, check_values
from primary_care.visits.models import ServiceState
from primary_care.visits.vocabulary import Item, Last, Vocabulary, vocabulary
from primary_care.visits.wording import hidden_last, templates

NOT_GIVEN = (
    (ServiceState.DEFERRED, gettext_noop("Ditunda")),
    (ServiceState.DECLINED, gettext_noop("Ditolak")),
    (ServiceState.CONTRAINDICATED, gettext_noop("Tidak boleh")),
)
FEW = 6  # fields that need no title of their own
ASKED_AGAIN_AFTER = 7  # days in which an answer is not asked for anew: assumed


@dataclass(kw_only=True)
class VisitForm(TypedForm):
    """The form for one person in one place. `data` is what was typed, None for an empty form; `extra` are services to open although they
    are not due, `taken_up` questionnaires to ask whole; `late_for` is the earlier day that an empty form is meant for.
    """

    reading: Reading
    services: list[Service]
    last: Mapping[str, Last]
    known: Mapping[str, Last]
    birth: date | None
    unit: str
    cadre: str
    now: time
    sight: Sight
    extra: frozenset[str] = frozenset()
    taken_up: tuple[str, ...] = ()
    late_for: date | None = None
    asked: dict[str, Ask] = field(default_factory=dict)

    def __post_init__(self) -> None:
        items = vocabulary()
        asked = [one for one in self.services if self._asked(one)]
        found = sections(self.reading, asked, self.unit, self.cadre, self.taken_up)
        self.due = frozenset(item for one in found for item in one.due)
        self.conditions = {item: rule for one in found for item, rule in one.conditions.items()}
        self.answers: dict[str, Raw] = {}
        self.sections = [
            (
                one.hands,
                one.label,
                [(items[item], must) for item, must in one.items if item in items and self._shown(items[item])],
            )
            for one in found
        ]
        self.sections += self._besides(items)
        self.sections.sort(key=lambda section: list(HANDS).index(section[0]))
        self.items = {item.id: (item, must) for _hands, _label, rows in self.sections for item, must in rows}
        self.contact_id = self._key()

    def _asked(self, service: Service) -> bool:
        """Only what is due today is asked, and what somebody chose besides (`extra`, or ticked in what was typed). In a pregnancy or after a
        birth its own package comes first: what nobody is called for is offered, not asked.
        """
        wanted = service.wanted and (service.calls or not self.reading.episodes())
        return wanted or service.id in self.extra or bool(self.typed(f"l-{service.id}"))

    def _besides(self, items: Vocabulary) -> list[tuple[str, str, list[tuple[Item, frozenset[str]]]]]:
        """What was typed although nothing asks for it: a visit moved here, a service that stopped being due meanwhile. Nothing is dropped."""
        if self.data is None:
            return []
        asked = {item.id for _hands, _label, rows in self.sections for item, _must in rows}
        typed = [name[2:] for name in self.data if name.startswith("i-") and any(self.data.getlist(name))]
        found = [items[one] for one in typed if one in items and one not in asked and self._shown(items[one])]
        return [("ask", _("Isian lain"), [(one, frozenset()) for one in found])] if found else []

    def _shown(self, item: Item) -> bool:
        return not item.worked_out and self.sight.writes(item.sensitive, item.laboratory)

    def _open(self, item: Item) -> bool:
        return self.sight.item(item.sensitive, item.laboratory)

    def _key(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.typed("kunjungan"))
        except ValueError:
            return new_key()

    # --- reading what was typed ---

    def read(self) -> dict[str, Any]:
        """What `save_visit` takes, from what was typed; faults are added where it cannot be read.

        Every answer that was sent is read, also one for which this form would no longer ask: nothing is dropped in silence, and
        the same form sent twice says the same.
        """
        data = self.data if self.data is not None else QueryDict()
        items = vocabulary()
        asked = [items[name[2:]] for name in data if name.startswith("i-") and name[2:] in items]
        services = dict.fromkeys(name.partition("-")[2] for name in data if name.startswith(("l-", "lb-")))
        observations = {item.id: value for item in asked if (value := self.value(item)) is not None}
        self.answers = observations
        given = {one.form for one in self.services if self.typed(f"l-{one.id}")}
        for item, required_by in self.items.values():
            missing = item.id not in observations and not self.faults.at(f"i-{item.id}")
            if given & required_by and missing and self._called_for(item):
                self.faults.add(f"i-{item.id}", _("Ini perlu diisi untuk layanan yang Anda tandai diberikan."))
        return {
            "contact_id": self.contact_id,
            "on": self.typed_day("tanggal", self.typed("tanggal")) or self.reading.on,
            "at": self.typed_time(),
            "observations": observations,
            "services": [entry for service in services if (entry := self.entry(service))],
            "confirmed": frozenset(data.getlist("yakin")),
        }

    def tell_impossible(self, visit: dict[str, Any]) -> None:
        """Where something cannot be read, say at once also what was read and cannot be so."""
        checked = check_values(
            visit["observations"],
            items=vocabulary(),
            on=visit["on"],
            birth=self.birth,
            last={},
            confirmed=frozenset(),
        )
        for fault in checked.faults:
            self.faults.add(f"i-{fault.at}", fault.message)

    def ask(self, questions: Sequence[Question]) -> list[dict[str, object]]:
        """Put each question at its field. Gives what the list at the top of the page says: where the fields are, and whole those of none.

        Whoever may not see the value before is asked without being told it.
        """
        items, listed = vocabulary(), []
        for one in questions:
            text = one.text if self._open(items[one.at]) else hidden_last(items[one.at])
            at_field = one.at in self.items
            if at_field:
                self.asked[one.at] = Ask(text, one.confirm, one.token)
            listed.append(
                {"field": f"i-{one.at}", "text": text, "confirm": one.confirm, "token": one.token, "at_field": at_field}
            )
        return listed

    def description(self) -> dict[str, object]:
        """What the component `<simpul-form>` needs besides the markup: the numbers with their limits and last values, and the sentences."""
        items = vocabulary()
        numbers = {name: items[name] for name in self.items if items[name].type in ("number", "integer")}
        return {
            "language": language(),
            "birth": self.birth,
            "on": self.reading.on,
            "words": templates() | scripted_words(),
            "items": {
                name: number_item(item, self.last.get(name) if self._open(item) else None)
                for name, item in numbers.items()
            },
        }

    # --- showing it ---

    def when_fields(self) -> list[Field]:
        """Day and time of the visit."""
        day = self.typed("tanggal") if self.data is not None else as_typed(self.late_for or self.reading.on)
        now = "" if self.late_for else self.now.strftime("%H.%M")
        at = self.typed("jam") if self.data is not None else now
        return [
            Field(
                "tanggal",
                _("Tanggal kunjungan"),
                "date",
                day,
                errors=self.faults.at("tanggal"),
                hint=_("hari-bulan-tahun"),
            ),
            Field("jam", _("Jam"), "time", at, errors=self.faults.at("jam")),
        ]

    def day(self) -> str:
        """The day of the visit in words."""
        try:
            return near_date(read_date(self.typed("tanggal")), self.reading.on)
        except NotADate:
            return near_date(self.late_for or self.reading.on, self.reading.on)

    def hour(self) -> str:
        """The hour of the visit in words; of an earlier day it is not known."""
        try:
            return clock(read_clock(self.typed("jam")))
        except ValueError:
            return "" if self.late_for else clock(self.now)

    def when_open(self) -> bool:
        """Whether day and hour need to be looked at."""
        return bool(self.faults.at("tanggal") or self.faults.at("jam"))

    def groups(self) -> list[Group]:
        """The fields, in the order of the hands. Handwork of which nothing is asked today is folded below the one before it."""
        groups: list[Group] = []
        for hands, same in groupby(self.sections, key=lambda section: section[0]):
            title = _(HANDS[hands])
            parts, folds, others = [], [], []
            for _hands, label, rows in same:
                shown, more = self._split(hands, rows)
                if shown:
                    parts.append(Part("" if label == title else label, tuple(shown)))
                if shown or label == title:
                    others += more
                elif more:
                    folds.append(Part(label, tuple(more)))
            if others:
                folds.insert(0, Part(_("Isian lain"), tuple(others), joins=True))
            if sum(len(part.fields) for part in parts) <= FEW:
                parts = [Part("", tuple(one for part in parts for one in part.fields))] if parts else []
            if parts or not groups:
                groups.append(Group(hands, title, tuple(parts), tuple(folds)))
            else:
                folds = [replace(one, title=title, joins=False) if one.joins else one for one in folds]
                groups[-1] = replace(groups[-1], folds=groups[-1].folds + tuple(folds))
        return groups

    def _split(self, hands: str, rows: list[tuple[Item, frozenset[str]]]) -> tuple[list[Field], list[Field]]:
        """Open is what must be recorded today, what was typed and what is wrong. What was asked lately is folded, measured it is anew."""
        shown: list[Field] = []
        more: list[Field] = []
        for item, must in rows:
            one = self._field(item, bool(must))
            typed = one.errors or (self.data is not None and one.answered)
            asked = (must or item.id in self.due) and not (hands == "ask" and self._fresh(item))
            open_now = self._called_for(item) if item.id in self.conditions else asked
            (shown if open_now or typed else more).append(one)
        return shown, more

    def _called_for(self, item: Item) -> bool:
        """Whether what was answered so far asks for an item that hangs on other answers; true for every other item."""
        rule = self.conditions.get(item.id)
        return rule is None or rule.holds(self.answers) is True

    def _fresh(self, item: Item) -> bool:
        """Whether it was asked lately, or is known apart from visits."""
        before = self.last.get(item.id)
        return item.id in self.known or (before is not None and (self.reading.on - before.on).days <= ASKED_AGAIN_AFTER)

    @cached_property
    def rows(self) -> list[ServiceRow]:
        """The services to tick that are due, or chosen besides."""
        return [self._row(one) for one in self.services if self._asked(one) and not self._fills_itself(one)]

    @cached_property
    def filled_rows(self) -> list[ServiceRow]:
        """Services that are due and are done by filling in what is asked above."""
        return [self._row(one) for one in self.services if self._asked(one) and self._fills_itself(one)]

    @cached_property
    def more_rows(self) -> list[ServiceRow]:
        """What may be done today too, although it is not due."""
        return [self._row(service) for service in self.services if not self._asked(service)]

    @cached_property
    def questionnaires(self) -> list[Instrument]:
        """What may be taken up besides: the questionnaires for this person of which this worker may record something new."""
        items = vocabulary()
        return [
            one
            for one in instruments(self.reading)
            if one.id not in self.taken_up
            and any(item not in self.items and item in items and self._shown(items[item]) for item in one.items)
        ]

    def _fills_itself(self, service: Service) -> bool:
        touched = self.typed(f"l-{service.id}") or self.typed(f"lb-{service.id}") or self.faults.at(f"l-{service.id}")
        return bool(service.credit_items) and not touched

    def labels(self) -> dict[str, str]:
        """Names of fields as the list of faults says them."""
        found = {f"i-{item.id}": str(item.label) for item, _must in self.items.values()}
        return (
            found
            | {f"l-{one.id}": one.label for one in self.services}
            | {"tanggal": _("Tanggal kunjungan"), "jam": _("Jam")}
        )

    def _field(self, item: Item, must: bool) -> Field:
        name = f"i-{item.id}"
        kind = "yes-no" if item.type == "boolean" else item.type
        if kind == "choice" and len(item.choices) >= choice_lists.PICKED_FROM:
            kind = "select"
        return Field(
            name=name,
            label=str(item.label),
            kind=kind,
            value=self.typed(name) if self.data is not None else self._known(item),
            hint=str(item.hint)
            if item.hint
            else _("hari-bulan-tahun, misalnya 3-6-2026")
            if item.type == "date"
            else "",
            unit=unit_words(item.unit),
            last=self._last(item),
            choices=choice_lists.choices(item, self._chosen(item)),
            opening=choice_lists.opening(item, self.data.getlist(name) if self.data is not None else []),
            when=as_text(self.conditions[item.id].as_data()) if item.id in self.conditions else "",
            order=list(self.items).index(item.id) + 1,
            errors=self.faults.at(name),
            required=must,
            ask=self.asked.get(item.id),
        )

    def _chosen(self, item: Item) -> list[str]:
        return self.data.getlist(f"i-{item.id}") if self.data is not None else [self._known(item)]

    def _known(self, item: Item) -> str:
        """What is known already stands in the field, and is marked with its date (`_last`)."""
        known = item.id in self.known and item.id not in self.last and self._open(item)
        return as_typed(self.known[item.id].value) if known else ""

    def _last(self, item: Item) -> str:
        before = self.last.get(item.id) or self.known.get(item.id)
        if before is None or not self._open(item):
            return ""
        value = value_words(item if item.type not in ("number", "integer") else None, before.value)
        return _("terakhir %(value)s, %(day)s") % {"value": value, "day": near_date(before.on, self.reading.on)}

    def _row(self, service: Service) -> ServiceRow:
        key, shown = service.id, line(service, self.reading.on)
        state, errors = self.typed(f"lb-{key}"), self.faults.at(f"l-{key}")
        batch = None
        if service.id.startswith("imunisasi-"):
            batch = Field(f"lk-{key}", _("Nomor batch vaksin"), value=self.typed(f"lk-{key}"))
        return ServiceRow(
            id=key,
            label=service.label,
            chip=shown.chip,
            why=shown.why,
            given=bool(self.typed(f"l-{key}")),
            filled_by=shortened(service.credited_by),
            states=tuple(Choice(value, _(label), value == state) for value, label in NOT_GIVEN),
            until=Field(f"lt-{key}", _("Ditunda sampai"), "date", self.typed(f"lt-{key}"), hint=_("hari-bulan-tahun")),
            because=Field(f"la-{key}", _("Alasan"), value=self.typed(f"la-{key}")),
            batch=batch,
            errors=errors,
            open=bool(state or errors),
        )

"""What is asked at a visit: the forms of what is due, each item once, in the order of the hands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from care_engine import model
from care_engine.concerning import concerns
from care_engine.evaluating import LAST_SEQUENCE, Moment, evaluate
from care_engine.facts import Contact
from primary_care.decisions.conditions import Condition, condition
from primary_care.decisions.content import item_label, knowledge, words
from primary_care.decisions.reading import Reading, Service

HANDS = ("danger", "ask", "measure", "test", "give", "tell")


@dataclass(frozen=True)
class Section:
    """A part of a form: what one does with the hands, and the items asked there, each with the forms that require it.

    `due` are the items whose recording is a service that is asked for. Items in `conditions` are asked only where the answers to
    other items of the form make that true.
    """

    hands: str
    label: str
    items: tuple[tuple[str, frozenset[str]], ...]
    due: frozenset[str] = frozenset()
    conditions: Mapping[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True)
class Instrument:
    """A form that no service opens: a questionnaire that somebody takes up when he sees a reason."""

    id: str
    label: str
    items: frozenset[str]


def instruments(reading: Reading) -> list[Instrument]:
    """The questionnaires for this person today, by name."""
    person, opened = reading.decision.person, set()
    for family in knowledge().families:
        opened |= {one.form for one in family.members}
    found = []
    for form in knowledge().forms.values():
        subject = next((one for one in person.shown if one.kind == form.who.episode), None)
        if form.id in opened or subject is None or not concerns(form.who, person.facts, person.on, knowledge()):
            continue
        if form.who.when is None or evaluate(form.who.when, person.today(subject)):
            found.append(Instrument(form.id, words(form.label), _fields([form])))
    return sorted(found, key=lambda one: one.label)


def sections(
    reading: Reading, services: Iterable[Service], unit: str, cadre: str, taken_up: Iterable[str] = ()
) -> list[Section]:
    """What a `cadre` in a `unit` asks, measures and tests for `services`, each item once, in the order of the hands. `taken_up`: forms that are
    asked whole besides.

    An item whose condition is not met today is left out; where the condition hangs on an answer still to be given, it stays.
    Of the form of a service that is the recording of some items (a blood group, a result), only those are asked; of one that is
    done with another service asked for (the registration of a pregnancy with K1), nothing.
    """
    services = list(services)
    alone = [one for one in services if one.credit_items and not one.form]
    services = [one for one in services if one.form and one.form in knowledge().forms]
    services = [one for one in services if one.credit_items or not any(_done_with(one, other) for other in services)]
    due = {item for one in services for item in one.credit_items}
    whole: set[str | None] = {one.form for one in services if not one.credit_items}
    found: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
    place: dict[str, tuple[str, str]] = {}
    when: dict[str, Condition | None] = {}
    besides = [form for form in taken_up if form in knowledge().forms]
    whole |= set(besides)
    forms = [knowledge().forms[form] for form in dict.fromkeys([*(one.form for one in services if one.form), *besides])]
    due |= _fields(knowledge().forms[form] for form in besides)
    fields = _fields(forms)
    for rules in forms:
        form = rules.id
        at = _moment(reading, rules, unit, cadre)
        for section in rules.sections:
            for entry in section.items:
                if form not in whole and entry.item not in due:
                    continue
                asked = condition(entry.when, at, fields)
                if asked is False:
                    continue
                _either(when, entry.item, asked if isinstance(asked, Condition) and entry.item not in due else None)
                key = place.setdefault(entry.item, (section.hands, words(section.label)))
                items = found.setdefault(key, {})
                must = {rules.id} if entry.required and form in whole else frozenset()
                items[entry.item] = items.get(entry.item, frozenset()) | must
    for one in alone:  # a service without a form of its own is asked by its items
        for item in one.credit_items:
            due.add(item)
            if item in knowledge().items and item not in place:
                place[item] = _usual_place(item, one.label)
                found.setdefault(place[item], {})[item] = frozenset()
    for item in _to_check_again(reading, unit):  # what a finding wants measured again by now
        due.add(item)
        if item not in place:
            place[item] = _usual_place(item, item_label(item))
            found.setdefault(place[item], {})[item] = frozenset()
    rank = {hands: number for number, hands in enumerate(HANDS)}
    return [
        Section(
            *key,
            tuple(found[key].items()),
            frozenset(due & found[key].keys()),
            {item: rule for item in found[key] if (rule := when.get(item)) is not None and item not in due},
        )
        for key in sorted(found, key=lambda key: rank[key[0]])
    ]


def _fields(forms: Iterable[model.Form]) -> frozenset[str]:
    """The items of forms that somebody fills in."""
    items = {entry.item for form in forms for section in form.sections for entry in section.items}
    return frozenset(item for item in items if knowledge().items[item].formula is None)


def _either(when: dict[str, Condition | None], item: str, asked: Condition | None) -> None:
    """An item that several forms ask for is asked as soon as one of them does."""
    before = when.get(item)
    if item not in when:
        when[item] = asked
    else:
        when[item] = before | asked if before is not None and asked is not None else None


def _to_check_again(reading: Reading, unit: str) -> list[str]:
    """The recorded items of rechecks whose day has come, as far as they are for this kind of unit."""
    items = knowledge().items
    return [
        item
        for action in reading.decision.actions
        if isinstance(action.rule, model.Recheck)
        and action.by <= reading.decision.on
        and unit in (action.units or (unit,))
        for item in action.rule.items
        if items[item].formula is None
    ]


def _usual_place(item: str, otherwise: str) -> tuple[str, str]:
    """The hands and heading under which the forms ask for an item; a question under `otherwise` where no form has it."""
    sections = (section for form in knowledge().forms.values() for section in form.sections)
    found = next((one for one in sections if any(entry.item == item for entry in one.items)), None)
    return (found.hands, words(found.label)) if found is not None else ("ask", otherwise)


def _done_with(one: Service, other: Service) -> bool:
    """Whether giving `other` is giving `one` too, and not the other way round."""
    return other.id in one.credit_services and one.id not in other.credit_services and one.family != other.family


def _moment(reading: Reading, form: model.Form, unit: str, cadre: str) -> Moment | None:
    """Today, as at a contact in which nothing is recorded yet."""
    person = reading.decision.person
    subject = next((one for one in person.shown if one.kind == form.who.episode), None)
    if subject is None:
        return None
    return Moment(person, subject, person.on, LAST_SEQUENCE, Contact(person.on, LAST_SEQUENCE, unit=unit, cadre=cadre))

"""The knowledge this node decides from, read once, and its words for pages: labels, forms, topics, sources."""

from datetime import date
from functools import lru_cache

from django.utils.translation import get_language

from care_engine import model, plausibility
from care_engine.loading import load_knowledge
from primary_care.visits.vocabulary import Item, Vocabulary, Words


@lru_cache(maxsize=1)
def knowledge() -> model.Knowledge:
    """Everything in `knowledge/`. Read at the first use of a process, about a second."""
    return load_knowledge()


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The items of the knowledge as the app `visits` wants them."""
    tested = {
        entry.item
        for form in knowledge().forms.values()
        for section in form.sections
        for entry in section.items
        if section.hands == "test"
    }
    return {item.id: _item(item, item.id in tested) for item in knowledge().items.values()}


def doubt_about(
    item: str, value: float, *, on: date, birth: date | None, last: tuple[date, float] | None
) -> plausibility.Doubt | None:
    """What speaks against a number recorded `on` a day, after a `last` one."""
    return plausibility.doubt_about(
        knowledge().items[item],
        value,
        on=on.toordinal(),
        birth=None if birth is None else birth.toordinal(),
        last=None if last is None else (last[0].toordinal(), last[1]),
    )


def limits_of(item: str) -> dict[str, object]:
    """The limits of an item as plain data, for the form in the browser."""
    return plausibility.limits_as_data(knowledge().items[item])


def language() -> str:
    """The language of the knowledge to show: `id` or `en`."""
    return "en" if (get_language() or "id").startswith("en") else "id"


def words(text: model.Text | None) -> str:
    """A text of the knowledge in the language in use."""
    return "" if text is None else text[language()]


def service_label(service: str) -> str:
    """The name of a service; its id where the knowledge no longer has it."""
    found = knowledge().services.get(service)
    return words(found.label) if found else service


@lru_cache(maxsize=1)
def calling() -> frozenset[str]:
    """The services for which somebody is called. What is done at every contact, when it is wanted, or when the person comes anyhow calls
    nobody by itself.
    """
    return frozenset(
        service.id
        for family in knowledge().families
        if not (
            isinstance(family.schedule, model.Repeat) and family.schedule.every is None and not family.schedule.spacing
        )
        for service in family.members
        if service.calls
    )


def service_marks(service: str) -> tuple[str | None, tuple[str, ...]]:
    """The sensitive topic of a service and the roles that do not see it; one that the knowledge no longer has counts as `campuran`."""
    found = knowledge().services.get(service)
    return (found.sensitive, found.hidden_from) if found else ("campuran", ())


def item_label(item: str) -> str:
    """The name of an item; its id where the knowledge no longer has it."""
    found = knowledge().items.get(item)
    return words(found.label) if found else item


def setting_words(setting: str, value: object) -> tuple[str, str]:
    """The name of a setting of an area and a value of it as people say it; `None` is no value."""
    found = knowledge().settings.get(setting)
    said = "" if value is None else str(value)
    if isinstance(value, bool):
        said = {"id": ("Tidak", "Ya"), "en": ("No", "Yes")}[language()][value]
    elif found is not None and isinstance(value, str) and value in found.choices:
        said = words(found.choices[value])
    return (words(found.label) if found else setting), said


def topic_text(topic: str) -> tuple[str, str] | None:
    """Title and text of something to tell people."""
    found = knowledge().topics.get(topic)
    return (words(found.label), words(found.text)) if found else None


def _item(item: model.Item, laboratory: bool) -> Item:
    return Item(
        id=item.id,
        label=Words(item.label.id, item.label.en),
        type=item.type,
        unit=item.unit,
        decimals=item.decimals,
        choices={key: Words(text.id, text.en) for key, text in item.choices.items()},
        below=item.below,
        worked_out=item.formula is not None,
        sensitive=item.sensitive,
        laboratory=laboratory,
        hint=Words(item.hint.id, item.hint.en) if item.hint else None,
    )

"""What is worked out from the answers of a visit and stands in its forms: scores of questionnaires, body mass index."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from care_engine.evaluating import evaluate
from primary_care.accounts.sight import KADER, Sight
from primary_care.decisions.content import knowledge, words
from primary_care.decisions.reading import Reading
from primary_care.decisions.topics import DIAGNOSIS, named_by, topics_in


@dataclass(frozen=True)
class Score:
    """One figure, or one class in words, with its name."""

    item: str
    label: str
    value: object
    unit: str = ""
    decimals: int | None = None


def scores(reading: Reading, recorded: Iterable[str], sight: Sight) -> list[Score]:
    """What the forms work out from items that were just `recorded`, in the order of the forms. Kader see no scores (C28), others none whose
    topic is closed to them.
    """
    if sight.role in KADER or sight.lay:
        return []
    answered, found = set(recorded), []
    for id_, (items, topics) in _worked_out().items():
        if answered.isdisjoint(items) or not all(sight.topic(one) for one in topics if one != DIAGNOSIS):
            continue
        item, value = knowledge().items[id_], _value(reading, id_)
        if value is not None:
            said = words(item.choices[value]) if isinstance(value, str) and value in item.choices else value
            found.append(Score(id_, words(item.label), said, item.unit, item.decimals))
    return found


def _value(reading: Reading, item: str) -> object:
    """The value of an item at the last contact of the day, within an episode where the person alone does not tell it."""
    person, formula = reading.decision.person, knowledge().items[item].formula
    assert formula is not None
    for subject in person.shown:
        here = next((one for one in reversed(subject.contacts) if one.on == person.on), None)
        if here is not None and (value := evaluate(formula, person.moment(subject, here))) is not None:
            return value
    return None


@lru_cache(maxsize=1)
def _worked_out() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """The items of forms that are worked out, no days: from which items, and which topics these tell about."""
    known = knowledge().items
    listed = dict.fromkeys(
        one.item for form in knowledge().forms.values() for section in form.sections for one in section.items
    )
    found = [
        known[id_]
        for id_ in listed
        if known[id_].formula is not None and known[id_].type in ("number", "integer", "choice")
    ]
    return {
        one.id: (named_by(one.formula), topics_in(one.formula) | ({one.sensitive} if one.sensitive else set()))
        for one in found
    }

"""What a visit form shows: handwork with its fields, and the services to tick."""

from dataclasses import dataclass

from primary_care.design.fields import Choice, Field
from primary_care.design.states import Chip
from primary_care.visits.actions import VisitRefused


@dataclass(frozen=True)
class Part:
    """Fields that belong together, under their own small title. From a fold that `joins`, a field that is called for moves up to
    its place among the others; from another it stands before its fold.
    """

    title: str
    fields: tuple[Field, ...]
    joins: bool = False


@dataclass(frozen=True)
class Group:
    """One kind of handwork: what is asked today in its parts, and folded below it the rest."""

    hands: str
    title: str
    parts: tuple[Part, ...]
    folds: tuple[Part, ...] = ()


@dataclass(frozen=True)
class ServiceRow:
    """One service of the form, with what was ticked and typed."""

    id: str
    label: str
    chip: Chip
    why: str
    given: bool
    filled_by: str
    states: tuple[Choice, ...]
    until: Field
    because: Field
    batch: Field | None
    errors: tuple[str, ...]
    open: bool


def questions_of(refused: VisitRefused, prefix: str = "") -> list[dict[str, str]]:
    """What is asked before an unusual value is taken, each at its field, with the mark that says yes."""
    return [
        {"field": prefix + one.at, "text": one.text, "confirm": one.confirm, "token": one.token}
        for one in refused.questions
    ]

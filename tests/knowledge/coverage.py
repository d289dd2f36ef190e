"""What the cases should show of every table, service and finding, and what of it they do not show yet.

A gap is a line of text. For a table: that it never found anything, never found nothing, never could not tell, that a row never
applied, or that a number in its cells was never tried on one of its sides. For a service: a status that its schedule allows and no
case has. For a finding: that nothing ever followed from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from care_engine.cells import Between, Cell, Compare, Equals, Not, OneOf
from care_engine.dates import Span, add, last_day
from care_engine.expressions import ITEM_FUNCTIONS, Call, Expression, Name
from care_engine.model import Calendar, Family, Input, Knowledge, Repeat, Series, Step, Table, Window
from tests.knowledge.always_known import can_always_tell
from tests.knowledge.running import Seen

FOLDER = Path(__file__).parent
#: A day far from any end of month, for comparing lengths of time.
SOME_DAY = 738_000
NEARLY_NOTHING = 1e-9
#: A z-score is worked out: one step of the scale or the tape moves it by up to a tenth.
Z_STEP = 0.1
#: Other worked-out values (a mean of two readings, a share) cannot be set to the last decimal either.
WORKED_OUT_STEPS = 5


def gaps(knowledge: Knowledge, seen: Seen, *, with_never: bool = False) -> list[str]:
    """Everything that no case shows, sorted; without what `never.txt` says cannot happen, unless asked for."""
    found = [
        *(one for table in knowledge.tables for one in table_gaps(table, knowledge, seen)),
        *(one for family in knowledge.families for one in service_gaps(family, seen)),
        *(
            f"finding {one.id}: nothing ever followed"
            for one in knowledge.findings.values()
            if one.severity != "normal" and one.id not in seen.led_on
        ),
    ]
    return sorted(set(found) - (set() if with_never else set(never())))


def never() -> dict[str, str]:
    """What cannot happen, with the reason: lines `gap | reason` in `never.txt`."""
    return dict(_line(text) for text in _lines("never.txt"))


def _line(text: str) -> tuple[str, str]:
    gap, _, reason = text.partition(" | ")
    assert reason, f"never.txt: '{text}' gives no reason; write: gap | reason"
    return gap, reason


def known_gaps() -> list[str]:
    return _lines("known_gaps.txt")


def _lines(name: str) -> list[str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


# --- tables ---


def table_gaps(table: Table, knowledge: Knowledge, seen: Seen) -> Iterator[str]:
    name = f"table {table.id}"
    outcomes = seen.outcomes.get(table.id, set())
    alarming = {one for one in table.findings if knowledge.findings[one].severity != "normal"}
    wanted = alarming or set(table.findings)
    answered = [set(one) for one in outcomes if one is not None]
    if not any(one & wanted for one in answered):
        yield f"{name}: finds nothing in any case"
    if all(one & wanted for one in answered):
        yield f"{name}: finds something in every case"
    if None not in outcomes and not can_always_tell(table, knowledge):
        yield f"{name}: can always tell"
    for number, row in enumerate(table.rows):
        if row.then and number not in seen.rows.get(table.id, set()):
            yield f"{name}: row {number + 1} applied in no case"
    yield from edge_gaps(table, knowledge, seen)


def edge_gaps(table: Table, knowledge: Knowledge, seen: Seen) -> Iterator[str]:
    for column, one in enumerate(table.inputs):
        step = step_of(one, knowledge)
        values = seen.values.get((table.id, one.name), set())
        for edge, upper_has_it in sorted(set().union(*(sides(row.cells[column]) for row in table.rows))):
            where = f"table {table.id}: {one.name} at {edge:g}"
            reach = step + NEARLY_NOTHING
            below = [v for v in values if edge - reach <= v <= edge and (v < edge or not upper_has_it)]
            above = [v for v in values if edge <= v <= edge + reach and (v > edge or upper_has_it)]
            if not below:
                yield f"{where}: {'just below' if upper_has_it else 'there or just below'} was never tried"
            if not above:
                yield f"{where}: {'there or just above' if upper_has_it else 'just above'} was never tried"


def sides(cell: Cell) -> set[tuple[float, bool]]:
    """The numbers at which the answer of a cell turns; True when the number itself belongs to the upper side."""
    match cell:
        case Compare(op, value):
            return {(value, op in ("<", ">="))}
        case Between(low, low_included, high, high_included):
            return {(low, low_included), (high, not high_included)}
        case Equals(value) if isinstance(value, float):
            return {(value, True)}
        case OneOf(cells):
            return set().union(*(sides(one) for one in cells))
        case Not(inner):
            return sides(inner)
    return set()


def step_of(one: Input, knowledge: Knowledge) -> float:
    """How near to an edge a case must come: one step of the item's decimals, 1 for counts and days, more for what is worked out."""
    tree: Expression = one.value
    while isinstance(tree, Call) and tree.arguments and ITEM_FUNCTIONS.get(tree.function) == "item":
        tree = tree.arguments[0]
    item = knowledge.items.get(tree.id) if isinstance(tree, Name) else None
    if item is None or item.type != "number":
        return 1.0
    if item.unit == "SD":
        return Z_STEP
    step = float(10.0 ** -(item.decimals or 0))
    return step if item.formula is None else WORKED_OUT_STEPS * step


# --- services ---


def service_gaps(family: Family, seen: Seen) -> Iterator[str]:
    for service in family.services:
        missing = allowed(family, service) - seen.statuses.get((family.id, service), set())
        name = family.id if "/" in family.id else service  # a target group is named with its service
        for status in sorted(missing):
            yield f"service {name}: never {status}"


def allowed(family: Family, service: str) -> set[str]:
    """The statuses that the kind of schedule can give; of those that every service should be seen in."""
    schedule = family.schedule
    if isinstance(schedule, Repeat) and schedule.on_request:
        return {"not-yet", "done"}
    if isinstance(schedule, Repeat) and schedule.every is None and not schedule.spacing:
        return {"due", "done"}
    if isinstance(schedule, Repeat):
        return {"not-yet", "due", "overdue", "done"}
    if isinstance(schedule, Calendar):
        return {"not-yet", "due", "done"} | ({"overdue"} if schedule.until_day else set())
    steps = [one for one in schedule.steps if one.service == service]
    possible = {"due", "done"}
    if any(one.until is not None for one in steps) and not _leaves_before_close(family, steps):
        possible.add("missed")
    if any(_has_overdue(one, schedule) for one in steps):
        possible.add("overdue")
    if any(_waits(one, schedule) for one in steps):
        possible.add("not-yet")
    return possible


def _leaves_before_close(family: Family, steps: list[Step]) -> bool:
    """Whether the person leaves the age of the service before, or when, its last step closes: then `missed` is never shown."""
    anchor, age_until = family.schedule.anchor, family.who.age_until
    if age_until is None or anchor not in (None, Name("birth"), Name("kelahiran-terkoreksi")):
        return False
    last_age = last_day(SOME_DAY, age_until)
    return any(
        one.until is None or last_day(SOME_DAY, max(one.until, one.late_until or one.until)) >= last_age
        for one in steps
    )


def _waits(step: Step, schedule: Window | Series) -> bool:
    starts = step.opens if isinstance(schedule, Window) and schedule.due_from_opening else step.due
    return starts > Span() if isinstance(starts, Span) else True


def _has_overdue(step: Step, schedule: Window | Series) -> bool:
    """Whether a day lies after due and grace, but not after the last day."""
    if step.until is None or not isinstance(step.due, Span):
        return True
    due = add(SOME_DAY, step.due)
    closes = add(SOME_DAY, step.until)
    if isinstance(schedule, Window):
        return closes > due
    return closes > add(due, step.grace or schedule.grace)

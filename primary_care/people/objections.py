"""What speaks against linking records of persons. The apps above know contacts and episodes; each says so here when it starts."""

from collections.abc import Callable

from primary_care.people.models import Person

# Of a record that is to be merged into another (or, without another, withdrawn as a mistake): why not, for the user; or nothing.
Rule = Callable[[Person, Person | None], str]
_rules: list[Rule] = []


def may_object(rule: Rule) -> None:
    """From now on `rule` is asked before records are linked."""
    if rule not in _rules:
        _rules.append(rule)


def objections(person: Person, other: Person | None) -> list[str]:
    """All that is said against it."""
    return [said for rule in _rules if (said := rule(person, other))]

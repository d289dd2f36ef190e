"""With whom a worker has work of his own. The apps above know contacts and tasks; each says so here when it starts."""

import uuid
from collections.abc import Callable

from django.db.models import Q

Rule = Callable[[uuid.UUID, str], Q]
_rules: list[Rule] = []


def counts_as_work(rule: Rule) -> None:
    """From now on `rule` tells persons whom a user has work with, as a condition on what has their key in the field it is told."""
    if rule not in _rules:
        _rules.append(rule)


def has_work_with(user_id: uuid.UUID, field: str = "pk") -> Q:
    """The condition "this user has work with the person", by any of the rules; without rules, nobody. On `Person`, or on what names a person
    in `field`: asked there itself, PostgreSQL need not first look for all such persons.
    """
    found = Q(pk__in=[])
    for rule in _rules:
        found |= rule(user_id, field)
    return found

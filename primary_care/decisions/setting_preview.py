"""Works out what a proposed setting would do: everybody in its area is decided for twice by the bedside evaluator, on the day from which it
would hold, with the settings as they are and as they would be. Nothing is stored but counts and a few examples.

A slice of work lasts some seconds and says how far it came, so that other work in the background is not kept waiting and a worker that is
killed loses no more than a batch.
"""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import Error, transaction
from django.db.models import QuerySet
from django.utils import timezone

from care_engine.bedside import decide
from care_engine.reading_facts import read_facts
from care_engine.reading_values import read_area_value
from primary_care.areas.queries import Assumed, settings_of_many
from primary_care.decisions.comparing import ACTION, Change, differences
from primary_care.decisions.content import knowledge
from primary_care.decisions.setting_models import ProposalExample, ProposalState, SettingProposal
from primary_care.people.models import Person
from primary_care.visits.queries import facts_of_many

BATCH = 50
SLICE = 15.0  # seconds of work before others in the queue have their turn
MOST_ATTEMPTS = 3  # of a batch on which the worker died
A_VILLAGE = 3  # examples of the same change from one desa
DESA = 5  # how many codes a path has down to the desa
EXAMPLES_KEPT = timedelta(days=7)  # assumed


def concerned(proposal: SettingProposal) -> QuerySet[Person]:
    """The people whose decisions may differ: who live in the area."""
    return Person.objects.filter(area_path__startswith=proposal.area.path, active=True, deceased_on__isnull=True)


def assumed(proposal: SettingProposal) -> Assumed:
    """The row that would be recorded."""
    return Assumed(proposal.area_id, proposal.key, proposal.value, proposal.valid_from, proposal.inherits)


def compare(people: Iterable[Person], on: date, assuming: Assumed) -> tuple[dict[uuid.UUID, list[Change]], int]:
    """What would differ for each of these people on a day; and of how many the facts cannot be decided from."""
    people = list(people)
    areas = {one.area_id for one in people if one.area_id}
    before, after = settings_of_many(areas, on), settings_of_many(areas, on, assuming)
    touched = [(one, one.area_id) for one in people if one.area_id and before[one.area_id] != after[one.area_id]]
    documents = facts_of_many([one for one, _area in touched], on)
    found: dict[uuid.UUID, list[Change]] = {one.pk: [] for one in people}
    unread = 0
    for one, area in touched:
        try:
            facts = read_facts(documents[one.pk], knowledge())[0]
            now, then = (
                decide(replace(facts, area=_in_their_types(settings[area])), on.toordinal(), knowledge())
                for settings in (before, after)
            )
            found[one.pk] = differences(now, then)
        except Error:
            raise
        except Exception:
            logging.getLogger("django.request").exception("The facts of person %s cannot be decided from.", one.pk)
            unread += 1
    return found, unread


def _in_their_types(settings: Mapping[str, Any]) -> dict[str, object]:
    known = knowledge().settings
    return {key: read_area_value(known[key], value, key) for key, value in settings.items() if key in known}


# --- in the background ---


def work(*, go_on: Callable[[], bool] = lambda: True, clock: Callable[[], float] = time.monotonic) -> bool:
    """Work for a while on the proposals that wait, the oldest first. Returns whether something still waits."""
    forget_examples()
    until = clock() + SLICE
    while go_on() and clock() < until:
        proposal = _next()
        if proposal is None:
            return False
        _batch(proposal)
    return SettingProposal.objects.filter(state=ProposalState.COUNTING).exists()


def forget_examples() -> None:
    """Examples are people: they are kept no longer than somebody may still decide."""
    ProposalExample.objects.filter(proposal__asked_at__lt=timezone.now() - EXAMPLES_KEPT).delete()


@transaction.atomic
def _next() -> SettingProposal | None:
    waiting = SettingProposal.objects.select_for_update(skip_locked=True, of=("self",)).select_related("area")
    proposal = waiting.filter(state=ProposalState.COUNTING).order_by("asked_at", "pk").first()
    if proposal is None:
        return None
    if proposal.attempts >= MOST_ATTEMPTS:
        proposal.state = ProposalState.FAILED
        proposal.save(update_fields=["state"])
        return _next()
    if proposal.version != knowledge().version:  # the knowledge became another one meanwhile: from the beginning
        proposal.version, proposal.cursor, proposal.done, proposal.touched, proposal.unread = (
            knowledge().version,
            None,
            0,
            0,
            0,
        )
        proposal.changes = []
        proposal.examples.all().delete()
    proposal.attempts += 1
    proposal.worked_at = timezone.now()
    proposal.total = max(concerned(proposal).count(), proposal.done)
    proposal.save()
    return proposal


def _batch(proposal: SettingProposal) -> None:
    """The next people of a proposal, worked out without holding anything, then written unless somebody decided meanwhile."""
    rest = concerned(proposal) if proposal.cursor is None else concerned(proposal).filter(pk__gt=proposal.cursor)
    people = list(rest.select_related("version").order_by("pk")[:BATCH])
    found, unread = compare(people, proposal.valid_from, assumed(proposal))
    with transaction.atomic():
        now = SettingProposal.objects.select_for_update().get(pk=proposal.pk)
        if now.state != ProposalState.COUNTING or now.cursor != proposal.cursor or now.version != proposal.version:
            return
        _add(now, people, found)
        now.done += len(people)
        now.unread += unread
        now.attempts, now.worked_at = 0, timezone.now()
        now.cursor = people[-1].pk if people else now.cursor
        if len(people) < BATCH:
            now.state, now.total = ProposalState.READY, now.done
        now.save()


def _add(proposal: SettingProposal, people: Iterable[Person], found: Mapping[uuid.UUID, list[Change]]) -> None:
    counts: Counter[Change] = Counter({Change(*row[:4]): row[4] for row in proposal.changes})
    shown: Counter[tuple[str, Change]] = Counter(
        (_village(one.person.area_path), Change(one.kind, one.subject, one.before, one.after))
        for one in proposal.examples.select_related("person")
    )
    examples = []
    for person in people:
        changes = found[person.pk]
        proposal.touched += bool(changes)
        for change in changes:
            counts[change] += 1
            key = (_village(person.area_path), change)
            if change.kind != ACTION and shown[key] < A_VILLAGE:
                shown[key] += 1
                examples.append(ProposalExample(proposal=proposal, person=person, **change._asdict()))
    proposal.changes = sorted([*change, number] for change, number in counts.items())
    ProposalExample.objects.bulk_create(examples)


def _village(area_path: str) -> str:
    return "/".join(area_path.split("/")[:DESA])

"""The only code that mends what is known apart from contacts: about an episode, or about a person. The old rows stay, as in `corrections`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment, User
from primary_care.design.formats import long_date
from primary_care.people.models import Person
from primary_care.people.queries import locked_person, records_of
from primary_care.visits import queries
from primary_care.visits.actions import VisitRefused, audited, fill
from primary_care.visits.checks import Fault, Raw, check_values
from primary_care.visits.corrections import reason_faults
from primary_care.visits.episodes import BIRTHS, LOSSES, PREGNANCY, end_checks, pregnancy_checks
from primary_care.visits.models import Attribute, Correction, CorrectionKind, Episode, EpisodeFact
from primary_care.visits.vocabulary import vocabulary

#: Ends behind which nothing else was recorded, so that one may be another of them, or no end at all.
LIGHT_ENDS = (*LOSSES, "pindah", "bukan-hamil")


@dataclass(frozen=True)
class End:
    """How an episode ended; without an outcome it goes on."""

    on: date | None = None
    outcome: str = ""


@transaction.atomic
def correct_episode(
    episode: Episode,
    *,
    facts: Mapping[str, Raw | None],
    end: End,
    reason: str,
    today: date,
    by: User,
    assignment: Assignment | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> Correction | None:
    """What is known about an episode as it is now said to be: `facts` by item (None: not known after all; an item that was forgotten is
    added), and its `end`. Facts that are what they were are left alone; None where nothing is left to do. Raises `VisitRefused`.
    """
    locked_person(episode.person_id)
    episode = Episode.objects.select_for_update().get(pk=episode.pk)
    person = episode.person.standing
    before = queries.episode_values(episode)
    checked = check_values(
        {item: value for item, value in facts.items() if value is not None},
        items=vocabulary(), on=episode.registered_on, birth=person.birth_date, last={}, confirmed=confirmed,
    )  # fmt: skip
    faults, questions = reason_faults(reason) + checked.faults, list(checked.questions)
    after = {item: value for item, value in before.items() if item not in facts} | checked.values
    hpht = after.get("hpht")
    if episode.kind == PREGNANCY:
        more, ask = pregnancy_checks(person, hpht, episode.registered_on, confirmed, of=episode)
        faults, questions = faults + more, questions + ask
    wrong_end = _end_faults(episode, end, today)
    faults += wrong_end
    if end.on and isinstance(hpht, date) and not wrong_end:
        more, ask = end_checks(end.on, end.outcome, hpht, confirmed)
        faults, questions = faults + more, questions + ask
    new = {item: checked.values.get(item) for item in facts if before.get(item) != checked.values.get(item)}
    ended = end != End(episode.ended_on, episode.outcome)
    if not faults and not new and not ended:
        return None
    if faults or questions:
        raise VisitRefused(faults, questions)

    correction = Correction.objects.create(
        episode=episode, kind=CorrectionKind.WRONG_VALUE, reason=reason.strip(), recorded_by=by, recorded_as=assignment
    )
    standing = {row.item: row for row in episode.facts.filter(replaced_by__isnull=True)}
    rows = dict[str, tuple[object, date]]()
    for (
        item,
        value,
    ) in new.items():  # true from the day on which the wrong one was told; what was forgotten, from the registration
        rows[item] = value, standing[item].valid_from if item in standing else episode.registered_on
    if ended:
        day = end.on or episode.ended_on or today
        rows |= {"ended": (end.on, day), "outcome": (end.outcome or None, day)}
        if "jam-persalinan" in before and end.on != episode.ended_on:
            rows["jam-persalinan"] = None, day  # the hour was that of another day
    for item, (value, since) in rows.items():
        row = EpisodeFact(
            episode=episode, item=item, replaces=standing.get(item), correction=correction, valid_from=since
        )
        _keep(row, value, by, assignment)
    if ended:
        episode.ended_on, episode.outcome = end.on, end.outcome
        episode.save(update_fields=["ended_on", "outcome"])
    audited("visits.correction", correction.pk, person, by, assignment.unit if assignment else None)
    return correction


@transaction.atomic
def correct_attributes(
    person: Person,
    *,
    facts: Mapping[str, Raw | None],
    reason: str,
    today: date,
    by: User,
    assignment: Assignment | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> Correction | None:
    """The same for what is known about a person (`Attribute`), from birth on."""
    locked_person(person.pk)
    standing = standing_attributes(person)
    before = {item: row.value for item, row in standing.items()}
    since = person.birth_date or today
    checked = check_values(
        {item: value for item, value in facts.items() if value is not None},
        items=vocabulary(), on=since, birth=person.birth_date, last={}, confirmed=confirmed,
    )  # fmt: skip
    new = {item: checked.values.get(item) for item in facts if before.get(item) != checked.values.get(item)}
    faults = reason_faults(reason) + checked.faults
    questions = [one for one in checked.questions if one.at in new]
    if not faults and not new:
        return None
    if faults or questions:
        raise VisitRefused(faults, questions)
    correction = Correction.objects.create(
        person=person, kind=CorrectionKind.WRONG_VALUE, reason=reason.strip(), recorded_by=by, recorded_as=assignment
    )
    for item, value in new.items():
        old = standing.get(item)
        whose, day = (old.person, old.valid_from) if old is not None else (person, since)
        _keep(
            Attribute(person=whose, item=item, replaces=old, correction=correction, valid_from=day),
            value,
            by,
            assignment,
        )
    audited("visits.correction", correction.pk, person, by, assignment.unit if assignment else None)
    return correction


def standing_attributes(person: Person) -> dict[str, Attribute]:
    """What stands of a person, also of records merged into his, by item. A row without a value may stand: what it took back is unknown."""
    rows = Attribute.objects.filter(person__in=records_of([person.pk]), replaced_by__isnull=True)
    return {row.item: row for row in rows.order_by("id")}


def may_become(outcome: str) -> Collection[str]:
    """The outcomes that an end with this one may be corrected to; empty: it goes on. A birth has children, a death its own page: they stay what they are."""
    return (*LIGHT_ENDS, "") if outcome in LIGHT_ENDS else (outcome,)


def _end_faults(episode: Episode, end: End, today: date) -> list[Fault]:
    if end == End(episode.ended_on, episode.outcome):
        return []
    if end.outcome not in may_become(episode.outcome) or bool(end.on) != bool(end.outcome):
        return [Fault("outcome", _("Akhir kehamilan ini tidak dapat diubah menjadi itu."))]
    if end.on and end.on > today:
        return [Fault("ended", _("%(day)s belum tiba.") % {"day": long_date(end.on)})]
    if end.on and end.on < episode.registered_on and end.outcome not in (*BIRTHS, *LOSSES):
        message = _("Kehamilan ini baru terdaftar pada %(day)s.")
        return [Fault("ended", message % {"day": long_date(episode.registered_on)})]
    person = episode.person.standing
    later = queries.ended_episodes(person, episode.kind).filter(registered_on__gt=episode.registered_on).last()
    running = queries.standing_episode(person, episode.kind)
    following = later or (running if running is not None and running.pk != episode.pk else None)
    if end.on and following is not None and end.on >= following.registered_on:
        message = _("Sesudahnya ada kehamilan yang terdaftar %(day)s. Akhir yang ini harus mendahuluinya.")
        return [Fault("ended", message % {"day": long_date(following.registered_on)})]
    if not end.on and running is not None and running.pk != episode.pk:
        message = _("Sudah ada kehamilan lain yang berjalan, terdaftar %(day)s. Akhiri dulu yang itu.")
        return [Fault("outcome", message % {"day": long_date(running.registered_on)})]
    return []


def _keep(row: EpisodeFact | Attribute, value: object, by: User, assignment: Assignment | None) -> None:
    row.recorded_by, row.recorded_as = by, assignment
    if value is not None:
        fill(row, value)
    elif row.replaces is None:
        return  # nothing was known, and nothing is
    row.save(force_insert=True)

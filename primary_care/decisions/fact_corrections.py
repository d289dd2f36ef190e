"""Mending what is known apart from visits: about a pregnancy, or about a person since birth. Who may, and what follows, in one transaction."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment
from primary_care.accounts.sight import Sight, may_correct_item
from primary_care.decisions.content import vocabulary
from primary_care.decisions.corrections import find_later_anew
from primary_care.people.models import Person
from primary_care.people.permissions import check_can_correct
from primary_care.visits import fact_corrections
from primary_care.visits.checks import Raw
from primary_care.visits.fact_corrections import End
from primary_care.visits.models import Correction, Episode

#: Facts of a pregnancy that are told when it is registered.
PREGNANCY_FACTS = ("hpht", "gravida", "partus", "abortus")
#: What is known about a child from its birth on.
BIRTH_FACTS = (
    "berat-lahir-g", "panjang-lahir-cm", "usia-gestasi-hari", "kembar-jumlah", "urutan-kembar", "kembar-sama-kelamin",
    "ibu-hbsag", "ibu-hiv", "ibu-sifilis",
)  # fmt: skip
#: Where such facts are kept, as a place of the permission matrix: they are part of the record of the Puskesmas (assumed).
PLACE = "puskesmas"


def check_may_correct_episode(episode: Episode, by: Assignment, today: date) -> None:
    """Raises `NotAllowed` where this assignment may not mend the episode: one's own slip where one works, that of others as part of the record."""
    own = episode.registered_by_id == by.user_id
    place = by.unit.kind if own and by.unit is not None else PLACE
    check_can_correct(by, episode.person.standing.area_path, today, place, own=own)


def check_may_correct_person(person: Person, by: Assignment, today: date) -> None:
    """Raises `NotAllowed` where this assignment may not mend what is known about the person from birth on."""
    check_can_correct(by, person.area_path, today, PLACE, own=False)


def birth_facts_open_to(sight: Sight) -> tuple[str, ...]:
    """Those of `BIRTH_FACTS` that this worker sees and may mend."""
    items = vocabulary()
    return tuple(
        one
        for one in BIRTH_FACTS
        if one in items and may_correct_item(sight, items[one].sensitive, items[one].laboratory, PLACE, own=False)
    )


@transaction.atomic
def correct_episode(
    episode: Episode,
    *,
    facts: Mapping[str, Raw | None],
    end: End,
    reason: str,
    by: Assignment,
    today: date,
    confirmed: frozenset[str] = frozenset(),
) -> Correction | None:
    """As `visits.fact_corrections.correct_episode`, and the findings since then made anew. Raises `NotAllowed`, `VisitRefused`."""
    check_may_correct_episode(episode, by, today)
    correction = fact_corrections.correct_episode(
        episode, facts=facts, end=end, reason=reason, today=today, by=by.user, assignment=by, confirmed=confirmed
    )
    if correction is not None:
        find_later_anew(episode.person.standing, episode.registered_on, correction, today)
    return correction


@transaction.atomic
def correct_birth_facts(
    person: Person,
    *,
    facts: Mapping[str, Raw | None],
    reason: str,
    by: Assignment,
    sight: Sight,
    today: date,
    confirmed: frozenset[str] = frozenset(),
) -> Correction | None:
    """As `visits.fact_corrections.correct_attributes`, and all findings made anew. Raises `NotAllowed`, `VisitRefused`."""
    check_may_correct_person(person, by, today)
    if not set(facts) <= set(birth_facts_open_to(sight)):
        raise NotAllowed(_("Sebagian dari ini bukan untuk peran Anda perbaiki."))
    correction = fact_corrections.correct_attributes(
        person, facts=facts, reason=reason, today=today, by=by.user, assignment=by, confirmed=confirmed
    )
    if correction is not None:
        find_later_anew(person, person.birth_date or date.min, correction, today)
    return correction

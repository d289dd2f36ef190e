"""A death: nothing is due any more. Of a mother who is pregnant or in the weeks after, the pregnancy ends with it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.decisions.births import pregnancy_start
from primary_care.design.formats import long_date
from primary_care.people.actions import record_death
from primary_care.people.models import Person
from primary_care.people.queries import locked_person
from primary_care.visits.actions import VisitRefused
from primary_care.visits.checks import Fault, Question
from primary_care.visits.episodes import PREGNANCY, close_episode
from primary_care.visits.models import Episode
from primary_care.visits.queries import episodes_of, last_contact

AFTER_PREGNANCY = timedelta(days=42)  # a death until then is one of this pregnancy (domain-ibu 1.1: nifas, day 0-42)
OUTCOME = "meninggal"


def pregnancy_of_death(mother: Person, today: date) -> Episode | None:
    """The pregnancy that runs, or the last one while its weeks after are not over."""
    last = next(iter(episodes_of(mother, PREGNANCY)), None)
    if last is None or (last.ended_on is not None and last.ended_on < today - AFTER_PREGNANCY):
        return None
    return last


@transaction.atomic
def record_mothers_death(
    episode: Episode, *, died_on: date, today: date, by: Assignment, confirmed: frozenset[str] = frozenset()
) -> None:
    """She died on `died_on`: the pregnancy ends where it still runs, and the person is recorded as deceased, in one transaction.

    Asked about once, for nothing at the desk takes it back. The same death sent again changes nothing. Raises `VisitRefused`, `NotAllowed`.
    """
    mother = locked_person(episode.person_id)
    episode.refresh_from_db()
    if mother.deceased_on == died_on:
        return
    faults = _faults(mother, episode, died_on, today)
    token = f"meninggal={died_on.isoformat()}"
    questions = []
    if not faults and token not in confirmed:
        text = _(
            "Anda akan mencatat bahwa Ibu %(name)s meninggal pada %(day)s. Semua jadwal layanannya berhenti, dan namanya tidak lagi muncul "
            "di daftar pekerjaan. Riwayatnya tetap tersimpan. Pastikan orang dan tanggalnya benar."
        )
        said = {"name": mother.full_name, "day": long_date(died_on)}
        confirm = _("Ya, Ibu %(name)s meninggal pada %(day)s") % said
        questions.append(Question("ended", text % said, confirm, token))
    if faults or questions:
        raise VisitRefused(faults, questions)
    if episode.ended_on is None:
        start = pregnancy_start(mother, today)
        close_episode(
            episode, ended_on=died_on, outcome=OUTCOME, today=today, start=start, by=by.user, assignment=by, confirmed=confirmed
        )  # fmt: skip
    record_death(mother, died_on, by=by, on=today)


def _faults(mother: Person, episode: Episode, died_on: date, today: date) -> list[Fault]:
    """What cannot be so."""
    if mother.deceased_on:
        return [Fault("ended", _("Sudah tercatat meninggal pada %(day)s.") % {"day": long_date(mother.deceased_on)})]
    if died_on > today:
        return [Fault("ended", _("%(day)s belum tiba.") % {"day": long_date(died_on)})]
    if episode.ended_on and died_on < episode.ended_on:
        message = _("Kehamilannya tercatat berakhir %(day)s, sesudah tanggal ini. Periksa tanggalnya.")
        return [Fault("ended", message % {"day": long_date(episode.ended_on)})]
    return _seen_after(mother, died_on)


def _seen_after(person: Person, died_on: date) -> list[Fault]:
    seen = last_contact(person)
    if seen is None or seen <= died_on:
        return []
    message = _("Ada kunjungan tanggal %(day)s, sesudah tanggal ini. Periksa tanggalnya.")
    return [Fault("ended", message % {"day": long_date(seen)})]


@transaction.atomic
def record_a_death(
    person: Person, *, died_on: date, today: date, by: Assignment, confirmed: frozenset[str] = frozenset()
) -> None:
    """Somebody died on `died_on`. Asked about once; the same death sent again changes nothing. A mother in whose pregnancy or weeks after
    it falls is recorded by `record_mothers_death`. Raises `VisitRefused`, `NotAllowed`.
    """
    person = locked_person(person.pk)
    if person.deceased_on == died_on:
        return
    faults = []
    if person.deceased_on:
        faults.append(
            Fault("ended", _("Sudah tercatat meninggal pada %(day)s.") % {"day": long_date(person.deceased_on)})
        )
    elif died_on > today:
        faults.append(Fault("ended", _("%(day)s belum tiba.") % {"day": long_date(died_on)}))
    elif person.birth_date and died_on < person.birth_date:
        message = _("Tanggal ini mendahului tanggal lahirnya (%(day)s).")
        faults.append(Fault("ended", message % {"day": long_date(person.birth_date)}))
    else:
        faults = _seen_after(person, died_on)
    token, questions = f"meninggal={died_on.isoformat()}", []
    if not faults and token not in confirmed:
        said = {"name": person.full_name, "day": long_date(died_on)}
        text = _(
            "Anda akan mencatat bahwa %(name)s meninggal pada %(day)s. Semua jadwal layanannya berhenti, dan namanya tidak lagi muncul "
            "di daftar pekerjaan. Riwayatnya tetap tersimpan. Pastikan orang dan tanggalnya benar."
        )
        questions.append(Question("ended", text % said, _("Ya, %(name)s meninggal pada %(day)s") % said, token))
    if faults or questions:
        raise VisitRefused(faults, questions)
    record_death(person, died_on, by=by, on=today)

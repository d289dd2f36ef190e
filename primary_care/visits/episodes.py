"""Opening and closing the stretches of life that care follows. Part of the actions of this app."""

from collections.abc import Mapping
from datetime import date, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment, User
from primary_care.design.formats import long_date
from primary_care.people.models import Person, Sex
from primary_care.visits import queries
from primary_care.visits.actions import VisitRefused, audited, fill
from primary_care.visits.checks import Fault, Question, Raw, check_values
from primary_care.visits.models import Attribute, Episode, EpisodeFact
from primary_care.visits.vocabulary import vocabulary

PREGNANCY = "kehamilan"
# domain-ibu §1.2: a last period more than 44 weeks ago is no date of this pregnancy. Ages 10-55: domain README §2.5.
LONGEST_PREGNANCY = timedelta(weeks=44)
AGES_ASKED_OUTSIDE = (10, 55)
# domain-ibu §1.2: below 20 weeks (or 500 g) it is a loss of the pregnancy, from there on a birth.
BIRTH_FROM = timedelta(weeks=20)
BIRTHS = ("lahir-hidup", "lahir-mati")
LOSSES = ("abortus", "ektopik", "mola")
OUTCOMES = (*BIRTHS, *LOSSES, "pindah", "meninggal", "bukan-hamil")


@transaction.atomic
def open_episode(
    person: Person,
    *,
    kind: str,
    facts: Mapping[str, Raw],
    registered_on: date,
    today: date,
    by: User,
    assignment: Assignment | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> Episode:
    """Register an episode with what is known about it on `registered_on`. Raises `VisitRefused`."""
    Person.objects.select_for_update().get(pk=person.pk)
    faults: list[Fault] = []
    if registered_on > today:
        faults.append(
            Fault("tanggal", _("Tanggal pendaftaran %(day)s belum tiba.") % {"day": long_date(registered_on)})
        )
    if standing := queries.standing_episode(person, kind):
        message = _("Masih ada yang berjalan, terdaftar %(day)s. Akhiri dulu yang itu.")
        faults.append(Fault("kehamilan", message % {"day": long_date(standing.registered_on)}))
    checked = check_values(
        facts,
        items=vocabulary(),
        on=registered_on,
        birth=person.birth_date,
        last={},
        confirmed=confirmed,
    )
    questions = list(checked.questions)
    if kind == PREGNANCY:
        more, ask = pregnancy_checks(person, checked.values.get("hpht"), registered_on, confirmed)
        faults, questions = faults + more, questions + ask
    if faults or checked.faults or questions:
        raise VisitRefused([*faults, *checked.faults], questions)

    episode = Episode.objects.create(person=person, kind=kind, registered_on=registered_on, registered_by=by)
    for item, value in checked.values.items():
        _add_fact(episode, item, value, registered_on, by, assignment)
    audited("visits.episode", episode.pk, person, by, assignment.unit if assignment else None)
    return episode


@transaction.atomic
def close_episode(
    episode: Episode,
    *,
    ended_on: date,
    outcome: str,
    today: date,
    by: User,
    at: time | None = None,
    start: date | None = None,
    assignment: Assignment | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> Episode:
    """End an episode on a day, at a time if it is known, with an outcome of `OUTCOMES`. `start` is the day that the weeks are counted
    from, where a scan has set another one than the HPHT. Raises `VisitRefused`.
    """
    episode = Episode.objects.select_for_update().get(pk=episode.pk)
    faults = []
    if episode.ended_on:
        faults.append(Fault("kehamilan", _("Sudah berakhir pada %(day)s.") % {"day": long_date(episode.ended_on)}))
    if outcome not in OUTCOMES:
        faults.append(Fault("outcome", _("Pilih bagaimana kehamilan berakhir.")))
    if ended_on > today:
        faults.append(Fault("ended", _("%(day)s belum tiba.") % {"day": long_date(ended_on)}))
    questions: list[Question] = []
    hpht = start or queries.episode_values(episode).get("hpht")
    if isinstance(hpht, date):
        more, questions = end_checks(ended_on, outcome, hpht, confirmed)
        faults += more
    if faults or questions:
        raise VisitRefused(faults, questions)
    if at:
        _add_fact(episode, "jam-persalinan", at.strftime("%H:%M"), ended_on, by, assignment)
    for item, value in (("ended", ended_on), ("outcome", outcome)):
        _add_fact(episode, item, value, ended_on, by, assignment)
    episode.ended_on, episode.outcome = ended_on, outcome
    episode.save(update_fields=["ended_on", "outcome"])
    audited("visits.episode", episode.pk, episode.person, by, assignment.unit if assignment else None)
    return episode


@transaction.atomic
def record_attributes(
    person: Person,
    *,
    facts: Mapping[str, Raw],
    on: date,
    by: User,
    assignment: Assignment | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> None:
    """Record what is known about a person apart from any contact, e.g. `berat-lahir-g`; an earlier value is replaced."""
    checked = check_values(
        facts,
        items=vocabulary(),
        on=on,
        birth=person.birth_date,
        last={},
        confirmed=confirmed,
    )
    if checked.faults or checked.questions:
        raise VisitRefused(checked.faults, checked.questions)
    for item, value in checked.values.items():
        before = person.attributes.filter(item=item, replaced_by__isnull=True).first()
        row = Attribute(
            person=person, item=item, replaces=before, valid_from=on, recorded_by=by, recorded_as=assignment
        )
        fill(row, value)
        row.save(force_insert=True)
        audited("visits.attribute", row.pk, person, by, assignment.unit if assignment else None)


def pregnancy_checks(
    person: Person, hpht: object, registered_on: date, confirmed: frozenset[str], of: Episode | None = None
) -> tuple[list[Fault], list[Question]]:
    """Whether a last period can be that of a pregnancy registered on a day. `of`: a pregnancy that is there already, and is mended."""
    if person.sex == Sex.LAKI_LAKI:
        return [
            Fault("kehamilan", _("%(name)s tercatat laki-laki. Periksa data dirinya.") % {"name": person.full_name})
        ], []
    if not person.sex:
        return [Fault("kehamilan", _("Jenis kelamin belum dicatat. Lengkapi data diri dulu."))], []
    faults: list[Fault] = []
    start = hpht if isinstance(hpht, date) else registered_on
    if isinstance(hpht, date) and registered_on - hpht > LONGEST_PREGNANCY:
        message = _(
            "HPHT %(day)s lebih dari 44 minggu sebelum pendaftaran. Periksa tahunnya, atau pilih HPHT tidak diketahui."
        )
        faults.append(Fault("hpht", message % {"day": long_date(hpht)}))
    ended = queries.ended_episodes(person, PREGNANCY)
    last = (ended.filter(registered_on__lt=of.registered_on).exclude(pk=of.pk) if of else ended).first()
    if last and last.ended_on and start <= last.ended_on:
        message = _("HPHT harus sesudah kehamilan sebelumnya berakhir (%(day)s).")
        faults.append(Fault("hpht", message % {"day": long_date(last.ended_on)}))
    if person.birth_date is None:
        return faults, []
    age = queries.age_in_months(person, start) // 12
    token = f"usia={age}"
    if AGES_ASKED_OUTSIDE[0] <= age <= AGES_ASKED_OUTSIDE[1] or token in confirmed:
        return faults, []
    text = _("Usianya %(age)d tahun saat HPHT. Periksa tanggal lahir dan HPHT, atau tandai bahwa ini benar.") % {
        "age": age
    }
    return faults, [Question("hpht", text, _("Ya, usia %(age)d tahun sudah dipastikan") % {"age": age}, token)]


def end_checks(
    ended_on: date, outcome: str, hpht: date, confirmed: frozenset[str]
) -> tuple[list[Fault], list[Question]]:
    """Whether the day fits the last period: a birth from 20 weeks on; a miscarriage later, and a birth after 44 weeks, are asked about."""
    said = {"weeks": (ended_on - hpht).days // 7, "hpht": long_date(hpht)}
    if ended_on < hpht:
        message = _("Tanggal berakhir mendahului HPHT (%(day)s). Periksa keduanya.")
        return [Fault("ended", message % {"day": long_date(hpht)})], []
    if outcome in BIRTHS and ended_on - hpht < BIRTH_FROM:
        message = _(
            "Pada tanggal ini umur kehamilan baru %(weeks)d minggu (HPHT %(hpht)s). Di bawah 20 minggu dicatat sebagai keguguran. Periksa tanggalnya."
        )
        return [Fault("ended", message % said)], []
    token, text = f"umur-kehamilan={(ended_on - hpht).days}", ""
    if outcome in BIRTHS and ended_on - hpht > LONGEST_PREGNANCY:
        text = _("Pada tanggal ini umur kehamilan %(weeks)d minggu (HPHT %(hpht)s). Periksa tanggal lahir dan HPHT.")
    elif outcome == "abortus" and ended_on - hpht >= BIRTH_FROM:
        text = _(
            "Pada tanggal ini umur kehamilan %(weeks)d minggu (HPHT %(hpht)s). Mulai 20 minggu dicatat sebagai persalinan, kecuali janin di bawah 500 g."
        )
    if not text or token in confirmed:
        return [], []
    return [], [Question("ended", text % said, _("Ya, ini benar"), token)]


def _add_fact(episode: Episode, item: str, value: object, on: date, by: User, assignment: Assignment | None) -> None:
    taken_back = episode.facts.filter(
        item=item, replaced_by__isnull=True
    ).first()  # an end that was none, and now is one
    row = EpisodeFact(
        episode=episode, item=item, valid_from=on, recorded_by=by, recorded_as=assignment, replaces=taken_back
    )
    fill(row, value)
    row.save(force_insert=True)

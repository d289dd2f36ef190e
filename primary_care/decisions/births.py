"""The end of a pregnancy: the birth with the children it gave, a loss, or that it was no pregnancy here. One transaction each."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.decisions.actions import save_visit
from primary_care.decisions.queries import decide_for
from primary_care.people.models import Person, Sex
from primary_care.people.newborns import register_newborn
from primary_care.people.queries import locked_person
from primary_care.visits import queries
from primary_care.visits.actions import VisitRefused
from primary_care.visits.checks import Fault, Question, Raw, check_values
from primary_care.visits.episodes import PREGNANCY, close_episode, record_attributes
from primary_care.visits.models import Contact, Episode, Source
from primary_care.visits.vocabulary import doubt_about, vocabulary

# The kind of unit of a birth place, and who was there as the cadre of the contact: the first that applies.
UNIT_OF_PLACE = {
    "puskesmas": "puskesmas", "rs": "rumah-sakit", "tpmb": "fktp-lain", "klinik": "fktp-lain", "rumah": "rumah", "lain": "rumah",
}  # fmt: skip
HELPERS = ("spesialis-obsgin", "dokter", "bidan", "perawat")
# Her tests that the child's care hangs on (domain-bayi §3), with what they are called on the child.
CARRIED = {"hbsag": "ibu-hbsag", "hiv": "ibu-hiv", "sifilis": "ibu-sifilis"}
CARRIED_VALUES = {"reaktif": "reaktif", "non-reaktif": "non-reaktif", "invalid": "tidak-diketahui"}
FOR_LIFE = ("hiv", "hbsag")  # a reactive test of an earlier pregnancy counts where none was made in this one: assumed


@dataclass(frozen=True, kw_only=True)
class Baby:
    """One child of a birth. Weight in grams, length in centimetres; only sex and weight must be known of a living child."""

    alive: bool
    sex: str = ""
    weight_g: Decimal | None = None
    length_cm: Decimal | None = None
    at: time | None = None
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Birth:
    """A birth: on which day, where, who helped and how, in the words of the vocabulary; the children in the order they came."""

    on: date
    place: str
    helpers: tuple[str, ...]
    way: str
    babies: tuple[Baby, ...]

    @property
    def at(self) -> time | None:
        """When it was over: the hour of the last child, if every hour is known."""
        hours = [baby.at for baby in self.babies]
        return max(hour for hour in hours if hour) if all(hours) and hours else None

    @property
    def outcome(self) -> str:
        """How the pregnancy ended."""
        return "lahir-hidup" if any(baby.alive for baby in self.babies) else "lahir-mati"


@transaction.atomic
def record_birth(
    episode: Episode,
    birth: Birth,
    *,
    key: uuid.UUID,
    today: date,
    by: Assignment,
    confirmed: frozenset[str] = frozenset(),
) -> list[Person]:
    """End the pregnancy with a birth: its contact, its findings, and every living child as a person. Returns the children.

    The same birth sent again with the same `key` gives the same children and stores nothing. Raises `VisitRefused`; faults and
    questions of the second child are at `bayi-2-…`.
    """
    mother = locked_person(episode.person_id)
    contact = uuid.uuid5(key, json.dumps(asdict(birth), default=str))
    living = {number: uuid.uuid5(contact, str(number)) for number, baby in enumerate(birth.babies, 1) if baby.alive}
    if Contact.objects.filter(pk=contact, person=mother).exists():
        return list(Person.objects.filter(pk__in=living.values()).order_by("version__full_name"))

    start = pregnancy_start(mother, today)
    facts = [facts_of_baby(baby, birth.on, birth.on - start if start else None) for baby in birth.babies]
    faults, questions = check_babies(facts, birth, confirmed)
    try:
        close_episode(
            episode, ended_on=birth.on, outcome=birth.outcome, at=birth.at, today=today, start=start, by=by.user,
            assignment=by, confirmed=confirmed,
        )  # fmt: skip
    except VisitRefused as refused:
        faults, questions = [*refused.faults, *faults], [*refused.questions, *questions]
    if faults or questions:
        raise VisitRefused(faults, questions)
    save_visit(mother, today=today, by=by.user, assignment=by, **contact_of_birth(birth, contact, by))

    def tests(item: str) -> list[tuple[date, str]]:
        return [(one.on, str(one.value)) for one in queries.series(mother, item, birth.on)]

    carried = carried_to_child(tests, start or episode.registered_on)
    return [
        _register(
            mother, birth.babies[number - 1], facts[number - 1] | carried | facts_of_twins(birth, number), birth.on, child, today,
            by, confirmed,
        )
        for number, child in living.items()
    ]  # fmt: skip


@transaction.atomic
def record_end(
    episode: Episode,
    *,
    ended_on: date,
    outcome: str,
    today: date,
    by: Assignment,
    confirmed: frozenset[str] = frozenset(),
) -> None:
    """End the pregnancy without a birth. The same end sent again changes nothing. Raises `VisitRefused`."""
    mother = locked_person(episode.person_id)
    episode.refresh_from_db()
    if (episode.ended_on, episode.outcome) == (ended_on, outcome):
        return
    start = pregnancy_start(mother, today)
    close_episode(
        episode, ended_on=ended_on, outcome=outcome, today=today, start=start, by=by.user, assignment=by, confirmed=confirmed
    )  # fmt: skip


def pregnancy_start(mother: Person, today: date) -> date | None:
    """The day the weeks of the running pregnancy are counted from: HPHT, or what a scan has set in its place."""
    start = decide_for(mother, today).value("hpht-terpakai", PREGNANCY)
    return start if isinstance(start, date) else None


def facts_of_baby(baby: Baby, on: date, length: timedelta | None) -> dict[str, Raw]:
    """What is recorded of one child; the weeks of the pregnancy only where they can be those of a living child."""
    facts: dict[str, Raw] = {}
    if baby.weight_g is not None:
        facts["berat-lahir-g"] = baby.weight_g
    if baby.length_cm is not None:
        facts["panjang-lahir-cm"] = baby.length_cm
    days = None if length is None else length.days
    doubt = None if days is None else doubt_about("usia-gestasi-hari", days, on=on, birth=on)
    if days is not None and (doubt is None or doubt.kind != "impossible"):
        facts["usia-gestasi-hari"] = days
    return facts


def missing(baby: Baby) -> list[tuple[str, str]]:
    """What must be known of a living child and is not: (where, what to do)."""
    found = []
    if baby.alive and not baby.sex:
        found.append(("kelamin", _("Pilih jenis kelamin bayi.")))
    if baby.alive and baby.weight_g is None:
        found.append(("berat-lahir-g", _("Tulis berat lahir dalam gram.")))
    return found


def check_babies(
    facts: Sequence[dict[str, Raw]], birth: Birth, confirmed: frozenset[str]
) -> tuple[list[Fault], list[Question]]:
    """What cannot be so, or is asked about, of each child. A question about the second is not answered by the tick at the first."""
    faults: list[Fault] = []
    questions: list[Question] = []
    if not birth.babies:
        faults.append(Fault("bayi-1-keadaan", _("Pilih keadaan bayi saat lahir.")))
    for number, (baby, known) in enumerate(zip(birth.babies, facts, strict=True), 1):
        faults += [Fault(f"bayi-{number}-{at}", message) for at, message in missing(baby)]
        checked = check_values(known, items=vocabulary(), on=birth.on, birth=birth.on, last={}, confirmed=frozenset())
        faults += [Fault(f"bayi-{number}-{one.at}", one.message) for one in checked.faults]
        questions += [
            Question(f"bayi-{number}-{one.at}", one.text, one.confirm, f"bayi-{number}-{one.token}")
            for one in checked.questions
            if f"bayi-{number}-{one.token}" not in confirmed
        ]
    return faults, questions


def contact_of_birth(birth: Birth, contact: uuid.UUID, by: Assignment) -> dict[str, Any]:
    """The birth as a contact of the mother, for `save_visit`: ours where she bore in the unit of the worker, else from elsewhere."""
    kind = UNIT_OF_PLACE[birth.place]
    ours = by.unit is not None and by.unit.kind == kind
    observations: dict[str, Raw] = {
        "tanggal-persalinan": birth.on, "tempat-persalinan": birth.place, "penolong-persalinan": list(birth.helpers),
        "cara-persalinan": birth.way, "hasil-kelahiran": birth.outcome, "jumlah-bayi-lahir": len(birth.babies),
    }  # fmt: skip
    if birth.at:
        observations["jam-persalinan"] = birth.at.strftime("%H:%M")
    if stillborn := "; ".join(_in_words(baby) for baby in birth.babies if not baby.alive):
        observations["keterangan-lahir-mati"] = stillborn
    return {
        "contact_id": contact,
        "on": birth.on,
        "at": birth.at,
        "cadre": next((one for one in HELPERS if one in birth.helpers), "keluarga"),
        "unit": by.unit if ours else None,
        "unit_kind": kind,
        "observations": observations,
        "source": Source.LOKAL if ours else Source.LUAR,
        "row": "kelahiran",
    }


def _in_words(baby: Baby) -> str:
    """A stillborn child: he or she is no person of the register, but what was measured is kept."""
    sex = Sex(baby.sex).label if baby.sex else ""
    weight = f"{baby.weight_g:f} g" if baby.weight_g is not None else ""
    length = f"{baby.length_cm:f} cm" if baby.length_cm is not None else ""
    return ", ".join(part for part in (sex, weight, length) if part)


def carried_to_child(tests: Callable[[str], Sequence[tuple[date, str]]], start: date) -> dict[str, Raw]:
    """Her HBsAg, HIV and syphilis as the child's care reads them: the last test since `start`, the beginning of this pregnancy. `tests`
    gives the day and the result of each test of an item, in order.
    """
    found: dict[str, Raw] = {}
    for item, carried in CARRIED.items():
        told = tests(item)
        here = [said for on, said in told if on >= start]
        if not here and item in FOR_LIFE:
            here = [said for _on, said in told if said == "reaktif"]
        if here:
            found[carried] = CARRIED_VALUES[here[-1]]
    return found


def name_of_child(baby: Baby, mother: str, twins: Mapping[str, Raw]) -> str:
    """The name it was given, or that of its mother; of twins with the number."""
    several = f" {twins['urutan-kembar']}" if twins else ""
    return baby.name or _("Bayi Ny. %(mother)s") % {"mother": mother} + several


def facts_of_twins(birth: Birth, number: int) -> dict[str, Raw]:
    if len(birth.babies) == 1:
        return {}
    sexes = {baby.sex for baby in birth.babies}
    same = {"kembar-sama-kelamin": len(sexes) == 1} if all(sexes) else {}
    return {"kembar-jumlah": len(birth.babies), "urutan-kembar": number, **same}


def _register(
    mother: Person, baby: Baby, facts: dict[str, Raw], born: date, key: uuid.UUID, today: date, by: Assignment,
    confirmed: frozenset[str],
) -> Person:  # fmt: skip
    twins = facts if "urutan-kembar" in facts else {}
    child = register_newborn(
        mother,
        sex=baby.sex,
        birth_date=born,
        birth_time=baby.at,
        birth_order=int(str(facts["urutan-kembar"])) if twins else None,
        full_name=name_of_child(baby, mother.full_name, twins),
        by=by,
        on=today,
        key=key,
    )
    answered = frozenset(token.split("-", 2)[2] for token in confirmed if token.startswith("bayi-"))
    record_attributes(child, facts=facts, on=born, by=by.user, assignment=by, confirmed=answered)
    return child

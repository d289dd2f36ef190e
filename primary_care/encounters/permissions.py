"""Who registers, who calls whom, who may say what: asks the permission matrix (rows `antrean`, `jadwal-layanan`, `skdr`)."""

from datetime import date

from django.utils.translation import gettext as _

from primary_care.accounts.access import CHANGE, CREATE, PUSKESMAS, READ, NotAllowed, allowed
from primary_care.accounts.models import Assignment, Role
from primary_care.accounts.scope import scope_of_assignment
from primary_care.encounters.models import Encounter, Step
from primary_care.encounters.places import FARMASI, KLASTER_4, LABORATORIUM, PLACES, QUEUES
from primary_care.encounters.transitions import Event
from primary_care.people.models import Person
from primary_care.units.models import UnitKind

QUEUE, SCHEDULE, CASES = "antrean", "jadwal-layanan", "skdr"
# Any of them may serve where people are treated: with few staff a member of another klaster helps (jejaring §2, R-ORG-3).
CLINICAL = frozenset({Role.DOKTER.value, Role.PETUGAS_KLASTER_2.value, Role.PETUGAS_KLASTER_3.value})
_ONE_PLACE = {
    Role.PETUGAS_FARMASI.value: FARMASI,
    Role.PETUGAS_LABORATORIUM.value: LABORATORIUM,
    Role.PETUGAS_KLASTER_4.value: KLASTER_4,
}
_OF_ALL = frozenset({Event.PERGI.value, Event.MENJADI_GAWAT.value})
# These look at every queue and at whoever is under way: who registers people is asked by them where to wait.
_SEES_ALL = CLINICAL | {Role.REGISTRASI.value, Role.PETUGAS_KLASTER_1.value, Role.KEPALA_PUSKESMAS.value}


def here(by: Assignment) -> bool:
    """Whether people are led through the unit that `by` works in: a Puskesmas."""
    return by.unit is not None and by.unit.kind == UnitKind.PUSKESMAS


def sees_queues(by: Assignment) -> bool:
    """Whether `by` looks at queues at all."""
    return here(by) and allowed(by.role, QUEUE, READ) is not None


def registers(by: Assignment) -> bool:
    """Whether `by` registers whoever arrives."""
    return here(by) and allowed(by.role, QUEUE, CREATE) is not None


def works_at(role: str) -> frozenset[str]:
    """The places whose people a role calls and serves."""
    if allowed(role, QUEUE, CHANGE) is None:
        return frozenset()
    if role in CLINICAL:
        return frozenset(one.id for one in PLACES.values() if one.clinical)
    return frozenset({_ONE_PLACE[role]} if role in _ONE_PLACE else ())


def queues_seen(by: Assignment) -> tuple[str, ...]:
    """The queues whose people `by` sees by name."""
    if not sees_queues(by):
        return ()
    mine = {PLACES[place].queue for place in works_at(by.role)}
    return tuple(queue for queue in QUEUES if by.role in _SEES_ALL or queue in mine)


def sees_all(by: Assignment) -> bool:
    """Whether `by` sees everybody who is under way in the unit, wherever he waits."""
    return sees_queues(by) and by.role in _SEES_ALL


def sees_signs(by: Assignment) -> bool:
    """Whether the signs that were told at registration are open: to who asks, who treats, and klaster 4."""
    return by.role in CLINICAL | {Role.REGISTRASI.value, Role.PETUGAS_KLASTER_4.value}


def may_step(by: Assignment, encounter: Encounter, event: str) -> bool:
    """Whether `by` may say that `event` happened: who works where the person is; where nobody waits, who treats."""
    if not here(by) or by.unit_id != encounter.unit_id or allowed(by.role, QUEUE, CHANGE) is None:
        return False
    if event in _OF_ALL:
        return True
    if encounter.place:
        return encounter.place in works_at(by.role)
    return by.role in CLINICAL


def may_take_back(by: Assignment, encounter: Encounter, step: Step, today: date) -> bool:
    """Whether `by` may take back a step: the same day, his own or as one who treats."""
    mine = here(by) and by.unit_id == encounter.unit_id and allowed(by.role, QUEUE, CHANGE) is not None
    return mine and encounter.on == today and (step.recorded_by_id == by.user_id or by.role in CLINICAL)


def reads_schedule(by: Assignment) -> bool:
    """Whether `by` sees what was agreed for a day at his unit."""
    return by.unit is not None and allowed(by.role, SCHEDULE, READ) is not None


def schedules(by: Assignment, person: Person | None = None, on: date | None = None) -> bool:
    """Whether `by` agrees on a day with people; with this `person` of his area on the day `on`."""
    if by.unit is None or allowed(by.role, SCHEDULE, CREATE) is None:
        return False
    return person is None or on is None or scope_of_assignment(by, on, SCHEDULE, CREATE).covers(person.area_path)


def answers_cases(by: Assignment) -> bool:
    """Whether the notices of suspected cases are `by`'s to answer: klaster 4 of a Puskesmas."""
    grant = allowed(by.role, CASES, CHANGE)
    return here(by) and grant is not None and grant.reach == PUSKESMAS


def check(may: bool, by: Assignment) -> None:
    """Raises `NotAllowed`, with words for the user, where he may not."""
    if not may:
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat melakukan ini di sini.") % {"role": _(str(by.get_role_display()))}
        )

"""What one worker may see of one person: the matrix, asked for every kind of data that a record holds. No database, no request."""

from dataclasses import dataclass

from primary_care.accounts.access import BY_CATCHMENT, CHANGE, CREATE, OWN, READ, Grant, allowed
from primary_care.accounts.models import NOT_LICENSED, Role

# The topics that the knowledge marks as sensitive (`care_engine.schema.basics.Topic`). Tuberculosis is medical record, not among the
# sensitive data of the matrix; kader never see it either (PV-5).
SENSITIVE = frozenset({"hiv", "ims", "hepatitis", "jiwa", "ktpa", "campuran"})
HIV_AND_IMS = frozenset({"hiv", "ims"})
STATUS, SCREENING, RECORD, CLOSED, LABORATORY = "dasbor-pws", "skrining", "rekam-medis", "data-sensitif", "laboratorium"
KINDS = ("keluarga", STATUS, SCREENING, "sesi-posyandu", "kunjungan-rumah", LABORATORY, RECORD, CLOSED, "persetujuan")
AT_PLACE = {"posyandu": "sesi-posyandu", "rumah": "kunjungan-rumah"}  # what is recorded elsewhere is medical record
KADER = frozenset({Role.KADER.value, Role.KADER_PUSTU.value})


@dataclass(frozen=True)
class Sight:
    """Which kinds of data are open (`reads`, resources of the matrix), and which sensitive topics. `whole_record` is false where only
    infectious disease is. `opened`: the worker has given a reason for this person (break-glass); `may_open`: he may give one.
    """

    role: str
    lay: bool = False
    reads: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    whole_record: bool = False
    may_open: bool = False
    opened: bool = False

    @property
    def status(self) -> bool:
        """Whether it is open which services are due, late or done."""
        return STATUS in self.reads

    @property
    def screening(self) -> bool:
        """Whether results of screening are open."""
        return SCREENING in self.reads

    def topic(self, topic: str | None) -> bool:
        """Whether what tells about `topic` is open; of no topic, yes."""
        if topic is None:
            return True
        return topic in self.topics if topic in SENSITIVE else RECORD in self.reads

    def item(self, topic: str | None, laboratory: bool, place: str = "") -> bool:
        """Whether the value of an item is open, recorded in a `place` of this kind; of no place, a value known from anywhere."""
        if topic is not None:
            return self.topic(topic)
        if laboratory:
            return LABORATORY in self.reads
        if not place:
            return self.screening or self.whole_record
        resource = AT_PLACE.get(place, RECORD)
        return self.whole_record if resource == RECORD else resource in self.reads

    def finding(self, topic: str | None, hidden_from: tuple[str, ...]) -> bool:
        """Whether a finding is open. What kader must not see although it is of no topic is a diagnosis: medical record."""
        if self._hidden(hidden_from):
            return False
        if topic is not None:
            return self.topic(topic)
        return self.whole_record if hidden_from else self.screening or self.whole_record

    def service(self, topic: str | None, hidden_from: tuple[str, ...]) -> bool:
        """Whether it is open how a service stands."""
        return self.status and self.topic(topic) and not self._hidden(hidden_from)

    def writes(self, topic: str | None, laboratory: bool) -> bool:
        """Whether the worker records values of an item: what he records becomes his own work, so he need not see the old ones."""
        if topic is not None:
            grant = allowed(self.role, CLOSED if topic in SENSITIVE else RECORD, CREATE)
            limited = grant is not None and grant.only == "hiv-ims" and topic not in HIV_AND_IMS
            return grant is not None and not self.lay and not limited
        return not laboratory or (not self.lay and allowed(self.role, LABORATORY, CREATE) is not None)

    def _hidden(self, hidden_from: tuple[str, ...]) -> bool:
        return self.role in hidden_from or (self.lay and Role.KADER.value in hidden_from)


def sight_of(role: str, cadre: str, *, inside: bool, own: bool, opened: bool = False) -> Sight:
    """What a worker sees of a person who lives `inside` his area or not, whom he has work with (`own`) or not."""

    def covers(grant: Grant | None) -> bool:
        if grant is None or (grant.with_reason and not opened):
            return False
        return own if grant.reach == OWN else inside and grant.reach in BY_CATCHMENT

    lay = is_lay(role, cadre)
    opening = allowed(role, "buka-data", READ)
    may_open = opening is not None and not lay and inside and opening.reach in BY_CATCHMENT
    opened = opened and may_open
    reads = {kind for kind in KINDS if covers(allowed(role, kind, READ))}
    record, closed = allowed(role, RECORD, READ), allowed(role, CLOSED, READ)
    if opened:
        reads |= {SCREENING, LABORATORY, RECORD, CLOSED}
    if lay:
        reads -= {LABORATORY, RECORD, CLOSED}
    topics = SENSITIVE if opened or (closed is not None and not closed.only) else HIV_AND_IMS
    return Sight(
        role=role,
        lay=lay,
        reads=frozenset(reads),
        topics=topics if CLOSED in reads else frozenset(),
        whole_record=RECORD in reads and (opened or (record is not None and not record.only)),
        may_open=may_open,
        opened=opened,
    )


def is_lay(role: str, cadre: str) -> bool:
    """Whether PV-5 holds for this worker: a kader, or whoever works with a cadre that is not licensed."""
    return role in KADER or cadre in NOT_LICENSED


def may_record_at(role: str, place: str) -> bool:
    """Whether a role records contacts in a kind of place at all."""
    return any(allowed(role, resource, CREATE) for resource in _recorded_as(place))


def may_correct_at(role: str, place: str, *, own: bool, inside: bool) -> bool:
    """Whether a role mends what was recorded in a kind of place: his `own` slip wherever he may record (assumed), that of others where
    the matrix lets him change it and the person lives `inside` his area.
    """
    if own:
        return may_record_at(role, place)
    grants = (allowed(role, resource, CHANGE) for resource in _recorded_as(place))
    return inside and any(grant is not None and grant.reach in BY_CATCHMENT for grant in grants)


def may_correct_item(sight: Sight, topic: str | None, laboratory: bool, place: str, *, own: bool) -> bool:
    """Whether the value of an item may be mended: it must be seen, and be the worker's own or open to change by the matrix."""
    if not sight.item(topic, laboratory, place):
        return False
    if own:
        return sight.writes(topic, laboratory)
    row = (CLOSED if topic in SENSITIVE else RECORD) if topic is not None else LABORATORY if laboratory else None
    return row is None or (not sight.lay and allowed(sight.role, row, CHANGE) is not None)


def _recorded_as(place: str) -> tuple[str, ...]:
    """The rows of the matrix under which a contact in a kind of place is recorded."""
    return {"posyandu": ("sesi-posyandu", SCREENING), "rumah": ("kunjungan-rumah",)}.get(place, (RECORD, SCREENING))

"""Reads of posts and competences, and what is missing in the staff of a Puskesmas."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from primary_care.accounts.access import BY_AREA, OWN, READ, Grant, allowed
from primary_care.accounts.models import Assignment, Cadre, Klaster, User
from primary_care.areas.models import Area
from primary_care.staff.klaster import NEEDED, Training
from primary_care.staff.models import Competence, KlasterPost, Position
from primary_care.staff.permissions import APPOINTS, KADER, USERS
from primary_care.staff.places import AREA_OF, UNIT_OF
from primary_care.units.models import Unit, UnitKind
from primary_care.units.queries import in_force, network_of

PUSTU_NEEDS = ("bidan", "perawat")  # at least one of each (KMK 2015/2023, BAB II.B)


@dataclass(frozen=True)
class StaffWarning:
    """Something that is missing. `code` names it; `text` says it to a reader; `place` is a klaster or a unit's code."""

    code: str
    place: str
    text: str


STAFF, KADER_DATA = "sdm-aset-keuangan", "data-kader"


def duties_seen(by: Assignment, on: date) -> QuerySet[Assignment]:
    """The assignments of every date that `by` may read on the day `on`: of the staff of a Puskesmas and its network, of a kabupaten, of kader
    alone, of those whom a province or the ministry appoints. One's own are not among them for the sake of being one's own.
    """
    seen = Q(pk__in=[])
    if by.valid_from <= on and (by.valid_to is None or on < by.valid_to):
        seen |= _reached(by, allowed(by.role, STAFF, READ))
        seen |= _reached(by, allowed(by.role, KADER_DATA, READ)) & Q(role__in=KADER)
        seen |= _reached(by, allowed(by.role, USERS, READ)) & Q(role__in=APPOINTS.get(by.role, ()))
    return Assignment.objects.filter(seen)


def reads_staff(role: str) -> bool:
    """Whether a role reads about others than itself, who work here."""
    grants = [allowed(role, STAFF, READ), allowed(role, KADER_DATA, READ)]
    if role in APPOINTS:
        grants.append(allowed(role, USERS, READ))
    return any(grant is not None and grant.reach != OWN for grant in grants)


def _reached(by: Assignment, grant: Grant | None) -> Q:
    if grant is None or grant.reach == OWN:
        return Q(pk__in=[])
    if by.unit_id is None or grant.reach in BY_AREA:
        path = by.area.path if by.area else "-"
        return Q(unit__area__path__startswith=path) | Q(unit__isnull=True, area__path__startswith=path)
    return Q(unit=by.unit_id) | Q(unit__parent=by.unit_id) | Q(unit__parent__parent=by.unit_id)


def going_on(on: date) -> Q:
    """The condition "rows that hold on a day or begin later"."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=on)


def units_to_fill(by: Assignment, on: date) -> list[Unit]:
    """The units open on a day at which `by` may appoint somebody, by kind and name."""
    kinds = {UNIT_OF[role] for role in APPOINTS.get(by.role, ()) if role in UNIT_OF}
    found = Unit.objects.filter(in_force(on), kind__in=kinds).select_related("area")
    if by.unit_id is not None:
        found = found.filter(Q(pk=by.unit_id) | Q(parent=by.unit_id) | Q(parent__parent=by.unit_id))
    else:
        found = found.filter(area__path__startswith=by.area.path if by.area else "-")
    return sorted(found, key=lambda unit: (list(UnitKind.values).index(unit.kind), unit.name))


def areas_to_fill(by: Assignment, on: date) -> QuerySet[Area]:
    """The areas of that day over which `by` may appoint somebody."""
    levels = {AREA_OF[role] for role in APPOINTS.get(by.role, ()) if role in AREA_OF}
    path = by.area.path if by.area else "-"
    return Area.objects.filter(in_force(on), level__in=levels, path__startswith=path).order_by("path")


def units_of(user: User, on: date) -> list[Unit]:
    """Where somebody works on a day."""
    rows = user.assignments.filter(in_force(on), unit__isnull=False).select_related("unit__parent__parent")
    return list(dict.fromkeys(row.unit for row in rows.order_by("valid_from", "id") if row.unit))


def posts_of(unit: Unit, on: date) -> QuerySet[KlasterPost]:
    """Who is posted to which klaster of a Puskesmas on a day, those who answer for it first."""
    rows = unit.klaster_posts.filter(in_force(on)).select_related("user")
    return rows.order_by("klaster", "-position", "user__full_name")


def klasters_of(user: User, unit: Unit, on: date) -> set[str]:
    """The klaster in which somebody works on a day, help for that day included (R-ORG-3)."""
    return set(unit.klaster_posts.filter(in_force(on), user=user).values_list("klaster", flat=True))


def competences_of(user: User, on: date) -> set[str]:
    """What somebody is trained for on a day."""
    return set(user.competences.filter(in_force(on)).values_list("training", flat=True))


def staffing_warnings(unit: Unit, on: date) -> list[StaffWarning]:
    """What is missing on a day: in each klaster of a Puskesmas a PJ, a member, a competence; in each Pustu of its network a
    bidan, a perawat. Warnings only: care goes on (R-ORG-1).
    """
    posts: dict[str, list[KlasterPost]] = defaultdict(list)
    for post in posts_of(unit, on):
        posts[post.klaster].append(post)
    trained: dict[object, set[str]] = defaultdict(set)
    rows = Competence.objects.filter(in_force(on), user__in=[post.user_id for some in posts.values() for post in some])
    for user_id, training in rows.values_list("user_id", "training"):
        trained[user_id].add(training)
    found = []
    for klaster in Klaster:
        positions = {post.position for post in posts[klaster.value]}
        if Position.PJ not in positions:
            found.append(
                StaffWarning(
                    "klaster-tanpa-pj",
                    klaster.value,
                    _("%(klaster)s belum punya penanggung jawab.") % {"klaster": _(str(klaster.label))},
                )
            )
        if Position.ANGGOTA not in positions:
            found.append(
                StaffWarning(
                    "klaster-tanpa-anggota",
                    klaster.value,
                    _("%(klaster)s belum punya anggota.") % {"klaster": _(str(klaster.label))},
                )
            )
        known = set[str]().union(*(trained[post.user_id] for post in posts[klaster.value]))
        for training in NEEDED.get(klaster.value, []):
            if posts[klaster.value] and training.value not in known:
                text = _("%(klaster)s: belum ada yang terlatih %(training)s.") % {
                    "klaster": _(str(klaster.label)),
                    "training": _(str(Training(training).label)),
                }
                found.append(StaffWarning("kompetensi-kurang", klaster.value, text))
    return found + _pustu_warnings(unit, on)


def _pustu_warnings(unit: Unit, on: date) -> list[StaffWarning]:
    pustu = [one for one in network_of(unit, on) if one.kind == UnitKind.PUSTU]
    cadres: dict[object, set[str]] = defaultdict(set)
    for unit_id, cadre in Assignment.objects.filter(in_force(on), unit__in=pustu).values_list("unit_id", "cadre"):
        cadres[unit_id].add(cadre)
    return [
        StaffWarning(
            f"pustu-tanpa-{cadre}",
            one.code,
            _("%(name)s belum punya %(cadre)s.") % {"name": one.name, "cadre": _(str(Cadre(cadre).label)).lower()},
        )
        for one in pustu
        for cadre in PUSTU_NEEDS
        if cadre not in cadres[one.pk]
    ]

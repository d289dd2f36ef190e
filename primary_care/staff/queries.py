"""Reads of posts and competences, and what is missing in the staff of a Puskesmas."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from primary_care.accounts.models import Assignment, Klaster, User
from primary_care.staff.klaster import NEEDED, Training
from primary_care.staff.models import Competence, KlasterPost, Position
from primary_care.units.models import Unit, UnitKind
from primary_care.units.queries import in_force, network_of

PUSTU_NEEDS = ("bidan", "perawat")  # at least one of each (KMK 2015/2023, BAB II.B)


@dataclass(frozen=True)
class StaffWarning:
    """Something that is missing. `code` names it; `text` says it to a reader; `place` is a klaster or a unit's code."""

    code: str
    place: str
    text: str


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
                StaffWarning("klaster-tanpa-pj", klaster.value, f"{klaster.label} belum punya penanggung jawab.")
            )
        if Position.ANGGOTA not in positions:
            found.append(StaffWarning("klaster-tanpa-anggota", klaster.value, f"{klaster.label} belum punya anggota."))
        known = set[str]().union(*(trained[post.user_id] for post in posts[klaster.value]))
        for training in NEEDED.get(klaster.value, []):
            if posts[klaster.value] and training.value not in known:
                text = f"{klaster.label}: belum ada yang terlatih {Training(training).label}."
                found.append(StaffWarning("kompetensi-kurang", klaster.value, text))
    return found + _pustu_warnings(unit, on)


def _pustu_warnings(unit: Unit, on: date) -> list[StaffWarning]:
    pustu = [one for one in network_of(unit, on) if one.kind == UnitKind.PUSTU]
    cadres: dict[object, set[str]] = defaultdict(set)
    for unit_id, cadre in Assignment.objects.filter(in_force(on), unit__in=pustu).values_list("unit_id", "cadre"):
        cadres[unit_id].add(cadre)
    return [
        StaffWarning(f"pustu-tanpa-{cadre}", one.code, f"{one.name} belum punya {cadre}.")
        for one in pustu
        for cadre in PUSTU_NEEDS
        if cadre not in cadres[one.pk]
    ]

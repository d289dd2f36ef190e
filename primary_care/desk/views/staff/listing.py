"""Those who work here, to look for one; and one of them: duties, klaster, trainings, account."""

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.models import Assignment, Role, User
from primary_care.desk.access import Typed, Worker, worker_page
from primary_care.desk.paging import page_of
from primary_care.desk.views.home import Tab
from primary_care.desk.views.register.common import by_of, register_page
from primary_care.desk.views.staff.common import (
    KLASTER,
    account_states,
    appoints,
    appoints_member,
    duty_words,
    may,
    member_page,
    opens_account,
    posts,
    reads_oneself,
    sees_accounts,
    trains,
)
from primary_care.staff import permissions
from primary_care.staff.klaster import SubUnit, Training
from primary_care.staff.models import Competence, KlasterPost, Position
from primary_care.staff.queries import duties_seen, going_on, staffing_warnings
from primary_care.units.models import UnitKind

A_PAGE = 25
NOW, PAST = "", "lalu"


@never_cache
@register_page(lambda worker: worker.reads_staff)
def listing(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Everybody in reach, by name: those at work today or soon, or those who are no more."""
    duties = duties_seen(by_of(worker), worker.today)
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "peran", "bagian")}
    now = duties.filter(going_on(worker.today))
    found = {
        NOW: User.objects.filter(pk__in=now.values("user")),
        PAST: User.objects.filter(pk__in=duties.values("user")).exclude(pk__in=now.values("user")),
    }
    roles = sorted(
        set((duties if asked["bagian"] else now).values_list("role", flat=True)), key=list(Role.values).index
    )
    for part in found:
        found[part] = _narrowed(found[part], duties if part else now, asked, sees_accounts(worker))
    part = PAST if asked["bagian"] == PAST else NOW
    shown = (duties if part else now).select_related("unit", "area").order_by("valid_from", "pk")
    people = found[part].prefetch_related(Prefetch("assignments", shown, to_attr="duties")).order_by("full_name", "pk")
    page = page_of(people, request, A_PAGE)
    said = duty_words(duty for one in page.items for duty in one.duties)  # type: ignore[attr-defined]
    words_of = {one["row"].pk: one for one in said}
    states = account_states(page.items, worker) if sees_accounts(worker) else {}
    kept = "".join(f"&{name}={asked[name]}" for name in ("q", "peran") if asked[name])
    context = {
        "page": page,
        "rows": [
            {"member": one, "duties": [words_of[duty.pk] for duty in one.duties], "chips": states.get(one.pk, [])}  # type: ignore[attr-defined]
            for one in page.items
        ],
        "asked": asked,
        "roles": [(value, _(str(Role(value).label)), value == asked["peran"]) for value in roles],
        "tabs": [
            Tab(label, found[key].count(), f"{reverse('staff')}?bagian={key}{kept}", key == part)
            for key, label in ((NOW, _("Bertugas")), (PAST, _("Sudah berakhir")))
        ],
        "filtered": bool(asked["q"] or asked["peran"]),
        "appoints": appoints(worker),
        "accounts": sees_accounts(worker),
        "warnings": _warnings(worker),
    }
    return render(request, "desk/staff/list.html", context)


def _narrowed(
    found: QuerySet[User], duties: QuerySet[Assignment], asked: dict[str, str], accounts: bool
) -> QuerySet[User]:
    if asked["q"]:
        named = Q(full_name__icontains=asked["q"]) | Q(
            pk__in=duties.filter(unit__name__icontains=asked["q"]).values("user")
        )
        found = found.filter(named | Q(username__icontains=asked["q"]) if accounts else named)
    if asked["peran"]:
        found = found.filter(pk__in=duties.filter(role=asked["peran"]).values("user"))
    return found


def _warnings(worker: Worker) -> list[str]:
    """What is missing in the klaster of the Puskesmas worked in."""
    unit = worker.assignment.unit if worker.assignment else None
    if unit is None or unit.kind != UnitKind.PUSKESMAS or worker.role not in permissions.FOR_STAFF:
        return []
    return [one.text for one in staffing_warnings(unit, worker.today)]


@never_cache
@member_page(lambda worker, member: True)
def member(request: HttpRequest, worker: Worker, member: User, typed: Typed) -> HttpResponse:
    """One who works here. Duties outside the reach are counted, not told."""
    by = by_of(worker)
    mine = member.pk == worker.user.pk
    rows = member.assignments.select_related("unit__parent__parent", "unit__area", "area").order_by(
        "-valid_from", "-pk"
    )
    in_sight = rows if mine else rows.filter(pk__in=duties_seen(by, worker.today).values("pk"))
    klasters = member.klaster_posts.select_related("unit").order_by("-valid_from", "-pk")
    if not mine:
        reach = {one.unit_id for one in in_sight} | {one.unit.parent_id for one in in_sight if one.unit}
        reach |= {one.unit.parent.parent_id for one in in_sight if one.unit and one.unit.parent}
        klasters = klasters.filter(unit__in=reach)
    ordered = sorted(in_sight, key=lambda one: not _goes_on(one, worker))
    context = {
        "member": member,
        "duties": [
            said | {"end": _goes_on(one, worker) and _may_end(one, worker)}
            for one, said in zip(ordered, duty_words(ordered), strict=True)
        ],
        "elsewhere": 0 if mine else rows.filter(going_on(worker.today)).exclude(pk__in=in_sight.values("pk")).count(),
        "posts": [
            {
                "row": one,
                "klaster": _(KLASTER[one.klaster]),
                "sub_unit": _(str(SubUnit(one.sub_unit).label)) if one.sub_unit else "",
                "position": _(str(Position(one.position).label)),
                "end": _goes_on(one, worker) and may(permissions.check_can_post, by, one.unit, worker.today),
            }
            for one in klasters
        ],
        "trainings": [
            {
                "row": one,
                "training": _(str(Training(one.training).label)),
                "end": _goes_on(one, worker) and trains(worker, member),
            }
            for one in member.competences.order_by("-valid_from", "-pk")
        ],
        "chips": account_states([member], worker)[member.pk],
        "accounts": sees_accounts(worker) or mine,
        "appoints": appoints_member(worker, member),
        "posts_to": posts(worker, member),
        "trains": trains(worker, member),
        "opens_account": opens_account(worker, member),
        "list": worker.reads_staff,
        "mine": mine,
        "today": worker.today,
    }  # fmt: skip
    return render(request, "desk/staff/member.html", context)


def _may_end(one: Assignment, worker: Worker) -> bool:
    return may(
        permissions.check_can_appoint, worker.assignment, one.user_id, one.role, one.unit, one.area, worker.today
    )


def _goes_on(row: Assignment | KlasterPost | Competence, worker: Worker) -> bool:
    return row.valid_to is None or row.valid_to > worker.today


@never_cache
@worker_page
def me(request: HttpRequest, worker: Worker) -> HttpResponse:
    """One's own account: where one works, and the way to one's password and second factor."""
    context = {
        "duties": duty_words(worker.assignments),
        "record": worker.assignment is not None and (reads_oneself(worker) or worker.reads_staff),
    }
    return render(request, "desk/staff/me.html", context)

"""What the pages about areas share: which area is seen, what may be done with it, how it is named."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.accounts.models import Role
from primary_care.areas.models import Area, AreaLevel
from primary_care.areas.permissions import LEVELS_OF, check_can_add_area, check_can_change_area
from primary_care.desk.access import Worker, not_here, worker_page
from primary_care.desk.area_choices import named
from primary_care.desk.views.register.common import by_of, typed_on
from primary_care.desk.views.staff.common import may
from primary_care.units.queries import paths_seen

AT = {
    "name": "nama",
    "code": "kode",
    "level": "tingkat",
    "from": "sejak",
    "source": "dasar",
    "takes": "ambil",
    "served-by": "dilayani",
}
LEVELS = list(AreaLevel.values)
# The labels of levels and of kinds of change, named here so that they are translated.
WORDS = (
    gettext_noop("Nasional"), gettext_noop("Provinsi"), gettext_noop("Kabupaten/Kota"), gettext_noop("Kecamatan"),
    gettext_noop("Desa/Kelurahan"), gettext_noop("Dusun/Lingkungan"), gettext_noop("RW"), gettext_noop("RT"),
    gettext_noop("Impor kode wilayah"), gettext_noop("Pembentukan"), gettext_noop("Perubahan nama"), gettext_noop("Pemindahan"),
    gettext_noop("Pemekaran"), gettext_noop("Penggabungan"),
)  # fmt: skip


def area_page(
    allows: Callable[[Worker, Area], bool] = lambda worker, area: True,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page about an area in sight, for those whom it `allows`; the view gets the worker, the area and what was `Typed`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @worker_page
        @wraps(view)
        def page(request: HttpRequest, worker: Worker, area_id: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            area = seen(worker, area_id)
            if area is None:
                return not_here(request)
            if not allows(worker, area):
                return render(request, "desk/areas/not_allowed.html", {"area": area}, status=403)
            return view(request, worker, area, typed_on(request, worker), *args, **kwargs)

        return page

    return decorate


def seen(worker: Worker, area_id: uuid.UUID) -> Area | None:
    """The area, if it lies where this worker looks; one that has ended, if what it went into does."""
    if worker.assignment is None:
        return None
    paths = paths_seen(worker.assignment, worker.today)
    area = Area.objects.select_related("parent").filter(pk=area_id).first()
    now = area
    while now is not None and not now.path.startswith(paths):
        last = now.versions.filter(ends=True, went_into__isnull=False).select_related("went_into").first()
        now = last.went_into if last else None
    return area if now is not None else None


def changes(worker: Worker, area: Area) -> bool:
    """Whether this worker changes an area that is there."""
    return area.valid_to is None and may(check_can_change_area, by_of(worker), area, worker.today)


def changes_with_contents(worker: Worker, area: Area) -> bool:
    """Whether this worker splits an area, which needs something inside it."""
    return changes(worker, area) and area.children.filter(valid_to__isnull=True).exists()


def levels_above(worker: Worker, area: Area) -> list[str]:
    """The levels into which this worker may move an area."""
    mine = LEVELS_OF.get(Role(worker.role), frozenset()) if worker.role else frozenset()
    return [level for level in LEVELS[: LEVELS.index(area.level)] if level in mine]


def moves(worker: Worker, area: Area) -> bool:
    """Whether this worker moves an area, which needs somewhere to move it to."""
    return changes(worker, area) and bool(levels_above(worker, area))


def levels_to_add(worker: Worker, area: Area) -> list[tuple[str, str]]:
    """The levels that this worker may begin inside an area."""
    if worker.assignment is None or area.valid_to is not None or worker.role not in {role.value for role in LEVELS_OF}:
        return []
    lower = LEVELS[LEVELS.index(area.level) + 1 :]
    return [
        (level, level_word(level))
        for level in lower
        if may(check_can_add_area, by_of(worker), level, area, worker.today)
    ]


def adds(worker: Worker, area: Area) -> bool:
    """Whether this worker begins something inside an area."""
    return bool(levels_to_add(worker, area))


def level_word(level: str) -> str:
    """A level in the language in use."""
    return _(str(AreaLevel(level).label))


def back_to(area: Area) -> tuple[str, str]:
    """The way back to the page of an area."""
    return reverse("area", args=[area.pk]), _("Kembali ke %(name)s") % {"name": named(area)}

"""The fields of a duty, and how they are read: the role, the place that fits it, the cadre, the days; and an account known by its name."""

import uuid

from django.utils.translation import gettext as _

from primary_care.accounts.limits import ARRIVAL, TooMany, count
from primary_care.accounts.models import Assignment, Cadre, Role, User
from primary_care.accounts.scope import outermost
from primary_care.areas.models import Area, AreaLevel
from primary_care.design.fields import Field
from primary_care.desk.access import Worker
from primary_care.desk.area_choices import area_choices
from primary_care.desk.manage_form import DatedForm
from primary_care.desk.views.register.common import by_of
from primary_care.desk.views.staff.common import words
from primary_care.staff import permissions
from primary_care.staff.actions import Duty
from primary_care.staff.places import AREA_OF, CADRES_OF_KADER, UNIT_OF
from primary_care.staff.queries import areas_to_fill, units_to_fill
from primary_care.units.models import Catchment, Unit, UnitKind
from primary_care.units.queries import in_force

KADER_UNITS = tuple(UNIT_OF[role] for role in Role if role in permissions.KADER)


def duty_fields(form: DatedForm, worker: Worker) -> list[Field]:
    roles = [(role.value, _(str(role.label))) for role in Role if role in permissions.APPOINTS.get(worker.role, ())]
    fields = [
        form.choice("peran", _("Peran"), roles, kind="select", required=True),
        form.grouped("tempat", _("Bertugas di"), _places(worker), required=True),
    ]
    if any(role in permissions.KADER for role, _label in roles):
        hint = _("hanya untuk kader yang memegang sebagian wilayah kerja Posyandunya")
        fields.append(form.grouped("bagian", _("RT atau RW kader"), _parts(worker), hint=hint))
    hint = _("menentukan layanan yang boleh ia catat; kosongkan bila bukan tenaga kesehatan atau kader")
    cadres = form.choice("tenaga", _("Jenis tenaga"), words(Cadre.choices), kind="select", hint=hint)
    return [*fields, cadres, form.since(), form.until()]


def _places(worker: Worker) -> list[tuple[str, str, str]]:
    """Triples (value, name, heading) of the places at which this worker may put somebody."""
    by = by_of(worker)
    units = units_to_fill(by, worker.today)
    areas = list(areas_to_fill(by, worker.today).select_related("parent"))
    return [
        *((f"u-{one.pk}", one.name, _(str(UnitKind(one.kind).label))) for one in units),
        *((f"a-{one.pk}", one.name, one.parent.name if one.parent and one.level == "desa" else "") for one in areas),
    ]  # fmt: skip


def _parts(worker: Worker) -> list[tuple[str, str, str]]:
    """The RW and RT inside what the Posyandu and Pustu in reach serve."""
    units = [one for one in units_to_fill(by_of(worker), worker.today) if one.kind in KADER_UNITS]
    served = Catchment.objects.filter(in_force(worker.today), unit__in=units)
    paths = outermost(served.values_list("area__path", flat=True))
    return area_choices(paths, (AreaLevel.RW, AreaLevel.RT))


def read_duty(form: DatedForm, worker: Worker) -> Duty | None:
    """The duty that was typed; None with faults."""
    may_give = [role.value for role in permissions.APPOINTS.get(worker.role, ())]
    role = form.one_of("peran", may_give, _("Pilih perannya."))
    place = form.one_of("tempat", [value for value, _text, _group in _places(worker)], _("Pilih tempat bertugasnya."))
    cadre = form.one_of("tenaga", Cadre.values)
    kader = role in permissions.KADER
    if kader and cadre not in CADRES_OF_KADER:
        form.faults.add("tenaga", _("Untuk peran kader pilih Kader atau Kader terlatih."))
    part = form.one_of("bagian", [value for value, _text, _group in _parts(worker)]) if kader else ""
    since, until = form.begins(worker.today), form.ends(worker.today)
    if form.faults or since is None:
        return None
    kind, key = place[:1], uuid.UUID(place[2:])
    unit = Unit.objects.select_related("area", "parent__parent").get(pk=key) if kind == "u" else None
    area = Area.objects.get(pk=key if kind == "a" else part) if kind == "a" or part else None
    wanted = UNIT_OF.get(Role(role)) or AREA_OF[Role(role)]
    if (unit.kind if unit else area.level if area else "") != wanted:
        said = _("%(role)s bertugas di %(place)s. Pilih tempat itu.")
        form.faults.add("tempat", said % {"role": _(str(Role(role).label)), "place": _(str(wanted.label))})
        return None
    return Duty(role, since, unit=unit, area=area, cadre=cadre, until=until)


def known_account(form: DatedForm, worker: Worker, username: str) -> User | None:
    """The account of that whole name; a fault where there is none."""
    if not username:
        form.faults.add("akun", _("Tulis nama penggunanya."))
        return None
    try:
        count(ARRIVAL, str(worker.user.pk))
    except TooMany as error:
        form.faults.add("akun", str(error))
        return None
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None or not Assignment.objects.filter(user=found).exists():
        form.faults.add("akun", _("Tidak ada akun terbuka dengan nama ini. Periksa hurufnya, atau buat akun baru."))
        return None
    return found

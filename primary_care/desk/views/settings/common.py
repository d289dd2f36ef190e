"""What the pages about settings share: who may look and who may set, a value as it is typed and as it is said."""

import uuid
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.accounts.access import READ, allowed
from primary_care.areas.models import Area, AreaLevel, AreaSetting
from primary_care.areas.permissions import SETTINGS, check_can_set
from primary_care.areas.queries import common_path
from primary_care.decisions.content import setting_words
from primary_care.decisions.setting_models import SettingProposal
from primary_care.decisions.settings_told import SettingInWords
from primary_care.design.formats import long_date, number, unit_words
from primary_care.desk.access import Worker
from primary_care.desk.area_choices import named
from primary_care.desk.views.areas.common import level_word
from primary_care.desk.views.register.common import by_of
from primary_care.desk.views.staff.common import may
from primary_care.units.queries import paths_seen
from primary_care.units.traits import TRAITS

STATES = (
    gettext_noop("Sedang dihitung"), gettext_noop("Siap disimpan"), gettext_noop("Tidak dapat dihitung"), gettext_noop("Disimpan"),
    gettext_noop("Tidak jadi"),
)  # fmt: skip
#: Settings that follow from traits of units, where those are kept.
FROM_UNITS = {trait.setting: trait.label for trait in TRAITS.values() if trait.setting}


def reads_settings(worker: Worker) -> bool:
    """Whether this worker looks at settings of areas."""
    return worker.assignment is not None and allowed(worker.role, SETTINGS, READ) is not None


def sets(worker: Worker, area: Area) -> bool:
    """Whether this worker says what holds in an area."""
    return area.valid_to is None and may(check_can_set, by_of(worker), area, worker.today)


def where_seen(worker: Worker) -> list[Area]:
    """The areas with which this worker begins."""
    paths = paths_seen(by_of(worker), worker.today)
    return list(Area.objects.filter(path__in=paths, valid_to__isnull=True).order_by("path"))


def proposal_for(worker: Worker, key: uuid.UUID) -> SettingProposal | None:
    """A proposal for an area in sight, or for one that holds what is in sight."""
    if not reads_settings(worker):
        return None
    paths = paths_seen(by_of(worker), worker.today)
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(area__path__startswith=path)
    found = SettingProposal.objects.select_related("area", "asked_by", "setting").filter(pk=key)
    near = found.filter(inside).first()
    above = found.first()
    return near or (above if above is not None and common_path(paths).startswith(above.area.path) else None)


def said(setting: SettingInWords, value: Any) -> str:
    """A value as people say it: `Ya`, `14 hari`, `Sedang`, `3 Juni 2026`; "belum diisi" where there is none."""
    if value is None or value == "":
        return _("belum diisi")
    if setting.type == "date":
        return long_date(date.fromisoformat(str(value)))
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = number(value)
        return f"{text} {unit_words(setting.unit)}" if setting.unit else text
    return setting_words(setting.id, value)[1]


def default_said(setting: SettingInWords) -> str:
    """The default with its unit."""
    return f"{setting.default} {unit_words(setting.unit)}" if setting.default and setting.unit else setting.default


def row_said(setting: SettingInWords, row: AreaSetting | SettingProposal) -> str:
    """What a row says: its value, or that the area follows the one above."""
    return _("mengikuti wilayah di atasnya") if row.inherits else said(setting, row.value)


def place_words(area: Area) -> str:
    """`Kecamatan Tirta`: with its level where the name does not say it."""
    bare = area.level in (AreaLevel.KECAMATAN, AreaLevel.DESA)
    return f"{level_word(area.level)} {named(area)}" if bare else named(area)

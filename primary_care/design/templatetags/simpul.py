"""Filters and tags of every template: `{% load simpul %}`."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from primary_care.design import formats
from primary_care.design.states import UNIT_LABELS

register = template.Library()


@register.filter
def tanggal(day: date | None) -> str:
    """`3 Juni 2026`; nothing for no date."""
    return formats.long_date(day) if day else ""


@register.filter
def sehari_sebelum(day: date | None) -> date | None:
    """The day before: the last day of what no longer holds on `day`."""
    return day - timedelta(days=1) if day else None


@register.filter
def jam(at: time | None) -> str:
    """`pukul 09.30`; nothing for no time."""
    return formats.clock(at) if at else ""


@register.filter
def jam_setempat(moment: datetime | None) -> str:
    """The hour of a moment where the node stands: `pukul 09.30`."""
    return formats.clock(timezone.localtime(moment).time()) if moment else ""


@register.filter
def hari(moment: datetime | None) -> date | None:
    """The day of a moment where the node stands."""
    return timezone.localtime(moment).date() if moment else None


@register.filter
def angka(value: Decimal | float | int | None) -> str:
    """`12,4`; nothing for no number."""
    return "" if value is None else formats.number(value)


@register.filter
def nama_unit(kind: str) -> str:
    """The name of a kind of unit."""
    return _(UNIT_LABELS[kind]) if kind in UNIT_LABELS else kind


@register.inclusion_tag("design/parts/field.html")
def field(entry: Any) -> dict[str, Any]:
    """One field of a form: label, hint, unit, last value, error, as `design.fields.Field` says."""
    return {"f": entry}

"""Filters and tags of every template: `{% load simpul %}`."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from primary_care import keys
from primary_care.design import formats
from primary_care.design.fields import Field
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


@register.simple_tag
def new_key() -> str:
    """A key for what a form sends, so that sent twice it is stored once."""
    return str(keys.new_key())


@register.simple_tag
def field(entry: Field) -> SafeString:
    """One field of a form: label, hint, unit, last value, error, as `design.fields.Field` says."""
    return _drawn_once(entry, get_language()) if entry.blank else _drawn(entry)


@lru_cache(maxsize=2000)
def _drawn_once(entry: Field, language: str | None) -> SafeString:
    """A form has a hundred fields, most of them empty and the same for everybody: a third of the time of its page was to draw them."""
    return _drawn(entry)


def _drawn(entry: Field) -> SafeString:
    return render_to_string("design/parts/field.html", {"f": entry})

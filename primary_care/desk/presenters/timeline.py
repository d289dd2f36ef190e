"""What happened at each contact, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from primary_care.accounts.sight import Sight
from primary_care.decisions.content import item_label, service_label, service_marks
from primary_care.design.formats import clock, long_date, near_date, number, unit_words
from primary_care.visits.models import Contact, Correction, CorrectionKind, ServiceGiven, Source
from primary_care.visits.vocabulary import Item, vocabulary


@dataclass(frozen=True)
class Entry:
    """One contact."""

    on: date
    at: time | None
    unit_kind: str
    place: str
    lines: tuple[str, ...]
    by: str
    history: tuple[str, ...] = ()  # what was recorded before it was mended, by whom, when
    taken_back: bool = False
    mend_url: str = ""


def entries(
    contacts: Iterable[Contact], sight: Sight, mend: Callable[[Contact], str] = lambda contact: ""
) -> list[Entry]:
    """The contacts as they come, each with the services and the values that are open to `sight`; of a contact of which neither is
    open, only that it was. `mend` gives the address where a contact can be mended, or nothing.
    """
    return [_entry(contact, sight, mend) for contact in contacts]


def value_words(item: Item | None, value: object) -> str:
    """`12,4 kg`, `ya`, `Negatif`, `3 Juni 2026`."""
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, Decimal | int | float):
        unit = f" {unit_words(item.unit)}" if item and item.unit else ""
        return f"{number(value)}{unit}"
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, list):
        return ", ".join(_choice(item, one) for one in value) or _("tidak ada")
    return _choice(item, str(value))


def _entry(contact: Contact, sight: Sight, mend: Callable[[Contact], str]) -> Entry:
    items = vocabulary()
    values = {
        row.item: row
        for row in contact.values_now
        if row.value is not None and _open(items.get(row.item), contact, sight)
    }
    told = []
    if "sistolik" in values and "diastolik" in values:
        pressure = (
            f"{value_words(None, values.pop('sistolik').value)}/{value_words(None, values.pop('diastolik').value)}"
        )
        told.append(_("Tekanan darah %(value)s mmHg") % {"value": pressure})
    no = [item_label(item) for item, row in values.items() if row.truth is False]
    told += [
        f"{item_label(item)} {value_words(items.get(item), row.value)}"
        for item, row in values.items()
        if row.truth is None
    ]
    told += [item_label(item) for item, row in values.items() if row.truth is True]
    given = [
        row for row in contact.services_now if row.state != "withdrawn" and sight.service(*service_marks(row.service))
    ]
    lines = [", ".join(service_label(row.service) for row in given if row.state == "given")]
    lines += [_not_given(row, contact.on, sight.whole_record) for row in given if row.state != "given"]
    lines.append(" · ".join(told))
    if no:
        lines.append(_("Tidak: %(what)s") % {"what": ", ".join(no)})
    source = _(" (dari catatan tempat lain)") if contact.source == Source.LUAR else ""
    place = str(contact.unit) if contact.unit else contact.unit_kind
    corrections = list(contact.corrections.all())
    taken_back = any(one.whole for one in corrections)
    return Entry(
        history=tuple(line for one in corrections for line in _history(one, contact, sight)),
        taken_back=taken_back,
        mend_url="" if taken_back else mend(contact),
        on=contact.on,
        at=contact.at,
        unit_kind=contact.unit_kind,
        place=place,
        lines=tuple(line for line in lines if line),
        by=_("Dicatat oleh %(name)s%(source)s") % {"name": contact.recorded_by.full_name, "source": source},
    )


def _history(correction: Correction, contact: Contact, sight: Sight) -> list[str]:
    """What a correction replaced, as far as it is open, and who did it, when and why. The reason as it was typed may tell something."""
    items = vocabulary()
    rows = {row.pk: row for row in contact.observations.all()}
    told = []
    for row in rows.values():
        item = items.get(row.item)
        if row.correction_id != correction.pk or not _open(item, contact, sight):
            continue
        before = rows[row.replaces_id].value if row.replaces_id else None
        said = {"item": item_label(row.item), "old": value_words(item, before), "new": value_words(item, row.value)}
        if row.value is None:
            told.append(_("%(item)s: tadinya %(old)s, ditarik") % said)
        elif before is None:
            told.append(_("%(item)s: terlupa, kini %(new)s") % said)
        else:
            told.append(_("%(item)s: tadinya %(old)s, kini %(new)s") % said)
    told += [
        _("%(service)s: ditarik") % {"service": service_label(row.service)}
        for row in contact.services.all()
        if row.correction_id == correction.pk and sight.service(*service_marks(row.service))
    ]
    at = timezone.localtime(correction.recorded_at)
    said = {
        "name": correction.recorded_by.full_name,
        "day": long_date(at.date()),
        "at": clock(at.time()),
        "kind": _(str(CorrectionKind(correction.kind).label)),
    }
    if correction.whole:
        who = _("Seluruh kunjungan ditarik oleh %(name)s, %(day)s %(at)s. %(kind)s") % said
    else:
        who = _("Diperbaiki oleh %(name)s, %(day)s %(at)s. %(kind)s") % said
    return [f"{who}: {correction.reason}" if sight.whole_record else who, *told]


def _not_given(row: ServiceGiven, on: date, with_reason: bool) -> str:
    """What became of a service, with the reason as it was typed only for those to whom the record is open."""
    label, why = service_label(row.service), f": {row.because}" if row.because and with_reason else ""
    if row.state == "deferred" and row.until:
        return _("%(service)s ditunda sampai %(day)s") % {"service": label, "day": near_date(row.until, on)} + why
    if row.state == "declined":
        return _("%(service)s ditolak") % {"service": label} + why
    return _("%(service)s tidak boleh") % {"service": label} + why


def _open(item: Item | None, contact: Contact, sight: Sight) -> bool:
    """Whether a value is open; of an item that the knowledge no longer has, only to those to whom everything is."""
    if item is None:
        return sight.whole_record and bool(sight.topics)
    return sight.item(item.sensitive, item.laboratory, contact.unit_kind)


def _choice(item: Item | None, value: str) -> str:
    return str(item.choices[value]) if item and value in item.choices else value

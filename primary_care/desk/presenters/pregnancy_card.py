"""The pregnancy card on one sheet: who she is, how far, the contacts she had with what was measured, what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.accounts.sight import Sight
from primary_care.decisions.content import item_label
from primary_care.decisions.reading import Reading
from primary_care.design.formats import gestation, long_date, unit_words
from primary_care.design.states import Chip, chip
from primary_care.desk.presenters.pregnancy import pregnancy
from primary_care.desk.presenters.timeline import value_words
from primary_care.visits.episodes import PREGNANCY
from primary_care.visits.models import Contact
from primary_care.visits.vocabulary import vocabulary

# The columns of the table of contacts (Buku KIA: lembar pelayanan ibu hamil; the choice is ours), each with the items it is made of.
COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (gettext_noop("BB"), ("berat-badan-kg",)),
    (gettext_noop("TD"), ("sistolik", "diastolik")),
    (gettext_noop("LiLA"), ("lila-cm",)),
    (gettext_noop("TFU"), ("tfu-cm",)),
    (gettext_noop("DJJ"), ("djj",)),
    (gettext_noop("Presentasi"), ("presentasi",)),
    (gettext_noop("Hb"), ("hb",)),
    (gettext_noop("Protein urine"), ("protein-urin",)),
    (gettext_noop("TTD"), ("ttd-diberikan",)),
)
PLAN = ("rhesus", "rencana-tempat-bersalin", "p4k-penolong", "rencana-metode-kb", "tinggi-badan-cm", "status-t")


@dataclass(frozen=True)
class Row:
    """One contact: when, where, how far, and of each column its name and its value."""

    on: str
    place: str
    unit_kind: str
    gestation: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PregnancyCard:
    """Everything the sheet shows."""

    gestation: str
    pairs: tuple[tuple[str, str], ...]
    contacts: tuple[tuple[str, Chip], ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    risks: tuple[str, ...]


def pregnancy_card(reading: Reading, contacts: Iterable[Contact], sight: Sight) -> PregnancyCard | None:
    """The card of the running pregnancy from the contacts in it, the first first; None where there is none."""
    card = pregnancy(reading)
    if card is None:
        return None
    start = reading.value("hpht-terpakai", PREGNANCY)
    begun = start if isinstance(start, date) else reading.on - timedelta(weeks=44)
    rows = [_row(one, start if isinstance(start, date) else None, sight) for one in contacts if one.on >= begun]
    filled = [at for at in range(len(COLUMNS)) if any(row.values[at][1] for row in rows)]
    return PregnancyCard(
        gestation=card.gestation,
        pairs=(*card.pairs, *_plan(reading, sight)),
        contacts=tuple(
            (one.label, chip(one.status, reading.on, due=one.due, closes=one.closes, last=one.last, until=one.until))
            for one in reading.services
            if one.family == "anc"
        ),
        columns=tuple(_column(*COLUMNS[at]) for at in filled),
        rows=tuple(
            replace(row, values=tuple((name, value or "–") for at in filled for name, value in [row.values[at]]))
            for row in rows
        ),
        risks=tuple(one.label for one in reading.findings if one.severity != "normal"),
    )


def _plan(reading: Reading, sight: Sight) -> list[tuple[str, str]]:
    items = vocabulary()
    found = []
    for item in PLAN:
        entry = items.get(item)
        value = reading.value(item, PREGNANCY)
        if entry is not None and value is not None and sight.item(entry.sensitive, entry.laboratory):
            found.append((item_label(item), value_words(entry, value)))
    return found


def _column(name: str, of: tuple[str, ...]) -> str:
    """`BB (kg)`: the unit stands in the head, so that the cells stay narrow."""
    item = vocabulary().get(of[0])
    return f"{_(name)} ({unit_words(item.unit)})" if item is not None and item.unit else _(name)


def _row(contact: Contact, start: date | None, sight: Sight) -> Row:
    items = vocabulary()
    values = {
        row.item: value_words(None if isinstance(row.value, Decimal) else items[row.item], row.value)
        for row in contact.values_now
        if row.value is not None
        and row.item in items
        and sight.item(items[row.item].sensitive, items[row.item].laboratory, contact.unit_kind)
    }
    cells = []
    for name, of in COLUMNS:
        known = [values[item] for item in of if item in values]
        cells.append((_column(name, of), "/".join(known) if len(known) == len(of) else ""))
    return Row(
        on=long_date(contact.on),
        place=str(contact.unit) if contact.unit else "",
        unit_kind=contact.unit_kind,
        gestation=gestation((contact.on - start).days) if start else "–",
        values=tuple(cells),
    )

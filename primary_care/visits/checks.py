"""Whether a value can be true (else it is refused) and whether it is likely (else it is asked about, once)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from primary_care.design.formats import long_date, number
from primary_care.visits.vocabulary import Item, Vocabulary

Raw = Decimal | int | float | bool | str | date | Iterable[str]

# How far a value may lie from the last one before we ask. No source fixes these figures: assumed, see docs/decisions/0005.
FALLS_AT_MOST = {"tinggi-badan-cm": Decimal("1"), "lingkar-kepala-cm": Decimal("0.5")}
CHANGES_AT_MOST = {"berat-badan-kg": (Decimal("0.2"), 92)}  # share of the last value, within so many days
MAY_LIE_AHEAD = frozenset({"tanggal-kembali"})


@dataclass(frozen=True)
class Fault:
    """Something that cannot be so. `at` names the field: an item, a service, or `tanggal`."""

    at: str
    message: str


@dataclass(frozen=True)
class Question:
    """Something that may be so. `token` confirms this value and no other; `confirm` is the sentence to tick."""

    at: str
    text: str
    confirm: str
    token: str


@dataclass(frozen=True)
class Last:
    """The value recorded before."""

    on: date
    value: object


@dataclass
class Checked:
    """Values ready to be stored, with what stands in the way."""

    values: dict[str, object] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)


def check_values(
    observations: Mapping[str, Raw],
    *,
    items: Vocabulary,
    on: date,
    age_in_months: int,
    last: Mapping[str, Last],
    confirmed: frozenset[str],
) -> Checked:
    """Check what was observed on the day `on`. A token in `confirmed` answers the question it belongs to."""
    checked = Checked()
    for item_id, raw in observations.items():
        item = items.get(item_id)
        if item is None or item.worked_out:
            checked.faults.append(Fault(item_id, _("“%(item)s” tidak dapat dicatat.") % {"item": item_id}))
            continue
        try:
            value = typed(item, raw, on)
        except ValueError as wrong:
            checked.faults.append(Fault(item_id, str(wrong)))
            continue
        limits = item.limits_at(age_in_months)
        if limits and isinstance(value, Decimal) and not limits.hold(value):
            checked.faults.append(Fault(item_id, _impossible(item, value, limits.low, limits.high)))
            continue
        checked.values[item_id] = value
        question = _question(item, value, on, age_in_months, last.get(item_id))
        if question and question.token in confirmed:
            checked.confirmed.add(item_id)
        elif question:
            checked.questions.append(question)
    checked.faults.extend(_turned_round(items, checked.values))
    return checked


def typed(item: Item, raw: Raw, on: date) -> object:
    """`raw` in the type of the item: Decimal, bool, str, list of str or date. Raises ValueError with a sentence for the user."""
    match item.type:
        case "number" | "integer":
            if isinstance(raw, bool) or not isinstance(raw, Decimal | int | float):
                raise ValueError(_("%(item)s harus berupa angka.") % {"item": item.label})
            value = Decimal(str(raw))
            if not value.is_finite():
                raise ValueError(_("%(item)s harus berupa angka.") % {"item": item.label})
            places = 0 if item.type == "integer" else 4 if item.decimals is None else item.decimals
            if value != round(value, places):
                raise ValueError(_("Paling banyak %(count)d angka di belakang koma.") % {"count": places})
            return value
        case "boolean":
            if not isinstance(raw, bool):
                raise ValueError(_("Pilih ya atau tidak."))
            return raw
        case "choice":
            if raw not in item.choices:
                raise ValueError(_("Pilih salah satu jawaban yang ada."))
            return raw
        case "choices":
            chosen = [raw] if isinstance(raw, str) else list(raw)  # type: ignore[arg-type]
            if any(one not in item.choices for one in chosen):
                raise ValueError(_("Pilih dari jawaban yang ada."))
            return sorted(set(chosen))
        case "date":
            if not isinstance(raw, date):
                raise ValueError(_("%(item)s harus berupa tanggal.") % {"item": item.label})
            if raw > on and item.id not in MAY_LIE_AHEAD:
                message = _("%(day)s belum tiba pada hari kunjungan. Periksa tanggalnya.")
                raise ValueError(message % {"day": long_date(raw)})
            return raw
        case _:
            text = str(raw).strip()
            if len(text) > 500:
                raise ValueError(_("Paling banyak 500 huruf."))
            return text


def _turned_round(items: Vocabulary, values: Mapping[str, object]) -> Iterator[Fault]:
    """Two values of one contact of which the one that must be lower is not."""
    for low in (items[one] for one in values if items[one].below is not None):
        high = items[low.below or ""]
        below, above = values[low.id], values.get(high.id)
        if isinstance(above, Decimal) and isinstance(below, Decimal) and below >= above:
            message = _("%(low)s (%(below)s) harus lebih rendah dari %(high)s (%(above)s). Mungkin tertukar?")
            said = {"low": low.label, "below": number(below), "high": high.label, "above": number(above)}
            yield Fault(low.id, message % said)


def _impossible(item: Item, value: Decimal, low: float, high: float) -> str:
    unit = f" {item.unit}" if item.unit else ""
    message = _("%(value)s%(unit)s tidak mungkin untuk usia ini: yang dapat dicatat %(low)s sampai %(high)s%(unit)s.")
    return message % {"value": number(value), "unit": unit, "low": number(low), "high": number(high)}


def _question(item: Item, value: object, on: date, age_in_months: int, last: Last | None) -> Question | None:
    """The question this value raises, if any."""
    if not isinstance(value, Decimal):
        return None
    usual = item.usual_at(age_in_months)
    if usual and not usual.hold(value):
        text = _("%(item)s %(value)s%(unit)s jarang terjadi. Periksa ulang, atau tandai bahwa ini benar.")
        return _asked(item, value, text, {})
    if last is None or not isinstance(last.value, Decimal) or last.on >= on:
        return None
    if item.id in FALLS_AT_MOST and last.value - value > FALLS_AT_MOST[item.id]:
        text = _(
            "%(item)s turun %(change)s%(unit)s dari %(last)s%(unit)s pada %(day)s. Ukur ulang, atau tandai sudah diukur ulang."
        )
        return _asked(item, value, text, _since(value, last.value, last.on))
    share, within = CHANGES_AT_MOST.get(item.id, (None, 0))
    if share and (on - last.on).days <= within and abs(value - last.value) > share * last.value:
        text = _(
            "%(item)s berubah %(change)s%(unit)s dari %(last)s%(unit)s pada %(day)s. Timbang ulang, atau tandai sudah ditimbang ulang."
        )
        return _asked(item, value, text, _since(value, last.value, last.on))
    return None


def _since(value: Decimal, last: Decimal, on: date) -> dict[str, str]:
    return {"last": number(last), "day": long_date(on), "change": number(abs(value - last))}


def _asked(item: Item, value: Decimal, text: str, more: Mapping[str, str]) -> Question:
    unit = f" {item.unit}" if item.unit else ""
    said = {"item": str(item.label), "value": number(value), "unit": unit, **more}
    confirm = _("Ya, %(value)s%(unit)s sudah diperiksa ulang") % said
    return Question(item.id, text % said, confirm, f"{item.id}={value.normalize():f}")

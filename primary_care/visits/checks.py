"""Whether a value can be true (else it is refused) and whether it is likely (else it is asked about, once)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from primary_care.design.formats import long_date, number
from primary_care.visits.vocabulary import Doubt, Item, Last, Vocabulary, doubt_about
from primary_care.visits.wording import doubt_words

Raw = Decimal | int | float | bool | str | date | Iterable[str]

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
    birth: date | None,
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
        before = _before(last.get(item_id))
        doubt = _doubt(item, value, on, birth, before)
        if doubt is None:
            checked.values[item_id] = value
            continue
        text, confirm = doubt_words(item, float(str(value)), doubt, before)
        if doubt.kind == "impossible":
            checked.faults.append(Fault(item_id, text))
            continue
        checked.values[item_id] = value
        question = Question(item_id, text, confirm, token_of(item_id, value))
        if question.token in confirmed:
            checked.confirmed.add(item_id)
        else:
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


def token_of(item: str, value: object) -> str:
    """What confirms this value of an item and no other: `hb=5.2`."""
    return f"{item}={Decimal(str(value)).normalize():f}"


def _before(last: Last | None) -> Last | None:
    """The number recorded before, as the engine takes it; other values are never compared."""
    return Last(last.on, float(last.value)) if last is not None and isinstance(last.value, Decimal) else None


def _doubt(item: Item, value: object, on: date, birth: date | None, before: Last | None) -> Doubt | None:
    if not isinstance(value, Decimal):
        return None
    last = None if before is None else (before.on, float(str(before.value)))
    return doubt_about(item.id, float(value), on=on, birth=birth, last=last)

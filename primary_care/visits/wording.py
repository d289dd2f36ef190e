"""How a doubt about a number is said. The sentences are templates, because the form in the browser says the same ones (`templates`)."""

from django.utils.translation import gettext as _

from primary_care.design.formats import long_date, number, unit_words
from primary_care.visits.vocabulary import Doubt, Item, Last


def templates() -> dict[str, str]:
    """The sentence for each kind of doubt, and `confirm` to tick, with the places `%(item)s`, `%(value)s`, `%(unit)s`, `%(low)s`,
    `%(high)s`, `%(change)s`, `%(last)s`, `%(day)s`. A unit brings its own blank.
    """
    return {
        "impossible": _(
            "%(value)s%(unit)s tidak mungkin untuk usia ini: yang dapat dicatat %(low)s sampai %(high)s%(unit)s."
        ),
        "unusual": _("%(item)s %(value)s%(unit)s jarang terjadi. Periksa ulang, atau tandai bahwa ini benar."),
        "falls": _(
            "%(item)s turun %(change)s%(unit)s dari %(last)s%(unit)s pada %(day)s. Ukur ulang, atau tandai sudah diukur ulang."
        ),
        "rises": _(
            "%(item)s naik %(change)s%(unit)s dari %(last)s%(unit)s pada %(day)s. Ukur ulang, atau tandai sudah diukur ulang."
        ),
        "confirm": _("Ya, %(value)s%(unit)s sudah diperiksa ulang"),
    }


def doubt_words(item: Item, value: float, doubt: Doubt, last: Last | None) -> tuple[str, str]:
    """What is said about a doubtful value, and the sentence to tick that confirms it."""
    said = {
        "item": str(item.label),
        "value": number(value),
        "unit": f" {unit_words(item.unit)}" if item.unit else "",
        "low": "" if doubt.low is None else number(doubt.low),
        "high": "" if doubt.high is None else number(doubt.high),
        "change": "" if doubt.change is None else number(doubt.change),
        "last": number(last.value) if last is not None and isinstance(last.value, int | float) else "",
        "day": "" if last is None else long_date(last.on),
    }
    words = templates()
    return words[doubt.kind] % said, words["confirm"] % said


def hidden_last(item: Item) -> str:
    """The doubt about a value far from the last one, for those who may not see that one."""
    return _("%(item)s jauh berbeda dari yang tercatat sebelumnya. Ukur ulang, atau tandai bahwa ini benar.") % {
        "item": item.label
    }

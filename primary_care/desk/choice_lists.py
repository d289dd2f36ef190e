"""Lists of which several may be marked, in a form: what was marked, that none was found, or that nobody has looked.

A long list opens from one question. "Tidak ada" says that every sign of the list was looked for; an unanswered question says nothing.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from primary_care.design.fields import Choice
from primary_care.visits.vocabulary import Item

NONE, SOME = "-", "+"
PICKED_FROM = 9  # answers, of which one holds, from which they are picked from a list
OPENS_FROM = 4  # choices from which a list opens from one question


def opens(item: Item) -> bool:
    """Whether the list of an item is long enough to open from one question."""
    return item.type == "choices" and len(item.choices) >= OPENS_FROM


def opening(item: Item, chosen: Sequence[str]) -> tuple[Choice, Choice] | None:
    """The two answers of that question, none and some; nothing for a short list."""
    if not opens(item):
        return None
    return Choice(NONE, _("Tidak ada"), NONE in chosen), Choice(SOME, _("Ada"), bool(chosen) and NONE not in chosen)


def marked(chosen: Sequence[str]) -> list[str] | None:
    """What was found: empty for none of the list, None where nothing was answered. Raises ValueError with a sentence for the user."""
    found = [one for one in chosen if one not in (NONE, SOME)]
    if NONE in chosen and len(chosen) > 1:
        raise ValueError(_("“Tidak ada” tidak dapat dipilih bersama yang lain."))
    if SOME in chosen and not found:
        raise ValueError(_("Anda memilih “Ada”. Tandai apa saja yang ada, atau pilih “Tidak ada”."))
    return found if chosen else None


def choices(item: Item, chosen: Sequence[str]) -> tuple[Choice, ...]:
    """The answers to an item that one may tick."""
    if item.type == "boolean":
        pairs = [("ya", _("Ya")), ("tidak", _("Tidak"))]
    else:
        pairs = [(value, str(label)) for value, label in item.choices.items()]
    if item.type == "choices" and not opens(item):
        pairs.append((NONE, _("Tidak ada")))
    return tuple(Choice(value, label, value in chosen) for value, label in pairs)

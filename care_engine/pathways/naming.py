"""What things are called: items, findings, services, quantities in their units, in Indonesian or English."""

from __future__ import annotations

import re

from care_engine.catalogue.words import figure, span_words
from care_engine.dates import Span
from care_engine.expressions import Binary, Call, Expression, Name
from care_engine.model import Item, Knowledge, Text, Who
from care_engine.wording import item_label

_UNITS = {
    "d": Text("hari", "days"),
    "mo": Text("bulan", "months"),
    "a": Text("tahun", "years"),
    "h": Text("jam", "hours"),
    "min": Text("menit", "minutes"),
    "s": Text("detik", "seconds"),
    "x": Text("kali", "times"),
    "/min": Text("kali/menit", "a minute"),
}
#: Words of the language that stand for a property of the moment, and the unit in which they count.
WORDS = {
    "birth": (Text("lahir", "birth"), ""),
    "today": (Text("hari ini", "today"), ""),
    "umur-hari": (Text("Umur", "Age"), "d"),
    "umur-bulan": (Text("Umur", "Age"), "mo"),
    "umur-tahun": (Text("Umur", "Age"), "a"),
    "sex": (Text("Jenis kelamin", "Sex"), ""),
    "unit": (Text("Tempat", "Place"), ""),
    "cadre": (Text("Tenaga", "Worker"), ""),
    "jam-sejak-lahir": (Text("Sejak lahir", "Since birth"), "h"),
    "jam-sejak-awal": (Text("Sejak awal", "Since the start"), "h"),
    "episode-start": (Text("awal masa ini", "the start"), ""),
    "episode-end": (Text("akhir masa ini", "the end"), ""),
    "episode-outcome": (Text("Hasil akhir", "Outcome"), ""),
    "registered": (Text("terdaftar", "registered"), ""),
}


class Naming:
    """Names the things of one knowledge in one language."""

    def __init__(self, knowledge: Knowledge, language: str, within: Who | None = None) -> None:
        """`within`: whom the chart concerns; what is settled by that is not said as a condition."""
        self.knowledge, self.language, self.within = knowledge, language, within or Who()

    def either(self, indonesian: str, english: str) -> str:
        return english if self.language == "en" else indonesian

    def text(self, text: Text) -> str:
        return text[self.language]

    # --- names ---

    def item(self, id_: str) -> str:
        """The name of an item without the unit in brackets that a form needs."""
        return re.sub(
            r" \((hari|days|minggu|weeks|bulan|months|tahun|years)\)$",
            "",
            item_label(self.knowledge, id_, self.language),
        )

    def name(self, id_: str) -> str:
        """The name of whatever an id stands for: an item, a finding, a service, a family, an episode."""
        if id_ in WORDS:
            return self.text(WORDS[id_][0])
        if id_ in self.knowledge.items:
            return self.item(id_)
        for among in (self.knowledge.findings, self.knowledge.services, self.knowledge.episodes):
            if id_ in among:
                return self.text(among[id_].label)
        family = next((one for one in self.knowledge.families if one.id == id_), None)
        return self.text(family.label) if family else id_.replace("-", " ")

    # --- numbers ---

    def quantity(self, value: float, tree: Expression) -> str:
        """A number in the unit of what it is compared with: `140 mmHg`, `20 minggu` of a pregnancy, `6 bulan`."""
        if self._in_weeks(tree, value):
            return span_words(Span(0, int(value)), weeks=True, language=self.language)
        unit, number = self.unit(tree), self._figure(value)
        said = self.text(_UNITS[unit]) if unit in _UNITS else unit
        return f"{number}{said}" if said == "%" else f"{number} {said}".strip()

    def _figure(self, value: float) -> str:
        return (f"{value:.10g}" if self.language == "en" else figure(value)).replace("-", "−")

    def _in_weeks(self, tree: Expression, value: float) -> bool:
        """Whether days are said in weeks, as the length of a pregnancy is."""
        named = self._item(tree)
        weeks = named is not None and named.unit == "d" and re.search("kehamilan|gestasi", named.id) is not None
        return weeks and value >= 28

    def unit(self, tree: Expression) -> str:
        match tree:
            case Name(id_) if id_ in WORDS:
                return WORDS[id_][1]
            case Call("days", _) | Call("count", _):
                return "d" if tree.function == "days" else "x"
            case Call("months", _):
                return "mo"
            case Call("years", _):
                return "a"
            case Call("round" | "abs" | "max" | "min" | "now", (first, *_)):
                return self.unit(first)
            case Binary("-" | "else", left, _):
                return self.unit(left)
        named = self._item(tree)
        return named.unit if named is not None else ""

    def _item(self, tree: Expression) -> Item | None:
        """The item whose value a tree is: `hb`, `latest(hb, 30d)`, `hb else 0`."""
        while True:
            match tree:
                case Call(
                    "latest"
                    | "latest_ever"
                    | "previous"
                    | "first"
                    | "now"
                    | "latest_between"
                    | "latest_where"
                    | "previous_where",
                    (first, *_),
                ):
                    tree = first
                case Binary("else", left, _):
                    tree = left
                case Name(id_):
                    return self.knowledge.items.get(id_)
                case _:
                    return None

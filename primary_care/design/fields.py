"""What a template needs to draw one field, and the faults a form tells. Plain values: no request, no database."""

import json
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Choice:
    """One answer that can be ticked, or picked from a list; `group` is the heading that it stands under there."""

    value: str
    label: str
    chosen: bool = False
    group: str = ""


@dataclass(frozen=True)
class Ask:
    """A question about what stands in a field, asked there once: the doubt, and the sentence to tick that answers it."""

    text: str
    confirm: str
    token: str
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """One question. `kind`: number | integer | yes-no | choice | choices | date | time | text | long-text | select | file |
    password.

    `opening` makes a long list of `choices` open from one question; it holds the answers for none of them and for some, which are then
    marked in the list.
    `when` is a condition over other fields as data for the page (`components/src/conditions.ts`), `order` the field's place among them.
    `accept` and `several` are for files: their endings, and whether more than one may be chosen.
    `ask` is a doubt about a number. The same field is drawn in the
    browser (`components/src/render.ts`); `conformance/form.json` holds
    both to one markup.
    """

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    hint: str = ""
    unit: str = ""
    last: str = ""
    choices: tuple[Choice, ...] = ()
    errors: tuple[str, ...] = ()
    required: bool = False
    autocomplete: str = "off"
    opening: tuple[Choice, Choice] | None = None
    when: str = ""
    order: int = 0
    accept: str = ".xlsx"
    several: bool = False
    ask: Ask | None = None

    @property
    def id(self) -> str:
        """The id of the element that takes the keyboard."""
        return f"isian-{self.name}"

    @property
    def described_by(self) -> str:
        """The ids of the elements that explain the field, errors first."""
        parts = [
            ("error", bool(self.errors)),
            ("hint", bool(self.hint)),
            ("names", self.opening is not None),
            ("unit", bool(self.unit)),
            ("last", bool(self.last)),
            ("ask", self.ask is not None),
        ]
        return " ".join(f"{self.id}-{name}" for name, there in parts if there)

    @property
    def grouped(self) -> bool:
        """Whether the answers are boxes under one legend."""
        return self.kind in ("yes-no", "choice", "choices")

    @property
    def breadth(self) -> str:
        """How much room it wants among other fields: single, double, triple or wide. A measure by the length of the words."""
        if self.opening is not None:
            length = len(self.names)
            return "double" if length <= 60 else "triple" if length <= 90 else "broad" if length <= 250 else "wide"
        if not self.grouped:
            return "double" if len(self.label) > 44 or self.kind == "date" else "single"
        length = sum(len(choice.label) + 8 for choice in self.choices)
        if length <= 23:
            return "double" if len(self.label) > 36 else "single"
        return "double" if length <= 58 else "triple" if length <= 84 else "wide"

    @property
    def names(self) -> str:
        """What is asked for when a closed list is answered with none of them."""
        return "; ".join(choice.label for choice in self.choices)

    @property
    def answered(self) -> bool:
        """Whether something stands in it."""
        return bool(self.value) or any(choice.chosen for choice in (*self.choices, *(self.opening or ())))

    @property
    def blank(self) -> bool:
        """Whether it says nothing about anybody; what is picked from a list may be people."""
        return not (self.answered or self.last or self.errors or self.ask) and self.kind != "select"


def as_text(data: object) -> str:
    """Plain data for an attribute of the page, as the browser writes it too."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


@dataclass
class Faults:
    """What is wrong with what was typed, by the name of the field, in the order of the page."""

    by_field: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, message: str) -> None:
        """One more fault at the field `name`."""
        self.by_field.setdefault(name, []).append(message)

    def at(self, name: str) -> tuple[str, ...]:
        """The faults of one field."""
        return tuple(self.by_field.get(name, ()))

    def __bool__(self) -> bool:
        return bool(self.by_field)

    def listed(self, labels: dict[str, str] | None = None) -> list[tuple[str, str]]:
        """Pairs (anchor, text) for the list at the top of the page."""
        labels = labels or {}
        return [
            (f"isian-{name}", f"{labels[name]}: {message}" if name in labels else message)
            for name, messages in self.by_field.items()
            for message in messages
        ]

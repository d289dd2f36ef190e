"""How a day, a number, a recorded value and the name of an item are said in Indonesian and English."""

from __future__ import annotations

from datetime import date
from typing import Any

from care_engine.model import Item, Knowledge, Text

#: By language; the first month is number 1.
MONTHS = {
    "id": ("", "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    "en": ("", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
}  # fmt: skip


def day(ordinal: int, language: str) -> str:
    """`3 Juni 2026`, `3 June 2026`."""
    value = date.fromordinal(ordinal)
    return f"{value.day} {MONTHS[language][value.month]} {value.year}"


def number(value: float, language: str, decimals: int | None = None) -> str:
    text = f"{value:.{decimals}f}" if decimals is not None else f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "id" else text


def value_text(item: Item | None, value: Any, language: str, *, unit: bool = True) -> str:
    """A recorded value as a person would say it, with its unit."""
    if value is None:
        return "tidak diketahui" if language == "id" else "unknown"
    if isinstance(value, bool):
        return {"id": ("tidak", "ya"), "en": ("no", "yes")}[language][value]
    if item is not None and item.type == "date":
        return day(int(value), language)
    if isinstance(value, int | float):
        decimals = item.decimals if item is not None and item.decimals is not None else None
        text = number(float(value), language, None if decimals is None or float(value).is_integer() else decimals)
        return f"{text} {item.unit}" if unit and item is not None and item.unit else text
    choices = item.choices if item is not None else {}
    words = sorted(value) if isinstance(value, frozenset) else [value]
    return ", ".join(choices[word][language] if word in choices else str(word) for word in words) or "-"


def item_label(knowledge: Knowledge, item: str, language: str) -> str:
    if item in knowledge.items:
        return knowledge.items[item].label[language]
    words = {
        "birth": Text("tanggal lahir", "birth date"),
        "sex": Text("jenis kelamin", "sex"),
        "umur-hari": Text("umur", "age"),
    }
    return words.get(item, Text(item, item))[language]

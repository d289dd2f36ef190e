"""Single values of the case format (`docs/knowledge-language.md` §2): days, times, numbers and words, or a refusal that names the place."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any, get_args

from care_engine.facts import Value
from care_engine.model import AreaSetting, Item
from care_engine.schema import CadreId, UnitId


class FactsError(ValueError):
    """The facts cannot be read; `where` names the place, e.g. `contacts[2].observations.hb`."""

    def __init__(self, where: str, problem: str) -> None:
        self.where, self.problem = where, problem
        super().__init__(f"{where}: {problem}")


UNITS: tuple[str, ...] = get_args(UnitId)
CADRES: tuple[str, ...] = get_args(CadreId)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_TIME = re.compile(r"^(\d{1,2})[:.](\d{2})(?::\d{2})?$")


def fault(where: str, problem: str) -> FactsError:
    return FactsError(where, problem)


def read_day(value: Any, where: str) -> tuple[int, int | None]:
    """A date, or a date with a time, of the years 1900 to 2199: (ordinal, minute of the day or None)."""
    minute = None
    if isinstance(value, datetime):
        value, minute = value.date(), value.hour * 60 + value.minute
    elif isinstance(value, str):
        day, _, time = value.strip().replace("T", " ").partition(" ")
        with suppress(ValueError):
            value, minute = date.fromisoformat(day), read_minute(time, where) if time else None
    if not isinstance(value, date):
        raise fault(where, f"'{value}' is not a date; write it as 2026-06-10")
    if not FIRST_DAY <= value <= LAST_DAY:
        raise fault(where, f"{value} lies outside the years {FIRST_DAY.year} to {LAST_DAY.year}; correct the year")
    return value.toordinal(), minute


def read_minute(value: Any, where: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1440:
        return value  # YAML 1.1 readers turn 05:00 into minutes
    match = _TIME.match(str(value).strip())
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return int(match[1]) * 60 + int(match[2])
    raise fault(where, f"'{value}' is not a time; write it as \"10:30\"")


def read_area_value(setting: AreaSetting, value: Any, where: str) -> object:
    """What an area says, in the type of the setting; days (unit d) are not negative."""
    if value is None:
        return None
    if setting.type == "boolean" and not isinstance(value, bool):
        raise fault(where, f"'{value}' must be true or false ({setting.label.id})")
    if setting.type == "choice" and value not in setting.choices:
        raise fault(where, f"'{value}' is not one of {', '.join(setting.choices)} ({setting.label.id})")
    if setting.type == "date":
        return date.fromordinal(read_day(value, where)[0])
    if setting.type in ("number", "integer"):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise fault(where, f"'{value}' is not a number ({setting.label.id})")
        if setting.type == "integer" and value != int(value):
            raise fault(where, f"{value} must be a whole number ({setting.label.id})")
        if setting.unit == "d" and value < 0:
            raise fault(where, f"{value} must be 0 days or more ({setting.label.id})")
    return value


def read_value(item: Item, value: Any, where: str) -> Value:
    """One recorded value in the type of its item. Raises FactsError."""
    if item.formula is not None:
        raise fault(where, f"'{item.id}' is worked out by Simpul and cannot be recorded")
    match item.type:
        case "number" | "integer":
            if isinstance(value, bool) or not isinstance(value, int | float):
                try:
                    value = float(str(value).strip().replace(",", "."))
                except ValueError:
                    raise fault(
                        where, f"'{value}' is not a number ({item.label.id}{', ' + item.unit if item.unit else ''})"
                    ) from None
            if not math.isfinite(value):
                raise fault(where, f"{value} is not a number that can be measured ({item.label.id})")
            if item.type == "integer" and float(value) != int(value):
                raise fault(where, f"{value} must be a whole number ({item.label.id})")
            return float(value)
        case "boolean":
            if isinstance(value, bool):
                return value
            words = {"ya": True, "tidak": False, "true": True, "false": False}
            if str(value).lower() in words:
                return words[str(value).lower()]
            raise fault(where, f"'{value}' must be true or false ({item.label.id})")
        case "date":
            return read_day(value, where)[0]
        case "choices":
            values = value if isinstance(value, list | tuple | set | frozenset) else [value]
            return frozenset(_choice(item, one, where) for one in values)
        case "choice":
            return _choice(item, value, where)
        case _:
            return str(value)


def _choice(item: Item, value: Any, where: str) -> str:
    text = {True: "ya", False: "tidak"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    text = item.choice_aliases.get(text, text)
    if text in item.choices:
        return text
    near = next((key for key in item.choices if key.lower() == text.lower().replace("_", "-").replace(" ", "-")), None)
    if near is None:
        raise fault(where, f"'{value}' is not one of {', '.join(item.choices)} ({item.label.id})")
    return near


def one_of(value: Any, known: tuple[str, ...], aliases: Mapping[str, str], where: str) -> str | None:
    """A kind of unit or a cadre by its id or another spelling in use; None stays None."""
    if value is None:
        return None
    plain = str(value).strip().lower().replace("_", "-").replace(" ", "-")
    plain = aliases.get(plain, plain)
    if plain not in known:
        raise fault(where, f"'{value}' is not known; write one of {', '.join(known)}")
    return plain

"""What is wrong with the limits of an item or a setting: ranges turned round or out of place, changes that ask nothing or are never reached."""

from __future__ import annotations

from collections.abc import Iterator

from care_engine.dates import Span
from care_engine.model import AreaSetting, Change, Item, Place


def limit_faults(item: Item) -> Iterator[tuple[Place, str]]:
    """Each with its place and what to do."""
    for key, ranges in (("range", item.ranges), ("usual", item.usual)):
        for index, one in enumerate(ranges):
            if one.low > one.high:
                said = f"the range of {item.id} is turned round: {one.low:g} is more than {one.high:g}"
                yield item.at.key(key, index), said
    for key, rows in (("range", item.ranges), ("usual", item.usual), ("change", item.change)):
        if rows and item.type not in ("number", "integer"):
            yield item.at.key(key), f"{item.id} is a {item.type} and cannot have a {key}"
    if item.change and item.formula is not None:
        yield (
            item.at.key("change"),
            f"{item.id} is worked out and never recorded; say change: at the items it is made of",
        )
    for index, row in enumerate(item.change):
        at = item.at.key("change", index)
        if row.falls is None and row.rises is None:
            yield at, f"change of {item.id} asks nothing; say falls: or rises:"
        for key, amount in (("falls", row.falls), ("rises", row.rises)):
            if amount is not None and amount.size <= 0:
                yield at.key(key), f"change of {item.id}: {key} must be more than 0"
        if any(_covers(before, row) for before in item.change[:index]):
            yield at, f"change of {item.id}: an earlier row holds wherever this one would; put the narrower row first"


def setting_faults(setting: AreaSetting) -> Iterator[tuple[Place, str]]:
    """What is wrong with the range and the default of an area setting."""
    default, limits = setting.default, setting.range
    if setting.type == "choice" and not setting.choices:
        yield setting.at.key("type"), f"{setting.id} is a choice without choices"
    if setting.type == "choice" and default is not None and setting.choices and default not in setting.choices:
        yield setting.at.key("default"), f"the default of {setting.id} is not one of its choices"
    if setting.type == "boolean" and not isinstance(default, bool | None):
        yield setting.at.key("default"), f"the default of {setting.id} must be true or false"
    if limits is None:
        return
    if setting.type not in ("number", "integer"):
        yield setting.at.key("range"), f"{setting.id} is a {setting.type} and cannot have a range"
    elif limits[0] > limits[1]:
        yield (
            setting.at.key("range"),
            f"the range of {setting.id} is turned round: {limits[0]:g} is more than {limits[1]:g}",
        )
    elif isinstance(default, int | float) and not limits[0] <= default <= limits[1]:
        yield setting.at.key("default"), f"the default of {setting.id} lies outside its range"


def _covers(before: Change, row: Change) -> bool:
    return _as_wide(before.until_age, row.until_age) and _as_wide(before.within, row.within)


def _as_wide(wide: Span | None, narrow: Span | None) -> bool:
    return wide is None or (narrow is not None and wide.months * 31 + wide.days >= narrow.months * 31 + narrow.days)

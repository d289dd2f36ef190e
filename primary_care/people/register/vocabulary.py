"""The words that offices write in columns with a fixed choice, and our codes for them (those of `people.models`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from primary_care.people.register.cells import Unreadable
from primary_care.people.register.reading import is_empty

RELATIONS = {
    "kepalakeluarga": "kepala-keluarga", "kepala": "kepala-keluarga", "kk": "kepala-keluarga", "suami": "suami",
    "istri": "istri", "isteri": "istri", "anak": "anak", "anakkandung": "anak", "anakangkat": "anak",
    "menantu": "menantu", "cucu": "cucu", "orangtua": "orang-tua", "ayah": "orang-tua", "ibu": "orang-tua",
    "mertua": "mertua", "famililain": "famili-lain", "famili": "famili-lain",
    "pembantu": "lainnya", "lainnya": "lainnya",
}  # fmt: skip
MARITAL_STATUS = {
    "belumkawin": "belum-kawin", "belummenikah": "belum-kawin", "lajang": "belum-kawin", "kawin": "kawin",
    "menikah": "kawin", "kawintercatat": "kawin", "kawinbelumtercatat": "kawin", "ceraihidup": "cerai-hidup",
    "ceraimati": "cerai-mati", "janda": "", "duda": "",  # widowed or divorced: cannot be told
}  # fmt: skip
JKN = {
    "pbi": "pbi", "nonpbi": "non-pbi", "ppu": "non-pbi", "pekerja": "non-pbi", "mandiri": "mandiri", "pbpu": "mandiri",
    "tidak": "tidak", "tidakpunya": "tidak", "tidakada": "tidak", "belum": "tidak",
}  # fmt: skip
DISABILITIES = {
    "fisik": "fisik", "daksa": "fisik", "intelektual": "intelektual", "grahita": "intelektual", "mental": "mental",
    "netra": "netra", "rungu": "rungu", "wicara": "wicara", "ganda": "ganda", "tidak": "tidak-ada",
    "tidakada": "tidak-ada",
}  # fmt: skip


def choice(table: Mapping[str, str]) -> Callable[[Any], str | None]:
    """A parser for a column with a fixed choice: the code, None when empty. Raises Unreadable for other words."""

    def parse(value: Any) -> str | None:
        if is_empty(value) or str(value).strip() == "-":
            return None
        code = table.get(re.sub(r"[^a-z]", "", str(value).lower()))
        if not code:
            raise Unreadable(_("tidak dikenal"))
        return code

    return parse


def choices(table: Mapping[str, str]) -> Callable[[Any], list[str] | None]:
    """The same for a column that may name several, parted by a comma, slash, semicolon, plus or "dan"."""
    one = choice(table)

    def parse(value: Any) -> list[str] | None:
        if is_empty(value):
            return None
        codes = [one(part) for part in re.split(r"[,;/+&]|\bdan\b", str(value), flags=re.IGNORECASE)]
        return sorted({code for code in codes if code}) or None

    return parse

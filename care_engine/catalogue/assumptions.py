"""`asumsi.md`: everything that is marked `assumed: true`, for programme owners to decide and sign.

Read from the files themselves, because a row or a step may be assumed where its table is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from care_engine.catalogue.words import ANYTHING, table
from care_engine.yaml_files import read_yaml

#: How a part of a file is called.
PARTS = {
    "tables": "tabel",
    "rows": "baris",
    "findings": "temuan",
    "do": "tindakan",
    "refer": "rujukan",
    "recheck": "periksa ulang",
    "schedule": "jadwal",
    "steps": "langkah",
    "variants": "ragam",
    "holds": "penundaan",
    "apart": "jarak",
    "services": "layanan",
    "items": "item",
    "episodes": "masa",
    "topics": "edukasi",
    "settings": "pengaturan",
    "sections": "bagian",
    "inputs": "masukan",
}
#: Keys that say nothing about what is assumed.
SILENT = {
    "source",
    "assumed",
    "label",
    "id",
    "because",
    "aliases",
    "codes",
    "text",
    "steps",
    "items",
    "tables",
    "findings",
    "topics",
}
SILENT |= {
    "settings",
    "episodes",
    "services",
    "given_by",
    "choices",
    "schedule",
    "tell",
    "rows",
    "inputs",
    "holds",
    "do",
    "hidden_from",
}
LONGEST = 240


def assumptions_page(root: Path) -> str:
    """The page from the files under `root`, the knowledge folder."""
    lines = [
        "# Asumsi",
        "",
        "What no source fixes. Programme owners decide: keep it, or write what should stand instead.",
        "",
    ]
    by_file = assumptions(root)
    lines += [f"{sum(len(found) for found in by_file.values())} asumsi.", ""]
    for name, found in by_file.items():
        head = ["Bagian", "Isi", "Sumber dan catatan", "Keputusan", "Nama, tanggal"]
        lines += [f"## {name}", "", *table(head, found), ""]
    return "\n".join(lines).rstrip() + "\n"


def assumptions(root: Path) -> dict[str, list[list[str]]]:
    """By file, in order: a row of the page for each thing that is assumed; files without any are left out."""
    found = {}
    for path in sorted(one for one in root.rglob("*.yaml") if not one.name.endswith(".cases.yaml")):
        name = path.relative_to(root).as_posix()
        if rows := list(_assumed(read_yaml(path, name).data, ())):
            found[name] = rows
    return found


def _assumed(node: Any, path: tuple[str, ...]) -> Iterator[list[str]]:
    if isinstance(node, list):
        for number, one in enumerate(node, 1):
            yield from _assumed(one, (*path[:-1], f"{path[-1]} {_name(one) or number}") if path else path)
    if not isinstance(node, dict):
        return
    own = node.get("source")
    source: dict[str, Any] = own if isinstance(own, dict) else {}
    if node.get("assumed") is True or source.get("assumed") is True:
        where = " › ".join(path) or "seluruh berkas"
        content = _content(node) if path or "label" in node else "segala hal di berkas ini yang tidak bersumber sendiri"
        yield [where, content, _source(source), "", ""]
    for key, value in node.items():
        if key not in ("source", "label"):
            yield from _assumed(value, (*path, PARTS.get(str(key), str(key))))


def _name(node: Any) -> str:
    if not isinstance(node, dict):
        return ""
    return next((f"`{node[key]}`" for key in ("id", "service", "item", "name") if isinstance(node.get(key), str)), "")


def _content(node: dict[str, Any]) -> str:
    named: dict[str, Any] = next((node[key] for key in ("label", "because") if isinstance(node.get(key), dict)), {})
    label = str(named.get("id", ""))
    said = [f"{key}: {_plain(value)}" for key, value in node.items() if key not in SILENT]
    text = "; ".join(said)
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return ". ".join(one for one in (label, f"`{text}`" if text else "") if one) or ANYTHING


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{key}: {_plain(one)}" for key, one in value.items() if key not in ("source", "en")) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_plain(one) for one in value) + "]"
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())


def _source(source: dict[str, Any]) -> str:
    parts = [str(source[key]) for key in ("document", "place") if source.get(key)]
    note = str(source.get("note", ""))
    return ": ".join(one for one in (", ".join(parts), note) if one) or ANYTHING

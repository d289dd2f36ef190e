"""Documentation made from the knowledge: `docs/generated/` for readers, `knowledge/schema/` for editors.

    write_docs(knowledge, root)      writes every page
    stale_docs(knowledge, root)      the names of the pages that say something else than the knowledge

The pages carry no date and no version, so that one changes only when what it says changes.
"""

from __future__ import annotations

import json
from pathlib import Path

from care_engine.catalogue.assumptions import assumptions_page
from care_engine.catalogue.findings import findings_page, tables_page
from care_engine.catalogue.lists import education_page, index_page, settings_page, sources_page, vocabulary_page
from care_engine.catalogue.services import services_page
from care_engine.catalogue.words import by_folder
from care_engine.model import Knowledge
from care_engine.schema import json_schemas

PAGES = Path("docs") / "generated"
SCHEMAS = Path("knowledge") / "schema"


def pages(knowledge: Knowledge, root: Path) -> dict[Path, str]:
    """Every generated file, by its path under `root`, the folder that holds `knowledge/` and `docs/`."""
    found = {
        PAGES / "README.md": index_page(knowledge),
        PAGES / "layanan.md": services_page(knowledge),
        PAGES / "kosakata.md": vocabulary_page(knowledge),
        PAGES / "temuan.md": findings_page(knowledge),
        PAGES / "edukasi.md": education_page(knowledge),
        PAGES / "asumsi.md": assumptions_page(root / "knowledge"),
        PAGES / "pengaturan-wilayah.md": settings_page(knowledge),
        PAGES / "sumber.md": sources_page(knowledge),
    }
    for folder, tables in by_folder(knowledge.tables).items():
        found[PAGES / "tabel" / f"{folder}.md"] = tables_page(folder, tables, knowledge)
    for kind, schema in json_schemas().items():
        found[SCHEMAS / f"{kind}.json"] = json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return found


def write_docs(knowledge: Knowledge, root: Path) -> list[str]:
    """Write the pages that differ, take away those that are no longer made; answers their names."""
    made = pages(knowledge, root)
    stale = stale_docs(knowledge, root)
    for name in stale:
        path = root / name
        if Path(name) in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[Path(name)], encoding="utf-8")
        else:
            path.unlink()
    return stale


def stale_docs(knowledge: Knowledge, root: Path) -> list[str]:
    """Names of the files that are missing, differ, or should not be there; sorted."""
    made = pages(knowledge, root)
    differing = {path for path, text in made.items() if _text_of(root / path) != text}
    present = {*(root / PAGES).rglob("*.md"), *(root / SCHEMAS).glob("*.json")}
    extra = {path.relative_to(root) for path in present} - set(made)
    return sorted(path.as_posix() for path in differing | extra)


def _text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None

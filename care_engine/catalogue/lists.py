"""`kosakata.md`, `edukasi.md`, `pengaturan-wilayah.md`, `sumber.md` and the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from care_engine.catalogue.words import (
    ANYTHING,
    YES_NO,
    by_folder,
    code,
    figure,
    labelled,
    listed,
    source_words,
    span_words,
    table,
)
from care_engine.expressions import Expression, Setting, walk
from care_engine.model import (
    Change,
    Do,
    Item,
    Knowledge,
    Range,
    Recheck,
    Referral,
    Repeat,
    Series,
    Source,
    Tell,
    Topic,
    Who,
    Window,
)

TYPES = {
    "number": "bilangan",
    "integer": "bilangan bulat",
    "boolean": "ya/tidak",
    "choice": "satu pilihan",
    "choices": "beberapa pilihan",
    "date": "tanggal",
    "text": "teks",
}


def index_page(knowledge: Knowledge) -> str:
    folders = ", ".join(f"[{one}](tabel/{one}.md)" for one in by_folder(knowledge.tables))
    rows = [
        ["[Layanan](layanan.md)", "Services: whom, when, where, by whom"],
        ["[Temuan](temuan.md)", "Findings: urgency and what follows"],
        [f"Tabel keputusan: {folders}", "Decision tables"],
        ["[Kosakata](kosakata.md)", "Everything that may be recorded or worked out"],
        ["[Edukasi](edukasi.md)", "What to tell people"],
        ["[Asumsi](asumsi.md)", "What no source fixes, for programme owners to decide and sign"],
        ["[Pengaturan wilayah](pengaturan-wilayah.md)", "What differs by area"],
        ["[Sumber](sumber.md)", "Documents relied on"],
    ]
    text = "Made from `knowledge/` by `simpul docs`; do not edit by hand. How to change content: [knowledge/README.md](../../knowledge/README.md)."
    return "\n".join(["# Isi pengetahuan", "", text, "", *table(["Halaman", "Page"], rows)]) + "\n"


# --- vocabulary ---


def vocabulary_page(knowledge: Knowledge) -> str:
    lines = ["# Kosakata", "", "Every item that may be recorded, or with a formula is worked out.", ""]
    head = ["Item", "Jenis", "Rentang", "Pilihan", "Kode", "Nama lain", "Rumus", "Sumber"]
    for folder, items in by_folder(knowledge.items.values()).items():
        lines += [f"## {folder}", "", *table(head, (_item(one, knowledge) for one in items)), ""]
    return "\n".join(lines).rstrip() + "\n"


def _item(item: Item, knowledge: Knowledge) -> list[str]:
    unit = f" ({item.unit})" if item.unit else ""
    sensitive = f"<br>sensitif: {item.sensitive}" if item.sensitive else ""
    usual = f"<br>lazim {_ranges(item.usual)}" if item.usual else ""
    usual += f"<br>ditanyakan bila {_changes(item.change)}" if item.change else ""
    codes = ", ".join(f"{system} {value}" for system, value in sorted(item.codes.items()))
    return [
        f"{item.label.id} (`{item.id}`)",
        f"{TYPES[item.type]}{unit}{sensitive}",
        (_ranges(item.ranges) + usual) or ANYTHING,
        "; ".join(f"{text.id} (`{key}`)" for key, text in item.choices.items()) or ANYTHING,
        codes or ANYTHING,
        listed(item.aliases) or ANYTHING,
        code(item.formula) if item.formula is not None else ANYTHING,
        source_words(item.source, knowledge),
    ]


def _ranges(ranges: tuple[Range, ...]) -> str:
    return "; ".join(
        f"{figure(one.low)} sampai {figure(one.high)}"
        + (f" (di bawah {span_words(one.until_age)})" if one.until_age else "")
        for one in ranges
    )


def _changes(rows: tuple[Change, ...]) -> str:
    return "; ".join(_change(one) for one in rows)


def _change(row: Change) -> str:
    sides = [
        f"{word} lebih dari {figure(amount.size)}{' %' if amount.percent else ''}"
        for word, amount in (("turun", row.falls), ("naik", row.rises))
        if amount is not None
    ]
    when = [f"di bawah {span_words(row.until_age)}"] if row.until_age else []
    when += [f"dalam {span_words(row.within)}"] if row.within else []
    return " atau ".join(sides) + (f" ({', '.join(when)})" if when else "")


# --- education ---


def education_page(knowledge: Knowledge) -> str:
    lines = ["# Edukasi", "", "What to tell people, and with which services and findings.", ""]
    for folder, topics in by_folder(knowledge.topics.values()).items():
        lines += [f"## {folder}", ""]
        for topic in topics:
            lines += [*_topic(topic, knowledge), ""]
    return "\n".join(lines).rstrip() + "\n"


def _topic(topic: Topic, knowledge: Knowledge) -> Iterator[str]:
    yield f"### {topic.label.id}"
    yield ""
    yield topic.text.id
    yield ""
    yield f"*{topic.text.en}*"
    yield ""
    yield f"- Id: `{topic.id}`"
    if services := sorted(
        one.id for one in knowledge.services.values() if topic.id in {told.topic for told in one.tell}
    ):
        yield f"- Layanan: {', '.join(labelled(one, knowledge.services) for one in services)}"
    if findings := sorted(
        one.id for one in knowledge.findings.values() if topic.id in {told.topic for told in one.tell}
    ):
        yield f"- Temuan: {', '.join(labelled(one, knowledge.findings) for one in findings)}"
    yield f"- Sumber: {source_words(topic.source, knowledge)}"


# --- area settings ---


def settings_page(knowledge: Knowledge) -> str:
    used = uses_of_settings(knowledge)
    rows = [
        [
            f"{one.label.id} (`{one.id}`)",
            TYPES[one.type]
            + (f" ({one.unit})" if one.unit else "")
            + (f": {'; '.join(f'{text.id} (`{key}`)' for key, text in one.choices.items())}" if one.choices else ""),
            ANYTHING
            if one.default is None
            else YES_NO[one.default]
            if isinstance(one.default, bool)
            else str(one.default),
            listed(used.get(one.id, ())) or ANYTHING,
            source_words(one.source, knowledge),
        ]
        for one in sorted(knowledge.settings.values(), key=lambda one: one.id)
    ]
    head = ["Pengaturan", "Jenis", "Bawaan", "Dipakai oleh", "Sumber"]
    text = "What differs by area. Without a value of its own an area takes the default, or that of the area above it."
    return "\n".join(["# Pengaturan wilayah", "", text, "", *table(head, rows)]) + "\n"


def uses_of_settings(knowledge: Knowledge) -> dict[str, list[str]]:
    """By setting: the forms, services, tables, findings and items that ask for it."""
    used: dict[str, set[str]] = {}
    for family in knowledge.families:
        _note(used, family.id, family.who, list(_family_trees(family.schedule)))
        for service in family.members:
            _note(used, service.id, None, [one.condition for one in service.given_by])
    for one in knowledge.tables:
        _note(used, one.id, one.who, [one.when, *(column.value for column in one.inputs)])
    for finding in knowledge.findings.values():
        lengths = [
            *(one.within for one in finding.do),
            *(one.after for one in finding.recheck),
            *(one.within for one in finding.refer),
        ]
        rules: list[Do | Recheck | Referral | Tell] = [*finding.do, *finding.recheck, *finding.refer, *finding.tell]
        conditions = [one.condition for one in rules]
        severities = [condition for condition, _severity in finding.severities]
        _note(used, finding.id, None, [*conditions, *severities, *(one for one in lengths if isinstance(one, Setting))])
    for form in knowledge.forms.values():
        _note(used, form.id, form.who, [item.when for section in form.sections for item in section.items])
    for item in knowledge.items.values():
        _note(used, item.id, None, [item.formula])
    return {setting: sorted(ids) for setting, ids in used.items()}


def _family_trees(schedule: object) -> Iterator[Expression | None]:
    credit, holds = getattr(schedule, "credit", None), getattr(schedule, "holds", ())
    yield getattr(credit, "condition", None)
    for hold in holds:
        yield from (hold.when, hold.until)
    if isinstance(schedule, Window | Series):
        yield schedule.anchor
        variants = schedule.variants if isinstance(schedule, Series) else ()
        for step in [*schedule.steps, *(step for one in variants for step in one.steps)]:
            yield from (step.when, step.needs, step.full, step.late_if)
    if isinstance(schedule, Repeat):
        yield schedule.until
        yield schedule.first.anchor if schedule.first else None


def _note(used: dict[str, set[str]], id_: str, who: Who | None, trees: list[Expression | None]) -> None:
    for setting in who.area if who is not None else ():
        used.setdefault(setting, set()).add(id_)
    for tree in [*trees, who.when if who is not None else None]:
        for node in walk(tree) if tree is not None else ():
            if isinstance(node, Setting):
                used.setdefault(node.id, set()).add(id_)


# --- sources ---


def sources_page(knowledge: Knowledge) -> str:
    sources: list[tuple[str, Source]] = [
        *(("layanan", one.source) for one in knowledge.services.values()),
        *(("tabel", one.source) for one in knowledge.tables),
        *(("temuan", one.source) for one in knowledge.findings.values()),
        *(("item", one.source) for one in knowledge.items.values()),
        *(("edukasi", one.source) for one in knowledge.topics.values()),
        *(("pengaturan", one.source) for one in knowledge.settings.values()),
    ]
    counted = Counter((source.document, kind) for kind, source in sources)
    kinds = list(dict.fromkeys(kind for kind, _ in sources))
    rows = []
    for document in sorted(knowledge.documents.values(), key=lambda one: one.id):
        uses = [f"{counted[document.id, kind]} {kind}" for kind in kinds if counted[document.id, kind]]
        rows.append(
            [
                f"{document.label.id} (`{document.id}`)",
                listed(document.aliases) or ANYTHING,
                ", ".join(uses) or ANYTHING,
            ]
        )
    head = ["Dokumen", "Nama lain", "Dipakai oleh"]
    text = "The documents that the knowledge relies on. Sources of single rows and steps stand in the files."
    return "\n".join(["# Sumber", "", text, "", *table(head, rows)]) + "\n"

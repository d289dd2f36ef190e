"""Whether the knowledge holds everything that the documents of the programme name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from care_engine import model as m
from care_engine.catalogue.assumptions import assumptions


@dataclass(frozen=True)
class Coverage:
    """How much is there. `rows`: of all decision tables, each with a source of its own or its table's; `assumed`: marked as assumptions anywhere."""

    named: int
    present: int
    omitted: int
    rows: int
    assumed: int

    def __str__(self) -> str:
        return (
            f"coverage: the programme names {self.named} services: {self.present} are here, {self.omitted} are left out with a reason; "
            f"{self.rows} rows of decision tables, each with a source; {self.assumed} assumptions to be signed (docs/generated/asumsi.md)"
        )


def known_services(knowledge: m.Knowledge) -> frozenset[str]:
    """Every name under which a service may be asked for: ids, aliases, families."""
    families = {family.id for family in knowledge.families}
    return frozenset({*knowledge.services, *knowledge.aliases["services"], *families})


def coverage(knowledge: m.Knowledge, root: Path) -> Coverage:
    """`root`: the folder that the knowledge was read from."""
    named = {one.id for one in knowledge.named}
    return Coverage(
        named=len(named),
        present=len(named & known_services(knowledge)),
        omitted=len(knowledge.omitted),
        rows=sum(len(table.rows) for table in knowledge.tables),
        assumed=sum(len(found) for found in assumptions(root).values()),
    )


def coverage_faults(knowledge: m.Knowledge) -> Iterator[tuple[m.Place, str]]:
    """Services that are named and neither here nor left out with a reason, and reasons for what is here or is never named."""
    known, omitted = known_services(knowledge), {one.id for one in knowledge.omitted}
    for one in knowledge.named:
        if one.document not in knowledge.documents:
            yield one.at, f"document '{one.document}' is not in sources.yaml"
        if one.id not in known and one.id not in omitted:
            where = f"{one.document}, {one.place}"
            yield one.at, f"'{one.id}' ({where}) is no service here; add it, or say under omitted: why it is left out"
    named = {one.id for one in knowledge.named}
    for left_out in knowledge.omitted:
        if left_out.id in known:
            yield left_out.at, f"'{left_out.id}' is said to be left out, but it is a service; remove this"
        elif left_out.id not in named:
            yield left_out.at, f"'{left_out.id}' is left out, but nothing under named: asks for it"

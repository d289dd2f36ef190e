"""Knowledge that finds something where nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from care_engine import model as m
from care_engine.bedside import decide
from care_engine.facts import Contact, Episode, Facts


def empty_record_faults(knowledge: m.Knowledge) -> Iterator[tuple[m.Place, str]]:
    """Nothing may be found in a person of whom nothing is known, nor in an episode of which only the start is. Needs knowledge that is sound."""
    on = date(2026, 6, 10).toordinal()
    empty = [Facts(sex=None, birth=None)]
    for kind in knowledge.episodes:
        contact = Contact(on=on, sequence=0, unit="puskesmas")
        empty.append(Facts(sex=None, birth=None, episodes=(Episode(kind, on, on),), contacts=(contact,)))
    for facts in empty:
        for found in decide(facts, on, knowledge).findings:
            table = found.judgement.table
            rows = (table.rows[number] for number in found.judgement.rows)
            yield (
                next((row.at for row in rows if found.finding.id in row.then), table.at),
                f"table {table.id} finds {found.finding.id} in an empty record; ask for something that is recorded",
            )

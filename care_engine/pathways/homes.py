"""A pathway with everything that it leads to, each decision table in one place.

Several services may lead to one table. It is drawn where it belongs most: with the danger signs when the danger part of a form asks for it,
else with the service that records what makes it speak and little else, else with the service it asks about, else with the contact whose form
asks for it. The others point to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from care_engine.model import Family, Knowledge, Pathway, Stretch, Table
from care_engine.pathways.reaching import Reached, episodes_of, form_items, reached_by, recorded_by
from care_engine.pathways.shown import families_of, may_share
from care_engine.remembering import remembered
from care_engine.tables import triggers

#: The least share of what makes a table speak that a service records if the table is to be drawn with it.
FEW = 0.15


@dataclass(frozen=True)
class Part:
    """A part of a pathway with its families."""

    stretch: Stretch
    families: tuple[Family, ...]


@dataclass(frozen=True)
class Stage:
    """A pathway with what it leads to. `drawn` and `elsewhere` are by the identity of a family."""

    pathway: Pathway
    parts: tuple[Part, ...]
    danger: tuple[Table, ...]
    drawn: Mapping[int, tuple[Table, ...]]
    elsewhere: Mapping[int, tuple[Table, ...]]
    left: tuple[
        Table, ...
    ]  # of its people alone, and asked for by none of its services: judged when a form is opened for it

    @property
    def families(self) -> tuple[Family, ...]:
        return tuple(one for part in self.parts for one in part.families)

    def home_of(self, table: Table) -> Family | None:
        """The family with which a table is drawn; None: with the danger signs, or by itself."""
        return next((one for one in self.families if any(table is drawn for drawn in self.drawn[id(one)])), None)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table of the pathway, once: the danger signs first."""
        drawn = [one for family in self.families for one in self.drawn[id(family)]]
        return tuple({one.id: one for one in (*self.danger, *drawn, *self.left)}.values())


@remembered
def stage(pathway: Pathway, knowledge: Knowledge) -> Stage:
    """The pathway with what it leads to."""
    parts = tuple(Part(*pair) for pair in zip(pathway.stretches, families_of(pathway, knowledge), strict=True))
    families = [one for part in parts for one in part.families]
    reached = _reached(pathway, knowledge)
    danger = _danger(families, reached, knowledge)
    signs = {one.id for one in danger}
    homes = _homes(families, reached, knowledge)
    drawn = {
        id(one): tuple(
            found.table for found in reached[id(one)] if homes[found.table.id] is one and found.table.id not in signs
        )
        for one in families
    }
    elsewhere = {
        id(one): tuple(
            found.table for found in reached[id(one)] if homes[found.table.id] is not one or found.table.id in signs
        )
        for one in families
    }
    return Stage(pathway, parts, danger, drawn, elsewhere, _left(pathway, knowledge))


@remembered
def _reached(pathway: Pathway, knowledge: Knowledge) -> Mapping[int, tuple[Reached, ...]]:
    families = [one for part in families_of(pathway, knowledge) for one in part]
    contacts = _contacts(families, knowledge)
    return {id(one): reached_by(one, pathway.who, knowledge, with_form=id(one) in contacts) for one in families}


def _contacts(families: list[Family], knowledge: Knowledge) -> set[int]:
    """The families at whose contact a form is filled in: the one that bears the name of a form, else the first with it.
    Those that only record items of it are none, unless all are.
    """
    owner: dict[str, int] = {}
    filled = {form for one in knowledge.families if not recorded_by(one, knowledge) for form in _forms(one, knowledge)}
    for one in sorted(families, key=lambda one: one.id not in _forms(one, knowledge)):
        for form in _forms(one, knowledge):
            if form not in filled or not recorded_by(one, knowledge):
                owner.setdefault(form, id(one))
    return set(owner.values())


def _forms(family: Family, knowledge: Knowledge) -> list[str]:
    return list(dict.fromkeys(form for one in family.services if (form := family.member(one).form) is not None))


def _danger(
    families: list[Family], reached: Mapping[int, tuple[Reached, ...]], knowledge: Knowledge
) -> tuple[Table, ...]:
    """The tables that what is asked first, as danger signs, makes speak, and little else."""
    forms = dict.fromkeys(form for one in families for form in _forms(one, knowledge))
    asked = {
        item.item
        for form in forms
        for section in knowledge.forms[form].sections
        if section.hands == "danger"
        for item in section.items
    }
    found = {
        one.table.id: one.table
        for several in reached.values()
        for one in several
        if one.how in ("items", "form")
        and len(asked & triggers(one.table, knowledge)) * 2 >= len(triggers(one.table, knowledge))
    }
    return tuple(one for one in knowledge.tables if one.id in found)


def _homes(
    families: list[Family], reached: Mapping[int, tuple[Reached, ...]], knowledge: Knowledge
) -> dict[str, Family]:
    """The family to which each table belongs most."""
    best: dict[str, tuple[tuple[int, float, float], Family]] = {}
    for family in families:
        items = set(recorded_by(family, knowledge)) or set(form_items(family, knowledge))
        for one in reached[id(family)]:
            wanted = triggers(one.table, knowledge)
            likeness = len(items & wanted) / len(items | wanted) if items | wanted else 0.0
            share = len(items & wanted) / len(wanted) if wanted else 0.0
            # One item of many that a table looks at is not what the table is about; of two forms the one that asks for more of it is.
            kind = -1 if one.how == "items" and share < FEW else ("form", "findings", "service", "items").index(one.how)
            rank = (kind, share if one.how == "form" else likeness, likeness)
            if one.table.id not in best or rank > best[one.table.id][0]:
                best[one.table.id] = (rank, family)
    return {id_: family for id_, (_, family) in best.items()}


def _left(pathway: Pathway, knowledge: Knowledge) -> tuple[Table, ...]:
    """The tables that may concern these people and that no service of any pathway leads to."""
    known = {
        found.table.id
        for one in knowledge.pathways.values()
        for several in _reached(one, knowledge).values()
        for found in several
    }
    own = (None, *episodes_of(pathway.who))
    return tuple(
        one
        for one in knowledge.tables
        if one.id not in known and may_share(one.who, pathway.who) and one.who.episode in own
    )

"""Refuses pathways that show nothing, services that do not exist or concern nobody there, and services that no pathway shows."""

from __future__ import annotations

from collections.abc import Iterator

from care_engine.model import Knowledge, Pathway, Place
from care_engine.pathways.shown import families_of, folder_of, may_share, named, shown_nowhere


def pathway_faults(knowledge: Knowledge, *, all_shown: bool = True) -> Iterator[tuple[Place, str]]:
    """Place and fault. Knowledge without any pathway has none. `all_shown`: whether every service must stand on a chart."""
    for pathway in knowledge.pathways.values():
        yield from _faults_of(pathway, knowledge)
    if knowledge.pathways and all_shown:
        for family in shown_nowhere(knowledge):
            yield family.at, f"no pathway shows {family.id}; add it to a section of a file in knowledge/pathways/"


def _faults_of(pathway: Pathway, knowledge: Knowledge) -> Iterator[tuple[Place, str]]:
    folders = {folder_of(one) for one in knowledge.families}
    first: dict[str, Place] = {}
    parts = families_of(pathway, knowledge)
    for stretch, families in zip(pathway.stretches, parts, strict=True):
        for index, id_ in enumerate(stretch.services):
            at = stretch.at.key("services", index)
            found = named(id_, knowledge)
            if not found:
                yield at, f"there is no service '{id_}'; define it or correct the name"
            elif not any(may_share(one.who, pathway.who) for one in found):
                yield (
                    at,
                    f"{id_} concerns nobody of pathway {pathway.id}; take it away, or correct whom one of them is for",
                )
            if id_ in first:
                yield at, f"{id_} stands twice in pathway {pathway.id}, first at {first[id_]}; take one away"
            first.setdefault(id_, at)
        for index, folder in enumerate(stretch.folders):
            if folder not in folders:
                yield stretch.at.key("folders", index), f"there is no folder of services '{folder}'; correct the name"
        if not families:
            yield (
                stretch.at,
                f"a section of pathway {pathway.id} shows nothing; name services or folders, or take it away",
            )

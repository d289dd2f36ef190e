"""Knowledge that is not released yet, tried on made-up people: who would be due, who is newly found, beside what the released one says.

    try_draft(files, people=20_000, seed=1, on=…) -> report, as plain data for the command, the page and JSON

The people and what is recorded about them are those of `demo.making`; both knowledges are asked by the population evaluator, and the reasons
of a few examples by the bedside.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from care_engine.bedside import Decision, decide
from care_engine.drafting import Draft, lay_over
from care_engine.explaining import because, why
from care_engine.loading import load_knowledge
from care_engine.model import STATUSES, Knowledge
from care_engine.population import Bucket, evaluate_bucket
from care_engine.population.retelling import facts_of
from primary_care.demo.making import blocks
from primary_care.demo.parquet import bucket_of_blocks

MOST_PEOPLE = 30_000  # of one trial: a whole Puskesmas
EXAMPLES = 3  # of each way in which something changes
CHANGES_SHOWN = 60  # ways, the most frequent first, of which examples are told
GROUPS = (
    ("bayi", 0, 12),
    ("balita", 12, 60),
    ("prasekolah", 60, 72),
    ("usia-sekolah", 72, 216),
    ("dewasa", 216, 720),
    ("lansia", 720, 2400),
)
WANTED = ("due", "overdue")
LANGUAGES = ("id", "en")
Progress = Callable[[int, int], None]


@dataclass
class _Counts:
    """How many people, before and after, by service and status, by finding, and by sex and age group."""

    services: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    moves: dict[tuple[str, str, str], int] = field(default_factory=dict)
    findings: dict[str, list[int]] = field(default_factory=dict)  # before, after, new, gone
    groups: dict[tuple[str, str, str, str], list[int]] = field(default_factory=dict)
    examples: dict[tuple[str, str, str], list[dict[str, Any]]] = field(default_factory=dict)


def try_draft(
    files: Mapping[str, str], *, people: int, seed: int, on: date, progress: Progress = lambda done, whole: None
) -> dict[str, Any]:
    """What a draft (names and texts of its files) would do to made-up people. `faults` are told where it is not sound; then nothing else is."""
    with tempfile.TemporaryDirectory(prefix="simpul-uji-") as folder:
        draft = lay_over(files, Path(folder))
        report = _head(draft, people, seed, on)
        if draft.knowledge is None or draft.faults:
            return report
        released, counts = load_knowledge(), _Counts()
        sizes = blocks.sizes(people)
        for number, size in enumerate(sizes):
            progress(number, len(sizes))
            bucket = bucket_of_blocks([blocks.make(seed, number, size, on.toordinal())])
            _compare(bucket, on, released, draft.knowledge, counts)
        progress(len(sizes), len(sizes))
        return report | _told(counts, released, draft.knowledge)


def _head(draft: Draft, people: int, seed: int, on: date) -> dict[str, Any]:
    return {
        "on": on.isoformat(),
        "people": people,
        "seed": seed,
        "released": load_knowledge().version,
        "draft": draft.knowledge.version if draft.knowledge else "",
        "files": [{"name": one.name, "replaces": list(one.replaces)} for one in draft.placed],
        "faults": [{"file": one.file, "line": one.line, "problem": one.problem} for one in draft.faults],
    }


def _compare(bucket: Bucket, on: date, released: Knowledge, draft: Knowledge, counts: _Counts) -> None:
    day = on.toordinal()
    before, after = evaluate_bucket(bucket, day, released), evaluate_bucket(bucket, day, draft)
    who = _who(bucket.persons, on)
    statuses = _side_by_side(before.statuses, after.statuses, "service", "status")
    for service, was, now, number in statuses.group_by("subject", "before", "after").len().iter_rows():
        told = counts.services.setdefault(service, {one: [0, 0] for one in STATUSES})
        if was:
            told[was][0] += number
        if now:
            told[now][1] += number
        if was != now:
            counts.moves[service, was, now] = counts.moves.get((service, was, now), 0) + number
    found = _side_by_side(
        before.findings.with_columns(status=pl.lit("ada")),
        after.findings.with_columns(status=pl.lit("ada")),
        "finding",
        "status",
    )
    for finding, was, now, number in found.group_by("subject", "before", "after").len().iter_rows():
        row = counts.findings.setdefault(finding, [0, 0, 0, 0])
        for place, counted in enumerate((bool(was), bool(now), bool(now) and not was, bool(was) and not now)):
            row[place] += number * counted
    wanted = statuses.with_columns(pl.col("before", "after").is_in(WANTED))
    for kind, frame in (("service", wanted), ("finding", found.with_columns(pl.col("before", "after") != ""))):
        sums = frame.join(who, on="person_id").group_by("subject", "sex", "age").agg(pl.col("before", "after").sum())
        for subject, sex, age, was, now in sums.iter_rows():
            pair = counts.groups.setdefault((f"{kind} {subject}", kind, sex, age), [0, 0])
            pair[0] += was
            pair[1] += now
    _add_examples(bucket, day, released, draft, counts, [("service", statuses), ("finding", found)], who)


def _who(persons: pl.DataFrame, on: date) -> pl.DataFrame:
    """Of each person sex and age group."""
    months = [_months(birth, on) for birth in persons["birth"].to_list()]
    return pl.DataFrame(
        {"person_id": persons["person_id"], "sex": persons["sex"].fill_null(""), "age": [_group(one) for one in months], "months": months},
        schema_overrides={"months": pl.Int64},
    )  # fmt: skip


def _months(birth: int | None, on: date) -> int | None:
    if birth is None:
        return None
    born = date.fromordinal(birth)
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def _group(months: int | None) -> str:
    return next((name for name, low, high in GROUPS if months is not None and low <= months < high), "tidak-diketahui")


def _side_by_side(before: pl.DataFrame, after: pl.DataFrame, subject: str, value: str) -> pl.DataFrame:
    """person_id, subject, before, after; empty where there is nothing on a side."""
    key = ["person_id", "subject"]
    sides = [
        frame.select("person_id", pl.col(subject).cast(pl.String).alias("subject"), pl.col(value).cast(pl.String).alias(name)).unique(key, keep="last")
        for name, frame in (("before", before), ("after", after))
    ]  # fmt: skip
    return (
        sides[0].join(sides[1], on=key, how="full", coalesce=True).with_columns(pl.col("before", "after").fill_null(""))
    )


def _add_examples(
    bucket: Bucket, day: int, released: Knowledge, draft: Knowledge, counts: _Counts, frames: Iterable[tuple[str, pl.DataFrame]], who: pl.DataFrame
) -> None:  # fmt: skip
    """Of each way in which something changes the first few people, with the reasons on both sides."""
    chosen: list[tuple[str, str, str, str, int]] = []
    for kind, frame in frames:
        changed = frame.filter(pl.col("before") != pl.col("after")).sort("person_id")
        for subject, was, now, person in (
            changed.group_by("subject", "before", "after", maintain_order=True)
            .head(EXAMPLES)
            .select("subject", "before", "after", "person_id")
            .iter_rows()
        ):
            if len(counts.examples.get((f"{kind} {subject}", was, now), ())) < EXAMPLES:
                counts.examples.setdefault((f"{kind} {subject}", was, now), []).append({"person": person})
                chosen.append((kind, subject, was, now, person))
    facts = dict(facts_of(bucket, draft, only={one[-1] for one in chosen}))
    about = {row["person_id"]: row for row in who.filter(pl.col("person_id").is_in(list(facts))).iter_rows(named=True)}
    decided = {person: (decide(one, day, released), decide(one, day, draft)) for person, one in facts.items()}
    for kind, subject, was, now, person in chosen:
        entry = next(one for one in counts.examples[f"{kind} {subject}", was, now] if one["person"] == person)
        old, new = decided[person]
        entry |= {"sex": about[person]["sex"], "months": about[person]["months"]}
        entry |= {"why_before": _reason(old, kind, subject), "why_after": _reason(new, kind, subject)}


def _reason(decision: Decision, kind: str, subject: str) -> dict[str, str]:
    """Why something is as it is, in both languages; empty where there is nothing."""
    if kind == "service":
        status = next((one for one in decision.services if one.service.id == subject), None)
        return {one: why(status, decision, one) if status else "" for one in LANGUAGES}
    found = next((one for one in decision.findings if one.finding.id == subject), None)
    return {one: because(found, decision.knowledge, one) if found else "" for one in LANGUAGES}


def _told(counts: _Counts, released: Knowledge, draft: Knowledge) -> dict[str, Any]:
    def label(kind: str, subject: str) -> dict[str, str]:
        for known in (draft, released):
            one = (known.services if kind == "service" else known.findings).get(subject)
            if one is not None:
                return {"id": one.label.id, "en": one.label.en}
        return {"id": subject, "en": subject}

    changed = {service for service, _was, _now in counts.moves} | (released.services.keys() ^ draft.services.keys())
    found = {one for one, row in counts.findings.items() if row[2] or row[3]} | (
        released.findings.keys() ^ draft.findings.keys()
    )
    none = {one: [0, 0] for one in STATUSES}
    ways = sorted(counts.examples, key=lambda way: (-_times(way, counts), way))[:CHANGES_SHOWN]
    shown = {f"service {one}" for one in changed} | {f"finding {one}" for one in found}
    services = [
        {
            "id": one,
            "label": label("service", one),
            "statuses": counts.services.get(one, none),
            "new": one not in released.services,
            "gone": one not in draft.services,
        }
        for one in sorted(changed)
    ]
    findings = []
    for one in sorted(found):
        was, now, new, gone = counts.findings.get(one, [0, 0, 0, 0])
        findings.append(
            {"id": one, "label": label("finding", one), "before": was, "after": now, "new": new, "gone": gone}
        )
    groups = [
        {"id": key.split(" ", 1)[1], "kind": kind, "sex": sex, "age": age, "before": was, "after": now}
        for (key, kind, sex, age), (was, now) in sorted(counts.groups.items())
        if key in shown and (was or now)
    ]
    examples = []
    for key, was_, now_ in ways:
        kind, subject = key.split(" ", 1)
        people = counts.examples[key, was_, now_]
        told = {
            "kind": kind,
            "id": subject,
            "label": label(kind, subject),
            "before": was_,
            "after": now_,
            "people": people,
        }
        examples.append(told)
    return {
        "services": services,
        "moves": [[service, was, now, number] for (service, was, now), number in sorted(counts.moves.items())],
        "findings": findings,
        "groups": groups,
        "unchanged": {
            "services": len((released.services.keys() & draft.services.keys()) - changed),
            "findings": len((released.findings.keys() & draft.findings.keys()) - found),
        },
        "examples": examples,
    }


def _times(way: tuple[str, str, str], counts: _Counts) -> int:
    kind, subject = way[0].split(" ", 1)
    if kind == "service":
        return counts.moves[subject, way[1], way[2]]
    return counts.findings[subject][2 if way[2] else 3]


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """A report for a terminal, in Indonesian."""
    for one in report["files"]:
        yield f"{one['name']}: " + (f"menggantikan {', '.join(one['replaces'])}" if one["replaces"] else "baru")
    if report["faults"]:
        yield from (f"{one['file']}:{one['line']}: {one['problem']}" for one in report["faults"])
        yield f"{len(report['faults'])} kesalahan; tidak dicoba."
        return
    yield f"{report['people']} orang buatan per {report['on']}, benih {report['seed']}; rilis {report['released']} -> rancangan {report['draft']}"
    for one in report["services"]:
        parts = [f"{status} {was} -> {now}" for status, (was, now) in one["statuses"].items() if was or now]
        yield f"layanan {one['id']}: {', '.join(parts) or 'tidak menyangkut siapa pun'}"
    for one in report["findings"]:
        yield f"temuan {one['id']}: {one['before']} -> {one['after']} (baru {one['new']}, hilang {one['gone']})"
    same = report["unchanged"]
    yield f"{same['services']} layanan dan {same['findings']} temuan lain tidak berubah."
    for one in report["examples"][:10]:
        person = one["people"][0]
        reason = person["why_after"]["id"] or person["why_before"]["id"]
        yield f"  misalnya orang {person['person']}: {one['id']} {one['before'] or '-'} -> {one['after'] or '-'}: {reason}"

"""The way through a stage of life, from home to the hospital and back: the backbone that all care pathways of the ministry share
(care-pathway-2023; domain-jejaring 5). What happens on it, and how often, is counted from the knowledge.
"""

from __future__ import annotations

from care_engine.model import Family, Finding, Knowledge
from care_engine.pathways.consequences import daily, refers_out, severity_of
from care_engine.pathways.graph import LANE_OF, Band, Edge, Link, Node, Row, View, lanes_of
from care_engine.pathways.homes import Stage
from care_engine.pathways.saying import Words
from care_engine.pathways.screening import people_of


def after(before: Row, row: Row) -> Row:
    """The row with the way down from the one before."""
    return Row(row.nodes, (Edge(before.nodes[0].id, row.nodes[0].id, "next"), *row.edges))


def way_through(stage: Stage, words: Words, view: View) -> Band:
    knowledge = words.knowledge
    findings = _findings(stage, view, knowledge)
    rows = [_start(stage, words, view), _complaint(stage, words), _offered(stage, words, view), _found(findings, words)]
    rows += _referred(findings, words)
    linked = [rows[0], *(after(rows[at - 1], row) for at, row in enumerate(rows) if at)]
    heads = {"first": words.either("Langkah", "Step"), "last": words.either("Selanjutnya", "Then")}
    return Band(
        "alur",
        words.either("Dari rumah sampai rumah sakit, dan kembali", "From home to hospital, and back"),
        heads,
        tuple(linked),
    )


def _findings(stage: Stage, view: View, knowledge: Knowledge) -> list[Finding]:
    ids = dict.fromkeys(one for table in stage.tables for one in table.findings)
    findings = [knowledge.findings[one] for one in ids]
    return [one for one in findings if severity_of(one) != "normal" and view.finding(one)]


def _count(number: int, one: str, words: Words, english: str) -> str:
    return words.either(f"{number} {one}", f"{number} {english}{'' if number == 1 else 's'}")


def _start(stage: Stage, words: Words, view: View) -> Row:
    people = Node("sasaran", "people", words.text(stage.pathway.label), (people_of(stage.pathway, words),), "first")
    nodes = []
    for lane in lanes_of(_units(stage)):
        count = sum(_given_in(family, lane, words, view) for family in stage.families)
        if count:
            nodes.append(
                Node(f"sasaran-{lane}", "given", _count(count, "layanan", words, "service"), (), lanes=(lane,))
            )
    return Row((people, *nodes), tuple(Edge(people.id, one.id, "yes") for one in nodes))


def _units(stage: Stage) -> list[str]:
    return [one.unit for family in stage.families for member in family.members for one in member.given_by]


def _given_in(family: Family, lane: str, words: Words, view: View) -> bool:
    return any(LANE_OF[given.unit] == lane for one in family.members if view.service(one) for given in one.given_by)


def _complaint(stage: Stage, words: Words) -> Row:
    title = words.either("Ada keluhan atau tanda bahaya?", "Any complaint or danger sign?")
    question = Node(
        "keluhan",
        "question",
        title,
        (words.either("ditanyakan pada setiap kontak, juga di rumah", "asked at every contact, at home too"),),
        "first",
    )
    nodes = [
        Node(
            "keluhan-nilai",
            "do",
            words.either("Dengarkan, lihat tanda bahaya, dampingi", "Listen, look for danger signs, stay"),
            (),
            lanes=("rumah", "posyandu"),
        ),
        Node(
            "keluhan-tata",
            "do",
            words.either("Nilai dan tangani menurut tabel", "Judge and treat by the tables"),
            (),
            lanes=("pustu", "puskesmas"),
        ),
    ]
    if stage.danger:
        count = _count(len(stage.danger), "penilaian", words, "assessment")
        nodes.append(
            Node(
                "keluhan-ya",
                "result",
                words.either("Ya: tangani dulu", "Yes: treat first"),
                (count,),
                "last",
                severity="segera",
                link=Link("part", "bahaya"),
            )
        )
    nodes.append(
        Node(
            "keluhan-tidak",
            "result",
            words.either("Tidak: lanjut ke bawah", "No: go on below"),
            (),
            "last",
            severity="normal",
        )
    )
    return Row(
        (question, *nodes),
        tuple(Edge(question.id, one.id, "no" if one.id == "keluhan-tidak" else "yes") for one in nodes),
    )


def _offered(stage: Stage, words: Words, view: View) -> Row:
    title = words.either("Layanan dan skrining menurut waktunya", "Services and screening when they are due")
    card = Node(
        "layanan",
        "service",
        title,
        (words.either("di tempat yang terdekat dengan rumah", "at the place nearest to home"),),
        "first",
    )
    nodes: list[Node] = []
    for number, part in enumerate(stage.parts, 1):
        if not any(view.service(one) for family in part.families for one in family.members):
            continue
        count = _count(len(part.families), "layanan", words, "service")
        units = [one.unit for family in part.families for member in family.members for one in member.given_by]
        nodes.append(
            Node(
                f"ke-bagian-{number}",
                "part",
                f"{words.text(part.stretch.label)}: {count}",
                (),
                lanes=lanes_of(units),
                link=Link("part", f"bagian-{number}"),
            )
        )
    return Row((card, *nodes), tuple(Edge(card.id, one.id, "yes") for one in nodes))


def _found(findings: list[Finding], words: Words) -> Row:
    title = words.either("Ada temuan?", "Anything found?")
    lines = (
        words.either(
            f"{len(findings)} temuan meminta tindakan, di tempat ini",
            f"{len(findings)} findings ask for something, at these places",
        ),
    )
    question = Node("temuan", "question", title, lines, "first")
    nodes = []
    for lane in lanes_of(unit for one in findings for do in one.do for unit in do.units):
        here = sum(any(LANE_OF[unit] == lane for do in one.do for unit in do.units) for one in findings)
        nodes.append(Node(f"temuan-{lane}", "given", _count(here, "temuan", words, "finding"), (), lanes=(lane,)))
    rechecks = sum(bool(one.recheck) for one in findings)
    end = [
        Node(
            "temuan-tidak",
            "result",
            words.either("Tidak: edukasi, datang lagi pada waktunya", "No: education, come back when due"),
            (),
            "last",
            severity="normal",
        )
    ]
    if rechecks:
        end.append(
            Node(
                "temuan-ulang",
                "result",
                words.either(f"{rechecks} temuan diperiksa ulang", f"{rechecks} findings are checked again"),
                (),
                "last",
                severity="pantau",
            )
        )
    return Row(
        (question, *nodes, *end),
        tuple(Edge(question.id, one.id, "no" if one.id == "temuan-tidak" else "yes") for one in (*nodes, *end)),
    )


def _referred(findings: list[Finding], words: Words) -> list[Row]:
    out = [one for one in findings if refers_out(one)]
    up = [one for one in findings if any(LANE_OF[refer.to] in ("pustu", "puskesmas") for refer in one.refer)]
    if not out and not up:
        return []
    question = Node(
        "fktp", "question", words.either("Dapat ditangani di FKTP?", "Can primary care treat it?"), (), "first"
    )
    nodes = []
    if up:
        lanes = lanes_of(
            unit
            for one in up
            for refer in one.refer
            if LANE_OF[refer.to] in ("pustu", "puskesmas")
            for unit in refer.from_units
        )
        lanes = tuple(one for one in lanes if one not in ("puskesmas", "rs"))
        nodes.append(
            Node(
                "fktp-naik",
                "refer",
                words.either(f"Rujuk ke Puskesmas: {len(up)} temuan", f"Refer to the Puskesmas: {len(up)} findings"),
                (),
                lanes=lanes,
                to="puskesmas",
            )
        )
    if out:
        now = sum(any(daily(refer.within) for refer in one.refer if LANE_OF[refer.to] == "rs") for one in out)
        lines = (words.either(f"{now} di antaranya hari itu juga", f"{now} of them the same day"),) if now else ()
        nodes.append(
            Node(
                "fktp-rujuk",
                "refer",
                words.either(f"Tidak: rujuk, {len(out)} temuan", f"No: refer, {len(out)} findings"),
                lines,
                lanes=("puskesmas",),
                to="rs",
            )
        )
    first = Row((question, *nodes), tuple(Edge(question.id, one.id, "refer") for one in nodes))
    if not out:
        return [first]
    back = Node(
        "balik",
        "service",
        words.either("Rujuk balik dan pemantauan", "Referred back and followed"),
        (words.either("bila kondisi stabil", "when stable"),),
        "first",
    )
    ways = [
        Node(
            "balik-fktp",
            "back",
            words.either("Rujuk balik ke FKTP", "Back to primary care"),
            (),
            lanes=("rs",),
            to="puskesmas",
        ),
        Node(
            "balik-pantau",
            "do",
            words.either("Pemantauan hasil pengobatan", "The result of treatment is followed"),
            (),
            lanes=("posyandu", "pustu", "puskesmas"),
        ),
        Node(
            "balik-rumah",
            "do",
            words.either("Kunjungan rumah: kepatuhan, edukasi", "Home visit: adherence, education"),
            (),
            lanes=("rumah",),
        ),
    ]
    return [first, Row((back, *ways), tuple(Edge(back.id, one.id, "back") for one in ways))]

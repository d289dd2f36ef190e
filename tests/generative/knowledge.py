"""Generated knowledge, as the plain data of `care_engine.tests.tiny`: formulas, tables, services of every kind of schedule, episodes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.generative.expressions import CADRES, CHOICES, UNITS, Draw, Scope, chance, expression, maybe, pick
from tests.generative.printing import printed

LABEL = {"id": "a", "en": "a"}
CHOICE_LABELS = {one: LABEL for one in CHOICES}
SHORT = ("0d", "1d", "7d", "1w1d", "28d", "1m", "2m3d")
DAYS = ("0d", "1d", "7d", "28d")
OUTCOMES = ("lahir-hidup", "abortus")
#: A name that no service has but that schedules count.
GENERAL = "kontak-umum"

BASE_ITEMS: list[dict[str, Any]] = [
    {"id": "angka-a", "type": "number"},
    {"id": "angka-b", "type": "integer"},
    {"id": "benar-a", "type": "boolean"},
    {"id": "benar-b", "type": "boolean"},
    {"id": "kata", "type": "choice", "choices": CHOICE_LABELS},
    {"id": "himpunan", "type": "choices", "choices": CHOICE_LABELS},
    {"id": "tanggal", "type": "date"},
    {"id": "hpht", "type": "date"},
]
SETTINGS: list[dict[str, Any]] = [
    {"id": "wilayah-benar", "type": "boolean", "default": False},
    {"id": "wilayah-kata", "type": "choice", "default": "satu", "choices": CHOICE_LABELS},
    {"id": "wilayah-angka", "type": "integer"},
    {"id": "wilayah-hari", "type": "integer", "unit": "d", "default": 9},
]
#: How long until something follows.
WITHIN = [*SHORT, "area.wilayah-hari"]
FIGURES = {"angka": {"keys": ["kata", "angka"], "rows": [["satu", "0..1", 5], ["satu", "2", 6], ["dua", "0..3", 7]]}}


def text(draw: Draw, type_: str, scope: Scope, depth: int = 2) -> str:
    return printed(expression(draw, type_, Scope(**{**scope.__dict__, "depth": depth})))


def cell(draw: Draw, type_: str) -> Any:
    """A cell for a value of this type."""
    choices: list[Any] = ["-", "-", "known", "unknown"]
    if type_ == "number":
        low, more = draw(st.integers(0, 3)), draw(st.integers(1, 2))
        left, right = pick(draw, "[("), pick(draw, "])")
        choices += [
            f"< {low}",
            f"<= {low}",
            f"> {low}",
            f">= {low}",
            low,
            f"= {low}",
            f"{low}, {low + more}",
            f"not({low})",
        ]
        choices += [f"{left}{low}..{low + more}{right}", f"unknown, {low}", f"not(< {low})"]
    elif type_ == "boolean":
        choices += [True, False, "not(true)"]
    elif type_ in ("text", "set"):
        choices += ["satu", "dua", "satu, dua", "not(satu)", "not(satu, tiga)"]
        if type_ == "set":
            choices += ["none", "not(none)"]
    return pick(draw, choices)


def who(draw: Draw, scope: Scope, kind: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if kind is not None:
        found["episode"] = kind
    if chance(draw, 8):
        found["sex"] = pick(draw, ["perempuan", "laki-laki"])
    if chance(draw, 8):
        found["age"] = pick(draw, [{"from": "1m"}, {"until": "28d"}, {"from": "6m", "until": "59m"}, {"until": "1m"}])
    if chance(draw, 8):
        found["area"] = pick(draw, [{"wilayah-benar": True}, {"wilayah-kata": "dua"}, {"wilayah-angka": 2}])
    if chance(draw, 6):
        found["when"] = text(draw, "boolean", scope)
    return found


def table(draw: Draw, number: int, scope: Scope, kind: str | None, at: str, shared: tuple[str, ...]) -> dict[str, Any]:
    own = (f"temuan-{number}a", f"temuan-{number}b")
    # A finding of an earlier table may be shared; then this table asks for no findings, so that no circle arises.
    outputs = (*own, *shared[:1]) if shared and chance(draw, 4) else own
    if len(outputs) > 2:
        scope = Scope(**{**scope.__dict__, "findings": ()})
    scope = Scope(**{**scope.__dict__, "own": own if at == "contact" else ()})
    types = [pick(draw, ["number", "boolean", "text", "set", "number"]) for _ in range(draw(st.integers(1, 3)))]
    inputs = [{"name": f"masukan-{index}", "value": text(draw, type_, scope)} for index, type_ in enumerate(types)]
    results: list[Any] = [*outputs, [], list(own)]
    found: dict[str, Any] = {
        "id": f"tabel-{number}",
        "for": who(draw, Scope(**{**scope.__dict__, "own": ()}), kind),
        "at": at,
        "hit": pick(draw, ["first", "first", "collect"]),
        "inputs": inputs,
        "rows": [
            {"when": [cell(draw, type_) for type_ in types], "then": pick(draw, results)}
            for _ in range(draw(st.integers(1, 4)))
        ],
    }
    if at == "contact" and draw(st.booleans()):
        found["triggered_by"] = draw(
            st.lists(st.sampled_from(["angka-a", "benar-a", "himpunan", "kata"]), min_size=1, unique=True)
        )
    if chance(draw, 3):
        found["when"] = text(draw, "boolean", scope)
    if lasts := maybe(draw, st.sampled_from(["1d", "7d", "1m", "contact"])):
        found["lasts"] = lasts
    if chance(draw, 4):
        found["if_unknown"] = {"ask": ["angka-a"]}
    return found


def common(draw: Draw, scope: Scope, services: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        credit: dict[str, Any] = {}
        if draw(st.booleans()):
            credit["services"] = [GENERAL]
        if chance(draw, 3):
            credit["items"] = draw(st.lists(st.sampled_from(["angka-a", "benar-a", "kata"]), min_size=1, unique=True))
        if chance(draw, 3):
            credit["if"] = text(draw, "boolean", scope)
        found["credit"] = credit
    if grace := maybe(draw, st.sampled_from(DAYS)):
        found["grace"] = grace
    if chance(draw, 3):
        hold: dict[str, Any] = {
            "when": text(draw, "boolean", scope),
            "status": pick(draw, ["deferred", "contraindicated", "unknown"]),
        }
        if draw(st.booleans()):
            hold["until"] = text(draw, "date", scope)
        if draw(st.booleans()):
            hold["services"] = services[:1]
        found["holds"] = [hold]
    if chance(draw, 4):
        found["scope"] = "person"
    return found


def steps_window(draw: Draw, scope: Scope, services: list[str]) -> list[dict[str, Any]]:
    found = []
    start = 0
    for index in range(draw(st.integers(len(services), 4))):
        start += pick(draw, [0, 0, 3, 14])
        length = pick(draw, [0, 2, 14, 60])
        step: dict[str, Any] = {
            "id": f"langkah-{index}",
            "service": services[index % len(services)],
            "from": f"{start}d",
        }
        if draw(st.booleans()):
            step["due"] = pick(draw, [f"{start + length // 2}d", f"{start}d"])
        if chance(draw, 5):
            step["due"] = {"anchor": anchor(draw, scope), "after": pick(draw, SHORT)}
        if not chance(draw, 3):
            step["until"] = f"{start + length}d"
            if chance(draw, 3):
                step["late_until"] = f"{start + length + 5}d"
        for key, times in {"late_if": 5, "needs": 5, "full": 3, "when": 5}.items():
            if chance(draw, times):
                step[key] = text(draw, "boolean", scope)
        if "full" in step and draw(st.booleans()):
            step["complete_within"] = pick(draw, DAYS)
        if chance(draw, 5):
            step["grace"] = pick(draw, DAYS)
        found.append(step)
    return found


def steps_series(draw: Draw, scope: Scope, services: list[str]) -> list[dict[str, Any]]:
    found = []
    for index in range(draw(st.integers(len(services), 3))):
        step: dict[str, Any] = {
            "id": f"dosis-{index}",
            "service": services[index % len(services)],
            "due": pick(draw, SHORT),
        }
        if draw(st.booleans()):
            step["min"] = pick(draw, SHORT)
        if draw(st.booleans()):
            step["after"] = pick(draw, SHORT)
        if draw(st.booleans()):
            step["until"] = pick(draw, ["28d", "1m", "11m", "59m"])
        if chance(draw, 5):
            step["when"] = text(draw, "boolean", scope)
        if chance(draw, 5):
            step["grace"] = pick(draw, DAYS)
        found.append(step)
    return found


def anchor(draw: Draw, scope: Scope) -> str:
    """A day to count from; mostly one that there is."""
    plain = ["birth", "registered", "birth", "first_date(benar-a is known)"]
    return pick(draw, plain) if not chance(draw, 3) else text(draw, "date", scope, 1)


def schedule(draw: Draw, kind: str, scope: Scope, services: list[str], others: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": kind, **common(draw, scope, services)}
    if kind == "window":
        found["anchor"] = anchor(draw, scope)
        found["steps"] = steps_window(draw, scope, services)
        if gap := maybe(draw, st.sampled_from(DAYS)):
            found["min_gap"] = gap
        if chance(draw, 3):
            found["spacing"] = pick(draw, [[{"days": "14d"}], [{"until": "14d", "days": "7d"}, {"days": "28d"}]])
        if chance(draw, 3):
            found["opens"] = "window"
        if chance(draw, 3):
            found["advanced_by"] = "tanggal"
    elif kind == "series":
        found["steps"] = steps_series(draw, scope, services)
        if chance(draw, 4):
            found["anchor"] = anchor(draw, scope)
        if others and draw(st.booleans()):
            found["counts"] = [pick(draw, others)]
        if chance(draw, 3):
            found["variants"] = [
                {"first_at": pick(draw, ["[1m..12m)", ">= 1", "< 2"]), "steps": steps_series(draw, scope, services)}
            ]
        if others and chance(draw, 3):
            found["apart"] = {"from": [pick(draw, others)], "by": pick(draw, ["1d", "28d"])}
        if chance(draw, 4):
            found["prior"] = {"count": "latest(angka-b)", "on": text(draw, "date", scope, 1)}
        if late := maybe(draw, st.sampled_from(DAYS)):
            found["late_after"] = late
    elif kind == "repeat":
        found["every"] = pick(
            draw, ["1d", "7d", "1m", "contact", "contact", [{"until": "14d", "days": "2d"}, {"days": "28d"}]]
        )
        if found["every"] == "contact":
            if draw(st.booleans()):
                found["on_request"] = True
        elif draw(st.booleans()):
            found["first"] = {"anchor": anchor(draw, scope), "after": pick(draw, SHORT)}
        if found["every"] != "contact" and chance(draw, 3):
            found["until"] = text(draw, "date", scope, 1)
    else:
        found["months"] = pick(draw, ["all", [2, 6], [5, 6, 7], [8]])
        if until := maybe(draw, st.sampled_from(["7d", "30d"])):
            found["until_day"] = until
        if gap := maybe(draw, st.sampled_from(["7d", "30d"])):
            found["min_gap"] = gap
        if draw(st.booleans()):
            found["from_age"] = pick(draw, ["1m", "6m"])
        if draw(st.booleans()):
            found["until_age"] = pick(draw, ["2m", "11m"])
    return found


KINDS = ("window", "series", "repeat", "calendar")


@st.composite
def knowledge(draw: Draw) -> dict[str, Any]:
    """A whole small knowledge: each part may speak of the parts before it, so that nothing asks in a circle."""
    families = [(pick(draw, KINDS), number) for number in range(draw(st.integers(1, 3)))]
    members = {
        number: [
            f"layanan-{number}{letter}"
            for letter in ("abc"[: draw(st.integers(1, 3))] if kind in ("window", "series") else "a")
        ]
        for kind, number in families
    }
    every = [one for services in members.values() for one in services]
    scope = Scope(services=(*every, GENERAL))

    items = list(BASE_ITEMS)
    formulas: list[tuple[str, str]] = []
    for number in range(draw(st.integers(0, 2))):
        type_ = pick(draw, ["number", "boolean", "date"])
        items.append({"id": f"rumus-{number}", "type": type_, "formula": text(draw, type_, scope)})
        formulas.append((f"rumus-{number}", type_))
        scope = Scope(formulas=tuple(formulas), services=scope.services)

    tables: list[dict[str, Any]] = []

    def add_table(at: str) -> None:
        nonlocal scope
        kind = pick(draw, [None, None, "kehamilan", "nifas"])
        earlier = tuple(one for one in scope.findings if at == "contact")
        made = table(draw, len(tables), scope, kind, at, earlier)
        tables.append(made)
        named: set[str] = set()
        for row in made["rows"]:
            named.update([row["then"]] if isinstance(row["then"], str) else row["then"])
        scope = Scope(**{**scope.__dict__, "findings": tuple(sorted({*scope.findings, *named}))})

    for _ in range(draw(st.integers(0, 3))):
        add_table("contact")
    at_contacts = scope
    if draw(st.booleans()):
        add_table("today")

    services: list[dict[str, Any]] = []
    done: list[str] = []
    for kind, number in families:
        own = members[number]
        inner = Scope(**{**scope.__dict__, "concluded": tuple(done)})
        subject = pick(draw, [None, None, "kehamilan", "nifas"])
        family: dict[str, Any] = {
            "id": own[0] if len(own) == 1 else f"keluarga-{number}",
            "for": who(draw, inner, subject),
            "schedule": schedule(draw, kind, inner, own, [one for one in every if one not in own]),
            "given_by": [
                {
                    "unit": pick(draw, UNITS),
                    "cadre": list(CADRES),
                    **({"if": text(draw, "boolean", inner)} if draw(st.booleans()) else {}),
                }
            ],
        }
        if len(own) > 1:
            family["services"] = [{"id": one} for one in own]
        elif chance(draw, 4):
            family = in_groups(draw, family, inner, [one for one in every if one not in own])
        services.append(family)
        done += own
    if draw(st.booleans()):
        scope = Scope(**{**scope.__dict__, "concluded": tuple(done)})
        add_table("today")

    findings = []
    for one in sorted(scope.findings):
        if chance(draw, 3):
            findings.append(follow_up(draw, one, every, at_contacts))
    return {
        "items": items,
        "episodes": [
            {"id": "kehamilan", "starts": "hpht", "outcomes": list(OUTCOMES), "shown_for": pick(draw, ["7d", "1m"])},
            {
                "id": "nifas",
                "follows": {"episode": "kehamilan", "outcomes": ["lahir-hidup"]},
                "lasts": pick(draw, ["7d", "42d"]),
                "shown_for": "3d",
            },
        ],
        "settings": SETTINGS,
        "figures": FIGURES,
        "findings": findings,
        "tables": tables,
        "services": services,
    }


def in_groups(draw: Draw, family: dict[str, Any], scope: Scope, others: list[str]) -> dict[str, Any]:
    """A service whose schedule and whose condition differ by age: the younger have those of `family`."""
    last, first = pick(draw, [("59m", "60m"), ("5y", "6y"), ("30d", "31d")])
    younger = {"id": "muda", "for": {**family.pop("for"), "age": {"until": last}}, "schedule": family.pop("schedule")}
    kind = pick(draw, ["window", "series", "repeat", "calendar"])
    older = {
        "id": "tua",
        "for": {**who(draw, scope, younger["for"].get("episode")), "age": {"from": first}},
        "schedule": schedule(draw, kind, scope, [family["id"]], others),
    }
    return {**family, "groups": [younger, older]}


def follow_up(draw: Draw, id_: str, services: list[str], scope: Scope) -> dict[str, Any]:
    """A finding with everything that may follow, each now and then under a condition."""

    def condition() -> dict[str, Any]:
        return {"if": text(draw, "boolean", scope)} if draw(st.booleans()) else {}

    severity: Any = pick(draw, ["gawat", "pantau", "normal"])
    if draw(st.booleans()):
        severity = [{"if": text(draw, "boolean", scope), "is": "segera"}, {"is": "biasa"}]
    return {
        "id": id_,
        "severity": severity,
        "do": [
            {
                "id": "tindakan",
                "label": LABEL,
                "unit": ["pustu"],
                "within": pick(draw, WITHIN),
                "visit": draw(st.booleans()),
                **condition(),
            },
            {"service": pick(draw, services), "within": pick(draw, WITHIN)},
        ],
        "recheck": [
            {"items": ["angka-a"], "after": pick(draw, WITHIN), "unit": ["pustu"], **condition()},
            {"service": pick(draw, services), "after": pick(draw, WITHIN)},
        ],
        "refer": {"to": "rumah-sakit", "from": ["pustu"], "within": pick(draw, WITHIN), **condition()},
    }

"""`layanan.md`: every service with its schedule in words."""

from __future__ import annotations

from collections.abc import Iterator

from care_engine.catalogue.words import (
    by_folder,
    cell_words,
    code,
    labelled,
    listed,
    providers_words,
    source_words,
    span_words,
    told_words,
    until_words,
    who_words,
)
from care_engine.dates import Span
from care_engine.expressions import Binary, Call, Expression, Name
from care_engine.model import (
    Calendar,
    Common,
    Family,
    Knowledge,
    Repeat,
    Schedule,
    Series,
    Spacing,
    Step,
    Target,
    Window,
)
from care_engine.wording import MONTHS

HELD = {"deferred": "Ditunda", "contraindicated": "Tidak boleh diberikan", "unknown": "Belum dapat ditentukan"}


def services_page(knowledge: Knowledge) -> str:
    lines = [
        "# Layanan",
        "",
        "Every service by stage of life: whom it concerns, when it is due, where and by whom it is given.",
        "",
    ]
    for folder, families in by_folder(knowledge.families).items():
        lines += [f"## {folder}", ""]
        for family in families:
            lines += [*_family(family, knowledge), ""]
    return "\n".join(lines).rstrip() + "\n"


def _family(family: Family, knowledge: Knowledge) -> Iterator[str]:
    services = family.members
    first = services[0]
    yield f"### {family.label.id}"
    yield ""
    id_, _, group = family.id.partition("/")
    named = f"`{id_}`, kelompok `{group}`" if group else f"`{id_}`"
    yield f"- Id: {named} · klaster {first.klaster} · `knowledge/{family.at.file}`"
    if len(services) > 1:
        yield f"- Bagian: {'; '.join(f'{one.label.id} (`{one.id}`)' for one in services)}"
    yield f"- Untuk: {who_words(family.who, knowledge)}"
    yield "- Jadwal:"
    for sentence in schedule_sentences(family, knowledge):
        yield f"  - {sentence}"
    places = {one.id: providers_words(one.given_by) for one in services}
    if len(set(places.values())) == 1:
        yield f"- Di mana dan oleh siapa: {places[first.id]}"
    else:
        yield "- Di mana dan oleh siapa:"
        for id_, where in places.items():
            yield f"  - `{id_}`: {where}"
    if told := dict.fromkeys(topic for one in services for topic in one.tell):
        yield f"- Edukasi: {told_words(told, knowledge)}"
    if first.form is not None:
        yield f"- Formulir: {labelled(first.form, knowledge.forms)}"
    if hidden := dict.fromkeys(role for one in services for role in one.hidden_from):
        yield f"- Tidak diperlihatkan kepada: {listed(hidden)}"
    if topics := dict.fromkeys(one.sensitive for one in services if one.sensitive):
        yield f"- Sensitif: {listed(topics)}"
    if aliases := [alias for one in services for alias in one.aliases]:
        yield f"- Nama lain: {listed(aliases)}"
    for text in dict.fromkeys(source_words(one.source, knowledge) for one in services):
        yield f"- Sumber: {text}"


def schedule_sentences(family: Family, knowledge: Knowledge) -> list[str]:
    """The schedule of a family in Indonesian, one sentence a step, then what holds for all steps."""
    schedule = family.schedule
    several = len(family.services) > 1
    match schedule:
        case Window():
            sentences = _window(schedule, family, knowledge, several)
        case Series():
            sentences = _series(schedule, knowledge, several)
        case Repeat():
            sentences = _repeat(schedule, knowledge)
        case Calendar():
            sentences = _calendar(schedule)
    return [*sentences, *_common(schedule, knowledge)]


def anchor_words(anchor: Expression | None, knowledge: Knowledge) -> str:
    """What days are counted from: `lahir`, `HPHT`, `ditemukan: Anemia berat`."""
    match anchor:
        case None | Name("birth"):
            return "lahir"
        case Name("registered"):
            return "terdaftar"
        case Name("episode-start"):
            return "awal masa ini"
        case Name("episode-end"):
            return "akhir masa ini"
        case Name(id_) if id_ in knowledge.items:
            return knowledge.items[id_].label.id
        case Call("found_on" | "first_found_on", (Name(id_),)) if id_ in knowledge.findings:
            return f"ditemukan {knowledge.findings[id_].label.id}"
        case Call("given_on" | "given_ever_on" | "done_on", (Name(id_),)) if id_ in knowledge.services:
            return f"{knowledge.services[id_].label.id} diberikan"
        case Call("latest_on" | "latest_ever_on", (Name(id_),)) if id_ in knowledge.items:
            return f"{knowledge.items[id_].label.id} terakhir dicatat"
        case Binary("else", left, right):
            return f"{anchor_words(left, knowledge)} (bila tidak ada: {anchor_words(right, knowledge)})"
        case Call("max" | "min" as function, several):
            which = "yang terakhir" if function == "max" else "yang pertama"
            return f"{which} dari: {', '.join(anchor_words(one, knowledge) for one in several)}"
    return code(anchor)


def _named(step: Step, steps: tuple[Step, ...], knowledge: Knowledge, several: bool) -> str:
    """The service where there are several, the step where its service has several."""
    parts = [f"{knowledge.services[step.service].label.id} (`{step.service}`)"] if several else []
    if step.id != step.service and sum(one.service == step.service for one in steps) > 1:
        parts.append(f"`{step.id}`")
    return f"{', '.join(parts)}: " if parts else ""


def _window(window: Window, family: Family, knowledge: Knowledge, several: bool) -> Iterator[str]:
    start = anchor_words(window.anchor, knowledge)
    weeks = family.who.episode == "kehamilan"
    for step in window.steps:
        parts = []
        if isinstance(step.due, Target):
            parts.append(f"jatuh tempo {_after(step.due.after, anchor_words(step.due.anchor, knowledge))}")
        else:
            parts.append(f"jatuh tempo {_after(step.due, start, weeks=weeks)}")
        if step.due != step.opens:
            parts.append(f"boleh mulai {_after(step.opens, start, weeks=weeks)}")
        parts.append(
            f"paling lambat {until_words(step.until, weeks=weeks)} setelah {start}"
            if step.until
            else "tanpa batas akhir"
        )
        if step.late_until is not None:
            parts.append(f"masih dihitung, sebagai terlambat, sampai {until_words(step.late_until, weeks=weeks)}")
        if step.late_if is not None:
            parts.append(f"disebut terlambat bila {code(step.late_if)}")
        if step.needs is not None:
            parts.append(f"kontak hanya dihitung bila {code(step.needs)}")
        if step.full is not None:
            parts.append(f"lengkap bila {code(step.full)}")
        if step.complete_within is not None:
            parts.append(f"dilengkapi dalam {span_words(step.complete_within)}")
        if step.when is not None:
            parts.append(f"hanya bila {code(step.when)}")
        if step.grace is not None:
            parts.append(f"lewat waktu sesudah {span_words(step.grace)}")
        yield f"{_named(step, window.steps, knowledge, several)}{'; '.join(parts)}."
    if window.due_from_opening:
        yield "Jatuh tempo sejak hari pertama boleh dilakukan."
    if window.min_gap:
        yield f"Jarak antara dua kontak paling sedikit {window.min_gap} hari."
    if window.spacing:
        yield f"Jarak yang diinginkan dari kontak sebelumnya: {_spacing_words(window.spacing, start, weeks=weeks)}."
    if window.advanced_by is not None:
        yield f"{knowledge.items[window.advanced_by].label.id} dapat memajukan jatuh tempo."


def _after(span: Span, start: str, *, weeks: bool = False) -> str:
    return f"pada hari {start}" if span == Span() else f"{span_words(span, weeks=weeks)} setelah {start}"


def _spacing_words(spacing: tuple[Spacing, ...], start: str, *, weeks: bool = False) -> str:
    return "; ".join(
        f"{one.days} hari" + (f" (sampai {span_words(one.until, weeks=weeks)} setelah {start})" if one.until else "")
        for one in spacing
    )


def _series(series: Series, knowledge: Knowledge, several: bool) -> Iterator[str]:
    start = anchor_words(series.anchor, knowledge)
    yield from _doses(series.steps, start, knowledge, several)
    for variant in series.variants:
        yield f"Bila dosis pertama pada umur {cell_words(variant.first_at, None)} bulan, berlaku langkah berikut:"
        yield from (f"– {one}" for one in _doses(variant.steps, start, knowledge, several))
    if series.counts:
        yield f"Ikut dihitung: {listed(series.counts)}."
    if series.apart is not None:
        yield f"Pada hari yang sama dengan, atau paling sedikit {series.apart.days} hari dari: {listed(series.apart.services)}."
    if series.prior is not None:
        yield f"Dosis yang hanya diketahui jumlahnya: {code(series.prior.count)}, terakhir {code(series.prior.on)}."
    if series.late_after is not None:
        yield f"Disebut terlambat bila diberikan lebih dari {series.late_after} hari sesudah waktunya."


def _doses(steps: tuple[Step, ...], start: str, knowledge: Knowledge, several: bool) -> Iterator[str]:
    for step in steps:
        parts = [f"jatuh tempo {_after(step.due, start)}"] if isinstance(step.due, Span) else []
        if step.min_age is not None:
            parts.append(f"paling awal {span_words(step.min_age)}")
        if step.after is not None:
            parts.append(f"paling sedikit {span_words(step.after)} setelah dosis sebelumnya")
        if step.until is not None:
            parts.append(f"paling lambat {until_words(step.until)}")
        if step.when is not None:
            parts.append(f"hanya bila {code(step.when)}")
        yield f"{_named(step, steps, knowledge, several)}{'; '.join(parts)}."


def _repeat(repeat: Repeat, knowledge: Knowledge) -> Iterator[str]:
    if repeat.on_request:
        yield "Tidak pernah jatuh tempo sendiri; boleh dilakukan dan dicatat kapan saja."
        return
    if repeat.every is None and not repeat.spacing:
        yield "Pada setiap kontak."
    else:
        start = anchor_words(repeat.first.anchor, knowledge) if repeat.first else "awal"
        every = span_words(repeat.every) if repeat.every is not None else _spacing_words(repeat.spacing, start)
        yield f"Setiap {every} sesudah yang terakhir."
    if repeat.first is not None:
        yield f"Pertama kali {_after(repeat.first.after, anchor_words(repeat.first.anchor, knowledge))}."
    if repeat.until is not None:
        yield f"Sampai {code(repeat.until)}."


def _calendar(calendar: Calendar) -> Iterator[str]:
    months = ", ".join(MONTHS["id"][one] for one in calendar.months)
    age = [f"mulai umur {span_words(calendar.age_from)}"] if calendar.age_from is not None else []
    if calendar.age_until is not None:
        age.append(f"sampai {until_words(calendar.age_until)}")
    yield (
        (f"Pada bulan {months}" if months else "Sekali setiap bulan kalender")
        + (f", {' '.join(age)}" if age else "")
        + "."
    )
    if calendar.until_day:
        yield f"Dapat disusulkan sampai {calendar.until_day} hari sesudah bulan itu."
    if calendar.min_gap:
        yield f"Paling sedikit {calendar.min_gap} hari sesudah yang terakhir."


def _common(schedule: Schedule, knowledge: Knowledge) -> Iterator[str]:
    if not isinstance(schedule, Calendar) and not (isinstance(schedule, Repeat) and schedule.on_request):
        yield f"Lewat waktu sesudah {span_words(schedule.grace)} dari jatuh tempo."
    yield from _credit(schedule, knowledge)
    for hold in schedule.holds:
        until = f", sampai {code(hold.until)}" if hold.until is not None else ""
        only = f" ({listed(hold.services)})" if hold.services else ""
        yield f"{HELD[hold.status]}{only} bila {code(hold.when)}{until}: {hold.because.id}."
    if schedule.lifelong:
        yield "Dihitung sepanjang hidup."


def _credit(schedule: Common, knowledge: Knowledge) -> Iterator[str]:
    credit = schedule.credit
    ways = []
    if credit.services:
        ways.append(f"layanan {listed(credit.services)}")
    if credit.items:
        ways.append(f"catatan {', '.join(knowledge.items[one].label.id for one in credit.items)}")
    condition = f" bila {code(credit.condition)}" if credit.condition is not None else ""
    if ways or condition:
        yield f"Dihitung{' juga dari ' + ' atau '.join(ways) if ways else ''}{condition}."

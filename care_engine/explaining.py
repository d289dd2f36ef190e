"""A decision turned into sentences, in Indonesian and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from care_engine.bedside import Action, Decision, Found, Person, Status
from care_engine.cells import Anything
from care_engine.dates import add_months, last_day, months_between
from care_engine.evaluating import evaluate
from care_engine.expressions import Binary, Call, Expression, Name
from care_engine.model import Family, Finding, Item, Knowledge, Repeat, Service, Table, Text, Window
from care_engine.wording import day, item_label, value_text

_STATUS = {
    "done": Text("Sudah dilakukan {given}.", "Done on {given}."),
    "due": Text("Jatuh tempo {due}{closes}.", "Due on {due}{closes}."),
    "overdue": Text(
        "Terlambat {late} hari (jatuh tempo {due}){closes}.", "Overdue by {late} days (due on {due}){closes}."
    ),
    "not-yet": Text("Belum waktunya: mulai {starts}.", "Not yet: from {starts}."),
    "missed": Text("Terlewat: batasnya {last}.", "Missed: the last day was {last}."),
    "cancelled": Text("Batal: tidak diperlukan lagi.", "Cancelled: no longer needed."),
    "deferred": Text("Ditunda{until}{because}.", "Deferred{until}{because}."),
    "declined": Text("Ditolak; tawarkan lagi pada kontak berikutnya.", "Declined; offer again at the next contact."),
    "contraindicated": Text("Tidak boleh diberikan{because}.", "Must not be given{because}."),
    "unknown": Text("Belum dapat ditentukan: {missing} belum dicatat.", "Cannot tell yet: {missing} not recorded."),
}


_FLAGS = {
    "late": Text("Dilakukan melewati waktunya.", "Done later than it should be."),
    "partial": Text("Baru sebagian; perlu dilengkapi.", "Only partly done; to be completed."),
    "open": Text("Boleh dilakukan sekarang.", "May be done now."),
    "invalid-dose": Text(
        "Dosis terakhir terlalu dini dan tidak dihitung.", "The last dose was too early and does not count."
    ),
}


#: An input or an item named in the sentence of a finding, for its value: `{sistolik-rata}`.
NAMED_IN_TEXT = re.compile(r"\{([a-z0-9-]+)\}")


def because(found: Found, knowledge: Knowledge, language: str) -> str:
    """Why a finding was made: the author's sentence, or the values that made it."""
    values = found.judgement.inputs
    if found.finding.because is not None:
        return NAMED_IN_TEXT.sub(
            lambda match: _named_value(match[1], values, found, knowledge, language),
            found.finding.because[language],
        )
    table = found.judgement.table
    said = []
    for name in _used_inputs(found):
        item = _input_item(name, table, knowledge)
        if item is not None:
            said.append(f"{item.label[language]} {value_text(item, values[name], language)}")
    # Inputs without a label of their own are workings of the table; its name says more.
    return ", ".join(said) or table.label[language]


def _used_inputs(found: Found) -> list[str]:
    """The inputs that the row which made the finding looked at."""
    table = found.judgement.table
    used: dict[str, None] = {}
    for number_ in found.judgement.rows:
        row = table.rows[number_]
        if found.finding.id in row.then:
            for one, cell in zip(table.inputs, row.cells, strict=True):
                if not isinstance(cell, Anything):
                    used[one.name] = None
    return list(used) or [one.name for one in table.inputs]


def _input_item(name: str, table: Table, knowledge: Knowledge) -> Item | None:
    """The item behind an input, when it is one: `hb`, `latest(hb)`."""
    if name in knowledge.items:
        return knowledge.items[name]
    value: Expression | None = next((one.value for one in table.inputs if one.name == name), None)
    while (
        isinstance(value, Call) and value.arguments and value.function in ("latest", "latest_ever", "previous", "now")
    ):
        value = value.arguments[0]
    return knowledge.items.get(value.id) if isinstance(value, Name) else None


def _named_value(name: str, values: Mapping[str, Any], found: Found, knowledge: Knowledge, language: str) -> str:
    """The value of an input, or of any item at the moment of the finding; its unit is left to the sentence around it."""
    item = _input_item(name, found.judgement.table, knowledge)
    value = values.get(name)
    if value is None and name in knowledge.items:
        value = _value_then(name, found)
    return value_text(item, value, language, unit=False)


def _value_then(item: str, found: Found) -> Any:
    """What an item was when the finding was made: recorded or worked out at that contact, else its last value before."""
    person, subject = found.person, found.subject
    key = (found.judgement.on, found.judgement.sequence)
    contact = next((one for one in subject.contacts if one.moment == key), None)
    at = person.moment(subject, contact) if contact is not None else person.today(subject)
    value = evaluate(Name(item), at)
    return value if value is not None else evaluate(Call("latest_ever", (Name(item),)), at)


def why(status: Status, decision: Decision, language: str) -> str:
    """Why a service stands where it stands: its state, what it is counted from, and what to know."""
    knowledge, standing = decision.knowledge, status.standing
    starts = standing.opens if getattr(status.family.schedule, "due_from_opening", False) else status.due
    template = _STATUS[status.status]
    if status.status == "not-yet" and starts is None:
        template = Text("Bila diperlukan: dapat dilakukan kapan saja.", "On request: may be done at any time.")
    parts = template[language].format(
        given=day(status.given_on, language) if status.given_on is not None else "",
        due=day(status.due, language) if status.due is not None else "",
        starts=day(starts, language) if starts is not None else "",
        closes=_closes(status, decision.on, language),
        late=decision.on - status.due if status.due is not None else "",
        last=day(last, language) if (last := _last(status)) is not None else "-",
        until=_until(status, language),
        because=f": {status.because[language]}" if status.because is not None else "",
        missing=", ".join(item_label(knowledge, one, language) for one in status.missing) or "-",
    )
    sentences = [parts]
    if status.status in ("not-yet", "due", "overdue", "missed") and (origin := _origin(status, decision, language)):
        sentences.append(origin)
    shown = standing.flags if starts is not None or status.status != "not-yet" else ()
    sentences += [_FLAGS[flag][language] for flag in shown if flag in _FLAGS]
    return " ".join(sentences)


def _closes(status: Status, on: int, language: str) -> str:
    last = _last(status)
    if status.closes is None or last is None:
        return ""
    if on > status.closes:
        return {"id": "; masih dihitung, sebagai terlambat, sampai ", "en": "; still counts, as late, until "}[
            language
        ] + day(last, language)
    return {"id": ", paling lambat ", "en": ", at the latest "}[language] + day(status.closes, language)


def _last(status: Status) -> int | None:
    """The last day on which it counts at all: the close of its window, or of the days after it that count as late."""
    schedule, standing = status.family.schedule, status.standing
    if isinstance(schedule, Window) and standing.anchor is not None:
        for step in schedule.steps:
            if (step.service, step.id) == (standing.service, standing.step) and step.late_until is not None:
                return last_day(standing.anchor, step.late_until)
    return status.closes


def _until(status: Status, language: str) -> str:
    if status.until is None:
        return ""
    return {"id": " sampai ", "en": " until "}[language] + day(status.until, language)


def _origin(status: Status, decision: Decision, language: str) -> str:
    """What the date hangs on: the birth, the pregnancy's dating, a finding, an earlier service."""
    anchor_day = status.standing.anchor
    schedule = status.family.schedule
    anchor = getattr(schedule, "anchor", None) or getattr(getattr(schedule, "first", None), "anchor", None)
    if anchor_day is None:
        return ""
    if isinstance(anchor, Binary) and anchor.op == "else":  # the first, unless the day shows that the other stands in
        other = isinstance(anchor.right, Name) and anchor.right.id == "registered"
        anchor = anchor.right if other and anchor_day == status.subject.registered else anchor.left
    when = day(anchor_day, language)
    knowledge = decision.knowledge
    if isinstance(anchor, Call) and isinstance(anchor.arguments[0], Name):
        name = anchor.arguments[0].id
        if name in knowledge.findings:
            return {
                "id": f"Karena {knowledge.findings[name].label.id} pada {when}.",
                "en": f"Because of: {knowledge.findings[name].label.en}, {when}.",
            }[language]
        if name in knowledge.services:
            return {
                "id": f"Setelah {knowledge.services[name].label.id} pada {when}.",
                "en": f"After {knowledge.services[name].label.en} on {when}.",
            }[language]
        anchor = anchor.arguments[0]
    if anchor is None or (isinstance(anchor, Name) and anchor.id == "birth"):
        age = _age_text(anchor_day, decision.on, language)
        return {"id": f"Karena usia {age}.", "en": f"Because of the age of {age}."}[language]
    if isinstance(schedule, Repeat) and status.given_on is not None:
        return {
            "id": f"Terakhir {day(status.given_on, language)}.",
            "en": f"Last on {day(status.given_on, language)}.",
        }[language]
    if isinstance(anchor, Name) and anchor.id in knowledge.items:
        label = knowledge.items[anchor.id].label[language]
        weeks, days = divmod(decision.on - anchor_day, 7)
        if status.subject.kind == "kehamilan":
            return {
                "id": f"Karena usia kehamilan {weeks} minggu {days} hari ({label} {when}).",
                "en": f"Because of a gestation of {weeks} weeks {days} days ({label} {when}).",
            }[language]
        return {"id": f"Dihitung dari {label}, {when}.", "en": f"Counted from {label}, {when}."}[language]
    kind = knowledge.episodes[status.subject.kind].label[language].lower() if status.subject.kind else ""
    if isinstance(anchor, Name) and anchor.id == "registered":
        return {"id": f"Sejak terdaftar {kind} {when}.", "en": f"Since registered {kind} {when}."}[language].replace(
            "  ", " "
        )
    if isinstance(anchor, Name) and anchor.id == "episode-start" and kind:
        return {"id": f"Sejak {kind} mulai, {when}.", "en": f"Since the start of {kind}, {when}."}[language]
    return {"id": f"Dihitung sejak {when}.", "en": f"Counted from {when}."}[language]


def _age_text(birth: int, on: int, language: str) -> str:
    months = months_between(birth, on)
    days = on - add_months(birth, months)
    years = months // 12
    if language == "en":
        return f"{years} years" if years >= 6 else f"{months} months {days} days" if months else f"{days} days"
    return f"{years} tahun" if years >= 6 else f"{months} bulan {days} hari" if months else f"{days} hari"


def why_not(person: Person, family: Family, language: str) -> str:
    """Why a service does not concern this person today; an empty text when it does."""
    who, today = family.who, person.on
    subject = person.subject if who.episode is None else person.current(who.episode, today)
    knowledge = person.knowledge
    if who.sex is not None and person.facts.sex not in (None, who.sex):
        return {
            "id": f"Layanan ini untuk {who.sex}.",
            "en": f"This service is for {'women' if who.sex == 'perempuan' else 'men'}.",
        }[language]
    if subject is None:
        label = knowledge.episodes[who.episode or ""].label[language]
        return {"id": f"Tidak sedang: {label.lower()}.", "en": f"Not now: {label.lower()}."}[language]
    if person.concerns_by_age(who, today) is False:
        settings = [
            knowledge.settings[key].label[language]
            for key, wanted in who.area.items()
            if person.facts.area.get(key, knowledge.settings[key].default) != wanted
        ]
        if settings:
            return {
                "id": f"Tidak berlaku di wilayah ini: {', '.join(settings)}.",
                "en": f"Does not apply in this area: {', '.join(settings)}.",
            }[language]
        return {"id": "Umurnya di luar sasaran layanan ini.", "en": "The age is outside this service's target."}[
            language
        ]
    if any(status.service.family == family.id for status in person.statuses(family)):
        return ""
    return {
        "id": "Syarat layanan ini tidak terpenuhi saat ini.",
        "en": "The condition of this service is not met now.",
    }[language]


def action_label(action: Action, knowledge: Knowledge, language: str) -> str:
    rule = action.rule
    service = getattr(rule, "service", None)
    if service and not rule.label[language]:
        return knowledge.services[service].label[language]
    return rule.label[language]


def source_text(of: Service | Finding | Table, knowledge: Knowledge, language: str) -> str:
    """Where the rule comes from, for the person who wants to look it up."""
    source = of.source
    document = knowledge.documents.get(source.document or "")
    parts = [document.label[language] if document else "", source.place]
    text = ", ".join(part for part in parts if part)
    if source.assumed:
        assumed = {"id": "asumsi program, belum ditetapkan sumber", "en": "an assumption: no source fixes it"}[language]
        text = f"{text} ({assumed})" if text else assumed
    return text

"""When a service is due, in the few words that fit on a card; the whole schedule stands in `docs/generated/layanan.md`."""

from __future__ import annotations

from care_engine.catalogue.words import span_words, until_words
from care_engine.dates import Span
from care_engine.expressions import Binary, Call, Expression, Name
from care_engine.model import Calendar, Family, Repeat, Series, Step, Target, Window
from care_engine.pathways.saying import Words
from care_engine.wording import MONTHS

NOTHING = Span()
LONG = 90


def times(family: Family, services: tuple[str, ...], words: Words) -> list[str]:
    """One line for each of these services of a family, or one for all of them."""
    match family.schedule:
        case Window():
            return _window(family.schedule, family, services, words)
        case Series():
            return _series(family.schedule, services, words)
        case Repeat():
            return [_repeat(family.schedule, words)]
        case Calendar():
            return [_calendar(family.schedule, words)]


def _window(window: Window, family: Family, services: tuple[str, ...], words: Words) -> list[str]:
    weeks = family.who.episode == "kehamilan"
    steps = [one for one in window.steps if one.service in services]
    if len(services) == 1 and len(steps) > 1 and len({(one.until, one.when) for one in steps}) == 1:
        plain = [one.due for one in steps if isinstance(one.due, Span) and one.due != NOTHING]
        if len(plain) == len(steps):
            return [_several(plain, steps[0].until, window.anchor, weeks, words)]
    lines = []
    for step in steps:
        name = f"{_short(words.name(step.service))}: " if len(services) > 1 else ""
        lines.append(name + _due(step, window.anchor, weeks, words))
    return list(dict.fromkeys(lines))


def _due(step: Step, anchor: Expression | None, weeks: bool, words: Words) -> str:
    if isinstance(step.due, Target):
        said = after(step.due.after, step.due.anchor, words, weeks=weeks)
    else:
        said = after(step.due, anchor, words, weeks=weeks)
    if len(said) > LONG:  # a day that is worked out: when it may begin says more
        said = f"{words.either('mulai', 'from')} {after(step.opens, anchor, words, weeks=weeks)}"
    if step.until is not None:
        last = until_words(step.until, weeks=weeks, language=words.language)
        said += f", {words.either('paling lambat', 'at the latest')} {last}"
    if step.when is not None:
        said += f" ({words.either('bila', 'if')} {words.truth(step.when)})"
    return said


def _several(due: list[Span], until: Span | None, anchor: Expression | None, weeks: bool, words: Words) -> str:
    """`usia kehamilan 20 minggu, 28 minggu, 32 minggu, paling lambat 44 minggu`."""
    *first, last = due
    said = after(last, anchor, words, weeks=weeks)
    length = span_words(last, weeks=weeks, language=words.language)
    lengths = ", ".join(span_words(one, weeks=weeks, language=words.language) for one in (*first, last))
    said = said.replace(length, lengths, 1)
    if until is None:
        return said
    return f"{said}, {words.either('paling lambat', 'at the latest')} {until_words(until, weeks=weeks, language=words.language)}"


def after(span: Span, anchor: Expression | None, words: Words, *, weeks: bool = False) -> str:
    """`usia 9 bulan`, `usia kehamilan 16 minggu`, `3 hari setelah ditemukan Anemia`, `saat terdaftar`."""
    if isinstance(anchor, Binary) and anchor.op == "else":
        anchor = anchor.left
    length = span_words(span, weeks=weeks, language=words.language)
    match anchor:
        case None | Name("birth"):
            return (
                words.either(f"usia {length}", f"at {length} of age")
                if span != NOTHING
                else words.either("saat lahir", "at birth")
            )
        case Name("registered"):
            where = words.either("terdaftar", "registration")
        case Name("episode-start"):
            where = words.either("awal masa ini", "the start")
        case Name("episode-end"):
            where = words.either("akhir masa ini", "the end")
        case Name("hpht-terpakai") if weeks:
            return (
                words.either(f"usia kehamilan {length}", f"at {length} of pregnancy")
                if span != NOTHING
                else words.either("sejak awal kehamilan", "from the start of pregnancy")
            )
        case Call("found_on" | "first_found_on", (Name(id_),)):
            where = words.either(f"ditemukan {words.name(id_)}", f"finding {words.name(id_)}")
        case Call("given_on" | "given_ever_on" | "done_on", (Name(id_),)):
            where = words.name(id_)
        case Call("latest_on" | "latest_ever_on" | "first_on", (Name(id_),)):
            where = words.either(f"{words.name(id_)} dicatat", f"recording {words.name(id_)}")
        case _:
            where = words.value(anchor)
    if span == NOTHING:
        return words.either(f"saat {where}", f"on {where}")
    return words.either(f"{length} setelah {where}", f"{length} after {where}")


def _series(series: Series, services: tuple[str, ...], words: Words) -> list[str]:
    steps = [one for one in series.steps if one.service in services]
    due = [one.due for one in steps if isinstance(one.due, Span)]
    if len(due) == len(steps) and all(one != NOTHING for one in due):
        ages = ", ".join(span_words(one, language=words.language) for one in due)
        said = words.either(f"usia {ages}", f"at {ages} of age")
    else:
        said = after(due[0] if due else NOTHING, series.anchor, words)
        gaps = [span_words(one.after, language=words.language) for one in steps if one.after is not None]
        if gaps:
            said += words.either(f", lalu berjarak {', '.join(gaps)}", f", then {', '.join(gaps)} apart")
    lines = [said]
    untils = {one.until for one in steps if one.until is not None}
    if len(untils) == 1:
        lines.append(
            f"{words.either('paling lambat', 'at the latest')} {until_words(untils.pop(), language=words.language)}"
        )
    return lines


def _repeat(repeat: Repeat, words: Words) -> str:
    if repeat.on_request:
        return words.either("bila diperlukan", "on request")
    if repeat.every is None and not repeat.spacing:
        return words.either("setiap kontak", "at every contact")
    length = repeat.every or Span(0, repeat.spacing[0].days)
    said = words.either(f"setiap {span_words(length)}", f"every {span_words(length, language='en')}")
    if repeat.first is not None:
        said += words.either(", mulai ", ", from ") + after(repeat.first.after, repeat.first.anchor, words)
    return said


def _calendar(calendar: Calendar, words: Words) -> str:
    months = ", ".join(MONTHS[words.language][one] for one in calendar.months)
    said = words.either(f"bulan {months}", f"in {months}") if months else words.either("setiap bulan", "every month")
    ages = []
    if calendar.age_from is not None:
        ages.append(words.either("mulai usia ", "from ") + span_words(calendar.age_from, language=words.language))
    if calendar.age_until is not None:
        ages.append(words.either("sampai ", "until ") + until_words(calendar.age_until, language=words.language))
    return ", ".join([said, *ages])


def _short(label: str) -> str:
    """`K2 – pemeriksaan trimester 2 pertama`: K2."""
    return label.partition(" – ")[0]

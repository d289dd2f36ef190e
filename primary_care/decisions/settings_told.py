"""The settings of areas and what a change of them does, in words for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from care_engine import model
from care_engine.catalogue.lists import uses_of_settings
from primary_care.accounts.access import FIGURES, READ, allowed
from primary_care.accounts.models import Cadre
from primary_care.accounts.sight import CLOSED, SENSITIVE
from primary_care.accounts.suppression import FEWEST, Mark
from primary_care.decisions.comparing import ACTION, DATE, FINDING, GONE, LATER, NEW, PLACE, STATUS, Change
from primary_care.decisions.content import knowledge, language, service_label, service_marks, setting_words, words
from primary_care.decisions.models import Severity
from primary_care.design.formats import number
from primary_care.design.states import UNIT_LABELS

#: The headings of the page, in their order.
GROUPS = {
    "kejadian": gettext_noop("Kejadian luar biasa dan bencana"),
    "endemis": gettext_noop("Penyakit endemis"),
    "imunisasi": gettext_noop("Imunisasi"),
    "paket": gettext_noop("Paket layanan yang berjalan"),
    "pemberi": gettext_noop("Siapa boleh memberikan apa"),
    "tenggat": gettext_noop("Tenggat dan kontrol"),
    "perhitungan": gettext_noop("Cara menilai dan menghitung"),
    "tempat": gettext_noop("Tempat dan unit"),
    "lain": gettext_noop("Lainnya"),
}
WANTED = ("due", "overdue")
STATUS_WORDS = {
    "not-yet": gettext_noop("belum waktunya"),
    "due": gettext_noop("jatuh tempo"),
    "overdue": gettext_noop("terlambat"),
    "done": gettext_noop("selesai"),
    "missed": gettext_noop("terlewat"),
    "cancelled": gettext_noop("batal"),
    "deferred": gettext_noop("ditunda"),
    "declined": gettext_noop("ditolak"),
    "contraindicated": gettext_noop("tidak boleh"),
    "unknown": gettext_noop("belum dapat ditentukan"),
}


@dataclass(frozen=True)
class SettingInWords:
    """One setting. `uses`: the names of what hangs on it; `default`: said, empty where there is none; `assumed`: no source fixes it."""

    id: str
    label: str
    group: str
    type: str
    unit: str
    choices: tuple[tuple[str, str], ...]
    range: tuple[float, float] | None
    default: str
    source: str
    assumed: bool
    uses: tuple[str, ...]


def setting_in_words(setting: str) -> SettingInWords | None:
    """The setting; None where the knowledge has none of that id."""
    one = knowledge().settings.get(setting)
    if one is None:
        return None
    return SettingInWords(
        id=one.id,
        label=words(one.label),
        group=one.group,
        type=one.type,
        unit=one.unit,
        choices=tuple((key, words(text)) for key, text in one.choices.items()),
        range=one.range,
        default=setting_words(setting, one.default)[1],
        source=_source(one),
        assumed=one.source.assumed,
        uses=tuple(dict.fromkeys(name for id_ in _uses().get(setting, ()) for name in _names(id_))),
    )


def settings_by_group() -> list[tuple[str, list[SettingInWords]]]:
    """Every setting under its heading, by name."""
    found = [one for key in knowledge().settings if (one := setting_in_words(key)) is not None]
    groups = [(_(title), [one for one in found if one.group == group]) for group, title in GROUPS.items()]
    return [(title, sorted(ones, key=lambda one: one.label)) for title, ones in groups if ones]


@lru_cache(maxsize=1)
def _uses() -> dict[str, list[str]]:
    return uses_of_settings(knowledge())


def _names(id_: str) -> list[str]:
    known = knowledge()
    family = next((one for one in known.families if one.id == id_), None)
    if family is not None:
        return [service_label(one) for one in family.services]
    tables = {one.id: one for one in known.tables}
    for kind in (known.services, known.findings, tables, known.items, known.forms):
        if id_ in kind:
            return [words(kind[id_].label)]
    return []


def _source(one: model.AreaSetting) -> str:
    document = knowledge().documents.get(one.source.document or "")
    return ", ".join(part for part in (words(document.label) if document else "", one.source.place) if part)


# --- what a change does ---


@dataclass(frozen=True)
class Effect:
    """What happens to a service, a finding or an action, and to how many people; small counts of sensitive things are `<5`."""

    label: str
    text: str
    count: str


@dataclass(frozen=True)
class Effects:
    """Counts for a page. `services`: name, how many become due or overdue, how many no longer are, how many change otherwise;
    `details`: the same by status before and after; `places`, `findings` and `actions` line by line.
    `closed`: how many lines this role may not read; `touched`: how many people differ.
    """

    services: tuple[tuple[str, str, str, str], ...]
    details: tuple[Effect, ...]
    places: tuple[Effect, ...]
    findings: tuple[Effect, ...]
    actions: tuple[Effect, ...]
    closed: int
    touched: str


def effects(rows: Iterable[list[Any]], touched: int, role: str) -> Effects:
    """The counted changes of a proposal (`SettingProposal.changes`) as a role may read them."""
    services: dict[str, list[int]] = {}
    lines: dict[str, list[Effect]] = {STATUS: [], DATE: [], PLACE: [], FINDING: [], ACTION: []}
    closed, narrow = 0, None
    for *parts, count in rows:
        change = Change(*parts)
        topic = topic_of(change)
        narrow = topic if topic in SENSITIVE else narrow
        if topic in SENSITIVE and not _reads_figures(role):
            closed += 1
        else:
            if change.kind in (STATUS, DATE):
                column = 2 if change.kind == DATE else _column(change)
                services.setdefault(change.subject, [0, 0, 0])[column] += count
            lines[change.kind].append(Effect(label_of(change), change_text(change), _shown(count, topic)))
    told = []
    for service, counts in services.items():
        more, less, other = (_shown(count, service_marks(service)[0]) for count in counts)
        told.append((-sum(counts[:2]), -counts[2], (service_label(service), more, less, other)))
    return Effects(
        services=tuple(row for _most, _others, row in sorted(told)),
        details=(*lines[STATUS], *lines[DATE]),
        places=tuple(lines[PLACE]),
        findings=tuple(lines[FINDING]),
        actions=tuple(lines[ACTION]),
        closed=closed,
        touched=_shown(touched, narrow),
    )


def change_text(change: Change) -> str:
    """What happens, in words."""
    if change.kind == STATUS:
        return _("%(before)s → %(after)s") % {"before": status_word(change.before), "after": status_word(change.after)}
    if change.kind == PLACE:
        unit, _colon, cadre = (change.after or change.before).partition(":")
        place = {"unit": _unit(unit), "cadre": _cadre(cadre)}
        if change.after:
            return _("dapat diberikan di %(unit)s oleh %(cadre)s") % place
        return _("tidak lagi diberikan di %(unit)s oleh %(cadre)s") % place
    if change.kind == FINDING and change.before and change.after:
        return _("kegawatan dari %(before)s menjadi %(after)s") % {
            "before": _severity(change.before),
            "after": _severity(change.after),
        }
    if change.kind in (FINDING, ACTION) and change.after in ("", GONE):
        return _("tidak lagi")
    if change.kind == FINDING or change.after == NEW:
        return _("baru")
    return _("lebih lambat") if change.after == LATER else _("lebih awal")


def label_of(change: Change) -> str:
    """The name of what changes."""
    known = knowledge()
    if change.kind == FINDING:
        return words(known.findings[change.subject].label) if change.subject in known.findings else change.subject
    return _action_label(change.subject, language()) if change.kind == ACTION else service_label(change.subject)


def topic_of(change: Change) -> str | None:
    """The sensitive topic that a change would tell about."""
    if change.kind == ACTION:
        return _topic_of_action(change.subject)
    return marks_of(change)[0]


def marks_of(change: Change) -> tuple[str | None, tuple[str, ...]]:
    """The sensitive topic of a service or finding, and the roles that do not see it."""
    if change.kind == FINDING:
        found = knowledge().findings.get(change.subject)
        return (found.sensitive, found.hidden_from) if found else ("campuran", ())
    return service_marks(change.subject)


@lru_cache(maxsize=512)
def _action_label(action: str, tongue: str) -> str:
    for finding in knowledge().findings.values():
        for rule in _rules(finding):
            if rule.id == action:
                service = knowledge().services.get(getattr(rule, "service", None) or "")
                return rule.label[tongue] or (service.label[tongue] if service else action)
    return action


@lru_cache(maxsize=512)
def _topic_of_action(action: str) -> str | None:
    """The topic of any finding that asks for it."""
    findings = knowledge().findings.values()
    topics = [one.sensitive for one in findings if any(rule.id == action for rule in _rules(one))]
    return next((topic for topic in topics if topic in SENSITIVE), None)


def _rules(finding: model.Finding) -> list[model.Do | model.Recheck | model.Referral]:
    return [*finding.do, *finding.recheck, *finding.refer]


def _column(change: Change) -> int:
    if change.after in WANTED and change.before not in WANTED:
        return 0
    return 1 if change.before in WANTED and change.after not in WANTED else 2


def _reads_figures(role: str) -> bool:
    figures, names = allowed(role, CLOSED, FIGURES), allowed(role, CLOSED, READ)
    return figures is not None or (names is not None and not names.with_reason)


def _shown(count: int, topic: str | None) -> str:
    return Mark.FEW.value if topic in SENSITIVE and 0 < count < FEWEST else number(count)


def status_word(status: str) -> str:
    """A status in a word or two; of a service that does not concern the person, "tidak berlaku"."""
    return _(STATUS_WORDS[status]) if status else _("tidak berlaku")


def _severity(severity: str) -> str:
    return _(str(Severity(severity).label)).lower()


def _unit(unit: str) -> str:
    return _(UNIT_LABELS.get(unit, unit))


def _cadre(cadre: str) -> str:
    return _(str(Cadre(cadre).label)).lower() if cadre in Cadre.values else cadre

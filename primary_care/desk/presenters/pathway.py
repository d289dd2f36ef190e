"""A person's own place on a care pathway: what is said at each service, finding and action, and why, from the one decision about them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from primary_care.decisions.pathways import Link, Mark
from primary_care.decisions.reading import Action, Finding, Reading
from primary_care.design.formats import long_date, near_date
from primary_care.desk.presenters import due
from primary_care.people.models import Person, Sex

GROWN_UP = 18  # years
FINDINGS_SHOWN, SERVICES_SHOWN = 6, 5


@dataclass(frozen=True)
class Reason:
    """Why the person is where the mark is: a finding or a service, what is said of it, and its chart."""

    label: str
    text: str
    link: Link


def called(person: Person, on: date) -> str:
    """`Ibu Siti`, `Bapak Budi`, `Anak Putri`: how one speaks of somebody."""
    first = person.full_name.split()[0] if person.full_name.split() else person.full_name
    grown = person.birth_date is None or (on - person.birth_date).days >= GROWN_UP * 365.25
    if not grown:
        return _("Anak %(name)s") % {"name": first}
    return (_("Bapak %(name)s") if person.sex == Sex.LAKI_LAKI else _("Ibu %(name)s")) % {"name": first}


def marks(person: Person, reading: Reading) -> dict[str, tuple[Mark, ...]]:
    """What is said at each place of the chart; `reading` as the worker may see it."""
    name = called(person, reading.on)
    found: dict[str, tuple[Mark, ...]] = {}
    for service in reading.services:
        found[f"service/{service.id}"] = (Mark(service.status, f"{name}: {due.line(service, reading.on).chip.text}"),)
    for finding in reading.findings:
        since = _("%(name)s di sini sejak %(day)s") % {"name": name, "day": near_date(finding.on, reading.on)}
        text = f"{since}: {finding.because}" if finding.because else since
        found[f"finding/{finding.id}"] = (Mark("here", text),)
        for action in finding.actions:
            found[f"action/{finding.id}/{action.id}"] = (Mark("then", f"{name}: {_by(action, reading.on)}"),)
        for row in finding.trace["rows"]:
            found[f"row/{finding.trace['table']}/{row}"] = (Mark("here", _("%(name)s ada di sini") % {"name": name}),)
    return found


def reasons(reading: Reading) -> tuple[list[Reason], int]:
    """The findings that stand and ask for something, the most urgent first, and what is to be done now, the latest first; and how many more
    there are.
    """
    findings = [one for one in reading.findings if one.severity != "normal"]
    wanted = reading.wanted
    said = [_of_finding(one, reading.on) for one in findings[:FINDINGS_SHOWN]]
    for service in wanted[:SERVICES_SHOWN]:
        line = due.line(service, reading.on)
        text = f"{line.chip.text}. {line.why}" if line.why else line.chip.text
        said.append(Reason(line.label, text, Link("service", service.family)))
    return said, len(findings) + len(wanted) - len(said)


def _of_finding(finding: Finding, on: date) -> Reason:
    then = "; ".join(f"{action.label} ({_by(action, on)})" for action in finding.actions[:2])
    text = ". ".join(part for part in (finding.because, then) if part)
    return Reason(finding.label, text, Link("table", finding.trace["table"]))


def _by(action: Action, on: date) -> str:
    if action.by <= on:
        return _("sekarang") if action.by == on else _("seharusnya %(day)s") % {"day": long_date(action.by)}
    return _("paling lambat %(day)s") % {"day": near_date(action.by, on)}

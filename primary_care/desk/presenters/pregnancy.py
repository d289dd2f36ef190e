"""The pregnancy card: gestation, expected birth, who she is as a mother."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from primary_care.decisions.kept_models import KeptDecision, Stage
from primary_care.decisions.reading import Reading
from primary_care.design.formats import days, gestation, long_date, relative
from primary_care.visits.episodes import PREGNANCY

POSTPARTUM = "nifas"


@dataclass(frozen=True)
class Pregnancy:
    """What a running pregnancy says at a glance."""

    gestation: str
    pairs: tuple[tuple[str, str], ...]


def pregnancy(reading: Reading) -> Pregnancy | None:
    """The card of the running pregnancy, or None."""
    if PREGNANCY not in reading.episodes():
        return None
    length = reading.value("usia-kehamilan", PREGNANCY)
    age = gestation(int(length)) if isinstance(length, int | float) else _("belum diketahui")
    pairs = []
    for item, label in (("hpht-terpakai", _("HPHT")), ("hpl", _("Hari perkiraan lahir (HPL)"))):
        value = reading.value(item, PREGNANCY)
        if isinstance(value, date):
            pairs.append(
                (label, f"{long_date(value)}, {relative(value, reading.on)}" if item == "hpl" else long_date(value))
            )
    if not pairs:
        pairs.append((_("HPHT"), _("tidak diketahui; pastikan dengan USG")))
    obstetric = [
        (letter, reading.value(item, PREGNANCY))
        for letter, item in (("G", "gravida"), ("P", "partus"), ("A", "abortus"))
    ]
    if all(isinstance(value, int | float) for _letter, value in obstetric):
        words = " ".join(f"{letter}{int(value)}" for letter, value in obstetric)  # type: ignore[call-overload]
        pairs.append((_("Kehamilan, persalinan, keguguran"), words))
    return Pregnancy(age, tuple(pairs))


def kept_state_words(kept: KeptDecision | None) -> str:
    """As `state_words`, from what is kept."""
    if kept is None:
        return ""
    if kept.stage == Stage.HAMIL:
        return _("hamil %(age)s") % {"age": gestation(kept.gestation)} if kept.gestation is not None else _("hamil")
    if kept.postpartum is not None:
        return _("nifas, %(span)s setelah bersalin") % {"span": days(kept.postpartum)}
    return ""


def state_words(reading: Reading) -> str:
    """`hamil 20 minggu 3 hari`, `nifas hari ke-5`, or nothing."""
    card = pregnancy(reading)
    if card:
        return (
            _("hamil %(age)s") % {"age": card.gestation}
            if reading.value("usia-kehamilan", PREGNANCY) is not None
            else _("hamil")
        )
    if POSTPARTUM in reading.episodes():
        subject = next(one for one in reading.decision.person.shown if one.kind == POSTPARTUM)
        return _("nifas, %(span)s setelah bersalin") % {"span": days(reading.decision.on - subject.start)}
    return ""

"""The forms in which what is known apart from visits is mended: about a pregnancy, and about a person since birth."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from primary_care.design.fields import Choice, Field
from primary_care.design.formats import NotADate, read_date
from primary_care.desk.birth_form import OUTCOMES
from primary_care.desk.correction_form import KnownForm
from primary_care.desk.typed_form import as_typed
from primary_care.visits.fact_corrections import End, may_become
from primary_care.visits.models import Episode

GOES_ON = "-"


@dataclass(kw_only=True)
class PregnancyForm(KnownForm):
    """What was told when a pregnancy was registered; if it is over, also its end."""

    episode: Episode

    def end(self) -> End:
        """The end that was typed; the one that stands where it is not asked for, or cannot be read (a fault tells)."""
        before = End(self.episode.ended_on, self.episode.outcome)
        if before.on is None:
            return before
        outcome = self._outcome()
        if outcome == "":
            return End()
        try:
            if text := self.typed("ended"):
                return End(read_date(text), outcome)
            self.faults.add("ended", _("Tulis tanggalnya."))
        except NotADate as wrong:
            self.faults.add("ended", str(wrong))
        return before

    def end_fields(self) -> list[Field]:
        """The day of the end; and what it was, where it may be another."""
        if self.episode.ended_on is None:
            return []
        day = self.typed("ended") if self.data is not None else as_typed(self.episode.ended_on)
        fields = [Field("ended", _("Tanggal berakhir"), "date", day, errors=self.faults.at("ended"))]
        if len(may := may_become(self.episode.outcome)) > 1:
            chosen = self._outcome()
            choices = tuple(Choice(one or GOES_ON, outcome_words(one), one == chosen) for one in may)
            fields.insert(
                0,
                Field("outcome", _("Bagaimana berakhir"), "choice", choices=choices, errors=self.faults.at("outcome")),
            )
        return fields

    def labels(self) -> dict[str, str]:
        return super().labels() | {one.name: one.label for one in self.end_fields()}

    def _outcome(self) -> str:
        if self.data is None or not self.typed("outcome"):
            return self.episode.outcome
        typed = self.typed("outcome")
        return "" if typed == GOES_ON else typed


def history_hints() -> dict[str, str]:
    """What the three numbers of the obstetric history count, by item."""
    return {
        "gravida": _("kehamilan ke berapa, termasuk yang ini"),
        "partus": _("berapa kali bersalin"),
        "abortus": _("berapa kali keguguran"),
    }


def outcome_words(outcome: str) -> str:
    """How a pregnancy ended, in words."""
    known = {key: label for group in OUTCOMES.values() for key, label in group}
    if outcome in known:
        return _(known[outcome])
    return {
        "": _("Masih berjalan"), "lahir-hidup": _("Lahir hidup"), "lahir-mati": _("Lahir mati"), "meninggal": _("Ibu meninggal"),
    }.get(outcome, outcome)  # fmt: skip

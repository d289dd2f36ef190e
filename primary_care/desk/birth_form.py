"""The forms of the end of a pregnancy: what is asked for a birth, a loss, her death or another end, and how it is read."""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.decisions.births import Baby, Birth, missing
from primary_care.design.fields import Choice, Faults, Field
from primary_care.design.formats import NotADate, NotANumber, read_clock, read_date, read_number
from primary_care.people.models import Sex
from primary_care.visits.vocabulary import vocabulary

BABIES = 3  # asked for on the page; more are rare and are written as another registration
WAYS = ("lahir", "keguguran", "meninggal", "lain")
OUTCOMES = {
    "keguguran": (
        ("abortus", gettext_noop("Keguguran")),
        ("ektopik", gettext_noop("Hamil di luar kandungan (ektopik)")),
        ("mola", gettext_noop("Hamil anggur (mola)")),
    ),
    "lain": (("pindah", gettext_noop("Pindah ke luar wilayah")), ("bukan-hamil", gettext_noop("Ternyata tidak hamil"))),
}


@dataclass
class EndForm:
    """One of the four forms. `data` is what was typed, None for an empty form."""

    way: str
    data: QueryDict | None = None
    faults: Faults = field(default_factory=Faults)

    # --- reading ---

    def birth(self) -> Birth | None:
        """The birth that was typed; None with faults told where it cannot be read."""
        on = self._day("ended")
        place = self._one("tempat-persalinan", _("Pilih tempat bersalin."))
        way = self._one("cara-persalinan", _("Pilih cara bersalin."))
        helpers = tuple(self.data.getlist("penolong-persalinan")) if self.data else ()
        if not helpers:
            self.faults.add("penolong-persalinan", _("Pilih siapa yang menolong."))
        elif "tidak-ada" in helpers and len(helpers) > 1:
            self.faults.add("penolong-persalinan", _("“Tidak ada” tidak dapat dipilih bersama yang lain."))
        babies = tuple(baby for number in range(1, BABIES + 1) if (baby := self._baby(number)))
        if self.faults or on is None:
            return None
        return Birth(on=on, place=place, helpers=helpers, way=way, babies=babies)

    def end(self) -> tuple[date, str] | None:
        """Day and outcome of an end without a birth; None with faults told."""
        on, outcome = self._day("ended"), self._typed("outcome") if self.way != "meninggal" else self.way
        if self.way != "meninggal" and outcome not in dict(OUTCOMES[self.way]):
            self.faults.add("outcome", _("Pilih salah satu."))
        return None if self.faults or on is None else (on, outcome)

    def _typed(self, name: str) -> str:
        return (self.data.get(name, "") if self.data is not None else "").strip()

    def _day(self, name: str) -> date | None:
        try:
            if text := self._typed(name):
                return read_date(text)
            self.faults.add(name, _("Tulis tanggalnya."))
        except NotADate as wrong:
            self.faults.add(name, str(wrong))
        return None

    def _one(self, item: str, message: str) -> str:
        chosen = self._typed(item)
        if chosen not in vocabulary()[item].choices:
            self.faults.add(item, message)
        return chosen

    def _baby(self, number: int) -> Baby | None:
        """The child at this place; None where nothing was typed for it."""
        name = f"bayi-{number}-"
        typed = {part: self._typed(name + part) for part in ("keadaan", "kelamin", "berat-lahir-g", "panjang-lahir-cm", "jam", "nama")}  # fmt: skip
        if number > 1 and not any(typed.values()):
            return None
        if typed["keadaan"] not in ("hidup", "mati"):
            self.faults.add(name + "keadaan", _("Pilih keadaan bayi saat lahir."))
        if len(typed["nama"]) > 120:
            self.faults.add(name + "nama", _("Nama paling panjang 120 huruf."))
        baby = Baby(
            alive=typed["keadaan"] != "mati",
            sex=typed["kelamin"] if typed["kelamin"] in Sex.values else "",
            weight_g=self._number(name + "berat-lahir-g", typed["berat-lahir-g"], whole=True),
            length_cm=self._number(name + "panjang-lahir-cm", typed["panjang-lahir-cm"], whole=False),
            at=self._clock(name + "jam", typed["jam"]),
            name=typed["nama"],
        )
        for at, message in missing(baby):
            if not self.faults.at(name + at):
                self.faults.add(name + at, message)
        return baby

    def _number(self, name: str, text: str, *, whole: bool) -> Decimal | None:
        try:
            return read_number(text, whole=whole) if text else None
        except NotANumber as wrong:
            self.faults.add(name, str(wrong))
            return None

    def _clock(self, name: str, text: str) -> time | None:
        try:
            return read_clock(text) if text else None
        except ValueError as wrong:
            self.faults.add(name, str(wrong))
            return None

    # --- showing ---

    def fields(self) -> list[Field]:
        """What is asked before the children."""
        when = {
            "lahir": _("Tanggal lahir bayi"), "keguguran": _("Tanggal kejadian"), "meninggal": _("Tanggal meninggal"),
            "lain": _("Tanggal diketahui"),
        }  # fmt: skip
        day = self._field("ended", when[self.way], "date", hint=_("hari-bulan-tahun, misalnya 3-6-2026"))
        if self.way == "meninggal":
            return [day]
        if self.way != "lahir":
            pairs = [(value, _(label)) for value, label in OUTCOMES[self.way]]
            return [self._choice("outcome", _("Apa yang terjadi?"), pairs), day]
        found = [day]
        for item in ("tempat-persalinan", "penolong-persalinan", "cara-persalinan"):
            known = vocabulary()[item]
            pairs = [(value, str(label)) for value, label in known.choices.items()]
            found.append(self._choice(item, str(known.label), pairs, several=known.type == "choices"))
        return found

    def babies(self) -> list[tuple[str, bool, list[Field]]]:
        """Title, whether it stands open, and the fields of each child."""
        titles = (_("Bayi"), _("Bayi kedua (kembar)"), _("Bayi ketiga (kembar tiga)"))
        found = []
        for number, title in enumerate(titles, 1):
            shown = self._baby_fields(f"bayi-{number}-")
            typed = any(one.value or one.errors or any(choice.chosen for choice in one.choices) for one in shown)
            found.append((title, number == 1 or typed, shown))
        return found

    def labels(self) -> dict[str, str]:
        """Names of the fields of the children for the list of faults; the other messages say it themselves."""
        return {
            one.name: f"{title}, {one.label[:1].lower()}{one.label[1:]}"
            for title, _open, shown in (self.babies() if self.way == "lahir" else [])
            for one in shown
        }

    def _baby_fields(self, name: str) -> list[Field]:
        items = vocabulary()
        weight, length = items["berat-lahir-g"], items["panjang-lahir-cm"]
        return [
            self._choice(
                name + "keadaan", _("Keadaan saat lahir"), [("hidup", _("Lahir hidup")), ("mati", _("Lahir mati"))]
            ),
            self._choice(
                name + "kelamin",
                _("Jenis kelamin"),
                [(Sex.PEREMPUAN.value, _("Perempuan")), (Sex.LAKI_LAKI.value, _("Laki-laki"))],
            ),
            self._field(name + "berat-lahir-g", str(weight.label), "integer", unit="gram"),
            self._field(
                name + "panjang-lahir-cm", str(length.label), "number", unit="cm", hint=_("boleh kosong bila tidak diukur")
            ),
            self._field(name + "jam", _("Jam lahir"), "time", hint=_("misalnya 03.15; boleh kosong bila tidak tahu")),
            self._field(name + "nama", _("Nama bayi"), "text", hint=_("boleh kosong; ditulis dengan nama ibunya dulu")),
        ]  # fmt: skip

    def _field(self, name: str, label: str, kind: str, *, hint: str = "", unit: str = "") -> Field:
        return Field(name, label, kind, self._typed(name), hint=hint, unit=unit, errors=self.faults.at(name))

    def _choice(self, name: str, label: str, pairs: list[tuple[str, str]], *, several: bool = False) -> Field:
        chosen = self.data.getlist(name) if self.data is not None else []
        choices = tuple(Choice(value, words, value in chosen) for value, words in pairs)
        return Field(name, label, "choices" if several else "choice", choices=choices, errors=self.faults.at(name))

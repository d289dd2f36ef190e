"""The forms of the way through the Puskesmas: what is asked on arrival, and how one goes on. Nothing here stores anything."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.design.fields import Choice, Faults, Field
from primary_care.design.formats import NotANumber, read_number
from primary_care.desk import choice_lists
from primary_care.desk.presenters.way import place_label
from primary_care.desk.register_form import Form
from primary_care.encounters.actions import NEEDS_REASON, Refused, Registration
from primary_care.encounters.models import Encounter
from primary_care.encounters.permissions import may_step
from primary_care.encounters.places import KLASTER, KLASTER_4, PLACES, RAWAT_INAP
from primary_care.encounters.routing import EMERGENCY_SIGNS, INFECTIOUS_SIGNS, Arrival, Pregnancy, Triage
from primary_care.encounters.transitions import Event, Position, State, places_for, rows
from primary_care.people.models import Person, Sex

FERTILE = (10, 55)  # years: between these it is asked whether she is in labour
# What is decided about how somebody goes on; everything else is done by a button of its own.
DECISIONS = (
    Event.TANPA_LAYANAN, Event.KONSULTASI_ULANG, Event.TANPA_KONSULTASI, Event.DITANGANI, Event.TANPA_RESEP, Event.ADA_RESEP,
    Event.PERLU_LAYANAN, Event.RUJUK_FKRTL, Event.RUJUK_FKTP, Event.RUJUKAN_LAIN, Event.MENINGGAL,
)  # fmt: skip
BUTTONS = (
    Event.PANGGIL, Event.MASUK, Event.PANGGIL_LAGI, Event.BELUM_ADA, Event.SELESAI, Event.OBAT, Event.SELESAI_LANSIA,
    Event.KE_RUANG_LANSIA,
)  # fmt: skip


@dataclass
class ArrivalForm(Form):
    """What is asked of whoever arrives."""

    person: Person | None = None
    age: int | None = None

    @property
    def asks_pregnancy(self) -> bool:
        """Whether she may be in labour or pregnant."""
        grown = self.age is None or FERTILE[0] <= self.age <= FERTILE[1]
        return self.person is not None and self.person.sex != Sex.LAKI_LAKI and grown

    def registration(self) -> Registration:
        """What was answered; what cannot be read stands in `faults`."""
        return Registration(
            source=self.one_of("asal", Arrival.values, _("Pilih dari mana ia datang.")),
            emergency=None if (signs := self._marked("gawat")) is None else bool(signs),
            emergency_signs=frozenset(signs or ()),
            infectious_signs=frozenset(self._marked("menular") or ()),
            pregnancy=self.one_of("kehamilan", Pregnancy.values) if self.asks_pregnancy else "",
            age=self._age() if self.age is None else None,
        )

    def _marked(self, name: str) -> list[str] | None:
        try:
            found = choice_lists.marked(self.data.getlist(name))
        except ValueError as wrong:
            self.faults.add(name, str(wrong))
            return []
        if found is None:
            missing = {"gawat": _("Jawab dulu apakah ada tanda gawat darurat."), "menular": _("Tanyakan tanda penyakit menular, lalu jawab.")}  # fmt: skip
            self.faults.add(name, missing[name])
        return found

    def _age(self) -> int | None:
        text = self.text("umur")
        if not text:
            return None
        try:
            return int(read_number(text, whole=True))
        except NotANumber as wrong:
            self.faults.add("umur", str(wrong))
            return None

    def fields(self) -> list[Field]:
        """The questions in order: danger first."""
        asked = [
            self._signs("gawat", _("Apakah ada tanda gawat darurat?"), dict(EMERGENCY_SIGNS), _("Lihat dan tanyakan dulu, sebelum yang lain.")),
            self._signs(
                "menular", _("Apakah ada tanda penyakit menular?"), {key: label for key, (label, _why) in INFECTIOUS_SIGNS.items()},
                _("Yang ada tandanya menunggu di tempat terpisah dengan masker. Klasternya tetap."),
            ),
        ]  # fmt: skip
        if self.asks_pregnancy:
            hint = _("Kosongkan bila sesuai dengan catatan.")
            asked.append(self._choice("kehamilan", _("Apakah ia hamil?"), list(Pregnancy.choices), hint))
        if self.age is None:
            hint = _("Tanggal lahirnya belum dicatat. Kira-kira cukup.")
            errors = self.faults.at("umur")
            asked.append(
                Field(
                    "umur", _("Umur kira-kira"), "integer", self.data.get("umur", ""), hint, _("tahun"), errors=errors
                )
            )
        asked.append(self._choice("asal", _("Dari mana ia datang?"), list(Arrival.choices), required=True))
        return asked

    def _choice(
        self, name: str, label: str, pairs: list[tuple[str, str]], hint: str = "", *, required: bool = False
    ) -> Field:
        return self.choice(name, label, [(value, _(str(text))) for value, text in pairs], hint=hint, required=required)

    def _signs(self, name: str, label: str, signs: dict[str, str], hint: str) -> Field:
        chosen = self.data.getlist(name)
        found = tuple(Choice(key, _(text), key in chosen) for key, text in signs.items())
        none = Choice(choice_lists.NONE, _("Tidak ada"), choice_lists.NONE in chosen)
        some = Choice(choice_lists.SOME, _("Ada"), bool(chosen) and choice_lists.NONE not in chosen)
        return Field(name, label, "choices", choices=found, hint=hint, opening=(none, some), required=True, errors=self.faults.at(name))  # fmt: skip


def refused(faults: Faults, error: Refused) -> None:
    """A refusal of the actions, at the fields that it is about."""
    at = {"tanda-gawat": "gawat", "layanan": "jawaban"}
    for fault in error.faults:
        faults.add(at.get(fault.at, fault.at), fault.message)


def position_of(one: Encounter) -> Position:
    """Where an encounter is, for the table of the state machine."""
    return Position(one.state, one.place, one.stage, one.home)


def button_words(event: str) -> str:
    """What a button says."""
    return {
        Event.PANGGIL.value: _("Panggil"),
        Event.PANGGIL_LAGI.value: _("Panggil lagi"),
        Event.BELUM_ADA.value: _("Belum ada, geser ke belakang"),
        Event.MASUK.value: _("Masuk ruang"),
        Event.SELESAI.value: _("Selesai di sini"),
        Event.OBAT.value: _("Obat sudah diserahkan"),
        Event.SELESAI_LANSIA.value: _("Kegiatan selesai, pulang"),
        Event.KE_RUANG_LANSIA.value: _("Ke ruang kegiatan lansia"),
    }[event]


def buttons(one: Encounter, by: Assignment) -> list[tuple[str, str]]:
    """Pairs (event, words) of what this worker may do with one press."""
    open_ = {row.event for row in rows(position_of(one))}
    if one.emergency:  # is fetched, not called
        open_ -= {Event.PANGGIL}
    may = [event for event in BUTTONS if event in open_ and may_step(by, one, event)]
    return [(event.value, button_words(event.value)) for event in may]


def decision(one: Encounter, by: Assignment, data: QueryDict, faults: Faults, *, beds: bool) -> tuple[str, list[Field]] | None:  # fmt: skip
    """The question how somebody goes on, and its fields; None where there is none, or it is not this worker's. `beds`: inpatients."""
    at = position_of(one)
    open_ = {row.event for row in rows(at)}
    answers: list[tuple[str, str]] = []
    for event in (event for event in DECISIONS if event in open_ and may_step(by, one, event)):
        where = sorted(places_for(at, event), key=_services_first) if event == Event.PERLU_LAYANAN else [""]
        for place in where:
            if place != RAWAT_INAP or beds:
                answers.append((f"{event}:{place}" if place else event.value, place_label(place) or _answer(event)))
    if not answers:
        return None
    question = {
        State.CEK_LAYANAN_LAIN.value: _("Apakah perlu layanan lain?"),
        State.CEK_SPESIALISTIK.value: _("Apakah perlu rujukan?"),
        State.LAYANAN_LAIN.value: _("Ke mana sesudah ini?"),
        State.GADAR.value: _("Dapatkah ditangani di sini?"),
    }[one.state]
    chosen = data.get("jawaban", "")
    choices = tuple(Choice(value, label, value == chosen) for value, label in answers)
    fields = [Field("jawaban", question, "choice", choices=choices, required=True, errors=faults.at("jawaban"))]
    if any(event in NEEDS_REASON for event in open_ & set(DECISIONS)):
        fields.append(reason(data, faults, _("Bila dirujuk: ke mana dan karena apa")))
    return question, fields


def _services_first(place: str) -> tuple[bool, int]:
    """Where people are sent most stands first: the laboratory and the other services, then the other klaster."""
    return place in KLASTER | {KLASTER_4}, list(PLACES).index(place)


def _answer(event: str) -> str:
    return {
        Event.TANPA_LAYANAN.value: _("Tidak perlu layanan lain"),
        Event.KONSULTASI_ULANG.value: _("Kembali ke klaster untuk konsultasi"),
        Event.TANPA_KONSULTASI.value: _("Tidak perlu kembali ke klaster"),
        Event.DITANGANI.value: _("Ya, sudah ditangani"),
        Event.TANPA_RESEP.value: _("Tidak perlu, tidak ada resep: pulang"),
        Event.ADA_RESEP.value: _("Tidak perlu, ada resep: ke farmasi"),
        Event.RUJUK_FKRTL.value: _("Rujuk ke rumah sakit"),
        Event.RUJUK_FKTP.value: _("Rujuk ke Puskesmas atau FKTP yang lebih mampu"),
        Event.RUJUKAN_LAIN.value: _("Rujuk ke layanan sosial atau hukum"),
        Event.MENINGGAL.value: _("Meninggal"),
    }[event]


def reason(data: QueryDict, faults: Faults, label: str, name: str = "alasan") -> Field:
    """A short text that says why."""
    hint = _("Singkat. Jangan tulis nama penyakit yang tertutup.")
    return Field(name, label, "text", data.get(name, ""), hint=hint, errors=faults.at(name))


def triage_fields(data: QueryDict, faults: Faults) -> list[Field]:
    """The level of threat to life, and the Glasgow coma scale where it was taken."""
    chosen = data.get("triase", "")
    levels = tuple(Choice(value, _(str(label)), value == chosen) for value, label in Triage.choices)
    return [
        Field("triase", _("Tingkat triase"), "choice", choices=levels, required=True, errors=faults.at("triase")),
        Field("gcs", _("GCS, bila diperiksa"), "integer", data.get("gcs", ""), hint=_("3 sampai 15"), errors=faults.at("gcs")),
    ]  # fmt: skip

"""The forms of the register: what is asked about a person, a family and a move, and how it is read. Nothing here stores anything."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.areas.models import Area
from primary_care.areas.queries import places_within
from primary_care.design.fields import Choice, Faults, Field
from primary_care.design.formats import NotADate, long_date, read_date
from primary_care.people.actions import PersonDetails
from primary_care.people.models import (
    JKN,
    BirthDatePrecision,
    Disability,
    Household,
    MaritalStatus,
    Person,
    Relationship,
    Sex,
)
from primary_care.people.nik import NIK_PROBLEMS, check_nik

DAY_HINT = gettext_noop("hari-bulan-tahun, misalnya 3-6-2026")
LONGEST = {"nama": 120, "tempat-lahir": 80, "pekerjaan": 60, "hp": 20, "alamat": 200, "tujuan": 200}
# The labels of people.choices and what is wrong with a NIK, named here so that they are translated.
WORDS = (
    gettext_noop("Belum kawin"), gettext_noop("Kawin"), gettext_noop("Cerai hidup"), gettext_noop("Cerai mati"), gettext_noop("PBI"),
    gettext_noop("Non-PBI (pekerja)"), gettext_noop("Mandiri"), gettext_noop("Tidak punya"), gettext_noop("Fisik"),
    gettext_noop("Intelektual"), gettext_noop("Mental"), gettext_noop("Netra"), gettext_noop("Rungu"), gettext_noop("Wicara"),
    gettext_noop("Ganda"), gettext_noop("Tidak ada"), gettext_noop("NIK harus 16 angka."), gettext_noop("NIK hanya boleh berisi angka."),
    gettext_noop("Enam angka pertama NIK bukan kode wilayah."), gettext_noop("Angka 7–12 NIK bukan tanggal lahir."),
    gettext_noop("Tanggal lahir di NIK berbeda dari yang dicatat."),
    gettext_noop("Jenis kelamin di NIK berbeda dari yang dicatat."), gettext_noop("Empat angka terakhir NIK tidak boleh 0000."),
)  # fmt: skip
WRONG_LENGTH = {"nik-panjang", "nik-bukan-angka"}
# Which field a refusal of the actions belongs to.
AT = {
    "nama": "nama", "tanggal-lahir": "lahir", "nomor-dipakai": "nik", "nik-panjang": "nik", "kk-panjang": "kk", "hubungan": "hubungan",
    "kepala-keluarga-dua": "hubungan", "wilayah-berakhir": "tempat", "urutan": "sejak", "tanggal": "sejak", "ibu": "ibu",
}  # fmt: skip


@dataclass
class Form:
    """What was typed, and what is wrong with it."""

    data: QueryDict = field(default_factory=QueryDict)
    faults: Faults = field(default_factory=Faults)

    def text(self, name: str) -> str:
        """What stands in a field, with single spaces; too long is a fault."""
        text = " ".join(self.data.get(name, "").split())
        if len(text) > LONGEST.get(name, 250):
            self.faults.add(name, _("Paling panjang %(count)d huruf.") % {"count": LONGEST.get(name, 250)})
        return text

    def digits(self, name: str) -> str:
        """A number of a card without the blanks, dots and dashes that people write in it."""
        return re.sub(r"[\s.\-]", "", self.data.get(name, ""))

    def day(self, name: str, today: date, *, required: bool = True) -> date | None:
        """A day up to today; None with a fault where it cannot be read."""
        text = self.text(name)
        if not text:
            if required:
                self.faults.add(name, _("Tulis tanggalnya."))
            return None
        try:
            day = read_date(text)
        except NotADate as wrong:
            self.faults.add(name, str(wrong))
            return None
        if day > today:
            self.faults.add(name, _("%(day)s belum tiba.") % {"day": long_date(day)})
            return None
        return day

    def one_of(self, name: str, allowed: Iterable[str], missing: str = "") -> str:
        """One of several answers; a fault with the words `missing` where one must be chosen."""
        chosen = self.data.get(name, "")
        if chosen in set(allowed):
            return chosen
        if missing:
            self.faults.add(name, missing)
        return ""

    def confirmed(self) -> frozenset[str]:
        """What the user has said to be right."""
        return frozenset(self.data.getlist("yakin"))

    # --- showing ---

    def field(self, name: str, label: str, kind: str = "text", *, hint: str = "", required: bool = False) -> Field:
        """One field with what stands in it."""
        return Field(
            name, label, kind, self.data.get(name, ""), hint=hint, required=required, errors=self.faults.at(name)
        )

    def choice(
        self,
        name: str,
        label: str,
        pairs: Iterable[tuple[str, str]],
        *,
        kind: str = "choice",
        hint: str = "",
        required: bool = False,
    ) -> Field:
        """One question with its answers."""
        chosen = self.data.getlist(name)
        choices = tuple(Choice(value, text, value in chosen) for value, text in pairs)
        return Field(name, label, kind, choices=choices, hint=hint, required=required, errors=self.faults.at(name))

    def place(self, name: str, label: str, paths: tuple[str, ...]) -> Field:
        """The list of places within reach to choose from."""
        chosen = self.data.get(name, "")
        choices = tuple(
            Choice(str(area.pk), text, str(area.pk) == chosen, desa) for area, text, desa in places_within(paths)
        )
        hint = _("Bila RT-nya belum ada di daftar, minta petugas Klaster 1 menambahkannya.")
        return Field(name, label, "select", choices=choices, hint=hint, required=True, errors=self.faults.at(name))

    def area(self, name: str, paths: tuple[str, ...]) -> Area | None:
        """The place that was chosen, within reach; None with a fault for any other."""
        key = _key(self.data.get(name, ""))
        found = next((area for area, _text, _desa in places_within(paths) if area.pk == key), None) if key else None
        if found is None:
            self.faults.add(name, _("Pilih tempat tinggalnya."))
        return found


def read_birth(text: str) -> tuple[date, str]:
    """A birth date with how much of it is known: `3-6-1957`, `6-1957`, `1957`. Raises `NotADate`."""
    text = text.strip()
    try:
        if re.fullmatch(r"\d{4}", text):
            return date(int(text), 1, 1), BirthDatePrecision.YEAR
        if match := re.fullmatch(r"(\d{1,2})[-/. ](\d{4})", text):
            return date(int(match[2]), int(match[1]), 1), BirthDatePrecision.MONTH
    except ValueError:
        pass
    return read_date(text), BirthDatePrecision.DAY


def birth_text(person: Person) -> str:
    """A birth date as it is typed."""
    day = person.birth_date
    if day is None:
        return ""
    known = {BirthDatePrecision.YEAR: f"{day.year}", BirthDatePrecision.MONTH: f"{day.month}-{day.year}"}
    return known.get(BirthDatePrecision(person.birth_date_precision), f"{day.day}-{day.month}-{day.year}")


@dataclass
class PersonForm(Form):
    """Who somebody is. `mothers` are the women who may be the mother; `relationship` says whether that is asked."""

    mothers: tuple[Person, ...] = ()
    relationship: bool = True
    head: bool = False

    def details(self, today: date, sex_required: bool = True) -> PersonDetails:
        """What was typed; only to be used where no fault was told."""
        if not self.text("nama"):
            self.faults.add("nama", _("Tulis nama lengkapnya."))
        day, precision = self._birth(today)
        sex = self.one_of("kelamin", Sex.values, _("Pilih jenis kelamin.") if sex_required else "")
        disability = [one for one in self.data.getlist("disabilitas") if one in Disability.values]
        if Disability.TIDAK_ADA in disability and len(disability) > 1:
            self.faults.add("disabilitas", _("“Tidak ada” tidak dapat dipilih bersama yang lain."))
        if self.relationship:
            self.one_of("hubungan", Relationship.values, _("Pilih hubungan dengan kepala keluarga."))
        mother = _key(self.one_of("ibu", [str(one.pk) for one in self.mothers]))
        return PersonDetails(
            full_name=self.text("nama"),
            sex=sex,
            birth_date=day,
            birth_date_precision=precision,
            birth_place=self.text("tempat-lahir"),
            birth_order=int(self.one_of("urutan-lahir", "123") or 0) or None,
            mother_id=mother,
            phone=self.text("hp"),
            occupation=self.text("pekerjaan"),
            marital_status=self.one_of("kawin", MaritalStatus.values),
            jkn=self.one_of("jkn", JKN.values),
            disability=sorted(disability),
        )

    def nik(self, details: PersonDetails, questions: list[dict[str, str]]) -> str:
        """The NIK typed: what cannot be one is a fault, what does not fit the person a question."""
        nik = self.digits("nik")
        if not nik:
            return ""
        for code in check_nik(nik, details.sex, details.birth_date):
            said = _(NIK_PROBLEMS[code])
            if code in WRONG_LENGTH:
                counted = _("Yang diketik %(count)d angka.") % {"count": len(nik)} if nik.isdigit() else ""
                self.faults.add("nik", f"{said} {counted}".strip())
            elif (token := f"{code}={nik}") not in self.confirmed():
                text = _("%(problem)s Cocokkan dengan KTP atau KK.") % {"problem": said}
                questions.append(
                    {"field": "nik", "text": text, "confirm": _("NIK ini sesuai kartunya"), "token": token}
                )
        return nik

    def _birth(self, today: date) -> tuple[date | None, str]:
        text = self.text("lahir")
        if not text:
            if self.data.get("lahir-tahu") != "tidak":
                self.faults.add("lahir", _("Tulis tanggal lahirnya, atau tandai bahwa belum diketahui."))
            return None, BirthDatePrecision.DAY
        try:
            day, precision = read_birth(text)
        except NotADate as wrong:
            self.faults.add("lahir", str(wrong))
            return None, BirthDatePrecision.DAY
        if day > today:
            self.faults.add("lahir", _("%(day)s belum tiba.") % {"day": long_date(day)})
        elif today.year - day.year > 120:
            self.faults.add("lahir", _("Tanggal lahir lebih dari 120 tahun lalu. Periksa tahunnya."))
        return day, precision

    # --- showing ---

    def first(self) -> list[Field]:
        """What tells one person from another."""
        found = [
            self.field("nama", _("Nama lengkap"), required=True, hint=_("seperti di KTP atau KK, tanpa gelar")),
            self.field("nik", _("NIK"), hint=_("16 angka. Boleh kosong: orangnya mendapat nomor sementara.")),
            self.choice("kelamin", _("Jenis kelamin"), [(Sex.PEREMPUAN, _("Perempuan")), (Sex.LAKI_LAKI, _("Laki-laki"))], required=True),
            self.field("lahir", _("Tanggal lahir"), "date", hint=_("hari-bulan-tahun. Bila hanya tahunnya yang diketahui, tulis tahunnya saja.")),
            self.choice("lahir-tahu", _("Tanggal lahir belum diketahui?"), [("tidak", _("Belum diketahui"))], kind="choices"),
        ]  # fmt: skip
        if self.relationship:
            pairs = [(value, _(str(label))) for value, label in Relationship.choices]
            found.append(
                self.choice("hubungan", _("Hubungan dengan kepala keluarga"), pairs, kind="select", required=True)
            )
        if self.mothers:
            named = [(str(one.pk), one.full_name) for one in self.mothers]
            hint = _("Isi untuk anak. Bayi tanpa NIK dikenali dengan NIK ibunya.")
            found.append(self.choice("ibu", _("Ibu kandung"), named, kind="select", hint=hint))
        return found

    def more(self) -> list[Field]:
        """The rest, which may wait."""

        def words(choices: Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
            return [(value, _(str(label))) for value, label in choices]

        return [
            self.field("tempat-lahir", _("Tempat lahir")),
            self.choice("urutan-lahir", _("Bila kembar, lahir ke berapa?"), [("1", _("Pertama")), ("2", _("Kedua")), ("3", _("Ketiga"))]),
            self.field("hp", _("Nomor HP")),
            self.field("pekerjaan", _("Pekerjaan")),
            self.choice("kawin", _("Status kawin"), words(MaritalStatus.choices)),
            self.choice("jkn", _("JKN"), words(JKN.choices)),
            self.choice("disabilitas", _("Disabilitas"), words(Disability.choices), kind="choices"),
        ]  # fmt: skip

    @property
    def more_is_open(self) -> bool:
        """Whether something stands or is wrong in what is folded."""
        return any(one.answered or one.errors for one in self.more())


def typed_from(person: Person) -> QueryDict:
    """A form filled with what is known of a person."""
    data, version = QueryDict(mutable=True), person.version
    assert version is not None
    data.update(
        {
            "nama": person.full_name, "nik": person.nik or "", "kelamin": person.sex, "lahir": birth_text(person),
            "tempat-lahir": version.birth_place, "urutan-lahir": str(version.birth_order or ""), "hp": version.phone,
            "pekerjaan": version.occupation, "kawin": version.marital_status, "jkn": version.jkn,
            "ibu": str(person.mother_id or ""), "hubungan": person.relationship,
        }
    )  # fmt: skip
    if person.birth_date is None:
        data["lahir-tahu"] = "tidak"
    data.setlist("disabilitas", version.disability)
    return data


def mothers_in(household: Household, besides: Person | None = None) -> tuple[Person, ...]:
    """Women of a household who may be somebody's mother."""
    women = household.members.filter(sex=Sex.PEREMPUAN).order_by("birth_date", "pk")
    return tuple(women.exclude(pk=besides.pk) if besides else women)


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

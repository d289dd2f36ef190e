"""Made-up examples of every part in every state, for the page `/gaya`. No person and no database."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from primary_care.design.fields import Choice, Field
from primary_care.design.states import Chip, chip


@dataclass(frozen=True)
class Example:
    """A line of the due list, or a result, or an entry of the timeline: whatever attributes the part asks for."""

    values: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.values.get(name, "")


def examples(on: date) -> dict[str, Any]:
    """The context of the page, with `on` as today."""
    return {
        "p": Example({"name": "Ibu Contoh Lestari", "age": _("usia 28 tahun"), "sex": _("Perempuan"), "state": _("hamil 20 minggu 3 hari"),
                      "address": "Jalan Melati 3, RT 02, RW 01, Mekar Sari", "household_url": "#",
                      "actions": [Example({"label": _("Catat kunjungan"), "url": "#"}), Example({"label": _("Daftarkan kehamilan"), "url": "#"})]}),
        "chips": _chips(on),
        "units": ["rumah", "posyandu", "pustu", "puskesmas", "rumah-sakit"],
        "lines": _lines(on),
        "fields": _fields(),
        "errors": [("isian-contoh-salah", _("Berat badan: −5 kg tidak mungkin untuk usia ini."))],
        "questions": [Example({"field": "contoh-tinggi", "token": "contoh", 
                               "text": _("Tinggi turun 4 cm dari 10 Mei 2026. Ukur ulang, atau tandai sudah diukur ulang."),
                               "confirm": _("Ya, 66 cm sudah diperiksa ulang")})],
        "results": _results(),
        "tabs": [Example({"label": _("Semua"), "count": 49, "url": "#", "chosen": True}),
                 Example({"label": _("Terlambat"), "count": 29, "url": "#"})],
        "page": Example({"pages": 2, "first": 26, "last": 49, "count": 49, "before": "#"}),
        "tasks": _tasks(),
        "entries": _entries(on),
        "rows": [(_("10 Juni 2026"), "7,6 kg", _("Naik")), (_("10 Mei 2026"), "7,2 kg", _("Tidak naik"))],
    }  # fmt: skip


def _chips(on: date) -> list[Chip]:
    ahead, ago = on + timedelta(days=18), on - timedelta(days=12)
    return [
        chip("danger", on),
        chip("overdue", on, due=ago),
        chip("due", on, closes=ahead),
        chip("unknown", on, missing=_("tekanan darah")),
        chip("not-yet", on, due=ahead),
        chip("deferred", on, until=ahead, reason=_("demam")),
        chip("declined", on, last=ago),
        chip("contraindicated", on, reason=_("alergi berat")),
        chip("done", on, last=ago, place="Posyandu"),
        chip("missed", on, closes=ago),
        chip("cancelled", on),
    ]


def _lines(on: date) -> list[Example]:
    explanation = [
        (_("Waktu"), _("3 Juni 2026, paling lambat 30 Juni 2026")),
        (_("Sumber"), "KMK HK.01.07/MENKES/2015/2023, BAB IV"),
    ]
    late = chip("overdue", on, due=on - timedelta(days=12))
    return [
        Example({"label": _("Imunisasi Campak-Rubela 1"), "chip": late, "why": _("Karena usia 9 bulan 12 hari."),
                 "units": ["posyandu", "pustu", "puskesmas"], "explanation": explanation}),
        Example({"label": _("Penimbangan bulan ini"), "chip": chip("due", on, closes=on + timedelta(days=15)), "why": _("Setiap bulan."),
                 "units": ["posyandu", "rumah"], "explanation": explanation}),
    ]  # fmt: skip


def _fields() -> list[Field]:
    return [
        Field("contoh-berat", _("Berat badan"), "number", "7,6", unit="kg", last=_("terakhir 7,2, 10 Mei"), low="0.4", high="40"),
        Field("contoh-salah", _("Berat badan"), "number", "-5", unit="kg", 
              errors=(_("−5 kg tidak mungkin untuk usia ini: yang dapat dicatat 0,4 sampai 40 kg."),)),
        Field("contoh-tinggi", _("Panjang atau tinggi badan"), "number", "66", unit="cm", required=True),
        Field("contoh-tanggal", _("Hari pertama haid terakhir (HPHT)"), "date", hint=_("hari-bulan-tahun, misalnya 3-6-2026")),
        Field("contoh-ya", _("Apakah sudah minum TTD setiap hari?"), "yes-no", choices=(Choice("ya", _("Ya")), Choice("tidak", _("Tidak"), True))),
        Field("contoh-bahaya", _("Tanda bahaya"), "choices", choices=tuple(Choice(str(number), text) for number, text in enumerate(
            (_("Perdarahan"), _("Kejang"), _("Sakit kepala hebat"), _("Bengkak di wajah"), _("Tidak ada"))))),
        Field("contoh-daftar", _("Gejala TBC selain batuk"), "choices", required=True, last=_("terakhir tidak ada, 10 Mei"),
              opening=(Choice("-", _("Tidak ada")), Choice("+", _("Ada"), True)), choices=tuple(Choice(str(number), text) for number, text in enumerate(
            (_("Demam"), _("Keringat malam"), _("Berat badan turun"), _("Lesu")))) ),
        Field("contoh-catatan", _("Catatan"), "long-text"),
    ]  # fmt: skip


def _results() -> list[Example]:
    mark = Chip("danger", _("Gawat, sekarang"), "warning")
    return [
        Example({"severity": "gawat", "chip": mark, "what": _("Perdarahan dari jalan lahir"), 
                 "now": [_("Stabilkan, dampingi, rujuk ke FKRTL (sekarang)")]}),
        Example({"severity": "biasa", "what": _("Anemia ringan (Hb 10,4 g/dL, batas 11)"), 
                 "now": [_("Beri TTD 2 kali sehari dan jelaskan cara minum (hari ini)")],
                 "when": _("Periksa lagi: Hb, 10 Juli")}),
        Example({"severity": "normal", "what": _("Tekanan darah baik"), "now": []}),
    ]  # fmt: skip


def _tasks() -> list[Example]:
    return [
        Example({"open": True, "url": "#", "kind": _("Rujukan"), "what": _("Rujuk ke Puskesmas"), "why": _("Terduga TBC, ditemukan 3 Juni"),
                 "chip": Chip("overdue", _("Terlambat 7 hari"), "clock"), "urgent": Chip("danger", _("Segera"), "warning"),
                 "owner": "Posyandu Melati"}),
        Example({"open": False, "url": "#", "kind": _("Periksa ulang"), "what": _("Periksa lagi Hb"), "why": _("Anemia ringan, ditemukan 3 Mei"),
                 "chip": Chip("done", _("Selesai, 2 Juni"), "tick")}),
    ]  # fmt: skip


def _entries(on: date) -> list[Example]:
    return [
        Example({"on": on, "at": time(9, 30), "unit_kind": "puskesmas", "place": "Puskesmas Contoh", "lines": [_("K2"), _("Berat badan 52,5 kg")],
                 "by": _("Dicatat oleh Sri Wahyuni")}),
        Example({"on": on - timedelta(days=30), "unit_kind": "posyandu", "place": "Posyandu Melati", "lines": [_("Berat badan 51,8 kg")], "by": ""}),
    ]  # fmt: skip

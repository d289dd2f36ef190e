"""The NIK (Nomor Induk Kependudukan): 16 digits, province, kabupaten and kecamatan of first issue (2 each), birth
date ddmmyy with 40 added to the day of a woman, and a serial number. Source: Perpres 25/2008 and UU 24/2013 on civil
registration.

A NIK that disagrees with what the person says is a question, not a refusal: people hold cards with mistakes.
"""

from datetime import date

from django.utils.translation import gettext_noop as noop

WOMAN = 40
SYNTHETIC_PROVINCE = "99"
NIK_PROBLEMS = {
    "nik-panjang": noop("NIK harus 16 angka."),
    "nik-bukan-angka": noop("NIK hanya boleh berisi angka."),
    "nik-wilayah": noop("Enam angka pertama NIK bukan kode wilayah."),
    "nik-tanggal-mustahil": noop("Angka 7–12 NIK bukan tanggal lahir."),
    "nik-tanggal-beda": noop("Tanggal lahir di NIK berbeda dari yang dicatat."),
    "nik-jenis-kelamin-beda": noop("Jenis kelamin di NIK berbeda dari yang dicatat."),
    "nik-nomor-urut": noop("Empat angka terakhir NIK tidak boleh 0000."),
}


def check_nik(nik: str, sex: str = "", birth_date: date | None = None) -> list[str]:
    """What is wrong with a NIK, as codes of `NIK_PROBLEMS`; empty when nothing is. Unknown `sex` or `birth_date` is
    not compared.
    """
    if not (nik.isascii() and nik.isdigit()):
        return ["nik-bukan-angka"]
    if len(nik) != 16:
        return ["nik-panjang"]
    found = []
    if not "11" <= nik[:2] <= "99" or nik[2:4] == "00" or nik[4:6] == "00":
        found.append("nik-wilayah")
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    woman = day > WOMAN
    if not _is_day(day - WOMAN if woman else day, month, year):
        found.append("nik-tanggal-mustahil")
    else:
        if birth_date and nik[6:12] not in (f"{birth_date:%d%m%y}", _woman_day(birth_date)):
            found.append("nik-tanggal-beda")
        if sex and woman != (sex == "perempuan"):
            found.append("nik-jenis-kelamin-beda")
    if nik[12:] == "0000":
        found.append("nik-nomor-urut")
    return found


def make_nik(region: str, sex: str, birth_date: date, serial: int) -> str:
    """A well-formed NIK; for synthetic people, whose `region` (six digits) begins with 99."""
    middle = _woman_day(birth_date) if sex == "perempuan" else f"{birth_date:%d%m%y}"
    return f"{region}{middle}{serial:04d}"


def masked(nik: str) -> str:
    """A NIK as a list shows it: the region and the last two digits."""
    return f"{nik[:6]}••••••••{nik[-2:]}" if len(nik) == 16 else ""


def _woman_day(birth_date: date) -> str:
    return f"{birth_date.day + WOMAN:02d}{birth_date:%m%y}"


def _is_day(day: int, month: int, year: int) -> bool:
    """Whether the date exists in 19yy or 20yy."""
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False

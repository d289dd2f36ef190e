"""Every problem a row can have: its code, whether it holds the row, and what the user reads.

A problem *holds* a row only when storing the row would be wrong whatever the answer turns out to be: a birth date
that cannot be, no name, an unknown place (it decides who may see the person), a person who is there already.
Everything else is imported with what is certain, and the rest is asked (docs/decisions/0004-register-import.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a row. `reason` says what it is and what to do, without personal data."""

    code: str
    reason: str
    holds: bool = False
    other_row: int | None = None  # the sheet row that it is compared with


HOLDING = frozenset(
    {
        "blank_row",
        "name_missing",
        "name_unreadable",
        "birth_in_future",
        "birth_too_long_ago",
        "birth_unreadable",
        "unknown_village",
        "duplicate_person",
        "nik_of_another_person",
        "nik_elsewhere",
        "kk_elsewhere",
    }
)

PROVISIONAL = noop("dicatat dengan nomor sementara")
REASONS = {
    "blank_row": noop("Baris kosong. Hapus baris ini bila tidak ada yang terlupa."),
    "name_missing": noop("Nama belum diisi."),
    "name_unreadable": noop("Kolom Nama Lengkap tidak berisi nama yang dapat dibaca. Tulis ulang seperti di KTP."),
    # birth date
    "birth_missing": noop(
        "Tanggal lahir belum diisi; layanan menurut umur belum dapat ditentukan. Lihat KTP, KK, akta."
    ),
    "birth_unreadable": noop("Kolom Tanggal Lahir %(why)s."),
    "birth_incomplete": noop("Tanggal lahir hanya berisi %(precision)s. Lengkapi bila ada KTP atau akta."),
    "birth_century": noop(
        "Tahun lahir ditulis dua angka dan dibaca 19xx karena hubungan keluarganya. Periksa, lalu tulis empat angka."
    ),
    "birth_in_future": noop(
        "Tanggal lahir ada di masa depan (atau tahun dua angka yang berarti lebih dari 95 tahun). "
        "Lihat KTP, KK, atau akta lahir, lalu tulis tahunnya empat angka."
    ),
    "birth_too_long_ago": noop("Tanggal lahir lebih dari 120 tahun lalu. Periksa tahunnya."),
    # NIK
    "nik_missing": noop("NIK belum diisi; %(provisional)s. Minta KTP, KK, atau KIA."),
    "nik_unreadable": noop("Kolom NIK %(why)s; %(provisional)s. Cocokkan dengan KTP."),
    "nik_wrong_length": noop("NIK berisi %(count)s angka, seharusnya 16; %(provisional)s. Cocokkan dengan KTP."),
    "nik_digits_lost": noop(
        "NIK disimpan sebagai angka sehingga angka ke-16 hilang; %(provisional)s. Ketik ulang sebagai teks."
    ),
    "nik_malformed": noop("Kode wilayah atau nomor urut di dalam NIK tidak mungkin ada. Cocokkan dengan KTP."),
    "nik_birth_mismatch": noop(
        "Tanggal di dalam NIK berbeda dari tanggal lahir. Cocokkan keduanya dengan KTP atau KK."
    ),
    "nik_sex_mismatch": noop("Jenis kelamin menurut NIK berbeda dari kolom JK. Cocokkan dengan KTP atau KK."),
    "nik_shared_by_two_people": noop(
        "NIK ini juga dipakai orang lain di baris %(other)s; %(provisional)s. Cocokkan NIK dengan KTP atau KK."
    ),
    "nik_of_another_person": noop(
        "NIK ini sudah terdaftar di Simpul atas nama atau tanggal lahir yang berbeda. "
        "Tentukan apakah ini orang yang sama atau NIK-nya salah."
    ),
    "nik_elsewhere": noop(
        "NIK ini sudah terdaftar di Simpul, di luar wilayah kerja Anda. Bila orangnya pindah ke sini, catat “Pindah "
        "masuk” "
        "di halaman keluarganya; bila tidak, periksa NIK-nya."
    ),
    "kk_elsewhere": noop(
        "No. KK ini sudah terdaftar di Simpul, di luar wilayah kerja Anda. Periksa No. KK, atau hubungi petugas "
        "Klaster 1 di sana."
    ),
    "differs_from_record": noop(
        "Orang ini sudah terdaftar di Simpul, dan isian berikut berbeda: %(fields)s. "
        "Catatan Simpul tidak diubah; pilih yang benar."
    ),
    "duplicate_person": noop(
        "Orang ini sudah ada di baris %(other)s (%(same)s). "
        "Hapus salah satu, atau nyatakan bahwa mereka orang yang berbeda."
    ),
    # sex, relation, family
    "sex_missing": noop("Jenis kelamin belum diisi; status gizi dan layanan tertentu belum dapat dihitung.%(hint)s"),
    "sex_unreadable": noop("Kolom JK %(why)s."),
    "relation_missing": noop("Hubungan keluarga belum diisi; dicatat sebagai lainnya."),
    "relation_unknown": noop("Hubungan keluarga tidak dikenal; dicatat sebagai lainnya. Pilih yang sesuai."),
    "kepala_keluarga_twice": noop(
        "Kepala keluarga sudah ada di baris %(other)s; dicatat sebagai anggota lain. "
        "Pilih siapa kepala keluarga, atau perbaiki No. KK."
    ),
    "head_registered": noop(
        "Keluarga ini sudah mempunyai kepala keluarga di Simpul; dicatat sebagai anggota lain. Pilih siapa kepala "
        "keluarga."
    ),
    "kk_missing": noop("No. KK kosong; %(place)s. Periksa, lalu isi No. KK."),
    "kk_unreadable": noop("Kolom No. KK %(why)s."),
    "kk_wrong_length": noop("No. KK berisi %(count)s angka, seharusnya 16. Cocokkan dengan lembar KK."),
    "kk_digits_lost": noop("No. KK disimpan sebagai angka sehingga angka ke-16 hilang. Ketik ulang sebagai teks."),
    # address
    "unknown_village": noop("%(said)s.%(hint)s Pilih desanya dahulu; sebelum itu tidak jelas siapa yang melayani."),
    "address_differs": noop(
        "Alamat berbeda dari anggota lain dengan No. KK yang sama; dicatat pada alamat keluarganya. "
        "Periksa No. KK dan alamat."
    ),
    "rt_rw_unreadable": noop("Kolom %(column)s %(why)s."),
    # pregnancy
    "pregnant_male": noop("Tercatat hamil tetapi laki-laki; kehamilan tidak dicatat. Periksa kolom JK dan Hamil."),
    "pregnant_sex_unknown": noop(
        "Tercatat hamil tetapi jenis kelamin belum jelas; kehamilan belum dicatat. Isi kolom JK."
    ),
    "pregnant_age": noop("Umur saat hamil %(age)s tahun; kehamilan belum dicatat. Periksa tanggal lahir dan HPHT."),
    "pregnancy_unreadable": noop("Kolom Hamil %(why)s; kehamilan belum dicatat."),
    "hpht_missing": noop("Tercatat hamil tanpa HPHT; umur kehamilan belum diketahui. Tanyakan HPHT."),
    "hpht_unreadable": noop("Kolom HPHT %(why)s; kehamilan belum dicatat."),
    "hpht_implausible": noop("HPHT %(when)s; kehamilan belum dicatat. %(ask)s"),
    "hpht_without_pregnancy": noop(
        "HPHT diisi tetapi kolom Hamil tidak; kehamilan belum dicatat. Tanyakan apakah hamil."
    ),
    "pregnancy_refused": noop("Kehamilan belum dicatat: %(why)s"),
    # the other columns: what is typed is kept with the row, and asked
    "text_too_long": noop("Isi kolom %(column)s lebih dari %(longest)s huruf dan dipotong. Periksa letak isiannya."),
    "value_unknown": noop("Isi kolom %(column)s tidak dikenal dan belum dicatat. Pilih yang sesuai."),
}


def problem(code: str, *, other: int | None = None, **values: object) -> Problem:
    """The problem with its text filled in, in the language in use; `values` are in it already. Raises KeyError for a code or a value
    that is not in the table.
    """
    said = {"other": other, "provisional": _(PROVISIONAL), **values}
    return Problem(code, _(REASONS[code]) % said, code in HOLDING, other)

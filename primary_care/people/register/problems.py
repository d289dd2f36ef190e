"""Every problem a row can have: its code, whether it holds the row, and what the user reads.

A problem *holds* a row only when storing the row would be wrong whatever the answer turns out to be: a birth date
that cannot be, no name, an unknown place (it decides who may see the person), a person who is there already.
Everything else is imported with what is certain, and the rest is asked (docs/decisions/0004-register-import.md).
"""

from __future__ import annotations

from dataclasses import dataclass


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

_PROVISIONAL = "dicatat dengan nomor sementara"
REASONS = {
    "blank_row": "Baris kosong. Hapus baris ini bila tidak ada yang terlupa.",
    "name_missing": "Nama belum diisi.",
    "name_unreadable": "Kolom Nama Lengkap tidak berisi nama yang dapat dibaca. Tulis ulang seperti di KTP.",
    # birth date
    "birth_missing": "Tanggal lahir belum diisi; layanan menurut umur belum dapat ditentukan. Lihat KTP, KK, akta.",
    "birth_unreadable": "Kolom Tanggal Lahir {why}.",
    "birth_incomplete": "Tanggal lahir hanya berisi {precision}. Lengkapi bila ada KTP atau akta.",
    "birth_century": (
        "Tahun lahir ditulis dua angka dan dibaca 19xx karena hubungan keluarganya. Periksa, lalu tulis empat angka."
    ),
    "birth_in_future": (
        "Tanggal lahir ada di masa depan (atau tahun dua angka yang berarti lebih dari 95 tahun). "
        "Lihat KTP, KK, atau akta lahir, lalu tulis tahunnya empat angka."
    ),
    "birth_too_long_ago": "Tanggal lahir lebih dari 120 tahun lalu. Periksa tahunnya.",
    # NIK
    "nik_missing": f"NIK belum diisi; {_PROVISIONAL}. Minta KTP, KK, atau KIA.",
    "nik_unreadable": f"Kolom NIK {{why}}; {_PROVISIONAL}. Cocokkan dengan KTP.",
    "nik_wrong_length": f"NIK berisi {{count}} angka, seharusnya 16; {_PROVISIONAL}. Cocokkan dengan KTP.",
    "nik_digits_lost": (
        f"NIK disimpan sebagai angka sehingga angka ke-16 hilang; {_PROVISIONAL}. Ketik ulang sebagai teks."
    ),
    "nik_malformed": "Kode wilayah atau nomor urut di dalam NIK tidak mungkin ada. Cocokkan dengan KTP.",
    "nik_birth_mismatch": "Tanggal di dalam NIK berbeda dari tanggal lahir. Cocokkan keduanya dengan KTP atau KK.",
    "nik_sex_mismatch": "Jenis kelamin menurut NIK berbeda dari kolom JK. Cocokkan dengan KTP atau KK.",
    "nik_shared_by_two_people": (
        f"NIK ini juga dipakai orang lain di baris {{other}}; {_PROVISIONAL}. Cocokkan NIK dengan KTP atau KK."
    ),
    "nik_of_another_person": (
        "NIK ini sudah terdaftar di Simpul atas nama atau tanggal lahir yang berbeda. "
        "Tentukan apakah ini orang yang sama atau NIK-nya salah."
    ),
    "nik_elsewhere": (
        "NIK ini sudah terdaftar di Simpul, di luar wilayah kerja Anda. Bila orangnya pindah ke sini, catat “Pindah masuk” "
        "di halaman keluarganya; bila tidak, periksa NIK-nya."
    ),
    "kk_elsewhere": (
        "No. KK ini sudah terdaftar di Simpul, di luar wilayah kerja Anda. Periksa No. KK, atau hubungi petugas Klaster 1 di sana."
    ),
    "differs_from_record": (
        "Orang ini sudah terdaftar di Simpul, dan isian berikut berbeda: {fields}. "
        "Catatan Simpul tidak diubah; pilih yang benar."
    ),
    "duplicate_person": (
        "Orang ini sudah ada di baris {other} ({same}). "
        "Hapus salah satu, atau nyatakan bahwa mereka orang yang berbeda."
    ),
    # sex, relation, family
    "sex_missing": "Jenis kelamin belum diisi; status gizi dan layanan tertentu belum dapat dihitung.{hint}",
    "sex_unreadable": "Kolom JK {why}.",
    "relation_missing": "Hubungan keluarga belum diisi; dicatat sebagai lainnya.",
    "relation_unknown": "Hubungan keluarga tidak dikenal; dicatat sebagai lainnya. Pilih yang sesuai.",
    "kepala_keluarga_twice": (
        "Kepala keluarga sudah ada di baris {other}; dicatat sebagai anggota lain. "
        "Pilih siapa kepala keluarga, atau perbaiki No. KK."
    ),
    "head_registered": (
        "Keluarga ini sudah mempunyai kepala keluarga di Simpul; dicatat sebagai anggota lain. Pilih siapa kepala keluarga."
    ),
    "kk_missing": "No. KK kosong; {place}. Periksa, lalu isi No. KK.",
    "kk_unreadable": "Kolom No. KK {why}.",
    "kk_wrong_length": "No. KK berisi {count} angka, seharusnya 16. Cocokkan dengan lembar KK.",
    "kk_digits_lost": "No. KK disimpan sebagai angka sehingga angka ke-16 hilang. Ketik ulang sebagai teks.",
    # address
    "unknown_village": "{said}.{hint} Pilih desanya dahulu; sebelum itu tidak jelas siapa yang melayani.",
    "address_differs": (
        "Alamat berbeda dari anggota lain dengan No. KK yang sama; dicatat pada alamat keluarganya. "
        "Periksa No. KK dan alamat."
    ),
    "rt_rw_unreadable": "Kolom {column} {why}.",
    # pregnancy
    "pregnant_male": "Tercatat hamil tetapi laki-laki; kehamilan tidak dicatat. Periksa kolom JK dan Hamil.",
    "pregnant_sex_unknown": "Tercatat hamil tetapi jenis kelamin belum jelas; kehamilan belum dicatat. Isi kolom JK.",
    "pregnant_age": "Umur saat hamil {age} tahun; kehamilan belum dicatat. Periksa tanggal lahir dan HPHT.",
    "pregnancy_unreadable": "Kolom Hamil {why}; kehamilan belum dicatat.",
    "hpht_missing": "Tercatat hamil tanpa HPHT; umur kehamilan belum diketahui. Tanyakan HPHT.",
    "hpht_unreadable": "Kolom HPHT {why}; kehamilan belum dicatat.",
    "hpht_implausible": "HPHT {when}; kehamilan belum dicatat. {ask}",
    "hpht_without_pregnancy": "HPHT diisi tetapi kolom Hamil tidak; kehamilan belum dicatat. Tanyakan apakah hamil.",
    "pregnancy_refused": "Kehamilan belum dicatat: {why}",
    # the other columns: what is typed is kept with the row, and asked
    "text_too_long": "Isi kolom {column} lebih dari {longest} huruf dan dipotong. Periksa letak isiannya.",
    "value_unknown": "Isi kolom {column} tidak dikenal dan belum dicatat. Pilih yang sesuai.",
}


def problem(code: str, *, other: int | None = None, **values: object) -> Problem:
    """The problem with its text filled in. Raises KeyError for a code or a value that is not in the table."""
    return Problem(code, REASONS[code].format(other=other, **values), code in HOLDING, other)

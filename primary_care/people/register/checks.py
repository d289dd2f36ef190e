"""What is wrong with a row, and what is wrong between rows.

A fault *holds* a row only when storing the row would be wrong whatever the answer turns out to be: a birth date that cannot be,
no name, a place that nobody here may see, a person who is already there. Everything else is imported with what is certain,
and the rest is asked (docs/decisions/0004-register-import.md).
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from primary_care.people.register.cells import OLDEST, plain_village
from primary_care.people.register.households import HouseholdRows
from primary_care.people.register.rows import Problem, RegisterRow, nik_day, nik_sex

HPHT_MAX_DAYS = 44 * 7  # data README: more than 44 weeks ago is not a running pregnancy
PREGNANT_AGES = (10, 55)  # completed years at HPHT; domain README §2.5, outside = question
SAME_NAME = 0.75  # likeness (0–1) from which two spellings are taken as one name. assumed: no source fixes it.


def check_rows(rows: Iterable[RegisterRow], villages: Collection[str], on: date) -> None:
    """Note the problems that one row shows by itself. `villages` are the names of the active desa of this node."""
    known = {plain_village(name): name for name in villages}
    for row in rows:
        if row.is_blank:
            continue
        if row.name is None:
            _note(row, "name_missing", "Nama belum diisi.", holds=True)
        _check_birth(row, on)
        _check_nik(row)
        _check_sex(row)
        _check_village(row, known)
        _check_pregnancy(row, on)


def check_between_rows(rows: Sequence[RegisterRow], households: Iterable[HouseholdRows]) -> None:
    """Note the problems that only show beside other rows. Expects check_rows and group_rows to have run."""
    _check_shared_nik(rows)
    for household in households:
        _check_same_name(household)
        _check_second_head(household)


def _note(row: RegisterRow, code: str, reason: str, *, holds: bool = False, other: RegisterRow | None = None) -> None:
    row.problems.append(Problem(code, reason, holds, other.number if other else None))


def _drop(row: RegisterRow, *codes: str) -> None:
    row.problems = [problem for problem in row.problems if problem.code not in codes]


def _check_birth(row: RegisterRow, on: date) -> None:
    if row.birth_date is None:
        return
    if row.birth_date > on:
        _note(
            row,
            "birth_in_future",
            "Tanggal lahir ada di masa depan (atau tahun dua angka yang berarti lebih dari 95 tahun). "
            "Lihat KTP, KK, atau akta lahir, lalu tulis tahunnya empat angka.",
            holds=True,
        )
    elif on.year - row.birth_date.year > OLDEST:
        _note(row, "birth_too_long_ago", f"Tanggal lahir lebih dari {OLDEST} tahun lalu. Periksa tahunnya.", holds=True)


def _check_nik(row: RegisterRow) -> None:
    if row.nik is None:
        if "nik_wrong_length" not in row.codes():  # unreadable: already said
            _note(row, "nik_missing", "NIK belum diisi; dicatat dengan nomor sementara. Minta KTP, KK, atau KIA.")
        return
    if row.nik.lost:
        _note(
            row,
            "nik_digits_lost",
            "NIK disimpan sebagai angka sehingga angka ke-16 hilang; dicatat dengan nomor sementara. Ketik ulang sebagai teks.",
        )
        return
    if not row.nik.is_whole:
        _note(
            row,
            "nik_wrong_length",
            f"NIK berisi {len(row.nik.digits)} angka, seharusnya 16; dicatat dengan nomor sementara. Cocokkan dengan KTP.",
        )
        return
    if row.birth_date is not None and "birth_in_future" not in row.codes():
        if nik_day(row.nik.digits) != f"{row.birth_date:%d%m%y}":
            _note(row, "nik_birth_mismatch", "Tanggal di dalam NIK berbeda dari tanggal lahir. Cocokkan keduanya dengan KTP atau KK.")
        elif row.sex is not None and nik_sex(row.nik.digits) != row.sex:
            _note(row, "nik_sex_mismatch", "Jenis kelamin menurut NIK berbeda dari kolom JK. Cocokkan dengan KTP atau KK.")


def _check_sex(row: RegisterRow) -> None:
    if row.sex is None and "sex_unreadable" not in row.codes():
        hint = f" Menurut NIK: {nik_sex(row.nik.digits)}." if row.nik and row.nik.is_whole else ""
        _note(row, "sex_missing", f"Jenis kelamin belum diisi; status gizi dan layanan tertentu belum dapat dihitung.{hint}")


def _check_village(row: RegisterRow, known: dict[str, str]) -> None:
    plain = plain_village(row.village) if row.village else ""
    if plain in known:
        return
    near = difflib.get_close_matches(plain, known, n=1, cutoff=0.75) if plain else []
    hint = f" Mungkin {known[near[0]]}?" if near else ""
    said = "Desa tidak dikenal di wilayah ini" if plain else "Desa belum diisi"
    _note(row, "unknown_village", f"{said}.{hint} Pilih desanya dahulu; sebelum itu tidak jelas siapa yang melayani.", holds=True)


def _check_pregnancy(row: RegisterRow, on: date) -> None:
    if not row.pregnant:
        if row.hpht is not None and row.sex != "laki-laki":
            _note(row, "hpht_without_pregnancy", "HPHT diisi tetapi kolom Hamil tidak; kehamilan belum dicatat.")
        return
    if row.sex == "laki-laki":
        _note(row, "pregnant_male", "Tercatat hamil tetapi laki-laki; kehamilan tidak dicatat. Periksa kolom JK dan Hamil.")
        return
    if row.sex is None:
        _note(row, "pregnant_sex_unknown", "Tercatat hamil tetapi jenis kelamin belum jelas; kehamilan belum dicatat.")
    if row.hpht is None:
        if "hpht_unreadable" not in row.codes():
            _note(row, "hpht_missing", "Tercatat hamil tanpa HPHT; kehamilan dicatat, umur kehamilan belum diketahui. Tanyakan HPHT.")
        return
    if row.hpht > on:
        _note(row, "hpht_implausible", "HPHT ada di masa depan; kehamilan belum dicatat. Tanyakan HPHT.")
    elif on - row.hpht > timedelta(days=HPHT_MAX_DAYS):
        _note(
            row,
            "hpht_implausible",
            "HPHT lebih dari 44 minggu lalu; kehamilan belum dicatat. Tanyakan apakah sudah bersalin, dan kapan.",
        )
    elif row.birth_date is not None and row.birth_date <= on:
        age = row.hpht.year - row.birth_date.year - ((row.hpht.month, row.hpht.day) < (row.birth_date.month, row.birth_date.day))
        if not PREGNANT_AGES[0] <= age <= PREGNANT_AGES[1]:
            _note(row, "pregnant_age", f"Umur saat hamil {age} tahun; kehamilan belum dicatat. Periksa tanggal lahir dan HPHT.")


PREGNANCY_DOUBTS = frozenset(
    {"pregnant_male", "pregnant_sex_unknown", "hpht_implausible", "hpht_unreadable", "pregnant_age", "pregnancy_unreadable"}
)


def has_pregnancy(row: RegisterRow) -> bool:
    """True when the row's pregnancy may be stored: stated, and nothing speaks against it."""
    return bool(row.pregnant) and not row.codes() & PREGNANCY_DOUBTS


def nik_is_certain(row: RegisterRow) -> bool:
    """True when the row's NIK may be stored as this person's NIK: whole, and not another person's."""
    return row.nik is not None and row.nik.is_whole and "nik_shared_by_two_people" not in row.codes()


def likeness(one: str | None, other: str | None) -> float:
    """How alike two names are, 0 to 1, whatever the case, the signs and the order of the words."""
    first, second = (sorted(re.sub(r"[^a-z ]", "", (name or "").lower()).split()) for name in (one, other))
    return difflib.SequenceMatcher(None, " ".join(first), " ".join(second)).ratio()


def is_same_person(one: RegisterRow, other: RegisterRow) -> bool:
    """For two rows with one NIK: the same birth date and names that may be spellings of each other."""
    return one.birth_date == other.birth_date and likeness(one.name, other.name) >= SAME_NAME


def _check_shared_nik(rows: Iterable[RegisterRow]) -> None:
    by_nik: dict[str, list[RegisterRow]] = defaultdict(list)
    for row in rows:
        if row.nik and row.nik.is_whole:
            by_nik[row.nik.digits].append(row)
    for nik, holders in by_nik.items():
        if len(holders) < 2:
            continue
        people: list[list[RegisterRow]] = []
        for row in holders:
            same = next((person for person in people if is_same_person(person[0], row)), None)
            if same is None:
                people.append([row])
            else:
                same.append(row)
        for person in people:
            _hold_duplicates(person)
        if len(people) > 1:
            _question_sharing(nik, people)


def _hold_duplicates(person: list[RegisterRow]) -> None:
    """One row of the person is imported, the others wait. A row that is held anyway is not the one to keep."""
    kept = next((row for row in person if not _is_held(row)), person[0])
    for row in person:
        if row is not kept:
            _note(
                row,
                "duplicate_person",
                f"Orang ini sudah ada di baris {kept.number} (NIK dan tanggal lahir sama, tulisan nama berbeda atau sama). "
                "Hapus salah satu, atau nyatakan bahwa mereka orang yang berbeda.",
                holds=True,
                other=kept,
            )


def _question_sharing(nik: str, people: list[list[RegisterRow]]) -> None:
    """The NIK stays with the person whose birth date it carries; when that is nobody or several, with no one."""
    owners = [person for person in people if _agrees(person[0], nik)]
    owner = owners[0] if len(owners) == 1 else None
    for person in people:
        if person is owner:
            continue
        other = (owner or next(one for one in people if one is not person))[0]
        for row in person:
            _drop(row, "nik_birth_mismatch", "nik_sex_mismatch")
            _note(
                row,
                "nik_shared_by_two_people",
                f"NIK ini juga dipakai orang lain di baris {other.number}; dicatat dengan nomor sementara. Cocokkan NIK dengan KTP atau KK.",
                other=other,
            )


def _agrees(row: RegisterRow, nik: str) -> bool:
    return row.birth_date is not None and nik_day(nik) == f"{row.birth_date:%d%m%y}" and row.sex in (None, nik_sex(nik))


def _check_same_name(household: HouseholdRows) -> None:
    """One person written twice in a family, once without a NIK. Different whole NIKs are two people."""
    seen: list[RegisterRow] = []
    for row in household.rows:
        if row.name is None or row.birth_date is None or "duplicate_person" in row.codes():
            continue
        for other in seen:
            both_whole = nik_is_whole(row) and nik_is_whole(other)
            if not both_whole and row.birth_date == other.birth_date and likeness(row.name, other.name) == 1.0:
                kept, extra = (row, other) if nik_is_whole(row) and not nik_is_whole(other) else (other, row)
                _note(
                    extra,
                    "duplicate_person",
                    f"Orang ini sudah ada di baris {kept.number} (keluarga, nama, dan tanggal lahir sama). "
                    "Hapus salah satu, atau nyatakan bahwa mereka orang yang berbeda.",
                    holds=True,
                    other=kept,
                )
                break
        seen.append(row)


def nik_is_whole(row: RegisterRow) -> bool:
    return row.nik is not None and row.nik.is_whole


def _check_second_head(household: HouseholdRows) -> None:
    heads = [row for row in household.rows if row.is_head and "duplicate_person" not in row.codes()]
    for row in heads[1:]:
        _note(
            row,
            "kepala_keluarga_twice",
            f"Kepala keluarga sudah ada di baris {heads[0].number}; dicatat sebagai anggota. "
            "Pilih siapa kepala keluarga, atau perbaiki No. KK.",
            other=heads[0],
        )


def _is_held(row: RegisterRow) -> bool:
    return any(problem.holds for problem in row.problems)

"""What is wrong with a row, and what is wrong between rows.

Which problem holds a row and what the user reads is in `problems.py`.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from itertools import chain

from django.utils.translation import gettext as _

from primary_care.people.choices import Sex
from primary_care.people.names import normalise, search_words
from primary_care.people.nik import check_nik
from primary_care.people.register.cells import OLDEST, plain_village
from primary_care.people.register.households import HouseholdRows
from primary_care.people.register.rows import RegisterRow, nik_agrees, nik_day, nik_sex

HPHT_MAX_DAYS = 44 * 7  # data README: more than 44 weeks ago is not a running pregnancy
PREGNANT_AGES = (10, 55)  # completed years at HPHT; domain README §2.5, outside = question
LONGEST_NAME = 120  # letters that the tables hold (people.models), short forms written out
# assumed: no source fixes the next two.
SLIP_DIGITS = 2  # wrong digits in the date of a NIK that still look like this person's own
SAME_NAME = 0.75  # likeness (0–1) from which two spellings are taken as one name


def check_rows(rows: Iterable[RegisterRow], villages: Collection[str], on: date) -> None:
    """Note the problems that one row shows by itself. `villages` are the names of the active desa of this node."""
    known = {plain_village(name): name for name in villages}
    for row in rows:
        if row.is_blank:
            continue
        if row.name is None:
            row.note_problem("name_missing")
        elif not _is_name(row.name):
            row.note_problem("name_unreadable")
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


def _is_name(name: str) -> bool:
    """Whether letters are left of the name, and its normal form and the words to find it by fit the tables."""
    normal = normalise(name)
    return bool(normal) and all(len(text) <= LONGEST_NAME for text in [normal, *chain(*search_words(normal))])


def _check_birth(row: RegisterRow, on: date) -> None:
    if row.birth_date is None:
        return
    if row.birth_date > on:
        row.note_problem("birth_in_future")
    elif on.year - row.birth_date.year > OLDEST:
        row.note_problem("birth_too_long_ago")


def _check_nik(row: RegisterRow) -> None:
    if row.nik is None:
        if "nik_unreadable" not in row.codes():
            row.note_problem("nik_missing")
    elif row.nik.lost:
        row.note_problem("nik_digits_lost")
    elif not row.nik.is_whole:
        row.note_problem("nik_wrong_length", count=len(row.nik.digits))
    elif row.birth_date is not None and "birth_in_future" not in row.codes():
        if not nik_agrees(row, row.nik.digits):
            row.note_problem("nik_birth_mismatch")
        elif row.sex not in (None, nik_sex(row.nik.digits)):
            row.note_problem("nik_sex_mismatch")
        elif {"nik-wilayah", "nik-nomor-urut"} & set(check_nik(row.nik.digits)):
            row.note_problem("nik_malformed")


def _check_sex(row: RegisterRow) -> None:
    if row.sex is None and "sex_unreadable" not in row.codes():
        hint = ""
        if row.nik and row.nik.is_whole:
            hint = _(" Menurut NIK: %(sex)s.") % {"sex": _(str(Sex(nik_sex(row.nik.digits)).label)).lower()}
        row.note_problem("sex_missing", hint=hint)


def _check_village(row: RegisterRow, known: dict[str, str]) -> None:
    plain = plain_village(row.village) if row.village else ""
    if plain in known:
        return
    near = difflib.get_close_matches(plain, known, n=1, cutoff=0.75) if plain else []
    row.note_problem(
        "unknown_village",
        said=_("Desa tidak dikenal di wilayah ini") if plain else _("Desa belum diisi"),
        hint=_(" Mungkin %(village)s?") % {"village": known[near[0]]} if near else "",
    )


def _check_pregnancy(row: RegisterRow, on: date) -> None:
    if not row.pregnant:
        if row.hpht is not None and row.sex != "laki-laki":
            row.note_problem("hpht_without_pregnancy")
    elif row.sex == "laki-laki":
        row.note_problem("pregnant_male")
    else:
        if row.sex is None:
            row.note_problem("pregnant_sex_unknown")
        _check_hpht(row, on)


def _check_hpht(row: RegisterRow, on: date) -> None:
    if row.hpht is None:
        if "hpht_unreadable" not in row.codes():
            row.note_problem("hpht_missing")
    elif row.hpht > on:
        row.note_problem("hpht_implausible", when=_("ada di masa depan"), ask=_("Tanyakan HPHT."))
    elif on - row.hpht > timedelta(days=HPHT_MAX_DAYS):
        ask = _("Tanyakan apakah sudah bersalin, dan kapan.")
        row.note_problem("hpht_implausible", when=_("lebih dari 44 minggu lalu"), ask=ask)
    elif row.birth_date is not None and row.birth_date <= on:
        born = row.birth_date
        age = row.hpht.year - born.year - ((row.hpht.month, row.hpht.day) < (born.month, born.day))
        if not PREGNANT_AGES[0] <= age <= PREGNANT_AGES[1]:
            row.note_problem("pregnant_age", age=age)


PREGNANCY_DOUBTS = frozenset(
    [
        "pregnant_male",
        "pregnant_sex_unknown",
        "pregnant_age",
        "pregnancy_unreadable",
        "hpht_implausible",
        "hpht_unreadable",
    ]
)


def has_pregnancy(row: RegisterRow) -> bool:
    """True when the row's pregnancy may be stored: stated, and nothing speaks against it."""
    return bool(row.pregnant) and not row.codes() & PREGNANCY_DOUBTS


def nik_is_certain(row: RegisterRow) -> bool:
    """True when the row's NIK may be stored as this person's NIK: whole, and not another person's."""
    return row.nik is not None and row.nik.is_whole and "nik_shared_by_two_people" not in row.codes()


def likeness(one: str | None, other: str | None) -> float:
    """How alike two names are as written, 0 to 1, whatever the case, titles, signs and order of the words."""
    first, second = (" ".join(sorted(normalise(name or "").split())) for name in (one, other))
    return difflib.SequenceMatcher(None, first, second).ratio()


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
    kept = next((row for row in person if not row.is_held), person[0])
    for row in person:
        if row is not kept:
            row.note_problem("duplicate_person", other=kept, same=_("NIK dan tanggal lahir sama"))


def _question_sharing(nik: str, people: list[list[RegisterRow]]) -> None:
    """The NIK stays with the person whose birth date it carries; when that is nobody or several, with no one.

    For the others a difference between NIK and birth date says nothing more: it is not their number.
    """
    owner = _owner(nik, people)
    for person in people:
        if person is owner:
            continue
        other = (owner or next(one for one in people if one is not person))[0]
        for row in person:
            row.drop_problems("nik_birth_mismatch", "nik_sex_mismatch")
            row.note_problem("nik_shared_by_two_people", other=other)


def _owner(nik: str, people: list[list[RegisterRow]]) -> list[RegisterRow] | None:
    """The one person whose birth date and sex fit the number best, a slip allowed; None when two fit alike."""
    fits = sorted((_wrong_digits(person[0], nik), index) for index, person in enumerate(people))
    if fits[0][0] > SLIP_DIGITS or fits[0][0] == fits[1][0]:
        return None
    return people[fits[0][1]]


def _wrong_digits(row: RegisterRow, nik: str) -> int:
    """How many of the six digits of the birth date differ; all of them for another sex or an unknown birth date."""
    if row.birth_date is None or row.sex not in (None, nik_sex(nik)):
        return 6
    return sum(one != other for one, other in zip(nik_day(nik), f"{row.birth_date:%d%m%y}", strict=True))


def _check_same_name(household: HouseholdRows) -> None:
    """One person written twice in a family, once without a NIK. Different whole NIKs are two people."""
    seen: dict[date, list[RegisterRow]] = defaultdict(list)
    for row in household.rows:
        if row.name is None or row.birth_date is None or "duplicate_person" in row.codes():
            continue
        for other in seen[row.birth_date]:
            both_whole = nik_is_whole(row) and nik_is_whole(other)
            if not both_whole and likeness(row.name, other.name) == 1.0:
                kept, extra = (row, other) if nik_is_whole(row) and not nik_is_whole(other) else (other, row)
                extra.note_problem("duplicate_person", other=kept, same=_("keluarga, nama, dan tanggal lahir sama"))
                break
        seen[row.birth_date].append(row)


def nik_is_whole(row: RegisterRow) -> bool:
    return row.nik is not None and row.nik.is_whole


def _check_second_head(household: HouseholdRows) -> None:
    heads = [row for row in household.rows if row.is_head and "duplicate_person" not in row.codes()]
    for row in heads[1:]:
        row.note_problem("kepala_keluarga_twice", other=heads[0])

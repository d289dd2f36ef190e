from datetime import date, datetime, timedelta

import pytest

from primary_care.people.register.checks import has_pregnancy, nik_is_certain
from primary_care.people.register.plans import HELD, IMPORTED, IMPORTED_WITH_QUESTION, state_of
from primary_care.people.register.problems import HOLDING, REASONS, problem
from primary_care.people.register.reading import RawRow
from primary_care.people.register.rows import plain_cell, read_row
from primary_care.people.register.tests.workbooks import BUDI, KK, ON, RINA, SITI, codes_of, plan_of, row_of

OTHER_KK = "9901010203040002"
AYU = SITI | {"NIK": "9901015001900007", "Nama Lengkap": "Ayu Lestari", "Tanggal Lahir": "10/01/1990"}


def codes_alone(tmp_path, **change) -> list[str]:
    """The codes of Siti's row with some cells changed, in an otherwise good family."""
    changed = SITI | {name.replace("_", " "): value for name, value in change.items()}
    plan = plan_of(tmp_path, [BUDI, changed, RINA])
    assert codes_of(plan)[0] == codes_of(plan)[2] == []
    return codes_of(plan)[1]


def test_a_good_family_has_no_questions(tmp_path):
    plan = plan_of(tmp_path, [BUDI, SITI, RINA])
    assert codes_of(plan) == [[], [], []]
    assert {state_of(row) for row in plan.rows} == {IMPORTED}
    assert [len(household.rows) for household in plan.households] == [3]
    assert plan.households[0].kk_number == KK
    row = plan.rows[1]
    assert (row.name, row.sex, row.birth_date) == ("Siti Rahayu", "perempuan", date(1988, 6, 5))
    assert (row.relation, row.rt, row.rw, row.insurance) == ("istri", 1, 2, "pbi")


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("NIK", None, "nik_missing"),
        ("NIK", "990101450688000", "nik_wrong_length"),
        ("NIK", "99010145068800021", "nik_wrong_length"),
        ("NIK", 9901014506880002, "nik_digits_lost"),
        ("NIK", "belum punya", "nik_unreadable"),
        ("NIK", "9901014606880002", "nik_birth_mismatch"),
        ("NIK", "9901010506880002", "nik_sex_mismatch"),
        ("NIK", "9901014506880000", "nik_malformed"),
        ("Nama Lengkap", None, "name_missing"),
        ("Nama Lengkap", "???", "name_unreadable"),
        ("Nama Lengkap", "M " * 40, "name_unreadable"),
        ("Nama Lengkap", "x" * 120, "name_unreadable"),
        ("Nama Lengkap", "a" * 121, "text_too_long"),
        ("JK", None, "sex_missing"),
        ("JK", "?", "sex_unreadable"),
        ("Hubungan", None, "relation_missing"),
        ("Hubungan", "Tetangga", "relation_unknown"),
        ("Tanggal Lahir", None, "birth_missing"),
        ("Tanggal Lahir", "5 Foo 1988", "birth_unreadable"),
        ("Tanggal Lahir", "1988", "birth_incomplete"),
        ("Tanggal Lahir", "05/06/1888", "birth_too_long_ago"),
        ("Tanggal Lahir", "02/11/2026", "birth_in_future"),
        ("Desa/Kel", "Entah Dimana", "unknown_village"),
        ("Desa/Kel", None, "unknown_village"),
        ("RT", "satu", "rt_rw_unreadable"),
        ("No. KK", None, "kk_missing"),
        ("No. KK", "990101020304000", "kk_wrong_length"),
        ("No. KK", 9901010203040001, "kk_digits_lost"),
        ("JKN", "entah", "value_unknown"),
        ("Disabilitas", "entah", "value_unknown"),
        ("Status Kawin", "janda", "value_unknown"),
        ("No. HP", "081200000001 / 081200000002", "value_unknown"),
        ("Hamil", "mungkin", "pregnancy_unreadable"),
        ("HPHT", "01/10/2026", "hpht_without_pregnancy"),
    ],
)
def test_each_fault_is_found_alone(tmp_path, column, cell, code):
    changed = SITI | {column: cell}
    plan = plan_of(tmp_path, [BUDI, changed, RINA])
    address = ["address_differs"] if code == "rt_rw_unreadable" else []
    assert codes_of(plan) == [[], sorted([*address, code]), []]
    assert state_of(plan.rows[1]) == (HELD if code in HOLDING else IMPORTED_WITH_QUESTION)


def test_the_day_itself_is_not_the_future(tmp_path):
    newborn = RINA | {"NIK": None, "Tanggal Lahir": "01/11/2026"}
    assert codes_of(plan_of(tmp_path, [BUDI, newborn])) == [[], ["nik_missing"]]
    day_before = codes_of(plan_of(tmp_path, [BUDI, newborn], on=ON - timedelta(days=1)))
    assert day_before == [[], ["birth_in_future", "nik_missing"]]


@pytest.mark.parametrize(
    ("hpht", "code"),
    [
        (ON, None),
        (ON + timedelta(days=1), "hpht_implausible"),
        (ON - timedelta(weeks=44), None),
        (ON - timedelta(weeks=44, days=1), "hpht_implausible"),
        (None, "hpht_missing"),
    ],
)
def test_both_sides_of_44_weeks(tmp_path, hpht, code):
    cell = datetime(hpht.year, hpht.month, hpht.day) if hpht else None
    plan = plan_of(tmp_path, [BUDI, SITI | {"Hamil": "Ya", "HPHT": cell}])
    assert codes_of(plan)[1] == ([code] if code else [])
    assert has_pregnancy(plan.rows[1]) is (code != "hpht_implausible")


def test_a_pregnancy_needs_a_woman_of_an_age_for_it(tmp_path):
    pregnant = {"Hamil": "Ya", "HPHT": "01/08/2026"}
    rows = [
        BUDI | pregnant,
        SITI | pregnant | {"JK": None},
        RINA | pregnant | {"Tanggal Lahir": "02/08/2016", "NIK": "9901014208160003"},
        RINA | pregnant | {"Tanggal Lahir": "01/08/2016", "NIK": "9901014108160004", "Nama Lengkap": "Wati"},
    ]
    plan = plan_of(tmp_path, rows)
    assert codes_of(plan) == [["pregnant_male"], ["pregnant_sex_unknown", "sex_missing"], ["pregnant_age"], []]
    assert [has_pregnancy(row) for row in plan.rows] == [False, False, False, True]


def test_not_pregnant_is_no_pregnancy(tmp_path):
    plan = plan_of(tmp_path, [BUDI, SITI | {"Hamil": "Tidak"}])
    assert codes_of(plan)[1] == [] and not has_pregnancy(plan.rows[1])


def test_one_person_twice(tmp_path):
    plan = plan_of(tmp_path, [BUDI, SITI, SITI | {"Nama Lengkap": "SITI RAHAYUU"}, RINA])
    assert codes_of(plan) == [[], [], ["duplicate_person"], []]
    assert plan.rows[2].problems[0].other_row == 3
    assert state_of(plan.rows[2]) == HELD


def test_of_two_rows_the_one_that_can_be_imported_is_kept(tmp_path):
    plan = plan_of(tmp_path, [BUDI, SITI | {"Desa/Kel": "Entah"}, SITI, RINA])
    assert codes_of(plan) == [[], ["duplicate_person", "unknown_village"], [], []]


def test_one_person_in_two_families(tmp_path):
    plan = plan_of(
        tmp_path, [BUDI, RINA, AYU | {"No. KK": OTHER_KK, "Hubungan": "Kepala Keluarga"}, RINA | {"No. KK": OTHER_KK}]
    )
    assert codes_of(plan) == [[], [], [], ["duplicate_person"]]


def test_one_person_twice_once_without_nik(tmp_path):
    plan = plan_of(tmp_path, [BUDI, RINA | {"NIK": None}, RINA])
    assert codes_of(plan) == [[], ["duplicate_person", "nik_missing"], []]


def test_twins_are_two_people(tmp_path):
    twin = RINA | {"Nama Lengkap": "Rini Santoso", "NIK": "9901015207150004"}
    assert codes_of(plan_of(tmp_path, [BUDI, RINA, twin])) == [[], [], []]
    assert codes_of(plan_of(tmp_path, [BUDI, RINA, twin | {"NIK": None}])) == [[], [], ["nik_missing"]]


def test_a_shared_nik_stays_with_the_one_whose_birth_date_it_carries(tmp_path):
    plan = plan_of(tmp_path, [BUDI, AYU | {"NIK": SITI["NIK"]}, SITI])
    assert codes_of(plan) == [[], ["nik_shared_by_two_people"], []]
    assert [nik_is_certain(row) for row in plan.rows] == [True, False, True]


def test_a_slip_in_the_date_does_not_make_the_owner_a_stranger(tmp_path):
    plan = plan_of(tmp_path, [BUDI, SITI | {"Tanggal Lahir": "06/06/1988"}, AYU | {"NIK": SITI["NIK"]}])
    assert codes_of(plan) == [[], ["nik_birth_mismatch"], ["nik_shared_by_two_people"]]


def test_a_shared_nik_that_fits_two_belongs_to_nobody_yet(tmp_path):
    other = SITI | {"Nama Lengkap": "Wulan Kartika"}
    plan = plan_of(tmp_path, [BUDI, SITI, other])
    assert codes_of(plan) == [[], ["nik_shared_by_two_people"], ["nik_shared_by_two_people"]]
    assert [nik_is_certain(row) for row in plan.rows] == [True, False, False]


def test_the_second_head_is_asked_about_but_not_a_head_written_twice(tmp_path):
    second = BUDI | {"NIK": "9901010101700009", "Nama Lengkap": "Umar Hadi", "Tanggal Lahir": "01/01/1970"}
    plan = plan_of(tmp_path, [BUDI, BUDI | {"Nama Lengkap": "BUDI SANTOSO"}, SITI, second])
    assert codes_of(plan) == [[], ["duplicate_person"], [], ["kepala_keluarga_twice"]]
    assert row_of(plan, 5).problems[0].other_row == 2


def test_a_two_digit_year_cannot_make_a_grandmother_a_toddler(tmp_path):
    mother = SITI | {"Hubungan": "Orang Tua", "Tanggal Lahir": "05-06-24", "NIK": "9901014506240002"}
    plan = plan_of(tmp_path, [BUDI, mother])
    assert codes_of(plan)[1] == ["birth_century"]
    assert plan.rows[1].birth_date == date(1924, 6, 5)


def test_an_incomplete_birth_date_is_compared_as_far_as_it_goes(tmp_path):
    assert codes_alone(tmp_path, **{"Tanggal_Lahir": "06/1988"}) == ["birth_incomplete"]
    assert codes_alone(tmp_path, **{"Tanggal_Lahir": "07/1988"}) == ["birth_incomplete", "nik_birth_mismatch"]


def test_a_near_village_name_is_offered(tmp_path):
    plan = plan_of(tmp_path, [BUDI | {"Desa/Kel": "Mekar Sary"}])
    assert "Mungkin Mekar Sari?" in plan.rows[0].problems[0].reason
    assert codes_of(plan_of(tmp_path, [BUDI | {"Desa/Kel": " desa MEKARSARI "}])) == [[]]


def test_every_text_can_be_filled_in_and_every_holding_code_exists():
    assert set(REASONS) >= HOLDING
    for code, text in REASONS.items():
        values = dict.fromkeys(
            [
                "why",
                "precision",
                "count",
                "hint",
                "said",
                "when",
                "ask",
                "age",
                "column",
                "longest",
                "place",
                "same",
                "fields",
            ],
            "x",
        )
        made = problem(code, other=7, **values)
        assert made.reason and "%(" not in made.reason
        assert ("%(other)s" in text) == ("baris 7" in made.reason)


def test_the_content_key_depends_on_the_cells_alone():
    def key(number, **change):
        return read_row(RawRow(number, dict.fromkeys(_all_columns()) | BUDI | change), ON).content_key

    assert key(2) == key(9)
    assert key(2) != key(2, RT=9)


def _all_columns():
    from primary_care.people.register.reading import COLUMNS

    return COLUMNS


def test_raw_cells_as_json():
    assert plain_cell(datetime(2015, 7, 12)) == "2015-07-12"
    assert plain_cell(datetime(2015, 7, 12, 8, 30)) == "2015-07-12T08:30:00"
    assert plain_cell(9901022008999029) == 9901022008999029

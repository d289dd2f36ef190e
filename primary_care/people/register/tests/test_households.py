from primary_care.people.register.tests.workbooks import BUDI, KK, RINA, SITI, codes_of, plan_of

OTHER_KK = "9901010203040002"
UMAR = BUDI | {
    "No. KK": OTHER_KK, "NIK": "9901010101700009", "Nama Lengkap": "Umar Hadi",
    "Tanggal Lahir": "01/01/1970", "RT": 4,
}  # fmt: skip
AYU = SITI | {
    "No. KK": OTHER_KK, "NIK": "9901015001900007", "Nama Lengkap": "Ayu Lestari",
    "Tanggal Lahir": "10/01/1990", "RT": 4,
}  # fmt: skip
NO_KK = {"No. KK": None}


def families(plan) -> list[tuple[str | None, list[int]]]:
    return [(household.kk_number, [row.number for row in household.rows]) for household in plan.households]


def test_rows_of_one_kk_are_one_family_wherever_they_stand(tmp_path):
    assert families(plan_of(tmp_path, [BUDI, UMAR, SITI, AYU])) == [(KK, [2, 4]), (OTHER_KK, [3, 5])]


def test_a_member_without_kk_continues_the_block_above(tmp_path):
    plan = plan_of(tmp_path, [BUDI, SITI | NO_KK, RINA | NO_KK, UMAR])
    assert families(plan) == [(KK, [2, 3, 4]), (OTHER_KK, [5])]
    assert codes_of(plan) == [[], ["kk_missing"], ["kk_missing"], []]


def test_a_head_without_kk_opens_the_block_below_that_lacks_one(tmp_path):
    plan = plan_of(tmp_path, [UMAR, BUDI | NO_KK, SITI, RINA])
    assert families(plan) == [(OTHER_KK, [2]), (KK, [3, 4, 5])]
    assert plan.households[1].head.number == 3


def test_a_head_without_kk_does_not_join_a_family_that_has_its_head(tmp_path):
    plan = plan_of(tmp_path, [BUDI | NO_KK | {"NIK": "9901010304850009", "Nama Lengkap": "Joko"}, BUDI, SITI])
    assert families(plan) == [(None, [2]), (KK, [3, 4])]


def test_a_member_without_kk_at_another_address_is_alone(tmp_path):
    assert families(plan_of(tmp_path, [BUDI, AYU | NO_KK])) == [(KK, [2]), (None, [3])]


def test_a_whole_family_without_kk_stays_together(tmp_path):
    plan = plan_of(tmp_path, [UMAR, BUDI | NO_KK, SITI | NO_KK, {}, RINA | NO_KK])
    assert families(plan) == [(OTHER_KK, [2]), (None, [3, 4, 6])]


def test_a_first_row_without_kk_that_is_no_head_joins_the_block_below(tmp_path):
    assert families(plan_of(tmp_path, [SITI | NO_KK, RINA, BUDI])) == [(KK, [2, 3, 4])]


def test_a_kk_that_excel_cut_finds_its_family(tmp_path):
    plan = plan_of(tmp_path, [BUDI, SITI | {"No. KK": int(KK) // 10 * 10}])
    assert families(plan) == [(KK, [2, 3])]
    cut = {"No. KK": int(KK)}
    assert families(plan_of(tmp_path, [BUDI | cut, SITI | cut])) == [(None, [2, 3])]


def test_a_kk_at_two_addresses_is_asked_about(tmp_path):
    plan = plan_of(tmp_path, [BUDI, SITI, RINA | {"RT": 7}])
    assert codes_of(plan) == [[], [], ["address_differs"]]


def test_source_keys_are_stable_and_apart(tmp_path):
    first = plan_of(tmp_path, [BUDI | NO_KK, SITI | NO_KK, UMAR])
    again = plan_of(tmp_path, [UMAR, BUDI | NO_KK, SITI | NO_KK])
    keys = {household.source_key for household in first.households}
    assert len(keys) == 2
    assert keys == {household.source_key for household in again.households}

"""Rows of a register with one question accepted together and taken back together; what has to be looked at alone is not offered."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.accounts.models import Assignment
from primary_care.audit.models import AuditEntry
from primary_care.audit.queries import verify_chains
from primary_care.desk.tests.test_register import someone
from primary_care.desk.tests.test_register_workbooks import comparable, manager, on_a_fixed_day, row, send, state
from primary_care.desk.views.register.together import STAYS
from primary_care.people.models import Person
from primary_care.people.register.batches import TOGETHER, accept_together
from primary_care.people.register.problems import HOLDING, REASONS
from primary_care.people.register.tests.workbooks import BUDI, RINA, SITI
from primary_care.people.register_models import ImportedRow, RegisterFile, RowDecision
from primary_care.people.writing import ActionRefused
from primary_care.visits.tests.world import TODAY

__all__ = ["manager", "on_a_fixed_day"]  # fixtures

# Written by hand: who somebody is, with whom he lives, whose a number is, sex, age, pregnancy. A new question is looked at alone until
# somebody decides otherwise.
ALONE = {
    "blank_row", "name_missing", "name_unreadable", "birth_missing", "birth_unreadable", "birth_in_future", "birth_too_long_ago", "nik_malformed",
    "nik_birth_mismatch", "nik_sex_mismatch", "nik_shared_by_two_people", "nik_of_another_person", "nik_elsewhere", "kk_elsewhere",
    "differs_from_record", "duplicate_person", "sex_missing", "sex_unreadable", "kepala_keluarga_twice", "head_registered", "kk_digits_lost",
    "unknown_village", "address_differs", "pregnant_male", "pregnant_sex_unknown", "pregnant_age", "pregnancy_unreadable", "hpht_missing",
    "hpht_unreadable", "hpht_implausible", "hpht_without_pregnancy", "pregnancy_refused",
}  # fmt: skip


def family(number: int, **cells: Any) -> list[dict[str, Any]]:
    """A couple with a number of its own; what is given is written in the row of the wife."""
    kk = {"No. KK": f"99010102030400{number:02}"}
    return [
        BUDI | kk | {"NIK": f"99010103048500{number:02}"},
        SITI | kk | {"NIK": f"99010145068800{number:02}"} | cells,
    ]


@pytest.fixture
def file(manager: Client, world: Any, tmp_path: Path) -> RegisterFile:
    """Wives without NIK in rows 3, 5 and 7, one of them without a sex; in row 9 one with another NIK problem."""
    rows = [
        *family(1, NIK=None),
        *family(2, NIK=None),
        *family(3, NIK=None, JK=None),
        *family(4, NIK="12"),
        *family(5, NIK=None),
    ]
    return send(manager, tmp_path, rows)


def page(file: RegisterFile, code: str = "nik_missing") -> str:
    return f"{reverse('review-together', args=[file.pk])}?soal={code}"


def keys(*numbers: int) -> list[str]:
    return [str(row(number).pk) for number in numbers]


def test_every_question_is_decided_about_together_or_alone() -> None:
    assert not TOGETHER & ALONE and set(REASONS) == TOGETHER | ALONE and set(STAYS) == TOGETHER
    assert not TOGETHER & HOLDING


def test_a_page_shows_which_rows_and_what_stays(manager: Client, world: Any, file: RegisterFile) -> None:
    listed = manager.get(reverse("review", args=[file.pk]), {"soal": "nik_missing"}).content.decode()
    assert (
        "Terima 3 baris sekaligus" in listed
        and "sekaligus" not in manager.get(reverse("review", args=[file.pk])).content.decode()
    )
    shown = manager.get(page(file)).content.decode()
    assert (
        "3 baris hanya punya pertanyaan ini" in shown
        and "1 baris lain dengan pertanyaan ini tidak ada di sini" in shown
    )
    assert [f'value="{key}"' in shown for key in keys(3, 5, 7, 11)] == [True, True, False, True]
    assert " checked" not in shown and "nomor sementara" in shown
    assert manager.get(f"{page(file)}&semua").content.decode().count(" checked") == 3
    read = AuditEntry.objects.filter(kind="people.importedrow", action="read", object_id=row(11).pk)
    assert read.exists() and verify_chains() == []
    assert manager.get(page(file, "sex_missing")).status_code == 302, "not offered for what has to be looked at"


def test_some_are_accepted_in_one_batch_and_taken_back(manager: Client, world: Any, file: RegisterFile) -> None:
    before = comparable(state())
    nothing = manager.post(page(file), {})
    assert nothing.status_code == 422 and "Pilih paling sedikit satu baris" in nothing.content.decode()
    sent = manager.post(page(file), {"baris": keys(3, 11)})
    batch = RowDecision.objects.values_list("batch", flat=True).distinct().get()
    assert sent.url == reverse("review-batch", args=[file.pk, batch])
    assert RowDecision.objects.filter(kind="terima", person__isnull=False, made=[]).count() == 2
    entries = AuditEntry.objects.filter(kind="people.rowdecision")
    assert {one.person_id for one in entries} == {row(3).person_id, row(11).person_id} and "bersama 2 baris" in entries[
        0
    ].reason
    shown = manager.get(sent.url).content.decode()
    assert "Urungkan keputusan untuk 2 baris" in shown and "baris 3" in shown and "baris 5" not in shown
    assert "bersama baris lain" in manager.get(reverse("review-row", args=[row(3).pk])).content.decode()
    assert comparable(state()) == before
    assert manager.post(reverse("review-row", args=[row(3).pk]), {"keputusan": "urung"}).status_code == 302
    assert "1 baris sudah diurungkan" in manager.get(sent.url).content.decode()
    assert manager.post(sent.url, {"keputusan": "urung"}).status_code == 302
    assert RowDecision.objects.filter(kind="urung").count() == 2
    assert manager.post(sent.url, {"keputusan": "urung"}).status_code == 422, "once"
    assert comparable(state()) == before
    again = manager.post(page(file), {"baris": keys(3, 5, 11)})
    assert again.status_code == 302 and verify_chains() == []


def test_a_batch_is_whole_or_not_at_all(manager: Client, world: Any, file: RegisterFile) -> None:
    manager.post(reverse("review-row", args=[row(5).pk]), {"keputusan": "jangan"})
    sent = manager.post(page(file), {"baris": keys(3, 5, 11)})
    text = sent.content.decode()
    assert sent.status_code == 422 and "(baris 5)" in text and RowDecision.objects.count() == 1
    assert text.count(" checked") == 2, "what was ticked stays ticked"
    for number, code in ((7, "nik_missing"), (9, "nik_missing"), (7, "sex_missing"), (3, "nik_wrong_length")):
        with pytest.raises(ActionRefused):
            accept_together(file, code, [row(number).pk], by=world.manager, on=TODAY)
    assert manager.post(page(file), {"baris": ["x", "' OR 1=1"]}).status_code == 422
    assert RowDecision.objects.count() == 1


def test_rows_put_with_another_family_are_not_offered(manager: Client, world: Any, tmp_path: Path) -> None:
    alone = RINA | {
        "No. KK": None,
        "Dusun": "Barat",
        "Hubungan": "Kepala Keluarga",
        "NIK": "9901015207800009",
        "Tanggal Lahir": "12/07/1980",
    }
    file = send(manager, tmp_path, [*family(1), RINA | {"No. KK": None}, alone])
    shown = manager.get(page(file, "kk_missing")).content.decode()
    assert [f'value="{key}"' in shown for key in keys(4, 5)] == [False, True]


def test_others_neither_see_nor_decide(manager: Client, world: Any, file: RegisterFile) -> None:
    sent = manager.post(page(file), {"baris": keys(3)})
    other, theirs = Client(), Assignment.objects.get(user=world.stranger).unit
    who = someone(world, "petugas-klaster-1", theirs, "lain")
    other.force_login(who.user)
    for address in (page(file), sent.url):
        assert other.get(address).status_code == 404 and other.post(address, {"baris": keys(5)}).status_code == 404
    with pytest.raises(ActionRefused):
        accept_together(file, "nik_missing", [row(5).pk], by=who, on=TODAY)
    assert RowDecision.objects.count() == 1


def test_who_is_merged_meanwhile_is_looked_at_alone(manager: Client, world: Any, file: RegisterFile) -> None:
    Person.objects.filter(pk=row(3).person_id).update(active=False)
    assert str(row(3).pk) not in manager.get(page(file)).content.decode()
    assert ImportedRow.objects.filter(pk=row(3).pk).exists()

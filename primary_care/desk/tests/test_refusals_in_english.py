"""What staff, units, people and a register are refused for is read in English where the node speaks it: words, labels and dates."""

import html
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation

from primary_care.desk.tests.test_register_workbooks import send
from primary_care.desk.tests.test_staff_pages import errors, manager, new_nurse, on_a_fixed_day
from primary_care.people.register.tests.workbooks import BUDI, SITI
from primary_care.staff.queries import staffing_warnings
from primary_care.visits.tests.world import TODAY

__all__ = ["manager", "on_a_fixed_day"]  # fixtures


def told(browser: Client, page: str, typed: dict[str, Any]) -> list[str]:
    """What the list of faults at the top of a page says, in English and then in Indonesian."""
    found = []
    for language in ("en", "id"):
        with translation.override(language):
            answer = browser.post(page, typed)
        assert answer.status_code == 422
        found += [html.unescape(said) for said in errors(answer).values()]
    return found


def test_staff_are_refused_with_the_role_and_the_day_in_english(manager: Client, world: Any) -> None:
    again = new_nurse(world, ke="lama", akun="bidan.sri", peran="petugas-klaster-2", tenaga="bidan")
    assert told(manager, reverse("new-staff"), again) == [
        "Role: Sri Wahyuni already works as Klaster 2 staff (mothers and children) at Puskesmas Tirta.",
        "Peran: Sri Wahyuni sudah bertugas sebagai Petugas Klaster 2 (ibu dan anak) di Puskesmas Tirta.",
    ]
    assert told(manager, reverse("new-staff"), new_nurse(world, sejak="1-6-2019")) == [
        "Since: Puskesmas Tirta is not there on 1 June 2019.",
        "Sejak tanggal: Puskesmas Tirta tidak ada pada 1 Juni 2019.",
    ]


def test_what_is_lacking_at_a_puskesmas_is_told_in_english(world: Any) -> None:
    with translation.override("en"):
        said = [one.text for one in staffing_warnings(world.puskesmas, TODAY)]
    assert "Klaster 2 has nobody in charge yet." in said


def test_the_move_of_a_family_is_refused_in_english(manager: Client, world: Any) -> None:
    page = reverse("move-household", args=[world.household.pk])
    typed = {"ke": "dalam", "tempat": str(world.rt.pk), "alamat": "Jalan Mawar 1"}
    assert manager.post(page, typed | {"sejak": "9-6-2026"}).status_code == 302
    assert told(manager, page, typed | {"sejak": "1-6-2026"}) == [
        "Since: A move on 9 June 2026, after this date, is already recorded.",
        "Sejak tanggal: Sudah tercatat pindah pada 9 Juni 2026, sesudah tanggal ini.",
    ]


def test_the_questions_of_a_register_are_in_english(manager: Client, world: Any, tmp_path: Path) -> None:
    with translation.override("en"):
        file = send(manager, tmp_path, [BUDI, SITI | {"NIK": "12"}])
        page = manager.get(reverse("review", args=[file.pk])).content.decode()
    assert "The NIK has 2 digits and should have 16; recorded with a provisional number. Compare with the KTP." in page

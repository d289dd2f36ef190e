"""The keys it takes to weigh and measure a known toddler from the list of the day. The bar (issue 3, section 6): 15 s at 5 keys a second."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from primary_care.keys import new_key
from primary_care.visits.actions import record_visit
from primary_care.visits.models import Contact
from tests.journeys.test_desk import SAVED

pytestmark = pytest.mark.browser
SECONDS, KEYS_A_SECOND = 15, 5
NAMES_BEFORE = 30  # so many may stand before hers in the list, each one tab more


class Keyboard:
    """Presses keys one by one and counts them; the mouse is never touched."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += 1

    def type(self, text: str) -> None:
        for sign in text:
            self.press(sign)

    def tab_to(self, script: str, most: int = 60) -> None:
        """Tab until `script` is true of the element that has the keyboard."""
        for _ in range(most):
            if self.page.evaluate(f"(() => {{ const e = document.activeElement; return Boolean({script}); }})()"):
                return
            self.press("Tab")
        raise AssertionError(f"not reached with {most} tabs: {script}")

    def go(self, key: str) -> None:
        """A key that leads to another page."""
        with self.page.expect_event("domcontentloaded"):
            self.press(key)


def test_a_known_toddler_is_weighed_and_measured_within_the_keys(
    open_page: Any, world: Any, today: date, capsys: pytest.CaptureFixture[str]
) -> None:
    record_visit(
        world.anak, contact_id=new_key(), on=today - timedelta(days=31), today=today, by=world.bidan, cadre="bidan", unit=world.puskesmas,
        observations={"berat-badan-kg": Decimal("7.8"), "tinggi-badan-cm": Decimal("70")},
    )  # fmt: skip
    page = open_page()
    page.goto("/")
    keys = Keyboard(page)
    keys.press("Tab")
    keys.press("Enter")  # past the bar to the list
    keys.tab_to("e.tagName === 'A' && e.textContent.includes('Rara Santoso')")
    keys.go("Enter")
    keys.press("Tab")
    keys.press("Enter")
    keys.tab_to("e.textContent.trim() === 'Catat kunjungan'")
    keys.go("Enter")
    keys.press("Tab")
    keys.press("Enter")
    keys.tab_to("e.name === 'i-berat-badan-kg'")
    keys.type("8,1")
    keys.press("Enter")
    keys.type("71,5")
    keys.go("Control+Enter")
    page.wait_for_url(SAVED, timeout=10_000)
    stored = Contact.objects.get(person=world.anak, on=today)
    assert {row.item: row.number for row in stored.observations.all()} == {
        "berat-badan-kg": Decimal("8.1"),
        "tinggi-badan-cm": Decimal("71.5"),
    }
    with capsys.disabled():
        print(
            f"\nweigh and measure from the list of the day: {keys.count} keys, {keys.count / KEYS_A_SECOND:.1f} s of typing"
        )
    assert keys.count + NAMES_BEFORE <= SECONDS * KEYS_A_SECOND, keys.count

"""What the journeys do often."""

from typing import Any


def press(page: Any, role: str, name: str) -> None:
    """Press the button or link that leads to another page and wait until that page has been read.

    A click alone comes back as soon as the next page begins to load, and what is looked at then may still be the old one.
    """
    with page.expect_event("domcontentloaded"):
        page.get_by_role(role, name=name).click()

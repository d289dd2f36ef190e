"""A real browser against a real server: headless Chromium, the small world of the visits' tests, one fixed day.

Where no Chromium is found these tests are skipped with a printed reason, except on CI (`CI=true`), where that is a failure.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from primary_care import design
from primary_care.visits.tests.world import TODAY, small_world

CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", shutil.which("chromium") or "") if path and Path(path).exists()), ""
)
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


@pytest.fixture(scope="session", autouse=True)
def components_are_built() -> None:
    """Without the built file the pages work as without scripts, and the journeys would tell less than they seem to."""
    built = Path(design.__file__).parent / "static" / "components" / "simpul.js"
    assert built.exists(), "the web components are not built: make setup"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for the whole run."""
    if not CHROMIUM and os.environ.get("CI") != "true":
        pytest.skip("no Chromium at /usr/bin/chromium: apt-get install chromium")
    assert CHROMIUM, "CI must have a Chromium: apt-get install chromium"
    sync_api = (
        pytest.importorskip("playwright.sync_api")
        if os.environ.get("CI") != "true"
        else __import__("playwright.sync_api").sync_api
    )
    # Playwright runs an event loop in this thread; Django's own code here is plain and may go on using the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The people of the journeys, on the fixed day of the world."""
    from primary_care.desk import access

    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    return small_world()


@pytest.fixture
def today() -> date:
    """The day of the journeys."""
    return TODAY


@pytest.fixture
def open_page(chromium: Any, live_server: Any, world: Any) -> Iterator[Any]:
    """Opens a page of a given width in which the bidan is logged in. Faults of scripts and of the security policy fail the test."""
    contexts: list[Any] = []
    faults: list[str] = []

    def open_(width: int = 1280) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="id-ID", base_url=live_server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
        page.goto("/masuk")
        page.get_by_label("Nama pengguna").fill("bidan.sri")
        page.get_by_label("Kata sandi").fill("rahasia-sekali")
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_url("**/")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []

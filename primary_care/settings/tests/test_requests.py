"""What cannot be stored or is too large is refused before any page sees it, in words and in both languages."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sent", ["q=a%00b", "%00=1", "q=%ED%A0%80", "a=1&q=ok&q=%00"])
def test_a_character_that_cannot_be_stored_is_a_bad_request(client: Client, sent: str) -> None:
    form = {"data": sent, "content_type": "application/x-www-form-urlencoded"}
    in_form = client.post("/masuk", **form)
    in_address = client.get(f"/masuk?{sent}")
    stored = "%ED" in sent  # what is no UTF-8 is read as a sign for "unreadable", which can be stored
    assert (in_form.status_code, in_address.status_code) == ((422, 200) if stored else (400, 400))
    if not stored:
        assert "Permintaan tidak dapat dibaca" in in_form.content.decode()
        with translation.override("en"):
            assert "The request cannot be read" in client.get(f"/masuk?{sent}").content.decode()


def test_what_people_write_is_no_bad_request(client: Client) -> None:
    assert client.get("/masuk", {"next": "/cari?q=Siti 'Aminah' 💉 ünï\t\n"}).status_code == 200


@pytest.mark.parametrize(
    ("length", "status"), [(999_999, 422), (1_000_001, 413), ("200000000", 413), ("-1", 422), ("x", 422)]
)
def test_what_is_too_large_is_refused_unread(client: Client, settings: Any, length: object, status: int) -> None:
    settings.LARGEST_UPLOAD = 1_000_000
    answer = client.generic(
        "POST", "/masuk", "", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=str(length)
    )
    assert answer.status_code == status
    if status == 413:
        assert "paling besar 1 MB" in answer.content.decode() and answer["Connection"] == "close"
        assert answer["Content-Security-Policy"]

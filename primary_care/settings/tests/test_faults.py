"""A fault of a page can be found by whoever runs the node, and says nothing of a person."""

import logging
import sys

import pytest
from django.conf import settings
from django.test import Client

from primary_care.settings.faults import WithoutData


@pytest.mark.django_db
def test_a_fault_is_told_with_its_place_and_without_data(
    client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from primary_care.desk.views import login

    data = "Siti Aminah 9901010101200049"

    def breaks(*_: object, **__: object) -> None:
        raise LookupError(data)

    monkeypatch.setattr(login, "render", breaks)
    client.raise_request_exception = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WithoutData())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        assert client.get("/masuk?rahasia=Siti").status_code == 500
    finally:
        logger.removeHandler(handler)
    said = capsys.readouterr().err
    assert "Halaman gagal: /masuk" in said and "LookupError" in said and "views/login.py" in said
    assert "Siti" not in said and "9901" not in said


def test_the_node_writes_faults_of_pages_to_its_output() -> None:
    handler = settings.LOGGING["handlers"]["faults"]
    assert (handler["class"], handler["level"], handler["formatter"]) == (
        "logging.StreamHandler",
        "ERROR",
        "without-data",
    )
    for logger in ("django", "procrastinate", "psycopg"):
        assert settings.LOGGING["loggers"][logger] == {"handlers": ["faults"], "level": "ERROR", "propagate": False}
    assert settings.LOGGING["root"] == {"handlers": ["faults"], "level": "ERROR"}

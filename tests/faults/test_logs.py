"""Nothing about a person gets into what a node writes: not what was typed, not what was looked for, not what PostgreSQL says of it."""

import logging
import os
import signal
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from primary_care.node.tests.nodes import PATIENCE, Node
from primary_care.settings.faults import WithoutData
from tests.faults.serving import midwife, new_visit, serve

ROOT = Path(__file__).parents[2]
NIK, NAME, ADDRESS = "9901014204980001", "Siti Rahasia", "Jalan Tersembunyi 7"


def test_a_day_of_work_and_its_faults_leave_no_data_in_any_log(node: Node) -> None:
    process = serve(node)
    her = midwife(node)
    person = her.address.split("/")[2]
    her.browser.get(f"/cari?q={quote(NAME)}")
    her.browser.get(f"/cari?q={NIK}&alamat={quote(ADDRESS)}")
    her.browser.get(f"/tidak-ada/{NIK}?q={quote(NAME)}")
    her.browser.post("/masuk", [("username", NAME), ("password", NIK)])
    her.browser.post(f"/orang/{person}/kunjungan?q={quote(NAME)}", [("i-catatan", "x" * 3_000_000)])
    with psycopg.connect(
        node.server.url(), autocommit=True
    ) as connection:  # a save that the database itself refuses, with data in it
        connection.execute(
            "CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'no % %', NEW.id, NEW.person_id; END $$;"
            "CREATE TRIGGER refuses BEFORE INSERT ON visits_contact FOR EACH ROW EXECUTE FUNCTION refuses()"
        )
        for statement in (
            f"SELECT '{NAME}'::integer", f"INSERT INTO accounts_user (username) VALUES ('{NIK}')", "SELECT 1/0 /* Siti Rahasia */",
            "INSERT INTO accounts_user SELECT * FROM accounts_user",
        ):  # fmt: skip
            with pytest.raises(psycopg.Error):
                connection.execute(statement)  # type: ignore[call-overload]
    key = new_visit()
    assert her.save(her.typed(key)).status == 500
    os.kill(process.pid, signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    written = {"output": out + err, "server": (node.folder / "postgres" / "server.log").read_text()}
    assert "Halaman gagal: /orang/<uuid:person_id>/kunjungan" in written["output"]  # it was told, without data
    assert "database system is ready" in written["server"]
    for where, text in written.items():
        for word in (NIK, NAME, quote(NAME), "Rahasia", "Tersembunyi", person, key, "bidan.sri", "Bayi Uji", "xxxx"):
            assert word not in text, (where, word)


def test_the_examples_for_a_proxy_do_not_write_what_was_looked_for() -> None:
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    formats = [line for line in nginx.splitlines() if line.startswith("log_format")]
    assert len(formats) == 1 and "$uri" in formats[0]
    for word in ("$request ", "$request_uri", "$args", "$query_string", "$http_referer", "$http_cookie", "$request'"):
        assert word not in formats[0]
    logs = [line.split() for line in nginx.splitlines() if line.strip().startswith("access_log")]
    assert logs == [["access_log", "off;"], ["access_log", "/var/log/nginx/simpul.log", "simpul;"]]
    assert "log" not in [
        line.split()[0]
        for line in (ROOT / "deploy" / "Caddyfile").read_text().splitlines()
        if line.split() and line[0] != "#"
    ]


@pytest.mark.parametrize(
    "logger",
    ["django", "django.request", "django.security.DisallowedHost", "procrastinate.worker", "psycopg.pool", "anything"],
)
def test_words_of_a_library_are_not_written(logger: str, capsys: pytest.CaptureFixture[str]) -> None:
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig({**settings.LOGGING, "incremental": False})
    try:
        raise LookupError(NAME)
    except LookupError:
        logging.getLogger(logger).exception(
            "about %s", NIK, extra={"job": {"task_name": "backup", "task_kwargs": {"nik": NIK}}}
        )
    said = capsys.readouterr().err
    assert "LookupError" in said and "Pekerjaan latar gagal: backup" in said
    assert NIK not in said and NAME not in said


def test_a_message_without_a_page_or_a_job_names_only_its_place() -> None:
    record = logging.LogRecord("somewhere", logging.ERROR, "/x/module.py", 7, "about %s", (NIK,), None)
    assert WithoutData().format(record).endswith("Galat di somewhere, module:7")

"""A node whose own PostgreSQL is killed under it: pages say so, nothing typed is lost, and the node mends it by itself."""

import contextlib
import fcntl
import os
import signal
from collections.abc import Iterator

import pytest

from primary_care.node.tests.browser import Browser
from primary_care.node.tests.nodes import PATIENCE, Node, kill_server, until, without_times


@contextlib.contextmanager
def kept_away(node: Node, whole: bool) -> Iterator[None]:
    """The server killed, its head alone or with its helpers, and kept from being started again until the end."""
    with (node.folder / "postgres.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kill_server(node.folder, whole)
        yield


def test_a_database_killed_under_a_node_comes_back_and_what_was_typed_is_saved_once(node: Node) -> None:
    process = node.start("run", SIMPUL_DEMO_PEOPLE="200")
    until(lambda: node.get("/hidup") == 200 or process.poll() is not None)
    browser = Browser(node.port)
    assert browser.log_in("bidan.puskesmas").status == 200
    people, contacts = (node.ask(f"SELECT count(*) FROM {table}") for table in ("people_person", "visits_contact"))
    address, form, weight = browser.child_with_a_weight()
    typed = [(name, weight if name == "i-berat-badan-kg" else value) for name, value in form.fields]
    visit = dict(typed)["kunjungan"]

    for whole in (True, False):
        with kept_away(node, whole):
            home = browser.get("/")
            assert (home.status, home.retry_after) == (503, "5")
            assert "Basis data sedang tidak dapat dihubungi" in home.text and "<input" not in home.text
            sent = browser.post(address, typed)
            assert sent.status == 503 and "tidak hilang" in sent.text
            assert {*sent.fields} - {*typed} == {("csrfmiddlewaretoken", dict(sent.fields)["csrfmiddlewaretoken"])}
            assert [one for one in sent.fields if one[0] != "csrfmiddlewaretoken"] == typed[1:]
        until(lambda: node.ask("SELECT true") is True or process.poll() is not None)
        assert process.poll() is None, process.communicate()
        saved = browser.post(address, sent.fields)
        assert saved.status == 200 and saved.url.endswith(f"/kunjungan/{visit}")
        assert browser.get("/").status == 200
        assert node.ask("SELECT count(*) FROM people_person") == people
        assert node.ask("SELECT count(*) FROM visits_contact") == contacts + 1  # type: ignore[operator]
        assert node.ask(
            "SELECT count(*) = 1 FROM visits_observation "
            f"WHERE contact_id = '{visit}' AND item = 'berat-badan-kg' AND number = {weight.replace(',', '.')}"
        )
    os.kill(process.pid, signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out.count("Basis data berjalan lagi."), out.count("Simpul berhenti.")) == (0, 2, 1)
    said = without_times(err)
    assert weight not in said and visit not in said and "Traceback" not in out


@pytest.mark.parametrize(
    ("spoil", "told"), [("version", "dibuat oleh PostgreSQL 15"), ("files", "Berkas basis data tidak ada lagi")]
)
def test_a_node_whose_database_cannot_be_started_again_says_why_and_stops(node: Node, spoil: str, told: str) -> None:
    process = node.start("run", SIMPUL_DEMO="0")
    until(lambda: node.get("/hidup") == 200 or process.poll() is not None)
    cluster, aside = node.folder / "postgres", node.folder / "aside"
    version = (cluster / "PG_VERSION").read_text()
    with kept_away(node, whole=True):
        if spoil == "version":
            (cluster / "PG_VERSION").write_text("15\n")
        else:
            cluster.rename(aside)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert told in err and "could not be started again" in err and "Traceback" not in err
    assert str(node.folder) in err and "Simpul berhenti." in err + out
    if spoil == "version":
        (cluster / "PG_VERSION").write_text(version)
    else:
        assert not cluster.exists()  # no empty database in place of the one that is gone
        aside.rename(cluster)

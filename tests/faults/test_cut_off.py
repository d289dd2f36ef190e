"""kill -9 in the middle of a save, and a database that is stopped and started: what was acknowledged is there, what was not is not there in part."""

import os
import signal
import subprocess

import psycopg

from primary_care.node.tests.nodes import PATIENCE, Node, until, without_times
from tests.faults.serving import midwife, new_visit, saved, serve


def test_a_node_killed_in_the_middle_of_a_save_has_all_of_a_visit_or_nothing(node: Node) -> None:
    process = serve(node)
    her = midwife(node)
    first, cut = new_visit(), new_visit()
    assert saved(her.save(her.typed(first)), first)
    facts = ("visits_contact", "visits_observation", "audit_auditentry WHERE action = 'write'", "decisions_finding")
    before = [node.ask(f"SELECT count(*) FROM {table}") for table in facts]

    with psycopg.connect(node.server.url()) as other:
        other.execute(
            "LOCK TABLE visits_observation IN ACCESS EXCLUSIVE MODE"
        )  # the contact is written by then, its values are not
        sending = subprocess.Popen(
            ["curl", "-s", "-m", str(PATIENCE), "-o", os.devnull, "-w", "%{http_code}", *_as_curl(node, her, cut)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        until(lambda: node.ask("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)") is True)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
    answer, _ = sending.communicate(timeout=PATIENCE)
    assert answer == "000"  # nothing was acknowledged

    serve(node)
    assert [node.ask(f"SELECT count(*) FROM {table}") for table in facts] == before
    again = midwife(node)
    assert saved(again.save(again.typed(cut)), cut)
    assert saved(again.save(again.typed(cut)), cut)  # pressed twice: stored once
    for key in (first, cut):
        assert node.ask(f"SELECT count(*) FROM visits_observation WHERE contact_id = '{key}'") == 1


def _as_curl(node: Node, her: object, key: str) -> list[str]:
    from tests.faults.serving import Midwife

    assert isinstance(her, Midwife)
    cookies = "; ".join(f"{one.name}={one.value}" for one in her.browser.cookies)
    fields = [part for name, value in her.typed(key) for part in ("--data-urlencode", f"{name}={value}")]
    return ["-H", f"Cookie: {cookies}", *fields, f"http://127.0.0.1:{node.port}{her.address}"]


def test_a_server_of_ones_own_that_is_stopped_and_started(node: Node) -> None:
    """As `DATABASE_URL` has it: the node does not start it again, says so plainly, and goes on by itself when it is back."""
    node.server.start()
    process = serve(node, DATABASE_URL=node.server.url())
    her = midwife(node)
    kept, lost = new_visit(), new_visit()
    assert saved(her.save(her.typed(kept)), kept)
    node.server.stop()
    assert node.get("/hidup") == 200 and node.get("/sehat.json") == 503 and node.get("/sehat") == 503
    assert her.browser.get("/").status == 503
    told = her.save(her.typed(lost))
    assert told.status == 503 and "Basis data sedang tidak dapat dihubungi" in told.text and "tidak hilang" in told.text
    node.server.start()
    assert saved(her.save(told.fields), lost)
    assert node.get("/sehat.json") == 200 and her.browser.get("/").status == 200
    assert node.ask(f"SELECT count(*) FROM visits_contact WHERE id IN ('{kept}', '{lost}')") == 2
    os.kill(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    said = without_times(err)
    assert her.weight not in said and lost not in said and "Siti" not in said
    node.server.stop()

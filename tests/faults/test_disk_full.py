"""A full disk: a page says so and gives back what was typed; when there is room again it goes on, and all that was acknowledged is there."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from primary_care.node.tests.nodes import PATIENCE, until
from tests.faults.conftest import MakeNode
from tests.faults.serving import midwife, new_visit, saved, serve

SIZE = 160  # megabytes: the files of PostgreSQL, and some room


def test_a_full_disk_that_the_server_tells_of_is_a_page_with_what_was_typed(world: Any) -> None:
    """The fault as PostgreSQL itself raises it (SQLSTATE 53100), in the middle of a save."""
    client = Client(raise_request_exception=False)
    client.force_login(world.bidan)
    page = reverse("visit", args=[world.anak.pk])
    form = client.get(page).context["form"]
    typed = {"kunjungan": new_visit(), "i-berat-badan-kg": "8,1", "dua": ["a", "b"]}
    assert form is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;"
            "CREATE TRIGGER full_disk BEFORE INSERT ON visits_contact FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
    answer = client.post(page, typed)
    shown = answer.content.decode()
    assert answer.status_code == 507 and "Disk Simpul penuh" in shown and "tidak hilang" in shown
    assert 'name="i-berat-badan-kg" value="8,1"' in shown and shown.count('name="dua"') == 2
    with translation.override("en"):
        assert "disk of Simpul is full" in client.post(page, typed).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER full_disk ON visits_contact")


@contextlib.contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of its own. Only root may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="sp-"))
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode:
        folder.rmdir()
        pytest.skip("no file system can be mounted here (that needs root); the fault itself is tested above")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()


def test_nothing_acknowledged_is_lost_on_a_disk_that_fills_up(make_node: MakeNode) -> None:
    with small_disk() as disk:
        (disk / "node").mkdir()
        node = make_node(disk / "node")
        process = serve(node, SIMPUL_WORKER="0")
        her = midwife(node)
        acknowledged = []
        _fill(disk, leave=300_000)
        for _ in range(300):
            key = new_visit()
            answer = her.save(her.typed(key))
            # Led on to the result: it is stored, even where the result itself can no longer be shown (its reading is audited).
            if not answer.url.endswith(f"/kunjungan/{key}"):
                break
            acknowledged.append(key)
        else:
            raise AssertionError("the disk did not fill up")
        assert acknowledged, "some were to be saved before the disk was full"
        assert answer.status in (503, 507) and "tidak hilang" in answer.text, answer.text
        assert [one for one in answer.fields if one[0] == "i-berat-badan-kg"] == [("i-berat-badan-kg", her.weight)]
        assert node.get("/sehat.json") == 503
        (disk / "ballast").unlink()
        # PostgreSQL may have stopped for want of room. The node starts it again, or says why it cannot and ends.
        pressed = [answer]

        def press_again() -> bool:
            with contextlib.suppress(OSError):  # the node ended: that is seen by its process
                pressed.append(her.save(pressed[-1].fields))
            return pressed[-1].status != 503

        until(lambda: process.poll() is not None or press_again())
        if process.poll() is not None:
            _, err = process.communicate(timeout=PATIENCE)
            assert process.returncode == 2 and "No space left on device" in err, err
            serve(node, SIMPUL_WORKER="0")
            her = midwife(node)
            pressed.append(her.save(her.typed(key)))
        assert saved(pressed[-1], key), pressed[-1].text
        found = node.ask(f"SELECT count(*) FROM visits_contact WHERE id = ANY('{{{','.join([*acknowledged, key])}}}')")
        assert found == len(acknowledged) + 1
        assert (
            node.ask(
                "SELECT count(*) FROM visits_contact c WHERE NOT EXISTS (SELECT 1 FROM visits_observation WHERE contact_id = c.id)"
            )
            == 0
        )
        node.end()
        node.server.stop()


def _fill(disk: Path, leave: int) -> None:
    """Leave so many bytes."""
    free = os.statvfs(disk)
    size = free.f_bavail * free.f_frsize - leave
    with (disk / "ballast").open("wb") as file:
        file.write(b"x" * size)

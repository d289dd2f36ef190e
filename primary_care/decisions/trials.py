"""Trials of knowledge that is not released: sent in on a page, run by the command `simpul try` in a process of its own.

That process gets neither the database nor a secret, so nothing that somebody writes into a file can reach the people of this node; it is ended
when it takes too long.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from care_engine.drafting import MOST_BYTES, MOST_FILES
from primary_care.accounts.access import CREATE, NotAllowed, allowed
from primary_care.accounts.models import Assignment
from primary_care.audit.actions import record_write
from primary_care.decisions.trial_models import KnowledgeTrial, TrialState
from primary_care.design.formats import number

TRIALS = "uji-coba-pengetahuan"  # the row of the matrix
PEOPLE = (3_000, 9_000, 30_000)
LONGEST = 600.0  # seconds
MOST_ATTEMPTS = 2
AT_ONCE = 3  # trials of one user that wait
ROOT = Path(__file__).resolve().parents[2]
_FAR = re.compile(r"\s*(\d+) dari (\d+) bagian")


class TrialRefused(ValueError):
    """The trial cannot be sent in; the text says why, `code` what it is about: files, people."""

    def __init__(self, message: str, code: str = "files") -> None:
        super().__init__(message)
        self.code = code


@transaction.atomic
def send_in(files: Mapping[str, bytes], *, people: int, seed: int, on: date, by: Assignment) -> KnowledgeTrial:
    """Keep files until they are tried (`tasks.ask_for_trials`). Raises `NotAllowed` and `TrialRefused`."""
    if allowed(by.role, TRIALS, CREATE) is None:
        raise NotAllowed(_("Peran Anda tidak mencoba pengetahuan."))
    if people not in PEOPLE:
        raise TrialRefused(_("Pilih banyaknya orang."), "people")
    if not files:
        raise TrialRefused(_("Pilih dulu berkasnya."))
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        limits = {"files": MOST_FILES, "size": number(MOST_BYTES // 1000)}
        raise TrialRefused(_("Paling banyak %(files)d berkas, bersama-sama %(size)s kB.") % limits)
    if KnowledgeTrial.objects.filter(asked_by=by.user, state=TrialState.WAITING).count() >= AT_ONCE:
        raise TrialRefused(_("Tunggu sampai uji coba Anda yang lain selesai."))
    texts = []
    for name, content in files.items():
        if PurePosixPath(name).name != name or not name.lower().endswith((".yaml", ".yml")):
            raise TrialRefused(_("%(name)s bukan berkas YAML (.yaml).") % {"name": name})
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            raise TrialRefused(_("%(name)s bukan teks UTF-8. Simpan lagi sebagai UTF-8.") % {"name": name}) from None
        if "\0" in text:
            raise TrialRefused(_("%(name)s bukan berkas teks.") % {"name": name})
        texts.append({"name": name, "text": text})
    trial = KnowledgeTrial.objects.create(files=texts, people=people, seed=seed, on=on, asked_by=by.user, asked_as=by)
    record_write("decisions.knowledgetrial", trial.pk, by, ", ".join(files)[:200])
    return trial


def work(*, go_on: Callable[[], bool] = lambda: True) -> None:
    """Try what waits, the oldest first."""
    while go_on() and (trial := _next()) is not None:
        _try(trial)


@transaction.atomic
def _next() -> KnowledgeTrial | None:
    waiting = KnowledgeTrial.objects.select_for_update(skip_locked=True).filter(state=TrialState.WAITING)
    trial = waiting.order_by("asked_at", "pk").first()
    if trial is None:
        return None
    if trial.attempts >= MOST_ATTEMPTS:
        trial.state = TrialState.FAILED
        trial.save(update_fields=["state"])
        return _next()
    trial.attempts += 1
    trial.worked_at = timezone.now()
    trial.save(update_fields=["attempts", "worked_at"])
    return trial


def _try(trial: KnowledgeTrial) -> None:
    with tempfile.TemporaryDirectory(prefix="simpul-uji-") as folder:
        report = _run(trial, Path(folder))
    if report is None:
        trial.state = TrialState.FAILED
    elif report["faults"]:
        trial.state, trial.faults = TrialState.FAULTY, report["faults"]
    else:
        trial.state, trial.report = TrialState.READY, report
    trial.worked_at = timezone.now()
    trial.save()


def _run(trial: KnowledgeTrial, folder: Path) -> dict[str, Any] | None:
    """The report of `simpul try`; None where it did not come to one."""
    draft, answer = folder / "rancangan", folder / "hasil.json"
    draft.mkdir()
    for one in trial.files:
        (draft / one["name"]).write_text(one["text"], encoding="utf-8")
    command = [
        sys.executable, "-m", "primary_care.command_line", "try", str(draft), "--people", str(trial.people), "--seed", str(trial.seed),
        "--on", trial.on.isoformat(), "--json", str(answer),
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=ROOT, env=_surroundings(folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:  # fmt: skip
        too_long = threading.Timer(LONGEST, process.kill)
        too_long.start()
        try:
            for line in process.stdout or ():
                if far := _FAR.match(line):
                    trial.done, trial.total, trial.worked_at = int(far[1]), int(far[2]), timezone.now()
                    trial.save(update_fields=["done", "total", "worked_at"])
        except BaseException:
            process.kill()
            raise
        finally:
            too_long.cancel()
    return json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else None


def _surroundings(folder: Path) -> dict[str, str]:
    """What the process is told of the world: where programs are, and a home of its own; neither the database nor a key."""
    return {
        "PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "primary_care.settings", "SIMPUL_DATA_DIR": str(folder), "POLARS_MAX_THREADS": "1",
        "SIMPUL_SECRET_KEY": "uji-coba-tanpa-sesi-" + "0" * 40,
    }  # fmt: skip

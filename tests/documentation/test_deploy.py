"""The examples for a server fit the program: its settings are known, its commands exist, its guide names them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from primary_care.command_line import _parser
from tests.documentation.pages import ROOT
from tests.documentation.test_documentation import _subparsers

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def settings_of_the_example() -> dict[str, str]:
    lines = [line for line in (DEPLOY / "simpul.env").read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_the_settings_of_the_example_are_accepted_and_explained() -> None:
    given = settings_of_the_example()
    guide = (ROOT / "docs" / "pengaturan.md").read_text()
    assert [name for name in given if f"| `{name}` |" not in guide] == []
    assert given["SIMPUL_DEMO"] == "0" and given["SIMPUL_HTTPS"] == "1" and given["SIMPUL_HOST"] == "127.0.0.1"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SIMPUL_", "DATABASE_URL"))}
    script = (
        "from primary_care import settings as s; assert s.SECOND_FACTOR == 'peran-luas' and s.NIGHTLY_BACKUP and not s.OWN_WORKER;"
        "assert s.DATABASES['default']['NAME'] == 'simpul' and s.DATABASES['default']['HOST'] == '/run/postgresql'"
    )
    environment = {**kept, **given, "SIMPUL_SECRET_KEY": "x" * 40}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists_and_may_write_its_data_only(unit: Path) -> None:
    text = unit.read_text()
    started = re.search(r"^ExecStart=/opt/simpul/.venv/bin/simpul (\S+)$", text, re.M)
    assert started and started[1] in _subparsers(_parser())
    folder = settings_of_the_example()["SIMPUL_DATA_DIR"]
    assert re.findall(r"^ReadWritePaths=(.*)$", text, re.M) == [folder]
    assert "ProtectSystem=strict" in text and "User=simpul" in text and "NoNewPrivileges=true" in text


def test_what_lies_in_the_folder_is_named_in_the_guide() -> None:
    guide = (ROOT / "docs" / "pemasangan.md").read_text()
    assert len(UNITS) == 2 and "deploy/*.service" in guide
    for name in ("simpul.env", "nginx.conf", "Caddyfile"):
        assert (DEPLOY / name).exists() and f"deploy/{name}" in guide


def test_the_proxy_takes_as_much_as_the_node() -> None:
    from django.conf import settings

    largest = settings.LARGEST_UPLOAD // 1_000_000
    assert f"client_max_body_size {largest}m;" in (DEPLOY / "nginx.conf").read_text()
    assert f"max_size {largest}MB" in (DEPLOY / "Caddyfile").read_text()

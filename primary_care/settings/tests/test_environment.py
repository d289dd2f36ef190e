"""Settings are read with their type and limits, and a wrong one is told in words."""

import re
from pathlib import Path

import pytest
from django.test import Client

from primary_care.settings.environment import Environment, WrongSettings
from primary_care.settings.secret import secret_key

DEFAULT = {"ENGINE": "e", "NAME": "simpul", "OPTIONS": {}}
ROOT = Path(__file__).resolve().parents[3]


def told(read: "object", **values: str) -> str:
    environment = Environment(values)
    read(environment)  # type: ignore[operator]
    with pytest.raises(WrongSettings) as wrong:
        environment.finish()
    return str(wrong.value)


def test_unset_and_empty_settings_have_their_default() -> None:
    for values in ({}, {"SIMPUL_A": ""}, {"SIMPUL_A": "  "}):
        environment = Environment(values)
        assert environment.text("SIMPUL_A", "x") == "x"
        assert environment.number("SIMPUL_A", 5, 1, 9) == 5
        assert environment.yes_or_no("SIMPUL_A", True) is True
        assert environment.choice("SIMPUL_A", "a", ["a", "b"]) == "a"
        assert environment.database("SIMPUL_A", DEFAULT) == DEFAULT
        environment.finish()


@pytest.mark.parametrize(("text", "value"), [("1", True), ("YA", True), ("off", False), ("tidak", False)])
def test_a_switch_is_read_in_both_languages(text: str, value: bool) -> None:
    assert Environment({"A": text}).yes_or_no("A", not value) is value


@pytest.mark.parametrize("text", ["0", "10", "1.5", "x", "-3", "9" * 30])
def test_a_number_outside_its_limits_is_refused(text: str) -> None:
    assert "bilangan bulat 1 sampai 9" in told(lambda e: e.number("SIMPUL_A", 5, 1, 9), SIMPUL_A=text)


def test_every_fault_is_told_at_once_with_the_name_of_the_setting() -> None:
    def read(environment: Environment) -> None:
        environment.yes_or_no("SIMPUL_A", True)
        environment.choice("SIMPUL_B", "a", ["a", "b"])
        environment.hosts("SIMPUL_C", [])

    text = told(read, SIMPUL_A="mungkin", SIMPUL_B="c", SIMPUL_C="ok.id, http://salah", SIMPUL_D="1")
    assert "docs/pengaturan.md" in text
    assert [name for name in ("SIMPUL_A", "SIMPUL_B", "SIMPUL_C", "SIMPUL_D: tidak dikenal") if name not in text] == []


def test_a_folder_may_not_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Environment({"A": str(tmp_path / "new")}).folder("A", tmp_path) == tmp_path / "new"
    assert "adalah berkas" in told(lambda e: e.folder("SIMPUL_A", tmp_path), SIMPUL_A=str(tmp_path / "file"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://u:p%40ss@db.local:5433/simpul?sslmode=require",
            {
                "NAME": "simpul",
                "USER": "u",
                "PASSWORD": "p@ss",
                "HOST": "db.local",
                "PORT": "5433",
                "OPTIONS": {"sslmode": "require"},
            },
        ),
        (
            "postgres://postgres@/simpul?host=/run/pg",
            {"NAME": "simpul", "USER": "postgres", "PASSWORD": "", "HOST": "/run/pg", "PORT": "", "OPTIONS": {}},
        ),
    ],
)
def test_a_database_is_named_by_its_address(url: str, expected: dict[str, object]) -> None:
    assert Environment({"A": url}).database("A", DEFAULT) == {**DEFAULT, **expected}


@pytest.mark.parametrize(
    "url", ["mysql://u@h/x", "postgresql://h", "postgresql://h:port/x", "simpul", "postgresql://[::1/x"]
)
def test_an_address_that_is_no_postgresql_is_refused_without_showing_a_password(url: str) -> None:
    text = told(lambda e: e.database("SIMPUL_A", DEFAULT), SIMPUL_A=url.replace("://", "://u:rahasia@", 1))
    assert "SIMPUL_A" in text and "rahasia" not in text


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    key = secret_key(tmp_path / "data")
    assert len(key) >= 50
    assert secret_key(tmp_path / "data") == key
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]
    assert secret_key(tmp_path / "other") != key


def test_every_setting_is_on_the_page_for_operators() -> None:
    asked = set(re.findall(r'_env\.\w+\(\s*"(\w+)"', (ROOT / "primary_care/settings/__init__.py").read_text()))
    documented = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs/pengaturan.md").read_text(), re.M))
    assert len(asked) >= 11
    assert documented == asked


def test_a_page_allows_only_files_of_this_node(client: Client) -> None:
    response = client.get("/hidup")
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"

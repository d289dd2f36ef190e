"""Reads settings from the environment, each with its type and its limits, and refuses a wrong one with a message that
helps.

Every problem is collected and told at once, so that nobody mends a configuration one message at a time.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

YES, NO = {"1", "true", "yes", "ya", "on"}, {"0", "false", "no", "tidak", "off"}
WELL_FORMED_HOST = re.compile(r"^\.?[A-Za-z0-9][A-Za-z0-9.-]*$|^\*$|^\[[0-9a-fA-F:]+\]$")


class WrongSettings(Exception):
    """One or more settings are wrong; the text names each, its value's fault and what to write instead."""


class Environment:
    """The environment read as typed values. Call `finish()` when all are read: it raises `WrongSettings` if any was
    wrong.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._wrong: list[str] = []
        self._asked: set[str] = set()

    def text(self, name: str, default: str) -> str:
        """The text as it stands, or `default` when it is unset or empty."""
        self._asked.add(name)
        return self._values.get(name, "").strip() or default

    def yes_or_no(self, name: str, default: bool) -> bool:
        """A switch: 1/true/ya or 0/false/tidak."""
        value = self.text(name, "").lower()
        if not value:
            return default
        if value not in YES | NO:
            self._refuse(name, f'"{value}" bukan ya atau tidak', "tulis 1 (ya) atau 0 (tidak)")
        return value in YES

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both allowed."""
        value = self.text(name, str(default))
        if re.fullmatch(r"-?\d{1,9}", value) and least <= int(value) <= most:
            return int(value)
        self._refuse(name, f'"{value}" di luar batas', f"tulis bilangan bulat {least} sampai {most}")
        return default

    def choice(self, name: str, default: str, allowed: Sequence[str]) -> str:
        """One of the words in `allowed`."""
        value = self.text(name, default)
        if value in allowed:
            return value
        self._refuse(name, f'"{value}" tidak dikenal', f"tulis salah satu: {', '.join(allowed)}")
        return default

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Host names separated by commas."""
        value = self.text(name, ",".join(default))
        found = [host.strip() for host in value.split(",") if host.strip()]
        for host in found:
            if not WELL_FORMED_HOST.match(host):
                self._refuse(name, f'"{host}" bukan nama host', "tulis nama saja, tanpa http:// dan tanpa port")
        return found

    def folder(self, name: str, default: Path) -> Path:
        """A folder, absolute. It need not exist yet, but may not be a file."""
        path = Path(self.text(name, str(default))).expanduser().absolute()
        if path.exists() and not path.is_dir():
            self._refuse(name, f"{path} adalah berkas", "tulis jalur sebuah folder")
        return path

    def backup_key(self, name: str) -> str:
        """The public key for which backups are encrypted (age, `age1…`), or nothing."""
        value = self.text(name, "")
        if value and not re.fullmatch(r"age1[02-9ac-hj-np-z]{58}", value):
            self._refuse(name, "bukan kunci publik", "salin baris yang ditulis oleh simpul backup-key, diawali age1")
            return ""
        return value

    def database(self, name: str, default: dict[str, Any]) -> dict[str, Any]:
        """Django's description of a PostgreSQL database, from
        `postgresql://user:password@host:port/name?option=value`.
        """
        url = self.text(name, "")
        if not url:
            return default
        help_text = "tulis postgresql://pengguna:sandi@host:5432/nama"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            self._refuse(name, "alamatnya tidak dapat dibaca", help_text)
            return default
        database = unquote(parts.path.lstrip("/"))
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if parts.scheme not in ("postgres", "postgresql"):
            self._refuse(name, f'jenis "{parts.scheme}" tidak didukung, hanya PostgreSQL', help_text)
        elif not database:
            self._refuse(name, "nama basis data tidak ada", help_text)
        return {
            **default,
            "NAME": database,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
            "PORT": str(port or options.pop("port", "")),
            "OPTIONS": {**default.get("OPTIONS", {}), **options},
        }

    def finish(self, prefix: str = "SIMPUL_") -> None:
        """Refuse to go on if a setting was wrong, or if one beginning with `prefix` is not a setting at all (a slip
        of the pen).
        """
        for name in sorted(self._values):
            if name.startswith(prefix) and name not in self._asked:
                self._refuse(name, "tidak dikenal", f"yang ada: {', '.join(sorted(self._asked))}")
        if self._wrong:
            raise WrongSettings("Pengaturan salah (lihat docs/pengaturan.md):\n" + "\n".join(self._wrong))

    def _refuse(self, name: str, what: str, help_text: str) -> None:
        self._wrong.append(f"  {name}: {what}; {help_text}.")

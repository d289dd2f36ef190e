"""The first account of a real node, as an operator makes it at a terminal, and what the command refuses."""

import contextlib
import os
import pty
import re
from pathlib import Path

from primary_care.node.tests.nodes import Node, until

AREAS = "kode,nama\n99,Nusa Peraga\n99.01,Tirta Asri\n99.01.01,Tirta Mulya\n99.01.01.2001,Mekar Sari\n"
UNITS = "kode,jenis,nama,induk,wilayah,wilayah_kerja\nP1,puskesmas,Puskesmas Satu,,99.01.01,99.01.01.2001\n"


def with_a_puskesmas(node: Node, folder: Path) -> None:
    (folder / "wilayah.csv").write_text(AREAS)
    (folder / "unit.csv").write_text(UNITS)
    for kind, file in (("areas", "wilayah.csv"), ("units", "unit.csv")):
        done = node.finish("import", kind, str(folder / file), "--on", "2026-01-01")
        assert done.returncode == 0, done.stderr + done.stdout


class Terminal:
    """Somebody at a terminal, who answers when asked."""

    def __init__(self, node: Node, *command: str) -> None:
        self._ours, theirs = pty.openpty()
        self.said = ""
        self.process = node.start_at(theirs, *command, SIMPUL_DEMO="0")
        os.close(theirs)

    def answer(self, question: str, text: str) -> None:
        until(lambda: self._read() or question in self.said or self.process.poll() is not None)
        assert question in self.said, self.said
        self.said = self.said.split(question, 1)[1]
        os.write(self._ours, f"{text}\n".encode())

    def finish(self) -> str:
        until(lambda: self._read() or self.process.poll() is not None)
        self._read()
        os.close(self._ours)
        return self.said

    def _read(self) -> bool:
        os.set_blocking(self._ours, False)
        with contextlib.suppress(OSError):
            self.said += os.read(self._ours, 10_000).decode()
        return False


def test_the_first_account_is_made_by_answering(node: Node, tmp_path: Path) -> None:
    with_a_puskesmas(node, tmp_path)
    terminal = Terminal(node, "account", "create")
    terminal.answer("Nama pengguna:", "kepala")
    terminal.answer("Nama lengkap:", "Dewi Lestari")
    until(lambda: terminal._read() or "Peran (nomor):" in terminal.said)
    number = re.search(r"(\d+)  Kepala Puskesmas", terminal.said)
    assert number
    terminal.answer("Peran (nomor):", number[1])
    terminal.answer("Bertugas di (nomor):", "9")
    terminal.answer("Bertugas di (nomor):", "1")
    terminal.answer("Jenis tenaga (nomor):", "1")
    terminal.answer("Kata sandi baru", "kuda-laut-77")
    terminal.answer("Sekali lagi:", "kuda-laut-78")
    assert "kuda-laut" not in terminal.said
    terminal.answer("Kata sandi baru", "kuda-laut-77")
    terminal.answer("Sekali lagi:", "kuda-laut-77")
    said = terminal.finish()
    assert (
        terminal.process.returncode == 0
        and "Akun kepala dibuat: Dewi Lestari, Kepala Puskesmas, Puskesmas Satu" in said
    )
    assert "kuda-laut" not in said and "kode kedua" in said
    listed = node.finish("account", "list").stdout
    assert "kepala  Dewi Lestari  Kepala Puskesmas – Puskesmas Satu" in listed


def test_what_is_missing_or_wrong_is_told(node: Node, tmp_path: Path) -> None:
    refused = node.finish(
        "account", "create", "kepala", "--full-name", "Dewi", "--role", "kepala-puskesmas", SIMPUL_DEMO="0"
    )
    assert refused.returncode == 2 and "simpul import units" in refused.stderr
    with_a_puskesmas(node, tmp_path)
    given = ["account", "create", "kepala", "--full-name", "Dewi", "--role", "kepala-puskesmas", "--cadre", "dokter"]
    for arguments, told in [
        (given, "Bertugas di belum diketahui. Sebutkan --unit"),
        ([*given, "--unit", "P9"], "Tidak ada Puskesmas dengan kode P9"),
        ([*given, "--unit", "P1"], "--password-stdin"),
        (["raja" if one == "kepala-puskesmas" else one for one in given], "Peran tidak dikenal: raja"),
        (["account", "password", "siapa"], "Tidak ada akun bernama siapa"),
        (["account", "close", "siapa"], "Tidak ada akun bernama siapa"),
    ]:
        done = node.finish(*arguments, given="")
        assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr, done.stderr
    short = node.finish(*given, "--unit", "P1", "--password-stdin", given="pendek\n")
    assert short.returncode == 2 and "10 karakter" in short.stderr
    assert node.finish("account", "list").stdout == ""
    done = node.finish(*given, "--unit", "P1", "--password-stdin", given="kuda-laut-77\n")
    assert done.returncode == 0, done.stderr

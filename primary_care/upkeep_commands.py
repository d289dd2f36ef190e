"""The commands of `simpul` that keep a node safe: backup, restore, the key of backups, and background work on its own."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

OnDatabase = Callable[[Callable[[], int]], int]
REFUSED = 1
AWAY = "Basis data tidak dapat dihubungi, jadi tidak ada yang dikerjakan: {} Periksa DATABASE_URL."
NOT_DONE = 2  # the exit code of the command


def add_to(commands: Any, *, on_database: OnDatabase, in_node: OnDatabase) -> None:
    """Add `backup`, `restore`, `backup-key` and `worker` to `commands`. `in_node` runs the work with a database whose tables are up to
    date, `on_database` with one as it stands.
    """

    def add(name: str, does: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=does)
        return added

    backup = add(
        "backup", lambda options: on_database(lambda: _backup(options)), "cadangkan seluruh isi node ke satu berkas"
    )
    backup.add_argument("file", type=Path, metavar="BERKAS")
    restore = add(
        "restore", lambda options: on_database(lambda: _restore(options)), "pulihkan node dari sebuah cadangan"
    )
    restore.add_argument("file", type=Path, metavar="BERKAS")
    restore.add_argument("--key", type=Path, metavar="KUNCI", help="berkas kunci rahasia, bila cadangannya terenkripsi")
    restore.add_argument(
        "--replace", action="store_true", help="juga bila node sudah berisi; isinya disimpan dengan nama lain"
    )
    restore.add_argument(
        "--dry-run", action="store_true", help="pulihkan ke tempat sementara dan periksa; node tidak berubah"
    )
    worker = add(
        "worker",
        lambda options: _worker(options, in_node if options.of is None else on_database),  # a node has its tables ready
        "pekerjaan latar sebagai proses sendiri (SIMPUL_WORKER=0 pada simpul run)",
    )
    worker.add_argument(
        "--of", type=int, metavar="PID", help=argparse.SUPPRESS
    )  # the node that started it, and with which it ends
    key = add("backup-key", _new_key, "buat pasangan kunci untuk mengenkripsi cadangan")
    key.add_argument("file", type=Path, metavar="KUNCI", help="berkas baru untuk kunci rahasia")


def _backup(options: argparse.Namespace) -> int:
    import psycopg
    from django.conf import settings

    from primary_care.node.backup import BackupFailed, back_up
    from primary_care.node.clients import NoClient

    if options.file.is_dir():
        return _refuse(f"{options.file} adalah folder. Sebutkan nama berkas, misalnya {options.file / 'simpul.simpul'}")
    try:
        made = back_up(options.file)
    except (BackupFailed, NoClient) as error:
        return _refuse(str(error))
    except psycopg.OperationalError as error:
        return _refuse(AWAY.format(str(error).strip()))
    print(f"Cadangan dibuat: {made.path}, {made.size / 1e6:.1f} MB, keadaan {made.at.astimezone():%d-%m-%Y %H.%M}.")
    if not made.encrypted:
        print(
            "Berkas ini TIDAK terenkripsi: siapa pun yang memegangnya dapat membaca data semua orang. "
            "Jangan bawa keluar komputer ini sebelum memasang SIMPUL_BACKUP_KEY (docs/cadangan-dan-pemulihan.md).",
            file=sys.stderr,
        )
    if options.file.absolute().is_relative_to(settings.DATA_DIR):
        print("Berkas ini ada di folder data Simpul sendiri: salin juga ke disk lain.", file=sys.stderr)
    return 0


def _restore(options: argparse.Namespace) -> int:
    import psycopg

    from primary_care.node.archives import Unreadable
    from primary_care.node.backup import BackupFailed
    from primary_care.node.clients import NoClient
    from primary_care.node.restore import RestoreRefused, restore
    from primary_care.node.run import migrate

    try:
        done = restore(
            options.file, key_file=options.key, replace=options.replace, dry_run=options.dry_run, migrate=migrate
        )
    except (RestoreRefused, Unreadable, BackupFailed, NoClient) as error:
        return _refuse(str(error))
    except psycopg.OperationalError as error:
        return _refuse(AWAY.format(str(error).strip()))
    if options.dry_run:
        print(f"Cadangan ini utuh dan dapat dipulihkan: {done.rows} baris, keadaan {done.made_at}. Node tidak berubah.")
    else:
        print(f"Dipulihkan: {done.rows} baris, keadaan {done.made_at}. Semua pengguna harus masuk lagi.")
    if done.before:
        print(
            f"Data yang tadinya ada tetap tersimpan sebagai basis data {done.before}; pemulihan berikutnya menghapusnya."
        )
    if done.broken_chains:
        print(
            f"Perhatian: {done.broken_chains} rantai jejak akses tidak utuh, dan sudah begitu saat dicadangkan. "
            "Periksa di halaman Jejak akses.",
            file=sys.stderr,
        )
    return 0


def _new_key(options: argparse.Namespace) -> int:
    from primary_care.node.archives import new_key

    try:
        public = new_key(options.file)
    except FileExistsError:
        _refuse(f"{options.file} sudah ada dan tidak ditimpa: cadangan lama mungkin hanya terbuka dengan kunci itu.")
        return NOT_DONE
    except OSError as error:
        _refuse(f"{options.file}: {error.strerror}.")
        return NOT_DONE
    print(
        f"Kunci rahasia ada di {options.file}. Simpan dua salinan di luar komputer ini, misalnya di brankas Puskesmas dan Dinas."
    )
    print("Tanpa kunci itu cadangan tidak dapat dibuka oleh siapa pun, juga tidak oleh Anda.")
    print(f"Kunci publik, untuk pengaturan Simpul:\nSIMPUL_BACKUP_KEY={public}")
    return 0


def _worker(options: argparse.Namespace, on_node: OnDatabase) -> int:
    from primary_care.node.background import work_until_stopped
    from primary_care.node.ending import end_with_parent

    if options.of is not None:
        end_with_parent(options.of)

    def work() -> int:
        print("Pekerjaan latar berjalan   (berhenti: Ctrl-C)", flush=True)
        work_until_stopped()
        print("Pekerjaan latar berhenti.", flush=True)
        return 0

    return on_node(work)


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return REFUSED

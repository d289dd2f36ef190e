"""Starts a node: database, migrations, demo when it is empty, web server. Every step may be cut off and started again."""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib import import_module
from zoneinfo import ZoneInfo

from django.conf import settings

from primary_care.node.background import Background
from primary_care.node.postgres import EmbeddedPostgres
from primary_care.node.watching import Watch

MOST_DEMO_PEOPLE = 100_000  # of one Puskesmas
THREADS = 4  # requests served at once by a process; each may hold one database connection


class CannotRun(Exception):
    """The node cannot start; the text says why and what to do."""


@contextlib.contextmanager
def database() -> Iterator[EmbeddedPostgres | None]:
    """Django set up on a database that runs: the one of `DATABASE_URL` (None), or the embedded one, started here and stopped at the end."""
    import django

    if os.environ.get("DATABASE_URL"):
        django.setup()
        yield None
        return
    server = EmbeddedPostgres(settings.DATA_DIR)
    try:
        server.start()
        # Also for the processes that the web server starts: they read the settings anew.
        os.environ["DATABASE_URL"] = server.url()
        settings.DATABASES["default"]["HOST"] = str(server.socket_folder)
        django.setup()
        yield server
    finally:
        from django.db import connections

        connections.close_all()
        server.stop()


def migrate() -> None:
    """Bring the tables up to date. Of two processes that start together one waits; each migration is done wholly or not at all."""
    from django.core.management import call_command
    from django.core.management.commands import migrate as command
    from django.db import Error, OperationalError, connection

    from primary_care.decisions.releases import keep_release
    from primary_care.node.migrating import WholeMigrations

    setattr(command, "MigrationExecutor", WholeMigrations)  # noqa: B010 — the command has no other way in
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('simpul migrate', 0))")
    except OperationalError as error:
        raise CannotRun(f"Basis data tidak dapat dihubungi: {str(error).strip()} Periksa DATABASE_URL.") from error
    try:
        call_command("migrate", verbosity=0, interactive=False)
        keep_release()
    finally:
        with contextlib.suppress(Error), connection.cursor() as cursor:  # a connection that broke holds no lock
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended('simpul migrate', 0))")


def load_demo(people: int = 0, seed: int = 1, on: date | None = None) -> int:
    """Fill an empty node with the demo, `people` of them (0: as many as the setting says), and say how far it is. Returns how many people
    were made; 0 when the node is not empty.
    """
    from primary_care.demo import load

    today = on or datetime.now(ZoneInfo(settings.TIME_ZONE)).date()
    return load.load(today, people=people or settings.DEMO_PEOPLE, seed=seed, say=lambda text: print(text, flush=True))


def check_port_is_free(host: str, port: int) -> None:
    """Told before anything is started, in words, instead of a trace from the web server afterwards."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise CannotRun(
            f"Alamat {host}:{port} tidak dapat dipakai ({error.strerror}). Mungkin Simpul atau program lain sudah berjalan di sana: "
            f"hentikan program itu, atau pilih nomor lain, misalnya SIMPUL_PORT={port + 1} make run."
        ) from error


def run() -> None:
    """Start everything and serve until Ctrl-C."""
    from primary_care.copying import describe_new_tables

    check_port_is_free(settings.HOST, settings.PORT)
    with database() as embedded:
        print("Menyiapkan basis data …", flush=True)
        migrate()
        if settings.DEMO:
            made = load_demo()
            if made:
                print(f"Data contoh dimuat: {made} orang buatan di Kabupaten Tirta Asri.", flush=True)
        describe_new_tables()
        _clear_old_sessions()
        print(_welcome(), flush=True)
        _serve(embedded)
        print("Simpul berhenti.", flush=True)


def _serve(embedded: EmbeddedPostgres | None) -> None:
    """Serve until the node is told to stop, or until its own database is gone for good: then `CannotRun`."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "primary_care.node.worker:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_PROCESSES,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    with contextlib.ExitStack() as stack:
        watch = stack.enter_context(Watch(embedded, give_up=server.signal_handler_interrupt)) if embedded else None
        if settings.OWN_WORKER:
            stack.enter_context(Background())
        server.serve(target_loader=_load_application)
    if watch and watch.trouble:
        raise CannotRun(watch.trouble)


def _load_application(target: str) -> Callable[..., object]:
    """The application named `module:attribute`. The web server's own loader takes a module name for a path below the working directory:
    started inside `primary_care/` it looks for `primary_care.primary_care.node.worker`, and files there hide modules of that name.
    """
    module, _, attribute = target.partition(":")
    application: Callable[..., object] = getattr(import_module(module), attribute)
    return application


def _welcome() -> str:
    from primary_care.demo import load, place

    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    lines = ["", f"Simpul berjalan di http://{host}:{settings.PORT}/   (berhenti: Ctrl-C)"]
    if load.is_demo():
        lines += ["", f"Akun contoh, kata sandi semuanya: {place.PASSWORD}"]
        lines += [f"  {staff.username:<17}{staff.full_name}, {staff.role}" for staff in place.STAFF]
        lines.append("  … dan seorang kader di setiap Posyandu lain, misalnya kader.mawar (docs/data-contoh.md)")
    return "\n".join([*lines, ""])


def _clear_old_sessions() -> None:
    from django.core.management import call_command

    call_command("clearsessions")

"""The command `simpul`. Each command imports what it needs when it runs, so that `simpul evaluate` needs no database.

Exit code: 0 done, 1 done and something was found wanting, 2 not done (bad input or settings, told on standard error).
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

BAD_INPUT = 2


class BadInput(Exception):
    """The command cannot be done as asked; the text says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "primary_care.settings")
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except BadInput as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simpul",
        description="Sistem informasi Integrasi Layanan Primer (ILP).",
        epilog="Pengaturan: docs/pengaturan.md",
    )
    commands = parser.add_subparsers(title="perintah", metavar="PERINTAH", required=True)

    def add(name: str, does: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=does)
        return added

    add("run", _run, "jalankan node: basis data, data contoh bila kosong, halaman web")
    add("migrate", _migrate, "perbarui tabel basis data")
    demo = add("demo", _demo, "isi node yang kosong, atau sebuah folder, dengan orang buatan")
    demo.add_argument("--people", type=_many, metavar="N", help="banyaknya orang (bawaan: SIMPUL_DEMO_PEOPLE, 27000)")
    demo.add_argument(
        "--seed", type=_seed, default=1, metavar="S", help="orang yang sama untuk angka yang sama (bawaan: 1)"
    )
    demo.add_argument("--on", type=_day, metavar="TANGGAL", help="hari acuan, 2026-11-01 (bawaan: hari ini)")
    demo.add_argument("--parquet", type=Path, metavar="FOLDER", help="tulis Parquet ke folder ini, tanpa basis data")

    add("decide", _decide, "hitung daftar kerja dan tindak lanjut untuk hari ini")

    evaluate = add("evaluate", _evaluate, "putuskan untuk satu berkas kasus; jawabannya JSON")
    evaluate.add_argument("case", type=Path, metavar="KASUS.yaml")
    evaluate.add_argument("--on", metavar="TANGGAL", help="hari keputusan, 2026-06-10 (bawaan: hari dalam kasus)")
    evaluate.add_argument("--lang", choices=("id", "en"), default="id", help="bahasa label dan alasan")

    check = add("check-knowledge", _check_knowledge, "periksa isi knowledge/ dan semua kasusnya")
    check.add_argument("path", type=Path, nargs="?", metavar="FOLDER", help="folder pengetahuan (bawaan: knowledge/)")

    trial = add("try", _try, "coba rancangan pengetahuan pada orang buatan, berdampingan dengan yang dirilis")
    trial.add_argument("draft", type=Path, metavar="RANCANGAN", help="folder atau berkas YAML")
    trial.add_argument("--people", type=_many, default=9_000, metavar="N", help="banyaknya orang (bawaan: 9000)")
    trial.add_argument(
        "--seed", type=_seed, default=1, metavar="S", help="orang yang sama untuk angka yang sama (bawaan: 1)"
    )
    trial.add_argument("--on", type=_day, metavar="TANGGAL", help="hari acuan, 2026-11-01 (bawaan: hari ini)")
    trial.add_argument("--json", type=Path, metavar="HASIL.json", help="tulis hasil lengkap ke berkas ini")

    docs = add("docs", _docs, "tulis ulang docs/generated dan knowledge/schema dari isi knowledge/")
    docs.add_argument("--check", action="store_true", help="hanya periksa apakah sudah sesuai; tidak menulis apa pun")

    growth = add("growth", _growth, "hitung z-score WHO untuk satu berkas CSV")
    growth.add_argument("input", type=Path, metavar="MASUK.csv")
    growth.add_argument("output", type=Path, metavar="HASIL.csv")

    imports = commands.add_parser("import", help="masukkan data dari berkas", description="masukkan data dari berkas")
    kinds = imports.add_subparsers(title="jenis", metavar="JENIS", required=True)
    households = kinds.add_parser("households", help="register keluarga (xlsx)", description="register keluarga (xlsx)")
    households.add_argument("file", type=Path, metavar="BERKAS.xlsx")
    households.add_argument("--report", type=Path, required=True, metavar="LAPORAN.json", help="tempat menulis laporan")
    households.add_argument("--dry-run", action="store_true", help="periksa saja, tidak menyimpan apa pun")
    households.add_argument("--user", metavar="NAMA", help="nama pengguna yang mengimpor, dalam wilayah kerjanya")
    households.add_argument("--on", type=_day, metavar="TANGGAL", help="hari acuan, 2026-11-01 (bawaan: hari ini)")
    households.set_defaults(command=_import_households)

    from primary_care import account_commands, area_commands, upkeep_commands

    area_commands.add_to(commands, kinds, day=_day, in_node=_in_node)
    account_commands.add_to(commands, in_node=_in_node)
    upkeep_commands.add_to(commands, on_database=_on_database, in_node=_in_node)
    return parser


def _run(_: argparse.Namespace) -> int:
    with _node_errors():
        from primary_care.node.run import run

        run()
    return 0


def _migrate(_: argparse.Namespace) -> int:
    with _node_errors():
        from primary_care.node.run import database, migrate

        with database():
            migrate()
    return 0


def _demo(options: argparse.Namespace) -> int:
    from zoneinfo import ZoneInfo

    with _node_errors():
        from django.conf import settings

        on = options.on or datetime.now(ZoneInfo(settings.TIME_ZONE)).date()
        people = options.people or settings.DEMO_PEOPLE
        if options.parquet:
            return _demo_parquet(people, options.seed, on, options.parquet)
        from primary_care.node.run import MOST_DEMO_PEOPLE, database, load_demo, migrate

        if people > MOST_DEMO_PEOPLE:
            raise BadInput(
                f"Satu node menampung paling banyak {MOST_DEMO_PEOPLE} orang contoh (satu Puskesmas). "
                "Untuk lebih banyak, tulis Parquet: --parquet FOLDER."
            )
        with database():
            migrate()
            made = load_demo(people=people, seed=options.seed, on=on)
    print(f"Data contoh dimuat: {made} orang." if made else "Node ini sudah berisi; tidak ada yang ditambahkan.")
    return 0


def _demo_parquet(people: int, seed: int, on: date, folder: Path) -> int:
    from primary_care.demo import parquet

    def told(done: int, whole: int) -> None:
        print(f"  {done} dari {whole} bagian", flush=True)

    try:
        buckets = parquet.write(
            people, seed, on.toordinal(), folder, processes=min(2, os.cpu_count() or 1), progress=told
        )
    except parquet.OtherPeople as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        raise BadInput(
            f"{folder} tidak dapat ditulis: {error.strerror}. Pilih folder lain dengan --parquet."
        ) from error
    print(f"{people} orang buatan per {on} ditulis ke {folder}, dalam {buckets} bagian.")
    return 0


def _decide(_: argparse.Namespace) -> int:
    def work() -> int:
        from primary_care.node.deciding import catch_up_once

        print(f"Daftar kerja dihitung untuk {catch_up_once()} orang.")
        return 0

    return _in_node(work)


def _evaluate(options: argparse.Namespace) -> int:
    from care_engine.commands import evaluate_case

    return evaluate_case(options.case, options.on, options.lang)


def _check_knowledge(options: argparse.Namespace) -> int:
    from care_engine.commands import check_knowledge
    from care_engine.loading import DEFAULT_PATH

    return check_knowledge(options.path or DEFAULT_PATH)


def _try(options: argparse.Namespace) -> int:
    import json
    from zoneinfo import ZoneInfo

    from django.conf import settings

    from care_engine.drafting import read_folder
    from care_engine.loading import KnowledgeErrors
    from primary_care.demo.trying import MOST_PEOPLE, lines, try_draft

    if options.people > MOST_PEOPLE:
        raise BadInput(f"Uji coba memakai paling banyak {MOST_PEOPLE} orang.")

    def told(done: int, whole: int) -> None:
        print(f"  {done} dari {whole} bagian", flush=True)

    try:
        files = read_folder(options.draft)
    except KnowledgeErrors as error:
        raise BadInput(str(error)) from error
    report = try_draft(
        files,
        people=options.people,
        seed=options.seed,
        on=options.on or datetime.now(ZoneInfo(settings.TIME_ZONE)).date(),
        progress=told,
    )
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
    print("\n".join(lines(report)))
    return 1 if report["faults"] else 0


def _docs(options: argparse.Namespace) -> int:
    from care_engine.catalogue import stale_docs, write_docs
    from care_engine.loading import DEFAULT_PATH, KnowledgeErrors, load_knowledge

    root = DEFAULT_PATH.parent
    try:
        knowledge = load_knowledge()
    except KnowledgeErrors as error:
        raise BadInput(str(error)) from error
    if not options.check:
        print(f"{len(write_docs(knowledge, root))} halaman ditulis ulang.")
        return 0
    stale = stale_docs(knowledge, root)
    for name in stale:
        print(f"{name}: tidak sesuai lagi dengan knowledge/; jalankan simpul docs", file=sys.stderr)
    return 1 if stale else 0


def _growth(options: argparse.Namespace) -> int:
    from care_engine.growth_csv import GrowthCsvError, growth_csv

    try:
        rows = growth_csv(options.input, options.output)
    except (GrowthCsvError, OSError) as error:
        raise BadInput(str(error)) from error
    print(f"{rows} baris ditulis ke {options.output}")
    return 0


def _import_households(options: argparse.Namespace) -> int:
    with _node_errors():
        from django.conf import settings

        from primary_care.node.run import database, migrate

        with database():
            migrate()
            from zoneinfo import ZoneInfo

            from primary_care.demo import place
            from primary_care.people.register import command
            from primary_care.visits import register_import

            code = command.run(
                options.file,
                options.report,
                options.dry_run,
                on=options.on or datetime.now(ZoneInfo(settings.TIME_ZONE)).date(),
                username=options.user,
                on_pregnancy_by=register_import.opener,
                load_sample_areas=place.build if settings.DEMO else None,
            )
    return BAD_INPUT if code else 0


def _in_node(work: Callable[[], int]) -> int:
    """Do something on a node whose tables are up to date; `work` returns 0, or else has told why not."""
    with _node_errors():
        from primary_care.node.run import database, migrate

        with database():
            migrate()
            return BAD_INPUT if work() else 0


def _on_database(work: Callable[[], int]) -> int:
    """Do something with the database as it stands; `work` returns 0, or else has told why not."""
    with _node_errors():
        from primary_care.node.run import database

        with database():
            return BAD_INPUT if work() else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} bukan tanggal; tulis seperti 2026-11-01") from None


def _many(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 300_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} bukan banyaknya orang; tulis bilangan bulat, misalnya 27000")
    return int(text)


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError(f"{text!r} bukan angka awal; tulis bilangan bulat mulai 0, misalnya 1")
    return int(text)


class _node_errors:
    """Turns the errors that an operator can mend into `BadInput`: wrong settings, no database, a busy port, a full or closed folder."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None:
            return
        from django.core.exceptions import ImproperlyConfigured

        from primary_care.node.postgres import PostgresTrouble
        from primary_care.node.run import CannotRun

        if isinstance(error, ImproperlyConfigured | PostgresTrouble | CannotRun):
            raise BadInput(str(error)) from error
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise BadInput(f"{error.filename or 'Folder data'}: {error.strerror}. Lihat SIMPUL_DATA_DIR.") from error
        from primary_care.settings.away import is_away

        if is_away(error):
            raise BadInput(
                "Basis data berhenti atau terputus di tengah jalan. Jalankan lagi bila basis data sudah berjalan: "
                "yang sudah tersimpan tetap ada."
            ) from error


if __name__ == "__main__":
    sys.exit(main())

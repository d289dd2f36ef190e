"""The commands of `simpul account`: accounts by the operator of the node, the first one of a new node included. What is not given is asked."""

import argparse
import getpass
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from primary_care.accounts.models import User

InNode = Callable[[Callable[[], int]], int]
REFUSED = 1


class NotGiven(Exception):
    """Something must be known and nobody is there to be asked; the text says which option gives it."""


def add_to(commands: Any, *, in_node: InNode) -> None:
    """Add `account ...` to `commands`. `in_node` runs the work with a database."""
    text = "akun petugas: buat, kata sandi, kode kedua yang hilang, tutup"
    accounts = commands.add_parser("account", help=text, description=text).add_subparsers(
        title="pekerjaan", metavar="PEKERJAAN", required=True
    )

    def add(name: str, does: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = accounts.add_parser(name, help=text, description=text)
        added.set_defaults(command=lambda options: in_node(lambda: _told(does, options)))
        return added

    create = add("create", _create, "buat akun dan tugaskan; yang tidak disebut akan ditanyakan")
    create.add_argument("username", nargs="?", metavar="NAMA", help="nama pengguna")
    create.add_argument("--full-name", metavar="NAMA-LENGKAP")
    create.add_argument("--role", metavar="PERAN", help="misalnya kepala-puskesmas, petugas-klaster-1, dinas-kabkota")
    create.add_argument("--unit", metavar="KODE", help="kode unit tempat bertugas")
    create.add_argument("--area", metavar="KODE", help="kode wilayah, bagi dinas, kementerian dan pemerintah desa")
    create.add_argument(
        "--cadre", metavar="JENIS", help="jenis tenaga, misalnya bidan; kosong bila bukan tenaga kesehatan"
    )
    password = add("password", _password, "ganti kata sandi")
    for one in (create, password):
        one.add_argument("--password-stdin", action="store_true", help="baca kata sandi dari masukan, satu baris")
    reset = add("reset-second-factor", _reset, "cabut kode kedua yang hilang; dipasang lagi saat masuk berikutnya")
    close = add("close", _close, "tutup akun; catatannya tetap ada")
    for one in (reset, close):
        one.add_argument("--reason", metavar="ALASAN", help="tercatat di jejak akses")
    reopen = add("reopen", _reopen, "buka lagi akun yang ditutup")
    for one in (password, reset, close, reopen):
        one.add_argument("username", metavar="NAMA")
    add("list", _list, "semua akun, dengan tugasnya hari ini")


def _told(does: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    from primary_care.accounts.actions import AccountRefused
    from primary_care.staff.actions import StaffRefused

    try:
        return does(options)
    except (AccountRefused, StaffRefused, NotGiven) as error:
        print(error, file=sys.stderr)
        return REFUSED


def _create(options: argparse.Namespace) -> int:
    from django.db import transaction

    from primary_care.accounts.actions import AccountRefused, create_account
    from primary_care.accounts.models import Cadre, Role
    from primary_care.accounts.second_factor import required
    from primary_care.areas.models import Area
    from primary_care.staff.actions import appoint
    from primary_care.staff.places import AREA_OF, CADRES_OF_KADER, UNIT_OF
    from primary_care.units.models import Unit

    username = options.username or _ask("Nama pengguna", "NAMA")
    full_name = options.full_name or _ask("Nama lengkap", "--full-name")
    roles = {role.value: role.label for role in Role if role in UNIT_OF or role in AREA_OF}
    role = options.role or _choose("Peran", roles.items(), "--role")
    if role not in roles:
        raise AccountRefused(f"Peran tidak dikenal: {role}. Yang ada: {', '.join(roles)}")
    unit = area = None
    if role in UNIT_OF:
        units = Unit.objects.filter(kind=UNIT_OF[Role(role)], valid_to__isnull=True).order_by("name")
        if not units:
            raise AccountRefused(
                f"Belum ada {UNIT_OF[Role(role)].label} di node ini. Masukkan dahulu: simpul import units"
            )
        code = options.unit or _choose("Bertugas di", [(one.code, one.name) for one in units], "--unit")
        unit = units.filter(code=code).first()
        if unit is None:
            raise AccountRefused(f"Tidak ada {UNIT_OF[Role(role)].label} dengan kode {code}.")
    else:
        code = options.area or _ask(f"Kode wilayah ({AREA_OF[Role(role)].label})", "--area")
        area = Area.objects.filter(code=code, valid_to__isnull=True).first()
        if area is None:
            raise AccountRefused(f"Tidak ada wilayah dengan kode {code}. Masukkan dahulu: simpul import areas")
    cadre = options.cadre
    if cadre is None:
        known = {one.value: one.label for one in Cadre}
        kader = role in (Role.KADER, Role.KADER_PUSTU)
        fitting = [(value, text) for value, text in known.items() if (value in CADRES_OF_KADER) == kader]
        cadre = _choose("Jenis tenaga", fitting if kader else [("", "bukan tenaga kesehatan"), *fitting], "--cadre")
    with transaction.atomic():
        user = create_account(username, full_name, _new_password(options))
        appoint(user, role, on=_today(), unit=unit, area=area, cadre=cadre)
    print(f"Akun {user.username} dibuat: {user.full_name}, {roles[role]}, {unit or area}.")
    if required(frozenset({role})):
        print(
            "Saat pertama masuk, pemiliknya memasang kode kedua dengan aplikasi di ponsel, dan menyimpan kode cadangannya."
        )
    return 0


def _password(options: argparse.Namespace) -> int:
    from primary_care.accounts.actions import set_password

    user = _user(options.username)
    set_password(user, _new_password(options))
    print(f"Kata sandi {user.username} diganti. Yang sedang masuk dengan akun ini dikeluarkan.")
    return 0


def _reset(options: argparse.Namespace) -> int:
    from primary_care.accounts.actions import reset_second_factor

    user = _user(options.username)
    reset_second_factor(user, options.reason or _ask("Alasan (tercatat di jejak akses)", "--reason"))
    print(
        f"Kode kedua {user.username} dicabut. Saat masuk berikutnya ia memasang yang baru; minta ia masuk sekarang juga."
    )
    return 0


def _close(options: argparse.Namespace) -> int:
    from primary_care.accounts.actions import close_account

    user = _user(options.username)
    close_account(user, options.reason or _ask("Alasan (tercatat di jejak akses)", "--reason"))
    print(f"Akun {user.username} ditutup.")
    return 0


def _reopen(options: argparse.Namespace) -> int:
    from primary_care.accounts.actions import reopen_account

    user = _user(options.username)
    reopen_account(user)
    print(f"Akun {user.username} dibuka lagi.")
    return 0


def _list(_: argparse.Namespace) -> int:
    from primary_care.accounts.models import User
    from primary_care.accounts.scope import assignments_of
    from primary_care.accounts.second_factor import enrolled

    for user in User.objects.order_by("username"):
        work = "; ".join(str(one) for one in assignments_of(user, _today())) or "tanpa tugas"
        marks = [*([] if user.is_active else ["ditutup"]), *(["kode kedua"] if enrolled(user) else [])]
        print(f"{user.username}  {user.full_name}  {work}{'  (' + ', '.join(marks) + ')' if marks else ''}")
    return 0


def _user(username: str) -> "User":
    from primary_care.accounts.actions import AccountRefused
    from primary_care.accounts.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        raise AccountRefused(f"Tidak ada akun bernama {username}. Lihat semuanya dengan: simpul account list")
    return user


def _today() -> date:
    from zoneinfo import ZoneInfo

    from django.conf import settings

    return datetime.now(ZoneInfo(settings.TIME_ZONE)).date()


def _ask(what: str, option: str) -> str:
    """The answer of the operator, not empty."""
    if not sys.stdin.isatty():
        raise NotGiven(f"{what} belum diketahui. Sebutkan {option}, atau jalankan perintah ini di terminal.")
    answer = ""
    while not answer:
        answer = input(f"{what}: ").strip()
    return answer


def _choose(what: str, choices: Iterable[tuple[str, str]], option: str) -> str:
    """One of the values, chosen by its number."""
    known = list(choices)
    if not sys.stdin.isatty():
        raise NotGiven(f"{what} belum diketahui. Sebutkan {option}, atau jalankan perintah ini di terminal.")
    for position, (value, text) in enumerate(known, start=1):
        print(f"  {position:>2}  {text}{f' ({value})' if value else ''}")
    while True:
        answer = input(f"{what} (nomor): ").strip()
        if answer.isdigit() and 1 <= int(answer) <= len(known):
            return known[int(answer) - 1][0]


def _new_password(options: argparse.Namespace) -> str:
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise NotGiven("Kata sandi belum diketahui. Jalankan perintah ini di terminal, atau pakai --password-stdin.")
    while True:
        first = getpass.getpass("Kata sandi baru (paling sedikit 10 huruf atau angka): ")
        if first == getpass.getpass("Sekali lagi: "):
            return first
        print("Keduanya tidak sama. Coba lagi.")

"""A backup as a file: one line that says what it is, one line with its manifest (JSON), then the archive of `pg_dump` (custom format).

So `tail -n +3 FILE` is what `pg_restore` reads, also without Simpul. With a public key the whole is wrapped by age
(https://age-encryption.org/v1), which the program `age` opens as well. Why so: docs/decisions/0010-running-a-node.md.
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import pyrage

FORMAT = 1
FIRST_LINE = b"SIMPUL CADANGAN\n"
WRAPPED = b"age-encryption.org/v1\n"
LONGEST_MANIFEST = 1_000_000  # bytes
BLOCK = 1 << 20
NEVER_FINISHED = ".belum-selesai"


class Unreadable(Exception):
    """The file is not a backup, or not whole, or cannot be opened; the text says what and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds, as it was when it was made. `tables`: rows by table; `migrations`: names by app."""

    format: int
    simpul: str
    made_at: str
    postgresql: int
    migrations: dict[str, list[str]]
    tables: dict[str, int]
    dump_bytes: int
    dump_sha256: str


def new_key(path: Path) -> str:
    """Write a new secret key to `path`, readable by its owner only; returns the public key that belongs to it."""
    secret = pyrage.x25519.Identity.generate()
    public = str(secret.to_public())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{secret}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def public_key(text: str) -> "pyrage.x25519.Recipient":
    """The public key. Raises ValueError for a text that is none."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise ValueError("bukan kunci publik") from error


def write(target: Path, manifest: Manifest, dump: Path, key: str) -> None:
    """Write the backup to `target`, wrapped for the public `key` unless that is empty: whole or not at all, and on the disk when this returns.

    What stood at `target` before stays until the new one is complete.
    """
    draft = target.with_name(target.name + NEVER_FINISHED)
    head = FIRST_LINE + json.dumps(asdict(manifest), sort_keys=True).encode() + b"\n"
    try:
        with dump.open("rb") as content, _private(draft) as file:
            if key:
                pyrage.encrypt_io(_Joined(io.BytesIO(head), content), file, [public_key(key)])
            else:
                file.write(head)
                shutil.copyfileobj(content, file, BLOCK)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        sync_folder(target.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def opened(path: Path, key_file: Path | None, work: Path) -> Iterator[tuple[Manifest, Callable[[], IO[bytes]]]]:
    """The manifest of a backup that was read to its end and found whole, and a function that opens the archive in it.

    A wrapped one is unwrapped into the folder `work` meanwhile. Raises `Unreadable`.
    """
    with contextlib.ExitStack() as stack:
        with path.open("rb") as file:
            wrapped = file.read(len(WRAPPED)) == WRAPPED
        if wrapped:
            plain = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=work))) / "cadangan"
            _unwrap(path, plain, key_file)
            path = plain
        manifest, start = _manifest(path)
        _check_whole(path, start, manifest)

        def archive() -> IO[bytes]:
            file = path.open("rb")
            file.seek(start)
            return file

        yield manifest, archive


def sync_folder(folder: Path) -> None:
    """Make sure that a new name in a folder is on the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _private(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _unwrap(path: Path, plain: Path, key_file: Path | None) -> None:
    if key_file is None:
        raise Unreadable("Cadangan ini terenkripsi. Sebutkan berkas kunci rahasianya: --key KUNCI.")
    lines = key_file.read_text(encoding="utf-8", errors="replace").splitlines()
    try:
        keys = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except pyrage.IdentityError:
        keys = []
    if not keys:
        raise Unreadable(
            f"{key_file} bukan berkas kunci rahasia. Barisnya diawali AGE-SECRET-KEY-; pakai berkas dari simpul backup-key."
        )
    with path.open("rb") as file, _private(plain) as out:
        try:
            pyrage.decrypt_io(file, out, keys)
        except pyrage.DecryptError as error:
            raise Unreadable(
                f"Cadangan ini dibuat untuk kunci lain, atau rusak; {key_file} tidak membukanya."
            ) from error
        except OSError as error:
            if error.errno:  # a full disk, and the like
                raise
            raise Unreadable(DAMAGED.format(path=path)) from error


DAMAGED = "{path} rusak atau terpotong. Salin lagi dari tempat asalnya, atau pakai cadangan lain."


def _manifest(path: Path) -> tuple[Manifest, int]:
    with path.open("rb") as file:
        if file.readline(len(FIRST_LINE)) != FIRST_LINE:
            raise Unreadable(f"{path} bukan cadangan Simpul.")
        line = file.readline(LONGEST_MANIFEST)
        start = file.tell()
    try:
        read: dict[str, Any] = json.loads(line)
        if read["format"] > FORMAT:
            raise Unreadable(
                f"Cadangan ini dibuat oleh Simpul yang lebih baru ({read['simpul']}). Perbarui Simpul dahulu."
            )
        return Manifest(**read), start
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable(DAMAGED.format(path=path)) from error


def _check_whole(path: Path, start: int, manifest: Manifest) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(BLOCK):
            digest.update(block)
        whole = file.tell() - start == manifest.dump_bytes
    if not whole or digest.hexdigest() != manifest.dump_sha256:
        raise Unreadable(DAMAGED.format(path=path))


class _Joined(io.RawIOBase):
    """Files read one after the other, as one."""

    def __init__(self, *parts: IO[bytes]) -> None:
        self._parts = list(parts)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while self._parts:
            block = self._parts[0].read(size)
            if block:
                return block
            del self._parts[0]
        return b""

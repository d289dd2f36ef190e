"""The matrix is the one of the programme's domain notes, cell by cell; the questions asked of it have the answers written there."""

import re

import pytest

from primary_care.accounts import matrix
from primary_care.accounts.access import Grant, allowed, read_cell, resources
from primary_care.accounts.models import Role

# Copied as it stands in jejaring-dan-peran §3.1, a line a row ("if needed" there: if prescribing safety needs it).
AS_WRITTEN = """
Resource | KD | PU | DR | K1 | K2 | K3 | K4 | FA | LA | KP | DK | DP | KM | DS
Keluarga & anggota | CRU:r | CRUA:d | R:p | CRUAX:p | RU:p | RU:p | R:p | R:o | R:o | RX:p | G:k | G:v | G:n | G:d
Sesi Posyandu & hasil ukur | CRU:r | CRUA:d | R:p | RX:p | RU:p | RU:p | R:p | | | R:p | G:k | G:v | G:n | G:d
Skrining (kuesioner/ukur) | CR:r | CRU:d | CRU:p | G:p | CRU:p | CRU:p | R:p | | R:o | G:p | G:k | G:v | G:n | G:d
Rekam medis (anamnesis, dx, terapi) | | CRU:d | CRUA:p | | CRU:p | CRU:p | R:p PM only | R:o | R:o | R:p with reason | | | |
Data sensitif (HIV, IMS, jiwa/NAPZA, KtPA) | | CR:o | CRU:o | | CRU:o | CRU:o | CRU:o HIV/IMS | R:o if needed | R:o | R with reason | G:k | G:v | G:n |
Permintaan & hasil lab | | CR:d (PoCT CRU) | CRU:p | G:p | CR:p | CR:p | CR:p | | CRUA:p | G:p | G:k | | |
Resep & penyerahan | | C limited list, R:d | CRU:p | G:p | R:p | R:p | R:o | CRUA:p | | G:p | | | |
Stok obat/BMHP/vaksin | | CRU:d sub-unit | R:p | RX:p | R:p | R:p | R:p | CRUX:p | CRU:o reagen | A:p | RA:k | G:v | G:n |
Rujukan (§rujukan.md) | C:r "surat pengantar" | CRU:d | CRUA:p | G:p | CRU:p | CRU:p | CRU:p | R:o | CRU specimen | RA:p | G:k | G:v | G:n |
Kunjungan rumah | CRU:o | CRUA:d | CR:p | RX:p | CRU:p | CRU:p | CRU:p | C home pharmacy | | R:p | G:k | G:v | G:n | G:d
Notifikasi/tindak lanjut PWS | RU:o | CRUA:d | CR:p | CRUA:p | CRUA:p | CRUA:p | CRUA:p | | | R:p | G:k | G:v | G:n | G:d
Dashboard PWS | own Posyandu list | d named | p named | p named | p named | p named | p named | K1-obat | K1-lab | p | G:k | G:v | G:n | G:d
SKDR W2 / W1 / PE | lapor rumor | CRU:d | C alert case | R:p | C case | C case | CRUAX:p | | CR sample | A W1:p | RA:k | R:v | R:n |
IK TBC (TBC.16K) | CRU:o | CRUA:d | R:p | G:p | R:p | R:p | CRUAX:p | | R:o | R:p | G:k | G:v | G:n |
IKL / kesling | CR with nakes | CR:d | | G:p | | | CRUAX:p | | CRU sample | R:p | G:k | G:v | G:n | G:d
Target, RUK, RPK, lokmin, RTL | | R:d, C input | R | CRUX:p | CRU own klaster | CRU | CRU | CRU | CRU | A:p | RA:k | R:v | R:n | R tribulanan
SDM, aset, keuangan | | R self | R self | CRUX:p | R self | R self | R self | R self | R self | RA:p | R:k | G:v | G:n |
Mutu: INM, insiden, PPI, risiko | lapor insiden | CR:d | CR | CRUAX:p | CR | CR | CR | CR | CR | A:p | RA:k | G:v | G:n |
Data kader & keterampilan | R self | CRU:d | | CRUX:p | C nilai | C nilai | C nilai | | | R:p | G:k | G:v | G:n | RU:d
Pengguna & peran | | | | CRU:p | | | | | | A:p | CRU admin k | CRU admin v | CRU admin n |
Log audit | | | | R:p | | | | | | R:p | R:k | | |
"""


RESOURCES = (
    "keluarga", "sesi-posyandu", "skrining", "rekam-medis", "data-sensitif", "laboratorium", "resep", "stok", "rujukan", "kunjungan-rumah",
    "tindak-lanjut", "dasbor-pws", "skdr", "ik-tbc", "kesling", "perencanaan", "sdm-aset-keuangan", "mutu", "data-kader", "pengguna",
    "log-audit",
)  # fmt: skip
LEVEL = {
    "DK": "k",
    "DP": "v",
    "KM": "n",
    "DS": "d",
    "PU": "d",
    "KD": "r",
}  # of cells without a scope; all others work in the Puskesmas


def formal(column: str, cell: str) -> set[tuple[str, str]]:
    """A cell as pairs of a right and a reach: what is written in words read by hand, the rest by its letters."""
    match cell:
        case "own Posyandu list":
            return {("R", "r")}
        case "d named" | "p named" | "p":
            return {("R", cell[0])}
        case "K1-obat" | "K1-lab":
            return {("G", "p")}
        case "lapor rumor" | "lapor insiden":
            return {("C", "r")}
    found = set()
    for part in cell.split(", "):
        rights = re.match(r"G|[CRUAX]+", part)
        assert rights, cell
        reach = re.search(r":([ordpkvn])|admin ([kvn])", part)
        own = "self" in part or "reagen" in part
        default = "o" if own else LEVEL.get(column, "p")
        found |= {(right, (reach[1] or reach[2]) if reach else default) for right in rights[0]}
    return found


def written() -> dict[tuple[str, str], str]:
    head, *lines = (line.split("|") for line in AS_WRITTEN.strip().splitlines())
    columns = [one.strip() for one in head[1:]]
    assert len(lines) == len(RESOURCES) == len(matrix.MATRIX)
    return {
        (resource, column): cell.strip()
        for resource, (_name, *cells) in zip(RESOURCES, lines, strict=True)
        for column, cell in zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=True)
    }


CELLS = written()


def test_every_cell_is_as_written() -> None:
    assert len(CELLS) == 21 * 14
    for (resource, column), cell in CELLS.items():
        mine = {
            (right, grant.reach)
            for right in "CRUAXG"
            if (grant := allowed(matrix.COLUMNS[column], resource, right)) is not None
        }
        assert mine == (formal(column, cell) if cell else set()), (resource, column, cell)


def test_conditions_stand_where_they_are_written() -> None:
    for (resource, column), cell in CELLS.items():
        grant = allowed(matrix.COLUMNS[column], resource, "R")
        assert (grant is not None and grant.with_reason) == ("with reason" in cell), (resource, column)
        limit = "pm" if "PM only" in cell else "hiv-ims" if "HIV/IMS" in cell else ""
        assert (grant.only if grant else "") == limit, (resource, column)


def test_a_kader_of_the_pustu_may_what_a_kader_may() -> None:
    for resource in resources():
        for right in "CRUAXG":
            assert allowed(Role.KADER, resource, right) == allowed(Role.KADER_PUSTU, resource, right)


def test_a_citizen_has_no_access_to_the_node() -> None:
    assert not any(allowed(Role.WARGA, resource, right) for resource in resources() for right in "CRUAXG")


def test_no_role_reads_what_its_column_does_not_name() -> None:
    assert allowed(Role.REGISTRASI, "keluarga", "R") == Grant("p")
    assert allowed(Role.REGISTRASI, "skrining", "R") is None
    with pytest.raises(KeyError):
        allowed(Role.DOKTER, "rahasia-lain", "R")


@pytest.mark.parametrize("wrong", ["CRU", "R:q", "RG:p", "R:p karena", "R:p; ", ""])
def test_a_cell_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a cell"):
        read_cell(wrong)


def test_a_cell_may_hold_two_grants() -> None:
    assert read_cell("C:d (daftar terbatas); R:d") == [("C", Grant("d", note="daftar terbatas")), ("R", Grant("d"))]

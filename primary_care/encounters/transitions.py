"""The way through the Puskesmas as a table: state, event, guard, next. Pure; `actions.py` appends what it allows.

Source: jejaring-dan-peran §7 (KMK 2015/2023, Gambar 2, 11, 28). Rows with `assumed` are ours, and explained in
docs/decisions/0020-through-the-puskesmas.md. Beside the state stands where somebody is (`place`) and how far he is there (`stage`): he waits,
was called, is in the room.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_noop

from primary_care.encounters.places import EMERGENCY, FARMASI, KLASTER, LANSIA, OTHER_SERVICES, RUANG_LANSIA


class State(TextChoices):
    """Where an encounter stands."""

    TIBA = "tiba", gettext_noop("Baru tiba")
    TERDAFTAR = "terdaftar", gettext_noop("Terdaftar, pertanyaan gawat darurat belum dijawab")
    GADAR = "gadar", gettext_noop("Gawat darurat")
    DI_KLASTER = "di-klaster", gettext_noop("Di klaster")
    CEK_LAYANAN_LAIN = "cek-layanan-lain", gettext_noop("Selesai diperiksa, lanjutannya belum ditentukan")
    LAYANAN_LAIN = "layanan-lain", gettext_noop("Layanan lain")
    CEK_SPESIALISTIK = "cek-spesialistik", gettext_noop("Hampir selesai, rujukan belum ditentukan")
    FARMASI = "farmasi", gettext_noop("Menunggu obat")
    RUANG_LANSIA = "ruang-lansia", gettext_noop("Di ruang kegiatan lansia")
    RUJUK_FKRTL = "rujuk-fkrtl", gettext_noop("Dirujuk ke rumah sakit")
    RUJUK_FKTP = "rujuk-fktp-lebih-mampu", gettext_noop("Dirujuk ke Puskesmas atau FKTP yang lebih mampu")
    RUJUKAN_LAIN = "rujukan-lain", gettext_noop("Dirujuk ke layanan sosial atau hukum")
    PULANG = "pulang", gettext_noop("Pulang")
    PULANG_SEBELUM_SELESAI = "pulang-sebelum-selesai", gettext_noop("Pulang sebelum selesai")
    MENINGGAL = "meninggal", gettext_noop("Meninggal")


class Event(TextChoices):
    """What happens."""

    REGISTRASI = "registrasi", gettext_noop("Didaftarkan")
    GAWAT = "gawat", gettext_noop("Gawat darurat")
    TIDAK_GAWAT = "tidak-gawat", gettext_noop("Bukan gawat darurat")
    MENJADI_GAWAT = "menjadi-gawat", gettext_noop("Menjadi gawat darurat")
    TRIASE = "triase", gettext_noop("Triase")
    PANGGIL = "panggil", gettext_noop("Dipanggil")
    PANGGIL_LAGI = "panggil-lagi", gettext_noop("Dipanggil lagi")
    BELUM_ADA = "belum-ada", gettext_noop("Dipanggil tetapi tidak ada, digeser ke belakang")
    MASUK = "masuk", gettext_noop("Masuk ruang")
    SELESAI = "selesai", gettext_noop("Selesai di klaster")
    PERLU_LAYANAN = "perlu-layanan-lain", gettext_noop("Perlu layanan lain")
    TANPA_LAYANAN = "tanpa-layanan-lain", gettext_noop("Tidak perlu layanan lain")
    KONSULTASI_ULANG = "konsultasi-ulang", gettext_noop("Kembali ke klaster")
    TANPA_KONSULTASI = "tanpa-konsultasi-ulang", gettext_noop("Tidak perlu kembali ke klaster")
    DITANGANI = "dapat-ditangani", gettext_noop("Dapat ditangani, sudah ditangani")
    RUJUK_FKRTL = "rujuk-fkrtl", gettext_noop("Dirujuk ke rumah sakit")
    RUJUK_FKTP = "rujuk-fktp-lebih-mampu", gettext_noop("Dirujuk ke Puskesmas atau FKTP yang lebih mampu")
    RUJUKAN_LAIN = "rujukan-lain", gettext_noop("Dirujuk ke layanan sosial atau hukum")
    ADA_RESEP = "tanpa-rujukan-ada-resep", gettext_noop("Tidak perlu rujukan, ada resep")
    TANPA_RESEP = "tanpa-rujukan-tanpa-resep", gettext_noop("Tidak perlu rujukan, tidak ada resep")
    OBAT = "obat-diserahkan", gettext_noop("Obat diserahkan")
    KE_RUANG_LANSIA = "ke-ruang-lansia", gettext_noop("Ke ruang kegiatan lansia")
    SELESAI_LANSIA = "selesai-kegiatan", gettext_noop("Kegiatan selesai")
    PERGI = "pergi", gettext_noop("Pulang sebelum selesai")
    MENINGGAL = "meninggal", gettext_noop("Meninggal")


WAITING, CALLED, INSIDE = "menunggu", "dipanggil", "di-ruang"
TERMINAL = frozenset(
    {State.RUJUK_FKRTL, State.RUJUK_FKTP, State.RUJUKAN_LAIN, State.PULANG, State.PULANG_SEBELUM_SELESAI, State.MENINGGAL}
)  # fmt: skip
# Those in which somebody is at a place, waits, is called and goes in.
QUEUED = frozenset({State.GADAR, State.DI_KLASTER, State.LAYANAN_LAIN, State.FARMASI})
UNDER_WAY = frozenset(State) - TERMINAL - {State.TIBA}


@dataclass(frozen=True)
class Position:
    """Where somebody is: the state, the place and the stage there (both empty where nobody waits), and the klaster that he belongs to."""

    state: str = State.TIBA.value
    place: str = ""
    stage: str = ""
    home: str = ""


@dataclass(frozen=True)
class Row:
    """From any of `states`, when `event` happens and `guard` holds, to `then` (None: the state stays).

    `places`: of these the event names one; `stage`: the one afterwards.
    """

    states: frozenset[str]
    event: Event
    then: State | None = None
    guard: Callable[[Position], bool] = lambda at: True
    places: frozenset[str] = frozenset()
    stage: str = ""
    assumed: bool = False


class NotPossible(Exception):
    """The table has no such step from here."""


def _from(*states: State) -> frozenset[str]:
    return frozenset(states)


def _waits(at: Position) -> bool:
    return at.stage == WAITING


def _was_called(at: Position) -> bool:
    return at.stage == CALLED


def _there(at: Position) -> bool:
    return at.stage in (CALLED, INSIDE)


def _inside(at: Position) -> bool:
    return at.stage == INSIDE


def _came_from_a_klaster(at: Position) -> bool:
    return _inside(at) and bool(at.home)


TABLE: tuple[Row, ...] = (
    Row(_from(State.TIBA), Event.REGISTRASI, State.TERDAFTAR),
    Row(_from(State.TERDAFTAR), Event.GAWAT, State.GADAR, places=EMERGENCY, stage=WAITING),
    Row(_from(State.TERDAFTAR), Event.TIDAK_GAWAT, State.DI_KLASTER, places=KLASTER, stage=WAITING),
    # In the room or not: nobody waits for a form while somebody may die.
    Row(_from(State.GADAR), Event.TRIASE),
    Row(_from(State.GADAR), Event.DITANGANI, State.CEK_SPESIALISTIK, _inside),
    Row(_from(State.GADAR), Event.RUJUK_FKRTL, State.RUJUK_FKRTL),
    Row(_from(State.GADAR), Event.RUJUK_FKTP, State.RUJUK_FKTP),
    Row(_from(State.GADAR), Event.MENINGGAL, State.MENINGGAL, assumed=True),
    Row(_from(*QUEUED), Event.PANGGIL, None, _waits, stage=CALLED),
    Row(_from(*QUEUED), Event.PANGGIL_LAGI, None, _was_called, stage=CALLED),
    # Who is in danger never loses the turn: somebody goes and looks.
    Row(_from(State.DI_KLASTER, State.LAYANAN_LAIN, State.FARMASI), Event.BELUM_ADA, None, _was_called, stage=WAITING),
    Row(_from(*QUEUED), Event.MASUK, None, lambda at: at.stage in (WAITING, CALLED), stage=INSIDE),
    Row(_from(State.DI_KLASTER), Event.SELESAI, State.CEK_LAYANAN_LAIN, _inside),
    Row(_from(State.DI_KLASTER), Event.KE_RUANG_LANSIA, State.RUANG_LANSIA, lambda at: _inside(at) and at.home == LANSIA, frozenset({RUANG_LANSIA}), INSIDE),
    Row(_from(State.RUANG_LANSIA), Event.SELESAI_LANSIA, State.PULANG),
    Row(_from(State.CEK_LAYANAN_LAIN), Event.PERLU_LAYANAN, State.LAYANAN_LAIN, places=OTHER_SERVICES, stage=WAITING),
    Row(_from(State.CEK_LAYANAN_LAIN), Event.TANPA_LAYANAN, State.CEK_SPESIALISTIK),
    Row(_from(State.LAYANAN_LAIN), Event.KONSULTASI_ULANG, State.DI_KLASTER, _came_from_a_klaster, stage=WAITING),
    Row(_from(State.LAYANAN_LAIN), Event.TANPA_KONSULTASI, State.CEK_SPESIALISTIK, _inside),
    # From the laboratory straight to the dentist: the second service need not send people through the klaster's queue again.
    Row(_from(State.LAYANAN_LAIN), Event.PERLU_LAYANAN, State.LAYANAN_LAIN, _inside, OTHER_SERVICES, WAITING, assumed=True),
    Row(_from(State.CEK_SPESIALISTIK), Event.RUJUK_FKRTL, State.RUJUK_FKRTL),
    Row(_from(State.CEK_SPESIALISTIK), Event.RUJUKAN_LAIN, State.RUJUKAN_LAIN),
    Row(_from(State.CEK_SPESIALISTIK), Event.ADA_RESEP, State.FARMASI, places=frozenset({FARMASI}), stage=WAITING),
    Row(_from(State.CEK_SPESIALISTIK), Event.TANPA_RESEP, State.PULANG),
    Row(_from(State.FARMASI), Event.OBAT, State.PULANG, _there),
    # Who falls ill in the waiting room goes to the emergency room from wherever he is.
    Row(UNDER_WAY - {State.TERDAFTAR, State.GADAR}, Event.MENJADI_GAWAT, State.GADAR, places=EMERGENCY, stage=WAITING, assumed=True),
    Row(UNDER_WAY, Event.PERGI, State.PULANG_SEBELUM_SELESAI, assumed=True),
)  # fmt: skip


def rows(at: Position) -> Iterator[Row]:
    """What may happen from here."""
    return (row for row in TABLE if at.state in row.states and row.guard(at))


def places_for(at: Position, event: str) -> frozenset[str]:
    """The places to which an event may lead from here."""
    found = next((row.places for row in rows(at) if row.event == event), frozenset())
    return found - {at.place, at.home} if event == Event.PERLU_LAYANAN else found


def move(at: Position, event: str, place: str = "") -> Position:
    """Where somebody is after an event; `place` where the event may lead to several. Raises `NotPossible`."""
    row = next((one for one in rows(at) if one.event == event), None)
    if row is None:
        raise NotPossible(f"{event} from {at}")
    open_to = places_for(at, event)
    if not place and len(open_to) == 1:
        [place] = open_to
    if bool(open_to) != bool(place) or (place and place not in open_to):
        raise NotPossible(f"{event} from {at} to {place or 'nowhere'}")
    if row.then is None:
        return replace(at, stage=row.stage or at.stage)
    there = at.home if event == Event.KONSULTASI_ULANG else place
    home = place if event == Event.TIDAK_GAWAT else at.home
    return Position(row.then.value, there, row.stage, home)

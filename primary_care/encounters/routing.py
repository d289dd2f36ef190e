"""Where registration sends somebody: seven rules, the first that fits. Pure. Source: jejaring-dan-peran §6, lintas-klaster §3.

Assumed, for programme owners: which signs make somebody take the way of the infectious; that a mother or newborn in danger goes to the
room where children are born; that somebody aged 60 in danger has the priority of the aged as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_noop

from primary_care.encounters.places import ANAK, BERSALIN, DEWASA, IBU, IGD, LANSIA, REMAJA


class Arrival(TextChoices):
    """Where somebody comes from (jejaring §6; Gambar 11)."""

    SENDIRI = "datang-sendiri", gettext_noop("Datang sendiri")
    POSYANDU = "posyandu", gettext_noop("Dari Posyandu")
    FKTP_LAIN = "fktp-lain", gettext_noop("Dari klinik atau praktik mandiri")
    MASYARAKAT = "masyarakat", gettext_noop("Diantar atau dikirim masyarakat")
    SEKOLAH = "sekolah", gettext_noop("Dari sekolah")
    RUJUK_BALIK = "rujuk-balik-fkrtl", gettext_noop("Rujuk balik dari rumah sakit")


class Pregnancy(TextChoices):
    """Whether she is pregnant (jejaring §6: `status_kehamilan`). After a miscarriage counts as nifas (domain README §2.5)."""

    TIDAK = "tidak", gettext_noop("Tidak hamil")
    HAMIL = "hamil", gettext_noop("Hamil")
    BERSALIN = "bersalin", gettext_noop("Hendak bersalin: mules teratur, keluar lendir darah, atau ketuban pecah")
    NIFAS = "nifas", gettext_noop("Nifas atau sesudah keguguran, sampai 42 hari")


# lintas-klaster §3, any of them, in the words of the registration desk.
EMERGENCY_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "mengancam-nyawa": gettext_noop("Nyawanya terancam, atau ia membahayakan diri sendiri atau orang lain"),
        "napas": gettext_noop("Sesak berat, tersedak, biru, atau napas tersengal"),
        "kesadaran": gettext_noop("Tidak sadar, sulit dibangunkan, kejang, atau tiba-tiba bingung"),
        "sirkulasi": gettext_noop("Perdarahan banyak, pucat dan dingin, atau hampir pingsan"),
        "tindakan-segera": gettext_noop("Perlu ditolong sekarang juga, misalnya luka parah atau bayi akan lahir di jalan"),
    }
)  # fmt: skip
# Assumed: the signs that can be asked about at the counter, each with what klaster 4 looks for (klaster-4 §4; domain README C11).
INFECTIOUS_SIGNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "batuk-2-minggu": (gettext_noop("Batuk 2 minggu atau lebih"), gettext_noop("Terduga TBC")),
        "demam-ruam": (gettext_noop("Demam dengan bercak merah di kulit"), gettext_noop("Suspek campak")),
        "demam-batuk": (gettext_noop("Demam dengan batuk, pilek, atau sesak"), gettext_noop("Suspek influenza atau COVID-19")),
        "batuk-rejan": (gettext_noop("Batuk beruntun sampai muntah atau berbunyi melengking"), gettext_noop("Suspek pertusis")),
        "leher-bengkak": (gettext_noop("Demam, sakit menelan, leher bengkak"), gettext_noop("Suspek difteri")),
        "diare-hebat": (gettext_noop("Diare berdarah atau seperti air cucian beras"), gettext_noop("Suspek disentri atau kolera")),
        "lumpuh-mendadak": (gettext_noop("Lumpuh mendadak pada anak di bawah 15 tahun"), gettext_noop("AFP")),
    }
)  # fmt: skip
ADULT, AGED, SCHOOL_AGE = 18, 60, 6
NEWBORN_DAYS = 28
FULL_CONSCIOUSNESS = 15


class Triage(TextChoices):
    """Threat to life (lintas-klaster §3); the colours and the minutes to a doctor are assumed there."""

    MERAH = "merah", gettext_noop("Merah: dapat meninggal dalam hitungan menit, dokter sekarang")
    KUNING = "kuning", gettext_noop("Kuning: dapat meninggal dalam hitungan jam, dokter dalam 30 menit")
    HIJAU = "hijau", gettext_noop("Hijau: cedera atau keluhan ringan, dokter dalam 60 menit")
    HITAM = "hitam", gettext_noop("Hitam: sudah meninggal saat tiba")


# Who was not looked at yet may be of the first level, so comes next after those that are.
URGENCY = MappingProxyType({Triage.MERAH.value: 0, "": 1, Triage.KUNING.value: 2, Triage.HIJAU.value: 3, Triage.HITAM.value: 4})  # fmt: skip


@dataclass(frozen=True)
class Route:
    """Where to, by which of the rules 1-7; `priority`: called before the others."""

    rule: int
    place: str
    priority: bool = False


def age_in_years(birth: date, on: date) -> int:
    """Completed years; who was born on 29 February has the birthday on the 28th in other years (domain README C23)."""
    birthday = (birth.month, birth.day)
    if birthday == (2, 29) and not _leap(on.year):
        birthday = (2, 28)
    return on.year - birth.year - ((on.month, on.day) < birthday)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def is_emergency(signs: frozenset[str], gcs: int | None = None) -> bool:
    """Whether any criterion holds. Below 15 of the Glasgow coma scale consciousness is reduced (assumed limit; case LK-6)."""
    return bool(signs & EMERGENCY_SIGNS.keys()) or (gcs is not None and gcs < FULL_CONSCIOUSNESS)


def triage_levels(gcs: int | None = None) -> tuple[str, ...]:
    """The levels that may be chosen: with reduced consciousness never the one of small injuries."""
    reduced = gcs is not None and gcs < FULL_CONSCIOUSNESS
    return tuple(level.value for level in Triage if not (reduced and level == Triage.HIJAU))


def route(
    *, age: int | None, pregnancy: str = Pregnancy.TIDAK, emergency: bool = False, newborn: bool = False
) -> Route | None:
    """Where somebody goes; `age` in completed years. None where only the age could tell and it is not known."""
    priority = age is not None and age >= AGED
    if emergency:
        maternal = newborn or pregnancy != Pregnancy.TIDAK
        return Route(1, BERSALIN if maternal else IGD, priority)
    if pregnancy == Pregnancy.BERSALIN:
        return Route(2, BERSALIN)
    if pregnancy in (Pregnancy.HAMIL, Pregnancy.NIFAS):
        return Route(3, IBU)
    if age is None:
        return None
    if age < SCHOOL_AGE:
        return Route(4, ANAK)
    if age < ADULT:
        return Route(5, REMAJA)
    if age < AGED:
        return Route(6, DEWASA)
    return Route(7, LANSIA, priority=True)

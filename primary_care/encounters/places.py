"""Where people wait inside a Puskesmas: the queues, and the parts of a queue. Source: jejaring-dan-peran §2, §6, §7."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Place:
    """A part of a queue, for example the mothers of klaster 2. `clinical`: people are examined and treated there."""

    id: str
    queue: str
    label: str
    clinical: bool = True


QUEUES: Mapping[str, str] = MappingProxyType(
    {
        "igd": gettext_noop("Gawat darurat"),
        "ruang-bersalin": gettext_noop("Ruang bersalin"),
        "klaster-2": gettext_noop("Klaster 2 Ibu dan Anak"),
        "klaster-3": gettext_noop("Klaster 3 Dewasa dan Lansia"),
        "klaster-4": gettext_noop("Klaster 4 Penyakit Menular"),
        "gigi": gettext_noop("Gigi dan mulut"),
        "laboratorium": gettext_noop("Laboratorium"),
        "tindakan": gettext_noop("Ruang tindakan"),
        "rawat-inap": gettext_noop("Rawat inap"),
        "ruang-lansia": gettext_noop("Ruang kegiatan lansia"),
        "farmasi": gettext_noop("Farmasi"),
    }
)
IGD, BERSALIN, IBU, ANAK, REMAJA, DEWASA, LANSIA = (
    "igd", "ruang-bersalin", "klaster-2-ibu", "klaster-2-anak", "klaster-2-remaja", "klaster-3-dewasa", "klaster-3-lansia",
)  # fmt: skip
FARMASI, LABORATORIUM, RAWAT_INAP, RUANG_LANSIA, KLASTER_4 = (
    "farmasi", "laboratorium", "rawat-inap", "ruang-lansia", "klaster-4",
)  # fmt: skip
PLACES: Mapping[str, Place] = MappingProxyType(
    {
        one.id: one
        for one in (
            Place(IGD, "igd", gettext_noop("Gawat darurat")),
            Place(BERSALIN, "ruang-bersalin", gettext_noop("Ruang bersalin")),
            Place(IBU, "klaster-2", gettext_noop("Klaster 2, ibu")),
            Place(ANAK, "klaster-2", gettext_noop("Klaster 2, balita dan prasekolah")),
            Place(REMAJA, "klaster-2", gettext_noop("Klaster 2, usia sekolah dan remaja")),
            Place(DEWASA, "klaster-3", gettext_noop("Klaster 3, dewasa")),
            Place(LANSIA, "klaster-3", gettext_noop("Klaster 3, lansia")),
            Place(KLASTER_4, "klaster-4", gettext_noop("Klaster 4, penyakit menular")),
            Place("gigi", "gigi", gettext_noop("Gigi dan mulut")),
            Place(LABORATORIUM, "laboratorium", gettext_noop("Laboratorium"), clinical=False),
            Place("tindakan", "tindakan", gettext_noop("Ruang tindakan")),
            Place(RAWAT_INAP, "rawat-inap", gettext_noop("Rawat inap")),
            Place(RUANG_LANSIA, "ruang-lansia", gettext_noop("Ruang kegiatan lansia")),
            Place(FARMASI, "farmasi", gettext_noop("Farmasi"), clinical=False),
        )
    }
)
EMERGENCY = frozenset({IGD, BERSALIN})
# Where registration sends whoever is no emergency: a klaster, or the room where children are born.
KLASTER = frozenset({BERSALIN, IBU, ANAK, REMAJA, DEWASA, LANSIA})
# jejaring §7, `LAYANAN_LAIN`: dental, laboratory, inpatient where there is one, procedures, another klaster.
OTHER_SERVICES = frozenset(
    {"gigi", LABORATORIUM, RAWAT_INAP, "tindakan", IBU, ANAK, REMAJA, DEWASA, LANSIA, KLASTER_4, BERSALIN}
)


def parts_of(queue: str) -> tuple[Place, ...]:
    """The parts of a queue, in order."""
    return tuple(one for one in PLACES.values() if one.queue == queue)

"""What may be said of a unit: its traits, which kinds of unit have them, which values they take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from primary_care.units.models import Owner, UnitKind

TYPOLOGIES = ("perkotaan", "perdesaan", "terpencil", "sangat-terpencil")
OLD_POSTS = ("poskesdes", "posyandu-kia", "posyandu-remaja", "posyandu-lansia", "posbindu-ptm")


@dataclass(frozen=True)
class Trait:
    """`allows` says whether a value makes sense. `setting`: the area setting of `knowledge/areas/` by which care depends
    on this trait; it is written to the unit's catchment.
    """

    label: str
    kinds: frozenset[str]
    allows: Callable[[Any], bool]
    setting: str = ""


def _yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


def _one_of(*choices: str) -> Callable[[Any], bool]:
    return lambda value: value in choices


def _some_of(*choices: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and set(value) <= set(choices)


def _between(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


_PUSKESMAS = frozenset({UnitKind.PUSKESMAS.value})
_POSYANDU = frozenset({UnitKind.POSYANDU.value})
_BIRTHS = frozenset({UnitKind.PUSKESMAS.value, UnitKind.FKTP_LAIN.value, UnitKind.RUMAH_SAKIT.value})

TRAITS = {
    "tipologi": Trait("Tipologi wilayah", _PUSKESMAS, _one_of(*TYPOLOGIES), setting="tipologi"),
    "rawat-inap": Trait("Puskesmas rawat inap", _PUSKESMAS, _yes_or_no),
    "poned": Trait("Mampu PONED", _PUSKESMAS, _yes_or_no, setting="puskesmas-poned"),
    "persalinan": Trait("Melayani persalinan", _BIRTHS, _yes_or_no),
    "poct": Trait("Memiliki alat tes cepat", frozenset({UnitKind.PUSTU.value}), _yes_or_no, setting="poct-pustu"),
    "hari-buka": Trait("Tanggal hari buka", _POSYANDU, _between(1, 31), setting="hari-buka-posyandu"),
    "asal-ukbm": Trait("Asal UKBM", _POSYANDU, _some_of(*OLD_POSTS)),
    "tingkat-labkesmas": Trait("Tingkat Labkesmas", frozenset({UnitKind.LABKESMAS.value}), _between(2, 4)),
    "pemilik": Trait("Pemilik", frozenset(UnitKind.values), _one_of(*Owner.values)),
}

"""What may be said of a unit: its traits, which kinds of unit have them, which values they take."""

from dataclasses import dataclass
from typing import Any

from primary_care.units.models import Owner, UnitKind

TYPOLOGIES = ("perkotaan", "perdesaan", "terpencil", "sangat-terpencil")
OLD_POSTS = ("poskesdes", "posyandu-kia", "posyandu-remaja", "posyandu-lansia", "posbindu-ptm")


YES_NO, ONE, SOME, NUMBER = "yes-no", "one", "some", "number"


@dataclass(frozen=True)
class Trait:
    """`type` says how it is answered: yes or no, one or some of `choices`, or a whole number `between` two. `setting`: the area setting of
    `knowledge/areas/` by which care depends on this trait; it is written to the unit's catchment.
    """

    label: str
    kinds: frozenset[str]
    type: str
    choices: tuple[str, ...] = ()
    between: tuple[int, int] = (0, 0)
    setting: str = ""

    def allows(self, value: Any) -> bool:
        """Whether a value makes sense."""
        match self.type:
            case "yes-no":
                return isinstance(value, bool)
            case "one":
                return value in self.choices
            case "some":
                return isinstance(value, list) and bool(value) and set(value) <= set(self.choices)
        return isinstance(value, int) and not isinstance(value, bool) and self.between[0] <= value <= self.between[1]


_PUSKESMAS = frozenset({UnitKind.PUSKESMAS.value})
_POSYANDU = frozenset({UnitKind.POSYANDU.value})
_BIRTHS = frozenset({UnitKind.PUSKESMAS.value, UnitKind.FKTP_LAIN.value, UnitKind.RUMAH_SAKIT.value})

TRAITS = {
    "tipologi": Trait("Tipologi wilayah", _PUSKESMAS, ONE, TYPOLOGIES, setting="tipologi"),
    "rawat-inap": Trait("Puskesmas rawat inap", _PUSKESMAS, YES_NO),
    "poned": Trait("Mampu PONED", _PUSKESMAS, YES_NO, setting="puskesmas-poned"),
    "persalinan": Trait("Melayani persalinan", _BIRTHS, YES_NO),
    "poct": Trait("Memiliki alat tes cepat", frozenset({UnitKind.PUSTU.value}), YES_NO, setting="poct-pustu"),
    "hari-buka": Trait("Tanggal hari buka", _POSYANDU, NUMBER, between=(1, 31), setting="hari-buka-posyandu"),
    "asal-ukbm": Trait("Asal UKBM", _POSYANDU, SOME, OLD_POSTS),
    "tingkat-labkesmas": Trait("Tingkat Labkesmas", frozenset({UnitKind.LABKESMAS.value}), NUMBER, between=(2, 4)),
    "pemilik": Trait("Pemilik", frozenset(UnitKind.values), ONE, tuple(Owner.values)),
}

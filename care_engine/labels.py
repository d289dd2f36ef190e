"""Names of kinds of unit inside a sentence."""

from __future__ import annotations

from care_engine import model as m

_UNIT_LABELS = {
    "rumah": m.Text("rumah", "home"),
    "posyandu": m.Text("Posyandu", "the Posyandu"),
    "pustu": m.Text("Pustu", "the Pustu"),
    "puskesmas": m.Text("Puskesmas", "the Puskesmas"),
    "fktp-lain": m.Text("klinik atau praktik mandiri", "a clinic or private practice"),
    "rumah-sakit": m.Text("rumah sakit (FKRTL)", "hospital"),
    "sekolah": m.Text("sekolah", "school"),
    "paud": m.Text("PAUD", "kindergarten"),
    "tempat-kerja": m.Text("tempat kerja", "the workplace"),
    "labkesmas": m.Text("Labkesmas", "the public health laboratory"),
    "ifk": m.Text("IFK", "the district pharmacy"),
}


def unit_label(unit: str) -> m.Text:
    """The name of a kind of unit inside a sentence."""
    return _UNIT_LABELS.get(unit, m.Text(unit, unit))

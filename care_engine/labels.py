"""Kinds of unit and cadres: their names inside a sentence, and the other spellings in use (domain/README.md §2.1, §2.2)."""

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


_CADRE_LABELS = {
    "kader": m.Text("kader", "kader (community health worker)"),
    "kader-terlatih": m.Text("kader terlatih", "trained kader"),
    "spesialis-anak": m.Text("dokter spesialis anak", "paediatrician"),
    "spesialis-obsgin": m.Text("dokter spesialis kandungan", "obstetrician"),
    "spesialis-penyakit-dalam": m.Text("dokter spesialis penyakit dalam", "internist"),
    "bidan": m.Text("bidan", "midwife"),
    "perawat": m.Text("perawat", "nurse"),
    "dokter": m.Text("dokter", "doctor"),
    "dokter-gigi": m.Text("dokter gigi", "dentist"),
    "terapis-gigi": m.Text("terapis gigi", "dental therapist"),
    "nutrisionis": m.Text("nutrisionis", "nutritionist"),
    "atlm": m.Text("analis laboratorium (ATLM)", "laboratory technologist"),
    "apoteker": m.Text("apoteker", "pharmacist"),
    "ttk": m.Text("tenaga teknis kefarmasian", "pharmacy technician"),
    "sanitarian": m.Text("sanitarian", "sanitarian"),
    "psikolog-klinis": m.Text("psikolog klinis", "clinical psychologist"),
    "nakes": m.Text("tenaga kesehatan", "health worker"),
    "nakes-terlatih": m.Text("tenaga kesehatan terlatih", "trained health worker"),
    "guru": m.Text("guru", "teacher"),
    "keluarga": m.Text("keluarga", "family"),
}


def cadre_label(cadre: str) -> m.Text:
    """The name of a cadre inside a sentence."""
    return _CADRE_LABELS.get(cadre, m.Text(cadre, cadre))


#: Codes and spellings of the domain files, in lower case.
UNIT_ALIASES = {
    **dict.fromkeys(("r", "kr", "kunjungan-rumah"), "rumah"),
    **dict.fromkeys(("py", "po", "posyandu-pos-ukk", "pos-ukk"), "posyandu"),
    **dict.fromkeys(("pt", "pu"), "pustu"),
    **dict.fromkeys(("pk", "pkm"), "puskesmas"),
    **dict.fromkeys(("fktp", "klinik", "tpmb"), "fktp-lain"),
    **dict.fromkeys(("rs", "fkrtl", "fktl"), "rumah-sakit"),
    **dict.fromkeys(("s",), "sekolah"),
    **dict.fromkeys(("pd",), "paud"),
}
CADRE_ALIASES = {
    **dict.fromkeys(("bidan-perawat", "perawat-bidan"), "bidan"),
    **dict.fromkeys(("drg",), "dokter-gigi"),
    **dict.fromkeys(("dokter-spesialis-anak", "sp.a"), "spesialis-anak"),
    **dict.fromkeys(("spog", "sp.og"), "spesialis-obsgin"),
    **dict.fromkeys(("sppd", "sp.pd"), "spesialis-penyakit-dalam"),
    **dict.fromkeys(("gizi", "ahli-gizi"), "nutrisionis"),
    **dict.fromkeys(("ttlm",), "atlm"),
    **dict.fromkeys(("psikolog",), "psikolog-klinis"),
    **dict.fromkeys(("self", "orang-tua"), "keluarga"),
}

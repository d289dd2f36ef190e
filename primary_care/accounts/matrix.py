"""Who may do what with which data: the permission matrix, as a table. `access.py` answers questions about it; nothing else reads it.

A cell holds grants separated by a semicolon: rights, a colon, how far they reach, and sometimes a condition or a note:
`CRU:r`, `R:p alasan`, `C:r (surat pengantar)`. Rights: C create, R read, U change what is own or open, A approve, check or close, X export;
G figures without names. Reach: o own work, r assigned RT and RW, d own desa, p area of the Puskesmas, k kabupaten/kota, v provinsi, n nation.
Conditions: `alasan` only after a reason was given; `pm` only infectious disease; `hiv-ims` only HIV and sexually transmitted infection.

Source of the rows above `ASSUMED`: our own matrix (jejaring-dan-peran §3.1; the decree fixes only that access is tiered by working area,
BAB X.2). A cell there that says rights without a reach is read as the area of the Puskesmas. Assumed as well: the columns KDP (as KD), PD, F2
and F3, which the matrix does not have (`registrasi` keeps identities; other clinics and hospitals see those they care for).
"""

from types import MappingProxyType

from primary_care.accounts.models import Role

COLUMNS = MappingProxyType(
    {
        "KD": Role.KADER,
        "KDP": Role.KADER_PUSTU,
        "PU": Role.PETUGAS_PUSTU,
        "PD": Role.REGISTRASI,
        "DR": Role.DOKTER,
        "K1": Role.PETUGAS_KLASTER_1,
        "K2": Role.PETUGAS_KLASTER_2,
        "K3": Role.PETUGAS_KLASTER_3,
        "K4": Role.PETUGAS_KLASTER_4,
        "FA": Role.PETUGAS_FARMASI,
        "LA": Role.PETUGAS_LABORATORIUM,
        "KP": Role.KEPALA_PUSKESMAS,
        "F2": Role.FKTP_LAIN,
        "F3": Role.RUMAH_SAKIT,
        "DK": Role.DINAS_KABKOTA,
        "DP": Role.DINAS_PROVINSI,
        "KM": Role.KEMENTERIAN,
        "DS": Role.PEMERINTAH_DESA,
        "WG": Role.WARGA,
    }
)

_FIGURES = {"DK": "G:k", "DP": "G:v", "KM": "G:n"}
_KADER = "KD KDP"

MATRIX: dict[str, dict[str, str]] = {
    "keluarga": {_KADER: "CRU:r", "PU": "CRUA:d", "PD": "CRU:p", "DR": "R:p", "K1": "CRUAX:p", "K2 K3": "RU:p", "K4": "R:p",
                 "FA LA F2 F3": "R:o", "KP": "RX:p", **_FIGURES, "DS": "G:d"},
    "sesi-posyandu": {_KADER: "CRU:r", "PU": "CRUA:d", "DR": "R:p", "K1": "RX:p", "K2 K3": "RU:p", "K4 KP": "R:p", **_FIGURES, "DS": "G:d"},
    "skrining": {_KADER: "CR:r", "PU": "CRU:d", "DR K2 K3": "CRU:p", "K1 KP": "G:p", "K4": "R:p", "LA": "R:o", "F2 F3": "CR:o",
                 **_FIGURES, "DS": "G:d"},
    "rekam-medis": {"PU": "CRU:d", "DR": "CRUA:p", "K2 K3": "CRU:p", "K4": "R:p pm", "FA LA": "R:o", "KP": "R:p alasan", "F2 F3": "CR:o"},
    "data-sensitif": {"PU": "CR:o", "DR K2 K3": "CRU:o", "K4": "CRU:o hiv-ims", "FA": "R:o (bila keamanan resep memerlukannya)", "LA": "R:o",
                      "KP": "R:p alasan", "F2 F3": "CR:o", **_FIGURES},
    "laboratorium": {"PU": "CR:d (PoCT boleh diubah)", "DR": "CRU:p", "K1 KP": "G:p", "K2 K3 K4": "CR:p", "LA": "CRUA:p", "F2 F3": "CR:o",
                     "DK": "G:k"},
    "resep": {"PU": "C:d (daftar terbatas); R:d", "DR": "CRU:p", "K1 KP": "G:p", "K2 K3": "R:p", "K4": "R:o", "FA": "CRUA:p"},
    "stok": {"PU": "CRU:d (sub-unit)", "DR K2 K3 K4": "R:p", "K1": "RX:p", "FA": "CRUX:p", "LA": "CRU:o (reagen)", "KP": "A:p", "DK": "RA:k",
             "DP": "G:v", "KM": "G:n"},
    "rujukan": {_KADER: "C:r (surat pengantar)", "PU": "CRU:d", "DR": "CRUA:p", "K1": "G:p", "K2 K3 K4": "CRU:p", "FA": "R:o",
                "LA": "CRU:p (spesimen)", "KP": "RA:p", "F2 F3": "RU:o", **_FIGURES},
    "kunjungan-rumah": {_KADER: "CRU:o", "PU": "CRUA:d", "DR": "CR:p", "K1": "RX:p", "K2 K3 K4": "CRU:p", "FA": "C:p (farmasi rumah)",
                        "KP": "R:p", **_FIGURES, "DS": "G:d"},
    "tindak-lanjut": {_KADER: "RU:o", "PU": "CRUA:d", "DR": "CR:p", "K1 K2 K3 K4": "CRUA:p", "KP": "R:p", **_FIGURES, "DS": "G:d"},
    "dasbor-pws": {_KADER: "R:r (daftar Posyandu sendiri)", "PU": "R:d", "DR K1 K2 K3 K4": "R:p", "FA": "G:p (K1-obat)", "LA": "G:p (K1-lab)",
                   "KP": "R:p", **_FIGURES, "DS": "G:d"},
    "skdr": {_KADER: "C:r (lapor rumor)", "PU": "CRU:d", "DR": "C:p (kasus kewaspadaan)", "K1": "R:p", "K2 K3": "C:p (kasus)", "K4": "CRUAX:p",
             "LA": "CR:p (sampel)", "KP": "A:p (W1)", "DK": "RA:k", "DP": "R:v", "KM": "R:n"},
    "ik-tbc": {_KADER: "CRU:o", "PU": "CRUA:d", "DR K2 K3": "R:p", "K1": "G:p", "K4": "CRUAX:p", "LA": "R:o", "KP": "R:p", **_FIGURES},
    "kesling": {_KADER: "CR:r (bersama nakes)", "PU": "CR:d", "K1": "G:p", "K4": "CRUAX:p", "LA": "CRU:p (sampel)", "KP": "R:p", **_FIGURES,
                "DS": "G:d"},
    "perencanaan": {"PU": "R:d; C:d (usulan)", "DR": "R:p", "K1": "CRUX:p", "K2": "CRU:p (klaster sendiri)", "K3 K4 FA LA": "CRU:p", "KP": "A:p",
                    "DK": "RA:k", "DP": "R:v", "KM": "R:n", "DS": "R:d (tribulanan)"},
    "sdm-aset-keuangan": {"PU DR K2 K3 K4 FA LA": "R:o", "K1": "CRUX:p", "KP": "RA:p", "DK": "R:k", "DP": "G:v", "KM": "G:n"},
    "mutu": {_KADER: "C:r (lapor insiden)", "PU": "CR:d", "DR K2 K3 K4 FA LA": "CR:p", "K1": "CRUAX:p", "KP": "A:p", "DK": "RA:k", "DP": "G:v",
             "KM": "G:n"},
    "data-kader": {_KADER: "R:o", "PU": "CRU:d", "K1": "CRUX:p", "K2 K3 K4": "C:p (nilai)", "KP": "R:p", **_FIGURES, "DS": "RU:d"},
    "pengguna": {"K1": "CRU:p", "KP": "A:p", "DK": "CRU:k (admin)", "DP": "CRU:v (admin)", "KM": "CRU:n (admin)"},
    "log-audit": {"K1 KP": "R:p", "DK": "R:k"},
}  # fmt: skip

# Rows that the matrix lacks and the work needs. Each with its reason; `docs/decisions/0009-access.md` says more.
ASSUMED: dict[str, dict[str, str]] = {
    # Whoever is at a birth registers the child, though not a family (decision 0005).
    "kelahiran": {_KADER: "C:r", "PU": "C:d", "PD DR K1 K2 KP": "C:p"},
    # Whoever is at a death may say so.
    "kematian": {_KADER: "C:r", "PU": "C:d", "PD DR K1 K2 K3 KP": "C:p"},
    # PV-1: whoever registers or treats records the consent that was given; those who manage data may read it.
    "persetujuan": {_KADER: "CR:r", "PU": "CR:d", "PD DR K1 K2 K3 K4": "CR:p", "KP": "R:p"},
    # PV-7: what is closed is opened for a reason by the head or by another klaster; a Pustu treats as a klaster does.
    "buka-data": {"PU": "R:d alasan", "DR K2 K3 K4 KP": "R:p alasan"},
    # Areas and units are kept up by klaster 1 and the dinas (decision 0008); the Pustu, the head and the offices above look at them.
    "wilayah-unit": {"PU": "R:d", "K1": "CRU:p", "KP": "R:p", "DK": "CRU:k", "DP": "R:v", "KM": "R:n"},
    # jejaring §6, §7: registration sends people on, whoever treats calls them; of the unit worked in, wherever they live (decision 0020).
    "antrean": {"PD DR K2 K3": "CRU:p", "K4 FA LA": "RU:p", "K1 KP": "R:p"},
    # jejaring §7: what could not be done today is agreed for a day by who treats; whoever receives the person sees it.
    "jadwal-layanan": {_KADER: "R:r", "PU": "CRU:d", "DR K2 K3": "CRU:p", "PD K1 K4 KP": "R:p"},
    # What the decree leaves open is set by the dinas, down to the desa (decision 0021); who keeps up areas and units looks at it.
    "pengaturan-wilayah": {"PU": "R:d", "K1 KP": "R:p", "DK": "CRU:k", "DP": "R:v", "KM": "R:n"},
    # Knowledge that is not released yet is tried by those who answer for a programme, on made-up people only.
    "uji-coba-pengetahuan": {"DK": "CR:k", "DP": "CR:v", "KM": "CR:n"},
    # PV-8: lists with names leave the node only with a reason.
    "ekspor-nama": {"K1 K4 KP": "X:p alasan"},
}  # fmt: skip

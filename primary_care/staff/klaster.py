"""The organisation of a Puskesmas: klaster, their sub-units, and what has to be known there (KMK 2015/2023, BAB II,
Tabel 1).
"""

from django.db import models

from primary_care.accounts.models import Klaster


class SubUnit(models.TextChoices):
    KETATAUSAHAAN = "ketatausahaan", "Ketatausahaan"
    SUMBER_DAYA = "manajemen-sumber-daya", "Manajemen Sumber Daya"
    MANAJEMEN = "manajemen-puskesmas", "Manajemen Puskesmas"
    MUTU = "manajemen-mutu", "Manajemen Mutu dan Keselamatan"
    JEJARING = "manajemen-jejaring", "Manajemen Jejaring"
    INFORMASI = "sistem-informasi", "Sistem Informasi Puskesmas dan Dashboard PWS"
    IBU = "ibu", "Ibu hamil, bersalin, nifas"
    BALITA = "balita-prasekolah", "Balita dan anak prasekolah"
    REMAJA = "usia-sekolah-remaja", "Anak usia sekolah dan remaja"
    DEWASA = "dewasa", "Usia dewasa"
    LANSIA = "lansia", "Lanjut usia"
    LINGKUNGAN = "kesehatan-lingkungan", "Kesehatan lingkungan"
    SURVEILANS = "surveilans", "Surveilans"
    GAWAT_DARURAT = "gawat-darurat", "Kegawatdaruratan"
    RAWAT_INAP = "rawat-inap", "Rawat inap"
    LABORATORIUM = "laboratorium", "Laboratorium"
    KEFARMASIAN = "kefarmasian", "Kefarmasian"


class Training(models.TextChoices):
    """What somebody was trained for and may therefore do: the trainings that the domain files name."""

    KADER_TERLATIH = "kader-terlatih", "Kader terlatih"
    KTPA = "ktpa", "Penanganan kekerasan terhadap perempuan dan anak (KtPA)"
    ASSIST = "assist", "Skrining ASSIST"
    IVA = "iva", "Pemeriksaan IVA"
    SADANIS = "sadanis", "Pemeriksaan payudara klinis (SADANIS)"
    APN = "apn", "Asuhan persalinan normal (APN)"
    VAKSINATOR = "vaksinator", "Vaksinator"
    MTBS = "mtbs", "Manajemen terpadu balita sakit (MTBS)"
    SDIDTK = "sdidtk", "SDIDTK"
    GADAR_MATNEO = "gadar-matneo", "Kegawatdaruratan maternal dan neonatal"
    PERKESMAS = "perkesmas", "Perawatan kesehatan masyarakat"
    KAP = "kap", "Komunikasi antarpribadi (KAP)"


SUB_UNITS = {
    Klaster.MANAJEMEN.value: [
        SubUnit.KETATAUSAHAAN,
        SubUnit.SUMBER_DAYA,
        SubUnit.MANAJEMEN,
        SubUnit.MUTU,
        SubUnit.JEJARING,
        SubUnit.INFORMASI,
    ],
    Klaster.IBU_ANAK.value: [SubUnit.IBU, SubUnit.BALITA, SubUnit.REMAJA],
    Klaster.DEWASA_LANSIA.value: [SubUnit.DEWASA, SubUnit.LANSIA],
    Klaster.PENYAKIT_MENULAR.value: [SubUnit.LINGKUNGAN, SubUnit.SURVEILANS],
    Klaster.LINTAS.value: [SubUnit.GAWAT_DARURAT, SubUnit.RAWAT_INAP, SubUnit.LABORATORIUM, SubUnit.KEFARMASIAN],
}

# What at least one member of a klaster has to be trained for, of the competences of Tabel 1 that a training gives.
NEEDED = {
    Klaster.IBU_ANAK.value: [
        Training.APN,
        Training.SDIDTK,
        Training.VAKSINATOR,
        Training.MTBS,
        Training.KAP,
        Training.GADAR_MATNEO,
        Training.PERKESMAS,
        Training.KTPA,
    ],
    Klaster.DEWASA_LANSIA.value: [Training.KAP, Training.PERKESMAS, Training.KTPA],
    Klaster.PENYAKIT_MENULAR.value: [Training.KAP],
}

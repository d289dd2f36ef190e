"""The fixed choices of the facts about people, with their labels."""

from django.db import models


class Sex(models.TextChoices):
    """FHIR: administrative gender."""

    LAKI_LAKI = "laki-laki", "Laki-laki"
    PEREMPUAN = "perempuan", "Perempuan"


class BirthDatePrecision(models.TextChoices):
    """How much of the birth date is known; the date stored is then the first day of that year or month."""

    DAY = "hari", "tanggal lengkap"
    MONTH = "bulan", "bulan dan tahun saja"
    YEAR = "tahun", "tahun saja"


class MaritalStatus(models.TextChoices):
    BELUM_KAWIN = "belum-kawin", "Belum kawin"
    KAWIN = "kawin", "Kawin"
    CERAI_HIDUP = "cerai-hidup", "Cerai hidup"
    CERAI_MATI = "cerai-mati", "Cerai mati"


class JKN(models.TextChoices):
    """Kind of national health insurance."""

    PBI = "pbi", "PBI"
    NON_PBI = "non-pbi", "Non-PBI (pekerja)"
    MANDIRI = "mandiri", "Mandiri"
    TIDAK = "tidak", "Tidak punya"


class Disability(models.TextChoices):
    """Kinds of disability (several may hold)."""

    FISIK = "fisik", "Fisik"
    INTELEKTUAL = "intelektual", "Intelektual"
    MENTAL = "mental", "Mental"
    NETRA = "netra", "Netra"
    RUNGU = "rungu", "Rungu"
    WICARA = "wicara", "Wicara"
    GANDA = "ganda", "Ganda"
    TIDAK_ADA = "tidak-ada", "Tidak ada"


class Relationship(models.TextChoices):
    """Relationship to the head of the household, as on a Kartu Keluarga."""

    KEPALA_KELUARGA = "kepala-keluarga", "Kepala keluarga"
    SUAMI = "suami", "Suami"
    ISTRI = "istri", "Istri"
    ANAK = "anak", "Anak"
    MENANTU = "menantu", "Menantu"
    CUCU = "cucu", "Cucu"
    ORANG_TUA = "orang-tua", "Orang tua"
    MERTUA = "mertua", "Mertua"
    FAMILI_LAIN = "famili-lain", "Famili lain"
    LAINNYA = "lainnya", "Lainnya"


class IdentifierSystem(models.TextChoices):
    """Who gave the number. `no-kk` belongs to a household, the others to a person. `nik-ibu` stands for a child that has no NIK yet
    (SATUSEHAT knows it by that number and the order of birth; domain-bayi §3).
    """

    NIK = "nik", "NIK"
    NO_KK = "no-kk", "Nomor KK"
    IHS = "ihs", "Nomor IHS (SATUSEHAT)"
    SEMENTARA = "sementara", "Nomor sementara"
    NIK_IBU = "nik-ibu", "NIK ibu"

"""Who works here, and as what. FHIR: Practitioner (`User`) and PractitionerRole (`Assignment`)."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from primary_care.areas.models import Area
from primary_care.keys import new_key
from primary_care.units.models import Unit


class Role(models.TextChoices):
    """Decides what a user sees."""

    KADER = "kader", "Kader Posyandu"
    KADER_PUSTU = "kader-pustu", "Kader Pustu"
    PETUGAS_PUSTU = "petugas-pustu", "Petugas Pustu"
    DOKTER = "dokter", "Dokter"
    PETUGAS_KLASTER_1 = "petugas-klaster-1", "Petugas Klaster 1 (manajemen)"
    PETUGAS_KLASTER_2 = "petugas-klaster-2", "Petugas Klaster 2 (ibu dan anak)"
    PETUGAS_KLASTER_3 = "petugas-klaster-3", "Petugas Klaster 3 (dewasa dan lansia)"
    PETUGAS_KLASTER_4 = "petugas-klaster-4", "Petugas Klaster 4 (penyakit menular)"
    PETUGAS_LABORATORIUM = "petugas-laboratorium", "Petugas laboratorium"
    PETUGAS_FARMASI = "petugas-farmasi", "Petugas farmasi"
    REGISTRASI = "registrasi", "Petugas pendaftaran"
    KEPALA_PUSKESMAS = "kepala-puskesmas", "Kepala Puskesmas"
    FKTP_LAIN = "fktp-lain", "Petugas klinik atau praktik mandiri"
    RUMAH_SAKIT = "rumah-sakit", "Petugas rumah sakit"
    DINAS_KABKOTA = "dinas-kabkota", "Dinas Kesehatan kabupaten/kota"
    DINAS_PROVINSI = "dinas-provinsi", "Dinas Kesehatan provinsi"
    KEMENTERIAN = "kementerian", "Kementerian Kesehatan"
    PEMERINTAH_DESA = "pemerintah-desa", "Pemerintah desa/kelurahan"
    WARGA = "warga", "Warga"


class Cadre(models.TextChoices):
    """Decides who may record a service. A set, never an order: a dokter gigi is not "above" a bidan."""

    KADER = "kader", "Kader"
    KADER_TERLATIH = "kader-terlatih", "Kader terlatih"
    BIDAN = "bidan", "Bidan"
    PERAWAT = "perawat", "Perawat"
    DOKTER = "dokter", "Dokter"
    DOKTER_GIGI = "dokter-gigi", "Dokter gigi"
    TERAPIS_GIGI = "terapis-gigi", "Terapis gigi dan mulut"
    SPESIALIS_ANAK = "spesialis-anak", "Dokter spesialis anak"
    SPESIALIS_OBSGIN = "spesialis-obsgin", "Dokter spesialis obstetri dan ginekologi"
    SPESIALIS_PENYAKIT_DALAM = "spesialis-penyakit-dalam", "Dokter spesialis penyakit dalam"
    NUTRISIONIS = "nutrisionis", "Nutrisionis"
    ATLM = "atlm", "Ahli teknologi laboratorium medik"
    APOTEKER = "apoteker", "Apoteker"
    TTK = "ttk", "Tenaga teknis kefarmasian"
    SANITARIAN = "sanitarian", "Sanitarian"
    PSIKOLOG_KLINIS = "psikolog-klinis", "Psikolog klinis"
    NAKES = "nakes", "Tenaga kesehatan lain"
    NAKES_TERLATIH = "nakes-terlatih", "Tenaga kesehatan dengan pelatihan tercatat"
    GURU = "guru", "Guru"
    KELUARGA = "keluarga", "Keluarga"


NOT_LICENSED = frozenset({Cadre.KADER, Cadre.KADER_TERLATIH, Cadre.GURU, Cadre.KELUARGA})


class Klaster(models.TextChoices):
    """The part of the Puskesmas that an assignment belongs to."""

    MANAJEMEN = "1", "Klaster 1"
    IBU_ANAK = "2", "Klaster 2"
    DEWASA_LANSIA = "3", "Klaster 3"
    PENYAKIT_MENULAR = "4", "Klaster 4"
    LINTAS = "lintas", "Lintas klaster"


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(self, username: str, password: str | None = None, *, full_name: str) -> "User":
        """A new account. Without a password nobody can log in with it."""
        user = self.model(username=self.model.normalize_username(username), full_name=full_name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One member of staff, one kader: logs in with a user name. What the user may do comes only from assignments."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    username = models.CharField("nama pengguna", max_length=60, unique=True)
    full_name = models.CharField("nama lengkap", max_length=120)
    is_active = models.BooleanField(default=True)
    temporary_until = models.DateTimeField(
        "kata sandi sementara berlaku sampai",
        null=True,
        help_text="Kosong: kata sandi dipilih sendiri oleh pemiliknya.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_login = None  # the audit trail holds every login

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    objects = UserManager()

    class Meta:
        verbose_name = "pengguna"

    def __str__(self) -> str:
        return self.full_name


class Assignment(models.Model):
    """A user works in a unit, in a role and with a cadre, from a date on. Staff of Dinas and of a village have an
    area, no unit.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=30, choices=Role.choices)
    cadre = models.CharField(max_length=30, choices=Cadre.choices, blank=True)
    klaster = models.CharField(max_length=10, choices=Klaster.choices, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="assignments")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="assignments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="Hari pertama tidak bertugas lagi.")

    class Meta:
        verbose_name = "penugasan"
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="assignment_known_role"),
            models.CheckConstraint(condition=models.Q(cadre__in=["", *Cadre.values]), name="assignment_known_cadre"),
            models.CheckConstraint(
                condition=models.Q(klaster__in=["", *Klaster.values]), name="assignment_known_klaster"
            ),
            models.CheckConstraint(
                condition=models.Q(unit__isnull=False) | models.Q(area__isnull=False), name="assignment_has_a_place"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="assignment_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "cadre", "unit"],
                condition=models.Q(valid_to__isnull=True),
                name="assignment_once_now",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.unit or self.area}"


class Attempt(models.Model):
    """One try at something that is limited, kept while it counts (`limits.py`). Whose is kept as a hash: it may be a mistyped password."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    what = models.CharField(max_length=20, default="login")
    key_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "percobaan"
        indexes = [models.Index(fields=["what", "key_hash", "at"], name="attempt_recent")]

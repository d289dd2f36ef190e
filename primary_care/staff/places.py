"""Where each role is held, and by whom: at a unit of a kind, or over an area of a level."""

from primary_care.accounts.models import Role
from primary_care.areas.models import AreaLevel
from primary_care.units.models import UnitKind

UNIT_OF = {
    Role.KADER: UnitKind.POSYANDU,
    Role.KADER_PUSTU: UnitKind.PUSTU,
    Role.PETUGAS_PUSTU: UnitKind.PUSTU,
    Role.DOKTER: UnitKind.PUSKESMAS,
    Role.PETUGAS_KLASTER_1: UnitKind.PUSKESMAS,
    Role.PETUGAS_KLASTER_2: UnitKind.PUSKESMAS,
    Role.PETUGAS_KLASTER_3: UnitKind.PUSKESMAS,
    Role.PETUGAS_KLASTER_4: UnitKind.PUSKESMAS,
    Role.PETUGAS_LABORATORIUM: UnitKind.PUSKESMAS,
    Role.PETUGAS_FARMASI: UnitKind.PUSKESMAS,
    Role.REGISTRASI: UnitKind.PUSKESMAS,
    Role.KEPALA_PUSKESMAS: UnitKind.PUSKESMAS,
    Role.FKTP_LAIN: UnitKind.FKTP_LAIN,
    Role.RUMAH_SAKIT: UnitKind.RUMAH_SAKIT,
}
AREA_OF = {
    Role.DINAS_KABKOTA: AreaLevel.KABUPATEN,
    Role.DINAS_PROVINSI: AreaLevel.PROVINSI,
    Role.KEMENTERIAN: AreaLevel.NASIONAL,
    Role.PEMERINTAH_DESA: AreaLevel.DESA,
}
CADRES_OF_KADER = ("kader", "kader-terlatih")

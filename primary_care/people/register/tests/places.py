"""The two desa of the test workbooks, with a Puskesmas that serves only the first."""

from primary_care.accounts.models import Assignment
from primary_care.areas.actions import add_area
from primary_care.people.tests.factories import FOUNDED, assign, make_unit


def make_areas() -> Assignment:
    """Mekar Sari and Sumber Rejeki, and the registration clerk of a Puskesmas whose catchment is Mekar Sari alone."""
    nation = add_area(code="ID", name="Indonesia", level="nasional", parent=None, on=FOUNDED)
    kecamatan = add_area(code="99.01.01", name="Kecamatan Uji", level="kecamatan", parent=nation, on=FOUNDED)
    mekar_sari = add_area(code="99.01.01.2001", name="Mekar Sari", level="desa", parent=kecamatan, on=FOUNDED)
    add_area(code="99.01.01.2002", name="Sumber Rejeki", level="desa", parent=kecamatan, on=FOUNDED)
    return assign("registrasi", "registrasi", "", make_unit("P99", "puskesmas", kecamatan, None, [mekar_sari]))

"""Django configuration of the app `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "primary_care.people"
    verbose_name = "Keluarga dan anggota"

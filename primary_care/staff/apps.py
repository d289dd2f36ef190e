"""Django configuration of the app `staff`."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "primary_care.staff"
    verbose_name = "Petugas"

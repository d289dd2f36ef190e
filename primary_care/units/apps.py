"""Django configuration of the app `units`."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "primary_care.units"
    verbose_name = "Unit pelayanan"

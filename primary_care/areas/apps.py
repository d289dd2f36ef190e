"""Django configuration of the app `areas`."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "primary_care.areas"
    verbose_name = "Wilayah"

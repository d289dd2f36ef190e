"""Django configuration of the app `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "primary_care.desk"
    verbose_name = "Meja kerja"

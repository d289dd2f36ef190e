"""Django configuration of the app `visits`."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "primary_care.visits"
    verbose_name = "Kunjungan"

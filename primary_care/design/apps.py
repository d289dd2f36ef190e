"""Django configuration of the app `design`."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "primary_care.design"
    verbose_name = "Tampilan"

"""Django configuration of the app `decisions`."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "primary_care.decisions"
    verbose_name = "Keputusan"

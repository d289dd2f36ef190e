"""Django configuration of the app `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "primary_care.audit"
    verbose_name = "Jejak audit"

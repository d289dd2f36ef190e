"""Django configuration of the app `units`."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "primary_care.units"
    verbose_name = "Unit pelayanan"

    def ready(self) -> None:
        from primary_care.units import following  # noqa: F401  (listens to changes of the tree of areas)

"""Django configuration of the app `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "primary_care.people"
    verbose_name = "Keluarga dan anggota"

    def ready(self) -> None:
        from primary_care.people import following  # noqa: F401  (listens to changes of the tree of areas)

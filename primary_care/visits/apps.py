"""Django configuration of the app `visits`."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "primary_care.visits"
    verbose_name = "Kunjungan"

    def ready(self) -> None:
        from primary_care.people.objections import may_object
        from primary_care.people.own_work import counts_as_work
        from primary_care.visits.queries import met_by, speaks_against_linking

        counts_as_work(met_by)
        may_object(speaks_against_linking)

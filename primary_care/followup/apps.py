"""Django configuration of the app `followup`."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "primary_care.followup"
    verbose_name = "Tindak lanjut"

    def ready(self) -> None:
        from primary_care.decisions.signals import decided_anew
        from primary_care.followup.keeping import follow
        from primary_care.followup.queries import assigned_to
        from primary_care.people.own_work import counts_as_work

        decided_anew.connect(follow)
        counts_as_work(assigned_to)

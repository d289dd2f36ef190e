"""Django configuration of the app `followup`."""

import uuid
from typing import Any

from django.apps import AppConfig
from django.db.models import Q


class FollowupConfig(AppConfig):
    name = "primary_care.followup"
    verbose_name = "Tindak lanjut"

    def ready(self) -> None:
        from primary_care.decisions.signals import decided_anew
        from primary_care.people.own_work import counts_as_work

        decided_anew.connect(_follow, dispatch_uid="followup")
        counts_as_work(_assigned_to)


# Both are read only when they are asked: with them comes the engine, whose libraries take a second to read and Ctrl-C for themselves.


def _follow(**sent: Any) -> None:
    from primary_care.followup.keeping import follow

    follow(**sent)


def _assigned_to(user_id: uuid.UUID, field: str) -> Q:
    from primary_care.followup.queries import assigned_to

    return assigned_to(user_id, field)

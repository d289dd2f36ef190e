"""Django configuration of the app `encounters`."""

import uuid

from django.apps import AppConfig
from django.db.models import Q


class EncountersConfig(AppConfig):
    name = "primary_care.encounters"
    verbose_name = "Pelayanan di Puskesmas"

    def ready(self) -> None:
        from primary_care.people.own_work import counts_as_work

        counts_as_work(_in_his_room)


def _in_his_room(user_id: uuid.UUID, field: str) -> Q:
    from primary_care.encounters.queries import in_the_room_of

    return in_the_room_of(user_id, field)

"""Addresses of the way through the Puskesmas."""

from django.urls import path

from primary_care.desk.views.reception import arriving, encounter, queues, scheduling

urlpatterns = [
    path("pendaftaran", arriving.reception, name="reception"),
    path("orang/<uuid:person_id>/kedatangan", arriving.arrival, name="arrive"),
    path("antrean", queues.queues, name="queues"),
    path("antrean/<slug:queue>", queues.queue, name="queue"),
    path("pelayanan/<uuid:encounter_id>", encounter.encounter, name="encounter"),
    path("layar/<str:token>", queues.screen, name="queue-screen"),
    path("jadwal", scheduling.scheduled, name="scheduled"),
    path("orang/<uuid:person_id>/jadwal", scheduling.agree, name="schedule"),
    path("kasus-terduga", scheduling.case_notices, name="case-notices"),
]

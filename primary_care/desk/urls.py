"""Addresses of the pages, in Indonesian because people see and share them."""

from django.urls import path
from django.views.generic import RedirectView

from primary_care.desk.views import (
    audit,
    closed,
    gallery,
    home,
    household,
    login,
    person,
    pregnancy,
    pregnancy_end,
    search,
    second_factor,
    sheets,
    tasks,
    visit,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("masuk", login.log_in, name="login"),
    path("masuk/kode", second_factor.ask, name="second-factor"),
    path("masuk/kode/pasang", second_factor.set_up, name="second-factor-setup"),
    path("jejak", audit.trail, name="audit"),
    path("keluar", login.log_out, name="logout"),
    path("tempat", login.place, name="place"),
    path("cari", search.search, name="search"),
    path("tindak-lanjut", tasks.tasks, name="tasks"),
    path("tindak-lanjut/<uuid:task_id>", tasks.task, name="task"),
    path("keluarga/<uuid:household_id>", household.household, name="household"),
    path("orang/<uuid:person_id>", person.person, name="person"),
    path("orang/<uuid:person_id>/ringkasan", sheets.summary, name="summary"),
    path("orang/<uuid:person_id>/kartu-kehamilan", sheets.card, name="pregnancy-card"),
    path("orang/<uuid:person_id>/pertumbuhan", person.growth, name="growth"),
    path("orang/<uuid:person_id>/kehamilan", pregnancy.register, name="register-pregnancy"),
    path("orang/<uuid:person_id>/akhir-kehamilan", pregnancy_end.end, name="end-pregnancy"),
    path("orang/<uuid:person_id>/buka-data", closed.open_closed, name="open-record"),
    path("orang/<uuid:person_id>/persetujuan", closed.consent, name="consent"),
    path("orang/<uuid:person_id>/kunjungan", visit.visit, name="visit"),
    path("orang/<uuid:person_id>/kunjungan/<uuid:contact_id>", visit.result, name="visit-result"),
    path("gaya", gallery.gallery, name="gallery"),
    path("favicon.ico", RedirectView.as_view(url="/static/design/simpul.svg")),
]

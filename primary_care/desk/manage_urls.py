"""Addresses of the pages by which areas, units and staff are kept, and of one's own account."""

from django.urls import path

from primary_care.desk.views import manage
from primary_care.desk.views.staff import account, duties, listing

urlpatterns = [
    path("kelola", manage.manage, name="manage"),
    path("akun-saya", listing.me, name="me"),
    path("akun-saya/kata-sandi", account.own_password, name="own-password"),
    path("petugas", listing.listing, name="staff"),
    path("petugas/baru", duties.new, name="new-staff"),
    path("petugas/<uuid:user_id>", listing.member, name="staff-member"),
    path("petugas/<uuid:user_id>/akun", account.account, name="account"),
    path("petugas/<uuid:user_id>/tugas", duties.duty, name="add-duty"),
    path("petugas/<uuid:user_id>/tugas/<uuid:row_id>/akhiri", duties.end_duty, name="end-duty"),
    path("petugas/<uuid:user_id>/klaster", duties.klaster, name="post-to-klaster"),
    path("petugas/<uuid:user_id>/klaster/<uuid:row_id>/akhiri", duties.end_klaster, name="end-klaster"),
    path("petugas/<uuid:user_id>/kompetensi", duties.competence, name="add-competence"),
    path("petugas/<uuid:user_id>/kompetensi/<uuid:row_id>/akhiri", duties.end_training, name="end-competence"),
]

"""Addresses of the pages by which areas, units and staff are kept, and of one's own account."""

from django.urls import path

from primary_care.desk.views import manage
from primary_care.desk.views.areas import browsing, merging
from primary_care.desk.views.areas import forms as area_forms
from primary_care.desk.views.knowledge import releases, trials
from primary_care.desk.views.settings import changing, overview, proposals
from primary_care.desk.views.staff import account, duties, listing
from primary_care.desk.views.units import forms as unit_forms
from primary_care.desk.views.units import links
from primary_care.desk.views.units import listing as unit_listing

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
    path("unit", unit_listing.listing, name="units"),
    path("unit/baru", unit_forms.new, name="new-unit"),
    path("unit/<uuid:unit_id>", unit_listing.unit, name="unit"),
    path("unit/<uuid:unit_id>/ubah", unit_forms.change, name="change-unit"),
    path("unit/<uuid:unit_id>/ciri/<slug:key>", unit_forms.trait, name="unit-trait"),
    path("unit/<uuid:unit_id>/tutup", unit_forms.close, name="close-unit"),
    path("unit/<uuid:unit_id>/wilayah-kerja", links.catchment, name="add-catchment"),
    path("unit/<uuid:unit_id>/wilayah-kerja/<uuid:row_id>/akhiri", links.end_area, name="end-catchment"),
    path("unit/<uuid:unit_id>/jejaring", links.partner, name="add-partner"),
    path("unit/<uuid:unit_id>/jejaring/<uuid:row_id>/akhiri", links.end_link, name="end-partner"),
    path("pengaturan", overview.begin, name="settings"),
    path("pengaturan/usulan/<uuid:proposal_id>", proposals.proposal, name="setting-proposal"),
    path("pengaturan/usulan/<uuid:proposal_id>/kemajuan", proposals.progress, name="setting-proposal-progress"),
    path("pengetahuan", releases.versions, name="releases"),
    path("pengetahuan/<slug:version>", releases.version, name="release"),
    path("pengetahuan/<slug:version>/aturan/<slug:table>", releases.rule, name="release-rule"),
    path("pengetahuan/<slug:version>/berkas/<path:name>", releases.file, name="release-file"),
    path("uji-coba", trials.trials, name="trials"),
    path("uji-coba/<uuid:trial_id>", trials.trial, name="trial"),
    path("uji-coba/<uuid:trial_id>/kemajuan", trials.progress, name="trial-progress"),
    path("wilayah/<uuid:area_id>/pengaturan", overview.settings, name="area-settings"),
    path("wilayah/<uuid:area_id>/pengaturan/<slug:key>", changing.setting, name="area-setting"),
    path("wilayah", browsing.tree, name="areas"),
    path("wilayah/tanpa-unit", browsing.without_facility, name="without-facility"),
    path("wilayah/<uuid:area_id>", browsing.area, name="area"),
    path("wilayah/<uuid:area_id>/tambah", area_forms.add, name="add-area"),
    path("wilayah/<uuid:area_id>/nama", area_forms.rename, name="rename-area"),
    path("wilayah/<uuid:area_id>/pindah", area_forms.move, name="move-area"),
    path("wilayah/<uuid:area_id>/pemekaran", area_forms.split, name="split-area"),
    path("wilayah/<uuid:area_id>/penggabungan", merging.merge, name="merge-area"),
]

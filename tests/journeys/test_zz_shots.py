import os
from typing import Any
import pytest
from primary_care.accounts.models import Assignment, User
from primary_care.units.models import Unit, Catchment
from primary_care.areas.actions import ensure_area
from primary_care.visits.tests.world import BEGAN, TODAY
from tests.journeys.test_register import manager  # noqa
from tests.journeys.test_access import sound

OUT="/tmp/shots-admin"; os.makedirs(OUT, exist_ok=True)

def shot(page, name):
    for w in (1280, 360):
        page.set_viewport_size({"width": w, "height": 900})
        page.screenshot(path=f"{OUT}/{name}-{w}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    sound(page)

def people(world):
    names=["Dewi Anggraini","Komang Ayu Lestari","Muhammad Rizki Pratama","Ni Luh Sari","Rahmat Hidayat"]
    roles=[("dokter","dokter"),("petugas-klaster-3","perawat"),("petugas-laboratorium","atlm"),("registrasi",""),("kepala-puskesmas","dokter")]
    for n,(r,c) in zip(names,roles):
        u=User.objects.create_user(n.split()[0].lower()+"."+n.split()[-1].lower(),"x",full_name=n)
        Assignment.objects.create(user=u,role=r,cadre=c,unit=world.puskesmas,valid_from=BEGAN)
    world.posyandu.catchments.get_or_create(area=world.rt, valid_from=BEGAN)
    k=User.objects.create_user("wayan.kader","x",full_name="Wayan Sukerti")
    Assignment.objects.create(user=k,role="kader",cadre="kader",unit=world.posyandu,area=world.rt,valid_from=BEGAN)
    world.bidan.klaster_posts.create(unit=world.puskesmas,klaster="2",sub_unit="ibu",position="pj",decree="SK 4/2026",valid_from=BEGAN)
    world.bidan.competences.create(training="apn",certificate="S-771",issuer="Bapelkes",valid_from=BEGAN)

def test_staff(manager: Any, world: Any, settings):
    if "staff" not in os.environ.get("SHOTS",""): pytest.skip()
    people(world)
    settings.SECOND_FACTOR = "mati"
    page=manager
    page.goto("/"); shot(page,"home")
    page.goto("/kelola"); shot(page,"kelola")
    page.goto("/petugas"); shot(page,"petugas")
    page.goto("/petugas?q=zzz"); shot(page,"petugas-kosong")
    page.goto("/petugas/baru"); shot(page,"baru")
    page.get_by_role("button",name="Simpan petugas").click(); shot(page,"baru-salah")
    page.get_by_label("Sudah, tambahkan tugasnya").check(); shot(page,"baru-lama")
    page.get_by_label("Belum, buat akun baru").check()
    page.get_by_label("Nama lengkap").fill("Putu Eka")
    page.get_by_label("Nama pengguna", exact=True).fill("putu.eka")
    page.get_by_label("Peran").select_option(label="Petugas Klaster 3 (dewasa dan lansia)")
    page.get_by_label("Bertugas di").select_option(label="Puskesmas Tirta")
    page.get_by_label("Jenis tenaga").select_option(label="Perawat")
    page.get_by_role("button",name="Simpan petugas").click(); shot(page,"slip")
    m=f"/petugas/{world.bidan.pk}"
    page.goto(m); shot(page,"member")
    for a in ("akun","tugas","klaster","kompetensi"):
        page.goto(f"{m}/{a}"); shot(page,a)
    page.goto(f"{m}/tugas/{world.assignment.pk}/akhiri"); shot(page,"akhiri")
    page.goto("/akun-saya"); shot(page,"saya")
    page.goto("/akun-saya/kata-sandi"); shot(page,"sandi")
    page.goto(f"/petugas/{world.manager.user.pk}/akun"); shot(page,"tolak")

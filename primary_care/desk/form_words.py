"""Words that forms share, and what they say while somebody types: said here so that it is translated with everything else; the scripts have
no words of their own.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

HANDS = {
    "danger": gettext_noop("Tanda bahaya"),
    "ask": gettext_noop("Tanya"),
    "measure": gettext_noop("Ukur"),
    "test": gettext_noop("Periksa dan tes"),
    "give": gettext_noop("Beri"),
    "tell": gettext_noop("Sampaikan"),
}


def scripted_words() -> dict[str, str]:
    """Sentences by name, for `components/src/words.ts`; places are written as `%(name)s`."""
    return {
        "not_number": _("Tulis angka saja, misalnya %(example)s."),
        "two_ways": _("“%(text)s” dapat dibaca dua cara. Tulis koma untuk desimal, misalnya 3,1."),
        "whole": _("Tulis angka bulat, tanpa koma."),
        "opened": _("Isian baru: %(fields)s."),
        "answer_first": _(
            "Satu nilai perlu dipastikan dulu. Ukur ulang dan perbaiki, atau tandai bahwa nilainya benar."
        ),
        "answer_first_many": _(
            "%(count)s nilai perlu dipastikan dulu. Ukur ulang dan perbaiki, atau tandai bahwa nilainya benar."
        ),
        "look_offline": _(
            "Temuan belum dapat dihitung: simpul tidak terhubung. Yang Anda ketik tetap ada, dan dapat disimpan nanti."
        ),
        "look_failed": _("Temuan belum dapat dihitung. Yang Anda ketik tetap ada; temuan muncul sesudah disimpan."),
        "look_login": _(
            "Waktu masuk Anda habis. Yang Anda ketik tetap ada: tekan Simpan, masuk lagi, lalu periksa dan simpan."
        ),
        "save": _("Simpan kunjungan"),
        "save_offline": _(
            "Belum tersimpan: simpul tidak terhubung. Yang Anda ketik tetap ada di layar ini. Periksa jaringan, lalu tekan Simpan lagi."
        ),
        "save_failed": _(
            "Belum tersimpan: simpul sedang terganggu. Yang Anda ketik tetap ada di layar ini. Tunggu sebentar, lalu tekan Simpan lagi."
        ),
        "must": _("wajib"),
        "clear": _("Hapus jawaban"),
        "mark": _("Tandai yang ada"),
        "pick": _("Pilih…"),
        "clash": _("Di bawah masih ada yang ditandai. Hapus tandanya, atau pilih “Ada”."),
    }

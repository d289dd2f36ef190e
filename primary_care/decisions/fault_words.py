"""What the checker of knowledge says, in the words of the page. The checker itself speaks English, for those who write knowledge in the repository;
what is said seldom stays as it says it.
"""

import re
from collections.abc import Iterator

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

KINDS = {
    "item": gettext_noop("butir"), "form": gettext_noop("formulir"), "finding": gettext_noop("temuan"), "service": gettext_noop("layanan"),
    "education topic": gettext_noop("topik edukasi"), "area setting": gettext_noop("pengaturan wilayah"), "episode": gettext_noop("episode"),
    "role": gettext_noop("peran"),
}  # fmt: skip
# What the checker says, by pattern; `%(a)s` to `%(d)s` are the groups in order.
SAID = (
    (r"there is no (\w[\w ]*) '([^']*)'.*", gettext_noop("Tidak ada %(a)s “%(b)s”. Buat dulu, atau perbaiki namanya.")),
    (r"'([^']*)' is not in the vocabulary.*", gettext_noop("“%(a)s” tidak ada di kosakata. Perbaiki namanya, atau tambahkan butirnya.")),
    (r"(?:.*: )?'area\.([^']*)' is not a setting.*", gettext_noop("“area.%(a)s” bukan pengaturan wilayah.")),
    (r"'([^']*)' is defined twice, first at ([^;]*); .*", gettext_noop("“%(a)s” sudah ada di %(b)s. Beri nama lain.")),
    (r"'([^']*)' is missing \((.*)\)", gettext_noop("“%(a)s” harus ada (%(b)s).")),
    (r"'([^']*)' is not a key here \((.*)\); .*", gettext_noop("“%(a)s” tidak dikenal di sini (%(b)s). Periksa ejaannya.")),
    (r"this is not valid YAML: ([^;]*); .*", gettext_noop("Bukan YAML yang sah: %(a)s. Periksa indentasi, kurung, dan tanda kutip.")),
    (r"is no kind of knowledge; .*", gettext_noop("Jenisnya tidak dikenal: tidak ada schedule:, tables:, sections:, topics:, atau settings: di dalamnya.")),
    (r"is not UTF-8 text; .*", gettext_noop("Bukan teks UTF-8. Simpan lagi sebagai UTF-8.")),
    (r"is nested too deeply.*", gettext_noop("Kurungnya terlalu dalam. Periksa kurung yang tidak ditutup.")),
    (r"refers to itself .*", gettext_noop("Bagian ini menunjuk dirinya sendiri (&nama … *nama). Tulis nilainya.")),
    (r"has more than ([\d,]+) parts; .*", gettext_noop("Isinya lebih dari %(a)s bagian. Pisahkan, dan periksa &nama … *nama.")),
    (r"holds an impossible date or number: .*", gettext_noop("Ada tanggal atau angka yang tidak mungkin. Perbaiki.")),
    (r"has no source; .*", gettext_noop("Sumbernya belum ada. Tambahkan source: {document: …, place: …}, atau assumed: true bila tidak ada sumbernya.")),
    (r"([\w-]+) has no source; .*", gettext_noop("%(a)s belum punya sumber. Sebut dokumennya, atau tulis assumed: true.")),
    (r"source '([^']*)' is not in sources\.yaml; .*", gettext_noop("Sumber “%(a)s” tidak ada di sources.yaml.")),
    (r"nobody may give ([\w-]+); .*", gettext_noop("Belum ada yang boleh memberikan %(a)s. Tambahkan given_by: [{unit: …, cadre: …}].")),
    (r"no table ever finds ([\w-]+); .*", gettext_noop("Tidak ada tabel yang menemukan %(a)s. Tambahkan barisnya, atau hapus temuannya.")),
    (r"nothing follows from ([\w-]+); .*", gettext_noop("Tidak ada yang mengikuti temuan %(a)s. Tambahkan tell, do, recheck, atau refer.")),
    (r"([\w-]+) is an emergency, but .*", gettext_noop("%(a)s gawat, tetapi tidak ada tindakan dan rujukannya. Tambahkan do atau refer.")),
    (r"row (\d+) of table ([\w-]+) can never be hit: .*", gettext_noop("Baris %(a)s tabel %(b)s tidak pernah tercapai. Hapus, atau ubah urutannya.")),
    (r"table ([\w-]+) has a gap: no row takes ([^;]*); .*", gettext_noop("Tabel %(a)s berlubang: tidak ada baris untuk %(b)s.")),
    (r"table ([\w-]+) finds ([\w-]+) in an empty record; .*", gettext_noop("Tabel %(a)s menemukan %(b)s pada orang yang belum diperiksa.")),
    (r"step names '([^']*)', which is not a service of ([\w-]+)", gettext_noop("Langkah menyebut “%(a)s”, yang bukan layanan %(b)s.")),
    (r"([\w-]+) has no step in the schedule of ([\w-]+)", gettext_noop("%(a)s tidak punya langkah dalam jadwal %(b)s.")),
    (r"step ([\w-]+) is due after its window has closed", gettext_noop("Langkah %(a)s jatuh tempo sesudah jendelanya tertutup.")),
    (r"([\w-]+): a window needs an anchor.*", gettext_noop("%(a)s: jadwal jendela memerlukan acuan, misalnya anchor: birth.")),
    (r"has (\d+) cells for (\d+) inputs; .*", gettext_noop("Ada %(a)s sel untuk %(b)s masukan. Tulis - untuk masukan yang tidak berpengaruh.")),
    (r"'([^']*)' is not a test; .*", gettext_noop("“%(a)s” bukan syarat. Tulis misalnya < 11, >= 90, [140..160), not(…), atau -.")),
    (r"the age ends before it begins", gettext_noop("Umurnya berakhir sebelum mulai.")),
    (r".* is not a length of time; .*", gettext_noop("Bukan lama waktu. Tulis misalnya 30d, 12w0d, 6m, atau 1y.")),
    (r"is one of (\d+) files; at most (\d+) .*", gettext_noop("%(a)s berkas; paling banyak %(b)s sekaligus.")),
    (r"cannot read '([^']*)' in (.*)", gettext_noop("“%(a)s” tidak dapat dibaca dalam %(b)s.")),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in SAID)


def in_words(problem: str) -> str:
    """A fault as the page says it."""
    if (get_language() or "id").startswith("en"):
        return problem
    for pattern, words in _PATTERNS:
        found = pattern.fullmatch(problem)
        if found:
            parts = dict(zip("abcd", _parts(found), strict=False))
            return _(words) % parts
    return problem


def _parts(found: re.Match[str]) -> Iterator[str]:
    for part in found.groups():
        yield _(KINDS[part]) if part in KINDS else part or ""

"""Names as people search for them: written the same way, and as they sound.

Indonesian names come in several spellings of one sound: old and new (Soekarno, Sukarno; Tjipto, Cipto; Djoko, Joko),
Arabic written by ear (Muhammad, Mohamad, Moch.; Achmad, Ahmad; Syarif, Sarif), f and p (Fitri, Pitri), doubled
letters, and words written together or apart (Nur Hayati, Nurhayati). The key of a word follows its sound and keeps
its vowels, because two vowels alone tell many names apart (Siti, Sita, Suta). The rules are ours, made for recall in
a list that a person reads; they identify nobody.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

TITLES = frozenset(
    {"dr", "drg", "drs", "dra", "ir", "prof", "h", "hj", "kh", "ny", "nn", "tn", "sdr", "sdri", "an", "alm", "almh"}
    | {"almarhum", "almarhumah", "bapak", "ibu", "bpk", "skm", "spd", "sag", "spog", "amdkeb", "strkeb"}
)
SHORT_FORMS = {
    "m": "muhammad",
    "muh": "muhammad",
    "moh": "muhammad",
    "mohd": "muhammad",
    "muhd": "muhammad",
    "moch": "muhammad",
    "mhd": "muhammad",
    "st": "siti",
    "abd": "abdul",
    "abdl": "abdul",
    "nr": "nur",
}
# In this order: a later rule sees what an earlier one wrote.
SOUNDS = [
    (r"oe", "u"),
    (r"dj", "j"),
    (r"tj", "c"),
    (r"sj|sy|sh|ts|z", "s"),
    (r"ch|kh|gh", "h"),
    (r"dh", "d"),
    (r"th", "t"),
    (r"ph|[fvw]", "p"),
    (r"x", "ks"),
    (r"q|ck", "k"),
    (r"nj|ny", "n"),
    (r"y(?![aeiou])", "i"),
    (r"y|i(?=[aou])", "j"),
    (r"o", "u"),
    (r"e", "i"),
    (r"h", ""),
    (r"(.)\1+", r"\1"),
]


def normalise(name: str) -> str:
    """The words of a name, small letters without accents, marks, titles and short forms: `Hj. St. Fatimah, S.Pd` →
    `siti fatimah`.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)|['`]", "", plain.replace("s.pd", "spd").replace("s.ag", "sag"))
    words = re.sub(r"[^a-z0-9]+", " ", plain).split()
    kept = [SHORT_FORMS.get(word, word) for word in words if word not in TITLES]
    return " ".join(kept or words)


@lru_cache(maxsize=4096)
def sound_of(word: str) -> str:
    """How a normalised word sounds, as a key; equal keys, likely one name. `soetjipto`, `sucipto` → `suciptu`."""
    sound = word
    for pattern, replacement in SOUNDS:
        sound = re.sub(pattern, replacement, sound)
    return sound or word


def search_words(name_normal: str) -> list[tuple[str, str]]:
    """The words to be found by, with their sounds: each word, then each pair written together (`nur hayati` →
    `nurhayati`).
    """
    words = name_normal.split()
    together = [first + second for first, second in pairwise(words)]
    return [(word, sound_of(word)) for word in [*words, *together]]


def likeness(asked: str, found: str) -> float:
    """How alike two normalised names are, 0 to 1, the order of the words aside: for ranking what a search found."""
    ask, name = asked.split(), found.split()
    if not ask or not name:
        return 0.0
    best = [max(_word_likeness(word, other) for other in [*name, "".join(name)]) for word in ask]
    return sum(best) / len(best) - 0.01 * abs(len(name) - len(ask))


def _word_likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if other.startswith(word):
        return 0.9
    if sound_of(word) == sound_of(other):
        return 0.8
    same = len(set(_pairs(word)) & set(_pairs(other)))
    return 0.7 * 2 * same / max(1, len(_pairs(word)) + len(_pairs(other)))


def _pairs(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[at : at + 2] for at in range(len(padded) - 1)]

"""Names found in spite of a slip of the pen: for each word and each sound that a name has here, itself and itself with one letter left out.

Two that differ by one letter (too many, too few, another one, two swapped) share a key. The table holds words, not people: a million people
have some tens of thousands of them, and no extension of the database is needed. A trigger on `people_nametoken` adds the keys of what is
new (`migrations/0006`); a word that nobody has any more does no harm. Words that are too short to spare a letter, and those too long to be
one name (two written together), have no keys.
"""

from django.db import models
from django.db.models import Q

from primary_care.people.names import sound_of

SHORTEST, LONGEST = 4, 12


class SpellingKey(models.Model):
    """One key of one word or sound."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=LONGEST)
    form = models.CharField(max_length=LONGEST)

    class Meta:
        verbose_name = "kunci ejaan nama"
        constraints = [models.UniqueConstraint(fields=["key", "form"], name="spelling_key_once")]


def misspelled(word: str) -> Q:
    """The condition "a word like this one but for a letter, as it is written or as it sounds", on `NameToken`. One query."""
    sound = sound_of(word)
    forms = {one for one in (word, sound) if SHORTEST <= len(one) <= LONGEST}
    keys = {key for one in forms for key in keys_of(one)}
    near = set(SpellingKey.objects.filter(key__in=keys).values_list("form", flat=True)) if keys else set()
    words = [one for one in near if word in forms and slips(word, one) <= 1]
    sounds = [one for one in near if sound in forms and slips(sound, one) <= 1]
    return Q(word__in=words) | Q(sound__in=sounds)


def keys_of(form: str) -> set[str]:
    """A word or sound, and all that is left when one letter is left out."""
    return {form, *(form[:at] + form[at + 1 :] for at in range(len(form)))}


def slips(one: str, other: str) -> int:
    """0 for equal words, 1 for two that differ by one letter more, less, changed, or swapped with its neighbour; else 2."""
    if one == other:
        return 0
    if abs(len(one) - len(other)) > 1:
        return 2
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[at:], other[at:]
    if a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:]):
        return 1
    return 2

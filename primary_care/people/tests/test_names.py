"""Names as people write and hear them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primary_care.people.names import likeness, normalise, search_words, sound_of


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Hj. St. Fatimah, S.Pd", "siti fatimah"),
        ("  M.   Yusuf ", "muhammad yusuf"),
        ("dr. H. Ma'ruf", "maruf"),
        ("I Wayan Gede", "i wayan gede"),
        ("NY. SRI-AYU", "sri ayu"),
        ("Bayi Ny. Dewi", "bayi dewi"),
        ("H.", "h"),  # a name of a title only stays findable
        ("", ""),
    ],
)
def test_a_name_loses_titles_marks_and_short_forms(written: str, plain: str) -> None:
    assert normalise(written) == plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("soetjipto", "sucipto"),
        ("mukhamad", "mohammad"),
        ("achmad", "ahmad"),
        ("fitri", "pitri"),
        ("djoko", "joko"),
        ("syarifuddin", "sarifudin"),
        ("yusuf", "jusup"),
        ("nurhayati", "nurhajati"),
        ("aisyah", "aisah"),
        ("rizky", "riski"),
        ("dewi", "devi"),
        ("zaenab", "zainab"),
        ("khadijah", "hadijah"),
        ("sulastri", "soelastri"),
        ("sulistyo", "sulistio"),
    ],
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("siti", "suta"), ("ani", "ina"), ("budi", "badu"), ("rina", "rini"), ("agus", "bagus")]
)
def test_different_names_sound_different(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)


def test_words_are_found_apart_and_together() -> None:
    assert [word for word, _ in search_words("nur hayati")] == ["nur", "hayati", "nurhayati"]


def test_the_same_name_is_more_alike_than_a_beginning_than_a_sound() -> None:
    order = ["siti aminah", "siti aminahwati", "siti amina", "suta wijaya"]
    assert sorted(order, key=lambda name: -likeness("siti aminah", name)) == order


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_more_than_once(name: str) -> None:
    once = normalise(name)
    assert once == once.strip() and "  " not in once
    assert once.isascii()
    for word, sound in search_words(once):
        assert word and sound

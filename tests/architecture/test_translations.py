"""What a user reads is in the English translation as well: every text that the code or a page hands to gettext."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import TextChoices
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "primary_care"
ENGLISH = SOURCE / "locale" / "en" / "LC_MESSAGES"
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "noop", "ngettext", "ngettext_lazy"}
# What is raised, or noted, for a user; and the modules whose texts only the command line shows, which speaks Indonesian.
REFUSAL = re.compile(r"Refused$|^(NotAllowed|NoReason|Fault|Question|WorkbookError|Unreadable|StaffWarning)$")
APPS = ("accounts", "areas", "units", "staff", "people", "visits", "decisions", "followup", "encounters", "desk")
COMMANDS = ("areas/importing", "units/importing.py", "people/register/command.py")
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
# The calls that `templatize` makes of a template.
CALL = re.compile(rf"n?gettext\({LITERAL}(?:, {LITERAL}, count)?\)|(?<!\w)_\({LITERAL}\)")
PLACE = re.compile(r"%\((\w+)\)[a-z]")


class Missing(gettext.NullTranslations):
    """Asked for what the catalogue lacks."""

    def gettext(self, message: str) -> str:
        raise LookupError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise LookupError(msgid1)


@pytest.fixture(scope="module")
def english() -> gettext.NullTranslations:
    with (ENGLISH / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    catalogue.add_fallback(Missing())
    return catalogue


def texts_of(code: str) -> Iterator[tuple[str, ...]]:
    """What is handed to gettext in Python code: (text,), or (singular, plural)."""
    for call in ast.walk(ast.parse(code)):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name not in MARKS:
            continue
        wanted = call.args[: 2 if name in ("ngettext", "ngettext_lazy") else 1]
        texts = [one.value for one in wanted if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if len(texts) == len(wanted):
            yield tuple(texts)


def in_code() -> Iterator[tuple[str, ...]]:
    for path in SOURCE.rglob("*.py"):
        if not {"tests", "migrations"} & set(path.parts):
            yield from texts_of(path.read_text())


def in_templates() -> Iterator[tuple[str, ...]]:
    for path in SOURCE.rglob("templates/**/*.html"):
        for found in CALL.finditer(templatize(path.read_text())):
            yield from texts_of(found[0])


def labels() -> Iterator[tuple[str, ...]]:
    """The labels of choices: pages translate them where they are shown."""
    for kind in TextChoices.__subclasses__():
        if kind.__module__.startswith("primary_care."):
            yield from ((str(label),) for label in kind.labels if label)


def lacking(texts: Iterator[tuple[str, ...]], english: gettext.NullTranslations) -> list[str]:
    found = set()
    for text in texts:
        try:
            said = [english.ngettext(*text, n) for n in (1, 2)] if len(text) > 1 else [english.gettext(text[0])]
        except LookupError:
            found.add(text[0])
            continue
        places = set(PLACE.findall(text[-1]))
        if set(PLACE.findall(said[-1])) != places:
            found.add(f"{text[-1]} → {said[-1]}")
    return sorted(found)


def test_every_text_of_the_code_is_in_english(english: gettext.NullTranslations) -> None:
    texts = list(in_code())
    assert len(texts) > 900
    assert lacking(iter(texts), english) == []


def test_every_text_of_a_page_is_in_english(english: gettext.NullTranslations) -> None:
    texts = list(in_templates())
    assert len(texts) > 400
    assert lacking(iter(texts), english) == []


def test_every_label_of_a_choice_is_in_english(english: gettext.NullTranslations) -> None:
    texts = list(labels())
    assert len(texts) > 200
    assert lacking(iter(texts), english) == []


def raw_words(code: str) -> Iterator[str]:
    """Texts of refusals that are handed on as they are written, past gettext."""
    for call in ast.walk(ast.parse(code)):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        for given in call.args if REFUSAL.search(name) else []:
            parts = given.values if isinstance(given, ast.JoinedStr) else [given]
            text = " ".join(str(one.value) for one in parts if isinstance(one, ast.Constant))
            if len(re.findall(r"[A-Za-z]{2,}", text)) > 1 and " " in text.strip():
                yield f"{name}: {text}"


def test_no_refusal_that_a_page_shows_goes_past_the_translation() -> None:
    assert list(raw_words('raise UnitRefused(f"{name} sudah ada.")')) == ["UnitRefused:  sudah ada."]
    found = []
    for path in (path for app in APPS for path in (SOURCE / app).rglob("*.py")):
        where = path.relative_to(SOURCE).as_posix()
        if "tests" not in path.parts and not where.startswith(COMMANDS):
            found += [f"{where}: {words}" for words in raw_words(path.read_text())]
    assert found == []

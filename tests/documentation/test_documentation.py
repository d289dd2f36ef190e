"""What the pages say is there is there: generated pages, commands, links, examples."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from care_engine.cases import failures, read_cases
from care_engine.catalogue import stale_docs
from care_engine.checking import check
from care_engine.loading import DEFAULT_PATH, load_knowledge
from primary_care.command_line import _parser
from tests.documentation.pages import ROOT, anchors, fenced_blocks, indented_blocks, links, markdown_pages, name_of


def test_the_generated_pages_are_current() -> None:
    assert stale_docs(load_knowledge(), ROOT) == [], "run: simpul docs"


# --- commands ---


def _commands(program: str) -> Iterator[tuple[str, list[str]]]:
    """Where a page names a command of ours, in a block of code or between backticks, with its words."""
    for path in markdown_pages():
        if (ROOT / "docs" / "generated") in path.parents:
            continue
        text = path.read_text(encoding="utf-8")
        lines = [
            line
            for block in fenced_blocks(path)
            if block.language in ("sh", "bash", "")
            for line in block.text.splitlines()
        ]
        for line in [*lines, *re.findall(r"`([^`\n]+)`", text)]:
            line = line.strip().removeprefix("$ ")
            if re.match(rf"(?:\S*/)?{program}(?: |$)", line):
                for one in line.split(" && "):
                    yield name_of(path), shlex.split(one, comments=True)


SIMPUL = sorted({(page, " ".join(words)) for page, words in _commands("simpul") if len(words) > 1})
MAKE = sorted({(page, " ".join(words)) for page, words in _commands("make") if len(words) > 1})


def _subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return next((dict(one.choices) for one in parser._actions if isinstance(one, argparse._SubParsersAction)), {})


@pytest.mark.parametrize(("page", "command"), SIMPUL)
def test_a_command_of_simpul_that_a_page_names_exists(page: str, command: str) -> None:
    parser = _parser()
    words = command.split()[1:]
    while words and (commands := _subparsers(parser)):
        assert words[0] in commands, f"{page}: there is no 'simpul {words[0]}'"
        parser = commands[words.pop(0)]
    options = {option for action in parser._actions for option in action.option_strings}
    for word in words:
        if word.startswith("--"):
            assert word.partition("=")[0] in options, f"{page}: '{command}': there is no {word}"


@pytest.mark.parametrize(("page", "command"), MAKE)
def test_a_target_of_make_that_a_page_names_exists(page: str, command: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wanted = [word for word in command.split()[1:] if "=" not in word and not word.startswith("-")]
    assert set(wanted) <= targets, f"{page}: '{command}'"


def test_files_that_a_command_names_exist() -> None:
    missing = [
        f"{page}: {word}"
        for page, command in SIMPUL
        for word in command.split()[2:]
        if "/" in word and not word.startswith("-") and not (ROOT / word).exists()
    ]
    assert missing == []


# --- links ---


@pytest.mark.parametrize("path", markdown_pages(), ids=name_of)
def test_relative_links_lead_somewhere(path: Path) -> None:
    broken = []
    for link in links(path):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists():
            broken.append(f"{link}: there is no such file")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            broken.append(f"{link}: there is no such heading")
    assert broken == []


# --- examples ---


def test_every_example_of_the_language_page_is_yaml() -> None:
    page = ROOT / "docs" / "knowledge-language.md"
    blocks = [*fenced_blocks(page), *indented_blocks(page)]
    assert len(blocks) >= 10
    wrong = []
    for block in blocks:
        try:
            YAML(typ="safe").load(block.text)
        except Exception as error:
            wrong.append(f"line {block.line}: {error}")
    assert wrong == []


def test_the_example_of_the_knowledge_page_works(tmp_path: Path) -> None:
    """A newcomer who copies the blocks gets knowledge that is accepted, and cases that pass."""
    page = DEFAULT_PATH / "README.md"
    root = tmp_path / "knowledge"
    shutil.copytree(DEFAULT_PATH, root, ignore=shutil.ignore_patterns("schema", "*.cases.yaml"))
    written = []
    for block in fenced_blocks(page):
        match = re.match(r"# (knowledge/\S+\.yaml)\n", block.text)
        if match:
            path = tmp_path / match[1]
            assert not path.exists(), f"{match[1]} exists already; choose another example"
            path.write_text(block.text, encoding="utf-8")
            written.append(path)
    assert [path.name for path in written] == ["feritin.yaml", "feritin.yaml", "feritin.cases.yaml"]
    knowledge = load_knowledge(root)
    assert [str(fault) for fault in check(knowledge) if "feritin" in str(fault)] == []
    cases = read_cases(written[-1])
    assert [problem for case in cases for problem in failures(case, knowledge)] == []


def test_the_schema_header_of_the_knowledge_page_leads_to_a_schema() -> None:
    text = (DEFAULT_PATH / "README.md").read_text(encoding="utf-8")
    header = re.search(r"\$schema=(\S+)", text)
    assert header is not None
    assert (DEFAULT_PATH / "findings" / "ibu-hamil" / header[1]).resolve().is_file()

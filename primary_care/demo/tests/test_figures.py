"""The table of figures: whole, with a source in every row, and shown as it is."""

from pathlib import Path

from primary_care.demo.figures import ASSUMED, figures, page
from primary_care.demo.making.families import GROUPS

DOCS = Path(__file__).parents[3] / "docs"


def test_every_figure_has_a_source_and_the_page_shows_the_table() -> None:
    assert all(one.source.strip() and one.what.strip() and one.values for one in figures().values())
    assert sum(not one.assumed for one in figures().values()) > sum(one.assumed for one in figures().values())
    assert page() in (DOCS / "data-contoh.md").read_text(encoding="utf-8")
    assert ASSUMED in page()


def test_every_figure_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parents[1]).rglob("*.py"))
    shown = {f"usia-{group}" for group in GROUPS}
    unused = {one for one in figures() if f'"{one}"' not in code} - shown
    assert unused == set()

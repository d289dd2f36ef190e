"""Conditions that hang on answers still to be given: what is worked out before, what stays, what it says of answers."""

from datetime import date
from typing import Any

from care_engine.evaluating import Moment
from care_engine.parsing import parse
from primary_care.decisions.conditions import Condition, condition
from primary_care.decisions.queries import decide_for
from primary_care.visits.tests.world import TODAY


def today(world: Any) -> Moment:
    """A mother of 28 years at the end of the day, nothing recorded."""
    person = decide_for(world.ibu, TODAY).decision.person
    return person.today(person.shown[0])


def test_what_the_record_knows_is_worked_out_before_and_what_it_settles_is_not_asked(world: Any) -> None:
    at = today(world)
    fields = frozenset({"demam", "suhu-c", "pekerjaan", "gejala-tbc"})

    def left(text: str) -> Any:
        found = condition(parse(text), at, fields)
        return found.as_data() if isinstance(found, Condition) else found

    assert left("umur-tahun >= 28") is True and left("umur-tahun < 20") is False and left("hb < 11") is None
    assert left("area.malaria-endemis and demam") is False, "the area settles it"
    assert left("umur-tahun < 50 or demam") is True
    assert left("area.malaria-endemis or demam") == ["or", False, ["field", "demam"]]
    assert left("latest(pekerjaan) != 'tidak-bekerja'") == [
        "!=",
        ["else", ["field", "pekerjaan"], None],
        "tidak-bekerja",
    ]
    assert left("gejala-tbc contains 'demam'") == ["contains", ["field", "gejala-tbc"], "demam"]
    assert left("not (size(gejala-tbc) > 0)") == ["not", [">", ["size", ["field", "gejala-tbc"]], 0.0]]
    assert left("pekerjaan in ('buruh', 'tani')") == ["in", ["field", "pekerjaan"], "buruh", "tani"]
    found = condition(parse("gejala-tbc contains 'demam'"), at, fields)
    assert isinstance(found, Condition)
    assert [found.holds({"gejala-tbc": one}) for one in (["demam"], [], ["sesak"])] == [True, False, False]


def test_a_day_is_read_as_the_engine_reads_it(world: Any) -> None:
    found = condition(parse("tanggal-kembali > today"), today(world), frozenset({"tanggal-kembali"}))
    assert isinstance(found, Condition)
    assert found.holds({"tanggal-kembali": date(2026, 6, 11)}) is True
    assert found.holds({"tanggal-kembali": TODAY}) is False

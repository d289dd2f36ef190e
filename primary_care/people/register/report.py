"""The outcome of an import as JSON: what happened to every row and why, without a name, a NIK or an address."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from primary_care.people.register.plans import HELD, IMPORTED, IMPORTED_WITH_QUESTION, STATE_LABELS, Plan, state_of

# The codes that every report has, also when no row shows them. Other codes appear only with rows.
CODES = (
    "nik_wrong_length", "nik_birth_mismatch", "nik_missing", "duplicate_person", "nik_shared_by_two_people",
    "birth_in_future", "sex_missing", "kk_missing", "hpht_implausible", "pregnant_male", "unknown_village", "blank_row",
    "kepala_keluarga_twice",
)  # fmt: skip


def problems_of(plan: Plan) -> dict[str, list[Any]]:
    """Sheet rows by problem code; for `duplicate_person` pairs of rows, the smaller number first."""
    found: dict[str, list[Any]] = {code: [] for code in CODES}
    for row in plan.rows:
        for problem in row.problems:
            place: Any = row.number
            if problem.code == "duplicate_person":
                place = sorted((row.number, problem.other_row or row.number))
            places = found.setdefault(problem.code, [])
            if place not in places:
                places.append(place)
    for places in found.values():
        places.sort()
    return found


def make_report(
    plan: Plan, *, file: str, on: date, dry_run: bool, written: dict[str, int] | None = None
) -> dict[str, Any]:
    """The report on the file of this name, ready for JSON. `written` counts what this run added to the database (all 0: nothing was new)."""
    states = Counter(state_of(row) for row in plan.rows)
    return {
        "file": file,
        "on": on.isoformat(),
        "dry_run": dry_run,
        "rows": len(plan.rows),
        "households": len(plan.households),
        "imported": states[IMPORTED] + states[IMPORTED_WITH_QUESTION],
        "imported_with_question": states[IMPORTED_WITH_QUESTION],
        "held": states[HELD],
        "written": written or {},
        "problems": problems_of(plan),
        "outcomes": [
            {
                "row": row.number,
                "state": state_of(row),
                "state_label": STATE_LABELS[state_of(row)],
                "codes": [problem.code for problem in row.problems],
                "reasons": [problem.reason for problem in row.problems],
            }
            for row in plan.rows
        ],
    }

"""Brings the tree of areas to what a file of codes says from a day on: new areas, new names. What the file lacks is
told, never ended; what ended here is not brought back.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction
from django.db.models import Max

from primary_care.areas import projection
from primary_care.areas.history import own_code_of
from primary_care.areas.importing.codes_file import CodeRow, Fault
from primary_care.areas.models import Area, AreaChange, AreaLevel, AreaVersion, ChangeKind
from primary_care.areas.signals import TreeChange, tree_changed
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction

LEVEL_BY_PARTS = {1: AreaLevel.PROVINSI, 2: AreaLevel.KABUPATEN, 3: AreaLevel.KECAMATAN, 4: AreaLevel.DESA}
NATION = ("ID", "Indonesia")
BATCH = 5000


@dataclass
class Plan:
    """What an import would do. `gone`: areas of this node that the file should have and has not; of a whole kecamatan
    only its own code. `ended`: rows whose code ended here.
    """

    new: list[Area] = field(default_factory=list)
    renamed: list[tuple[Area, CodeRow]] = field(default_factory=list)
    gone: list[Area] = field(default_factory=list)
    ended: list[CodeRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    same: int = 0

    @property
    def new_by_level(self) -> dict[str, int]:
        return dict(Counter(area.level for area in self.new))


def plan_import(rows: list[CodeRow], *, on: date, within: str = "") -> Plan:
    """Compare the rows with the tree. `within`: only this code, what lies inside it and what lies above it."""
    if within:
        rows = [
            row for row in rows if f"{row.code}.".startswith(f"{within}.") or f"{within}.".startswith(f"{row.code}.")
        ]
    plan = Plan()
    levels = [AreaLevel.NASIONAL, *LEVEL_BY_PARTS.values()]
    stored = list(Area.objects.filter(level__in=levels).order_by("valid_from"))
    open_now = {area.code: area for area in stored if area.valid_to is None}
    ended = {area.code for area in stored} - set(open_now)
    by_key = {area.pk: area for area in stored}
    nation = next((area for area in open_now.values() if area.level == AreaLevel.NASIONAL), None)
    if nation is None:
        nation = _new(*NATION, AreaLevel.NASIONAL, None, on)
        plan.new.append(nation)
    known = dict(open_now)
    for row in sorted(rows, key=lambda row: (len(row.code), row.code)):
        area = open_now.get(row.code)
        if area is not None:
            if area.name == row.name:
                plan.same += 1
            else:
                area.parent = by_key.get(area.parent_id) if area.parent_id else None
                plan.renamed.append((area, row))
            continue
        if row.code in ended:
            plan.ended.append(row)
            continue
        above = row.code.rpartition(".")[0]
        parent = known.get(above) if above else nation
        if parent is None:
            why = "sudah berakhir di node ini" if above in ended else "tidak ada, di berkas ini maupun di node ini"
            plan.faults.append(Fault(row.row, row.code, f"Kode di atasnya, {above}, {why}."))
            continue
        known[row.code] = _new(row.code, row.name, LEVEL_BY_PARTS[row.code.count(".") + 1], parent, on)
        plan.new.append(known[row.code])
    plan.gone = _gone({row.code for row in rows}, open_now, within)
    last = dict(
        AreaVersion.objects.filter(area__in=[area.pk for area, _ in plan.renamed])
        .values_list("area_id")
        .annotate(Max("valid_from"))
    )
    for area, row in plan.renamed:
        if last[area.pk] > on:
            plan.faults.append(
                Fault(
                    row.row,
                    row.code,
                    f"Di sini sudah tercatat perubahan pada {last[area.pk]:%d-%m-%Y}, sesudah {on:%d-%m-%Y}.",
                )
            )
    plan.faults.sort(key=lambda fault: fault.row)
    return plan


@transaction.atomic
def write(plan: Plan, *, on: date, source: str) -> AreaChange | None:
    """Store a plan without faults; None when there is nothing to store. Call it with the tree locked since the plan."""
    assert not plan.faults
    if not plan.new and not plan.renamed:
        return None
    change = AreaChange.objects.create(kind=ChangeKind.IMPOR, valid_from=on, source=source[:300])
    Area.objects.bulk_create(plan.new, batch_size=BATCH)
    versions = [
        AreaVersion(
            area=area,
            change=change,
            valid_from=on,
            name=area.name,
            own_code=own_code_of(area.code, area.parent, area.level),
            parent=area.parent,
        )
        for area in plan.new
    ]
    versions += [
        AreaVersion(
            area=area,
            change=change,
            valid_from=on,
            name=row.name,
            own_code=own_code_of(area.code, area.parent, area.level),
            parent=area.parent,
        )
        for area, row in plan.renamed
    ]
    AreaVersion.objects.bulk_create(versions, batch_size=BATCH)
    if len(plan.new) > BATCH:
        # Before anything is asked: a planner that goes on thinking that the tables are empty takes an hour for what takes a second.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE areas_area, areas_areaversion")
    changed = projection.refresh(area.pk for area, _ in plan.renamed)
    tree_changed.send(Area, change=TreeChange(change, None, frozenset(changed)))
    record(AuditAction.WRITE, "areas.areachange", user_id=None, object_id=change.pk, reason=str(change))
    return change


def _new(code: str, name: str, level: AreaLevel, parent: Area | None, on: date) -> Area:
    path = f"{parent.path if parent else ''}{code}/"
    return Area(code=code, name=name, level=level.value, parent=parent, path=path, valid_from=on)


def _gone(in_file: set[str], open_now: dict[str, Area], within: str) -> list[Area]:
    """Areas in force that the file lacks although it lists others beside them."""
    listed = {code.rpartition(".")[0] for code in in_file}
    if sum(1 for code in in_file if "." not in code) < 2:
        listed.discard("")  # the file of one province says nothing of the others
    return [
        area
        for code, area in sorted(open_now.items())
        if area.level != AreaLevel.NASIONAL
        and code not in in_file
        and code.rpartition(".")[0] in listed
        and (not within or code.startswith(f"{within}."))
    ]

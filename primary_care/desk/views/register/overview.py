"""The register of this worker's area in figures, and the ways into it."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from primary_care.desk.access import Worker
from primary_care.desk.views.register.common import changes, imports, links_records, register_page, registers
from primary_care.people.departures import moved_out
from primary_care.people.models import Person
from primary_care.people.permissions import may_export
from primary_care.people.register.review_queries import rows_for, with_questions


@never_cache
@register_page(lambda worker: worker.opens_register)
def overview(request: HttpRequest, worker: Worker) -> HttpResponse:
    """How many families and persons there are, what is missing of them, and what waits for a decision."""
    assert worker.assignment is not None
    people = Person.objects.visible_to(worker.scope).alive()
    figures = people.aggregate(
        all=Count("pk"), nik=Count("nik"), born=Count("birth_date"), family=Count("household_id", distinct=True)
    )
    context = {
        "families": figures["family"],
        "people": figures["all"],
        "without_nik": figures["all"] - figures["nik"],
        "without_birth": figures["all"] - figures["born"],
        "without_sex": people.filter(sex="").count(),
        "registers": registers(worker),
        "changes": changes(worker),
        "links": links_records(worker),
        "imports": imports(worker),
        "exports": may_export(worker.role),
        "waiting": with_questions(rows_for(worker.assignment, worker.today)).count() if imports(worker) else 0,
        "left": len(moved_out(worker.scope.area_paths)) if changes(worker) else 0,
    }
    return render(request, "desk/register/overview.html", context)

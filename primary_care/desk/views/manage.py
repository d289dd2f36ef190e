"""The way in to areas, units and staff, with what is missing in them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from primary_care.desk.access import Worker
from primary_care.desk.views.knowledge.trials import tries
from primary_care.desk.views.register.common import by_of, register_page
from primary_care.desk.views.settings.common import reads_settings
from primary_care.staff.queries import duties_seen, going_on
from primary_care.units.queries import in_force, paths_seen, units_seen, villages_without_facility


@never_cache
@register_page(lambda worker: worker.manages)
def manage(request: HttpRequest, worker: Worker) -> HttpResponse:
    """What this worker keeps, or looks at: staff, units, areas."""
    context: dict[str, object] = {
        "staff": worker.reads_staff,
        "network": worker.reads_network,
        "settings": reads_settings(worker),
        "tries": tries(worker),
    }
    if worker.reads_staff:
        duties = duties_seen(by_of(worker), worker.today).filter(going_on(worker.today))
        context["members"] = duties.values("user").distinct().count()
    if worker.reads_network:
        by = by_of(worker)
        context["units"] = units_seen(by, worker.today).filter(in_force(worker.today)).count()
        context["villages"] = len(villages_without_facility(paths_seen(by, worker.today), worker.today))
    return render(request, "desk/manage.html", context)

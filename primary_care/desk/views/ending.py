"""The page on which something that holds since a day gets its last one: a duty, a competence, a catchment, an agreement."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from primary_care.design.formats import long_date
from primary_care.desk.access import Typed, Worker
from primary_care.desk.manage_form import REFUSALS, DatedForm, as_day, filled
from primary_care.desk.views.register.common import Page, by_of


def end_dated(
    request: HttpRequest,
    worker: Worker,
    typed: Typed,
    row: Any,
    *,
    title: str,
    whose: str,
    what: str,
    action: Callable[..., None],
    back: tuple[str, str],
    note: str = "",
) -> HttpResponse:
    """`row` has `valid_from`; `action` ends it (row, on, by, today). `back` is the address and the words of the way back, and where saving leads."""
    form = DatedForm(filled(typed, sampai=as_day(worker.today)))
    if request.method == "POST":
        on = form.ends(worker.today, required=True)
        if not form.faults and on:
            try:
                action(row, on=on, by=by_of(worker), today=worker.today)
                messages.success(request, _("%(what)s: hari terakhir tercatat.") % {"what": what})
                return redirect(back[0])
            except REFUSALS as error:
                form.refused(error, {}, "sampai")
    begun = _("Sejak %(day)s.") % {"day": long_date(row.valid_from)}
    page = Page(
        title=title,
        lead=" ".join(part for part in (f"{whose}: {what}.", begun, note) if part),
        save=title,
        form=form,
        groups=[("", [form.until(_("Hari terakhir"), required=True)])],
        back=back,
    )
    return page.response(request, worker, typed)

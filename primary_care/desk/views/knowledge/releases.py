"""The released versions of the knowledge: since when each is used here, its files, and the rule behind a finding."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from primary_care.decisions.content import knowledge
from primary_care.decisions.release_models import KnowledgeRelease
from primary_care.decisions.releases import files_of, releases, rule_of
from primary_care.decisions.trials import TRIALS
from primary_care.desk.access import Worker, not_here
from primary_care.desk.views.register.common import register_page

anybody = register_page(lambda worker: True)


@never_cache
@anybody
def versions(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Every version that this node has decided from."""
    now = knowledge().version
    rows = [{"release": one, "now": one.version == now} for one in releases()]
    return render(
        request, "desk/knowledge/releases.html", {"rows": rows, "now": now, "tries": worker.may_create(TRIALS)}
    )


@never_cache
@anybody
def version(request: HttpRequest, worker: Worker, version: str) -> HttpResponse:
    """One version: its files."""
    release = releases().filter(pk=version).first()
    if release is None:
        return not_here(request)
    folders: dict[str, list[str]] = {}
    for name in files_of(version):
        folders.setdefault(name.rpartition("/")[0], []).append(name)
    context = {"release": release, "now": version == knowledge().version, "folders": sorted(folders.items())}
    return render(request, "desk/knowledge/release.html", context)


@never_cache
@anybody
def file(request: HttpRequest, worker: Worker, version: str, name: str) -> HttpResponse:
    """One file of a version as it was written."""
    try:
        text = files_of(version).get(name)
    except KnowledgeRelease.DoesNotExist:
        text = None
    if text is None:
        return not_here(request)
    return _text(request, version, {"title": name, "file": name, "line": 1, "text": text})


@never_cache
@anybody
def rule(request: HttpRequest, worker: Worker, version: str, table: str) -> HttpResponse:
    """A decision table as a version had it: which rule made a finding."""
    found = rule_of(version, table)
    if found is None:
        return not_here(request)
    return _text(request, version, {"title": table, "file": found.file, "line": found.line, "text": found.text})


def _text(request: HttpRequest, version: str, context: dict[str, Any]) -> HttpResponse:
    release = releases().get(pk=version)
    return render(
        request, "desk/knowledge/text.html", {**context, "release": release, "now": version == knowledge().version}
    )

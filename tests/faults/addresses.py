"""Every address of the node as an OpenAPI description, made from the URL configuration and from the forms that its pages show.

The node has no API for programs but `/sehat.json`; its pages are HTML and parts of HTML for HTMX. The description is what schemathesis
makes requests from. A new address is described as soon as it exists.
"""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import PathConverter, SlugConverter, StringConverter, UUIDConverter

READS = {
    "q",
    "next",
    "cara",
    "orang",
    "semua",
    "dari",
    "sampai",
    "petugas",
    "tindakan",
}  # names that pages read from the address
_CONVERTERS = {
    "uuid": UUIDConverter,
    "slug": SlugConverter,
    "path": PathConverter,
    "str": StringConverter,
}  # slugs and paths are strings, too
FORM = "application/x-www-form-urlencoded"


def patterns(found: Any = None, before: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The path of every address, with its converters by name: `/orang/{person_id}`."""
    for one in get_resolver().url_patterns if found is None else found:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            path = "/" + route
            converters = one.pattern.converters
            for name, converter in converters.items():
                kind = next(k for k, v in _CONVERTERS.items() if isinstance(converter, v))
                path = path.replace(f"<{kind}:{name}>", f"{{{name}}}").replace(f"<{name}>", f"{{{name}}}")
            assert "<" not in path, f"{path}: a converter that this file does not know"
            yield path, converters


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("name")
        if tag in ("input", "select", "textarea", "button") and name:
            self.names.add(name)


def fields_of(client: Client, path: str) -> set[str]:
    """The names of what the forms of a page send."""
    reader = _Fields()
    reader.feed(client.get(path).content.decode())
    return reader.names


def description(client: Client, known: dict[str, list[str]]) -> dict[str, Any]:
    """The node as OpenAPI 3.1. `known`: values of the parameters of paths for which there is something to see."""
    paths = {}
    for path, converters in patterns():
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": _parameter(name, converter, known)}
            for name, converter in converters.items()
        ]
        filled = {name: known[name][0] for name in converters if name in known}
        names = fields_of(client, path.format_map(filled)) if len(filled) == len(converters) else set()
        query = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in sorted(READS | names)[:40]]
        answers = {"responses": {"default": {"description": "any page"}}}
        form = {"type": "object", "properties": {name: {"type": "string"} for name in sorted(names)}}
        paths[path] = {
            "get": {"parameters": [*parameters, *query], **answers},
            "post": {"parameters": parameters, "requestBody": {"content": {FORM: {"schema": form}}}, **answers},
        }
    return {"openapi": "3.1.0", "info": {"title": "Simpul", "version": "0"}, "paths": paths}


def _parameter(name: str, converter: Any, known: dict[str, list[str]]) -> dict[str, Any]:
    kind = (
        {"type": "string", "format": "uuid"}
        if isinstance(converter, UUIDConverter)
        else {"type": "string", "minLength": 1}
    )
    return {"anyOf": [{"type": "string", "enum": known[name]}, kind]} if name in known else kind

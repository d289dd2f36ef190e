"""Whatever is sent to whatever address, the answer is a page and never a fault (5xx). Requests are made by schemathesis."""

import os
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from primary_care.accounts.models import Assignment, Attempt, User
from primary_care.decisions.actions import save_visit
from primary_care.desk.views.reception.queues import screen_token
from primary_care.encounters.actions import Registration, arrive
from primary_care.keys import new_key
from primary_care.units.traits import TRAITS
from primary_care.visits.episodes import open_episode
from primary_care.visits.tests.world import BEGAN, TODAY
from tests.faults.addresses import FORM, description, fields_of, patterns

DEEP = os.environ.get("SIMPUL_DEEP") == "1"
EXAMPLES = 200 if DEEP else 3  # an address, a form; there are more than eighty
ANY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
UGLY = ["", " ", "\x00", "a\x00b", "\ud800", "-1", "0", "1e999", "NaN", "9" * 400, "١٢٣", "31-2-2026", "0001-01-01", "9999-12-31",
        "01900000-0000-7000-8000-000000000000", "'; DROP TABLE x; --", "<script>", "%", "_", "\u202e", "💉" * 50, "null", "[]"]  # fmt: skip


@pytest.fixture
def visited(world: Any) -> Any:
    """The small world with a visit to look at, and somebody who reads the trail."""
    world.contact = save_visit(
        world.anak, contact_id=new_key(), cadre="bidan", unit=world.puskesmas, unit_kind="puskesmas", on=TODAY, today=TODAY,
        by=world.bidan, observations={"berat-badan-kg": Decimal("8.1")},
    ).contact  # fmt: skip
    world.episode = open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": TODAY - timedelta(weeks=20)}, registered_on=TODAY, today=TODAY, by=world.bidan
    )  # fmt: skip
    told = Registration("datang-sendiri", emergency=False)
    world.encounter = arrive(world.bapak, told, by=world.assignment, today=TODAY, now=timezone.now(), key=new_key())
    world.manager = User.objects.create_user("klaster.satu", "rahasia-sekali", full_name="Klaster Satu")
    Assignment.objects.create(
        user=world.manager, role="petugas-klaster-1", cadre="perawat", unit=world.puskesmas, valid_from=BEGAN
    )
    world.head = User.objects.create_user("kepala", "rahasia-sekali", full_name="Kepala")
    Assignment.objects.create(
        user=world.head, role="kepala-puskesmas", cadre="dokter", unit=world.puskesmas, valid_from=BEGAN
    )
    return world


def known(world: Any) -> dict[str, list[str]]:
    """What stands behind the parameters of addresses."""
    return {
        "person_id": [str(world.anak.pk), str(world.ibu.pk), str(world.bapak.pk)],
        "household_id": [str(world.household.pk)],
        "contact_id": [str(world.contact.pk)],
        "episode_id": [str(world.episode.pk)],
        "unit_id": [str(world.puskesmas.pk), str(world.posyandu.pk)],
        "area_id": [str(world.desa.pk), str(world.rt.pk)],
        "user_id": [str(world.bidan.pk), str(world.manager.pk)],
        "key": list(TRAITS),
        "encounter_id": [str(world.encounter.pk)],
        "queue": ["klaster-3"],
        "token": [screen_token(world.puskesmas)],
    }


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(
    client: Client,
    method: str,
    path: str,
    query: Any = None,
    body: Any = None,
    kind: str = FORM,
    user: User | None = None,
) -> int:
    """The status of the answer. `user` is logged in again before, should the last request have ended the session."""
    if user and "_auth_user_id" not in client.session:
        client.force_login(user)
    Attempt.objects.all().delete()  # limits are another subject; here every request shall reach its page
    sent = urlencode(query, doseq=True, errors="surrogatepass") if isinstance(query, dict) else ""
    data = urlencode(body, doseq=True, errors="surrogatepass") if isinstance(body, dict) else str(body or "")
    answer = client.generic(method, path, data, content_type=kind, QUERY_STRING=sent)
    return answer.status_code


@pytest.mark.parametrize(
    ("who", "mode"),
    [
        ("bidan", GenerationMode.POSITIVE),
        ("bidan", GenerationMode.NEGATIVE),
        ("manager", GenerationMode.POSITIVE),
        ("head", GenerationMode.POSITIVE),
        ("nobody", GenerationMode.NEGATIVE),
    ],
    ids=["bidan", "bidan-otherwise", "manager", "head", "nobody-otherwise"],
)
def test_every_address_answers_any_request(visited: Any, who: str, mode: GenerationMode) -> None:
    user = None if who == "nobody" else getattr(visited, who)
    client = logged_in(user) if user else Client()
    schema = schemathesis.openapi.from_dict(description(logged_in(visited.bidan), known(visited)))
    described = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        described.add(operation.path)

        @ANY
        @given(operation.as_strategy(generation_mode=mode))
        def answers(case: Any) -> None:
            body = case.body if isinstance(case.body, dict) else None
            status = ask(client, case.method, case.formatted_path, case.query, body, user=user)
            assert status < 500, (case.method, case.formatted_path, status)

        answers()
    assert described == {path for path, _ in patterns()}


@pytest.mark.parametrize("who", ["bidan", "manager"])
def test_every_form_of_a_page_answers_what_nobody_would_type(visited: Any, who: str) -> None:
    """The real forms, with one to three of their fields filled with what breaks programs."""
    user = getattr(visited, who)
    client = logged_in(user)
    values = known(visited)
    for path, converters in patterns():
        if set(converters) - set(values) or path == "/keluar":
            continue
        address = path.format_map({name: values[name][0] for name in converters})
        names = sorted(fields_of(client, address) - {"csrfmiddlewaretoken"})
        if not names:
            continue

        _answers(client, user, address, names)


def _answers(client: Any, user: Any, address: str, names: list[str]) -> None:
    @ANY
    @given(st.dictionaries(st.sampled_from(names), st.sampled_from(UGLY) | st.text(max_size=40), max_size=3))
    def answers(typed: dict[str, str]) -> None:
        for method, query, body in (("POST", None, typed), ("GET", typed, None)):
            status = ask(client, method, address, query, body, user=user)
            assert status < 500, (method, address, status)

    answers()


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MOVE"])
def test_every_address_answers_any_method(visited: Any, method: str) -> None:
    client, values = logged_in(visited.bidan), known(visited)
    for path, converters in patterns():
        address = path.format_map({name: values.get(name, ["x"])[0] for name in converters})
        assert ask(client, method, address) < 500, address


@pytest.mark.parametrize(
    "kind",
    [
        FORM,
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "text/plain; charset=x",
        "",
        "\x01",
    ],
)
@pytest.mark.parametrize(
    "body",
    ["", "{", "a=1&a=%00&=%ff&%zz", '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--', "\x00\xff"],
)
def test_a_body_that_is_no_form_is_answered(visited: Any, kind: str, body: str) -> None:
    client = logged_in(visited.bidan)
    for address in ("/masuk", f"/orang/{visited.anak.pk}/kunjungan"):
        assert ask(client, "POST", address, None, body, kind) < 500


@pytest.mark.parametrize(
    "header",
    ["HTTP_HOST", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE", "HTTP_REFERER", "HTTP_HX_REQUEST", "HTTP_HX_CURRENT_URL"],
)
def test_any_header_is_answered(visited: Any, header: str) -> None:
    client = logged_in(visited.bidan)
    check: Callable[[str], None]

    @ANY
    @given(
        st.sampled_from(["", "a,b;q=x", "%00", "http://[", "é", "x" * 5000])
        | st.text(st.characters(max_codepoint=255), max_size=30)
    )
    def check(value: str) -> None:
        for address in ("/", "/cari", "/sehat"):
            assert client.get(address, **{header: value}).status_code < 500

    check()

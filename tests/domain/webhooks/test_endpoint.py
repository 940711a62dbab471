"""An endpoint of webhooks: its client's alone, never without a reason disabled, removed once."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.ids import derived_id
from domain.webhooks import commands as c
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.endpoints_of_client import EndpointsOfClient
from domain.webhooks.vocabulary import (
    MOST_ENDPOINTS,
    MOST_REPLAYED,
    DisabledBecause,
    EndpointStage,
    TypePattern,
    matches,
)
from tests.domain.webhooks import examples as x
from tests.support.given import MINISTRY, NATIONAL, NOW, built, given, given_nothing


def having(number: int) -> EndpointsOfClient:
    """A client that has so many endpoints."""
    fold = EndpointsOfClient()
    for n in range(number):
        fold.apply(derived_id("test", "endpoint", n), x.REGISTERED)
    return fold


SENT: dict[str, Any] = {
    "tenant": NATIONAL,
    "mandate": x.AS_CLIENT,
    "actor": x.CLIENT,
    "references": {"register": x.REGISTER},
    "boundary": having(0),
}
ADMINISTRATOR = SENT | {"mandate": x.AS_ADMINISTRATOR, "actor": derived_id("test", "administrator")}
CLOCK = SENT | {"mandate": x.AS_CLOCK, "actor": derived_id("system", "clock")}
REGISTERING = c.RegisterEndpoint(url=x.REGISTERED.url, types=x.REGISTERED.types, tenants=x.REGISTERED.tenants)
AMENDING = c.AmendEndpoint(url=x.AMENDED.url, types=x.AMENDED.types, tenants=x.AMENDED.tenants)
REQUESTING = c.RequestDeliveries(tenant="prizren", first=3, last=7)
OF_CLIENTS = (
    AMENDING,
    c.RotateEndpointSecret(),
    c.PingEndpoint(),
    REQUESTING,
    c.DisableEndpoint(reason=DisabledBecause.REQUESTED),
    c.RemoveEndpoint(),
)


def test_an_endpoint_from_its_registration_to_its_end() -> None:
    given_nothing(WebhookEndpoint).when(REGISTERING, **SENT).then([x.REGISTERED])
    given(WebhookEndpoint, [x.REGISTERED]).when(AMENDING, **SENT).then([x.AMENDED])
    given(WebhookEndpoint, [x.REGISTERED]).when(c.RotateEndpointSecret(), **SENT).then([x.ROTATED])
    given(WebhookEndpoint, [x.REGISTERED]).when(c.PingEndpoint(), **SENT).then([x.PINGED])
    given(WebhookEndpoint, [x.REGISTERED]).when(REQUESTING, **SENT).then([x.REQUESTED])
    given(WebhookEndpoint, [x.REGISTERED]).when(c.RemoveEndpoint(), **SENT).then([x.REMOVED])


def test_a_client_has_a_bounded_number_of_endpoints() -> None:
    full = having(MOST_ENDPOINTS)
    given_nothing(WebhookEndpoint).when(REGISTERING, **SENT | {"boundary": having(MOST_ENDPOINTS - 1)}).then(
        [x.REGISTERED]
    )
    given_nothing(WebhookEndpoint).when(REGISTERING, **SENT | {"boundary": full}).then_refused(
        RuleViolated, rule="webhook.endpoints"
    )
    full.apply(derived_id("test", "endpoint", 7), x.DISABLED)
    assert full.number == MOST_ENDPOINTS
    full.apply(derived_id("test", "endpoint", 7), x.REMOVED)
    given_nothing(WebhookEndpoint).when(REGISTERING, **SENT | {"boundary": full}).then([x.REGISTERED])


@pytest.mark.parametrize("command", [*OF_CLIENTS, c.EnableEndpoint()], ids=lambda one: one.name)
def test_another_clients_endpoint_is_nothing_to_a_client(command: Any) -> None:
    stranger = SENT | {"actor": x.OTHER}

    given(WebhookEndpoint, [x.REGISTERED]).when(command, **stranger).then_refused(StreamNotFound)


@pytest.mark.parametrize("command", [*OF_CLIENTS, c.EnableEndpoint()], ids=lambda one: one.name)
def test_what_was_removed_stays_removed(command: Any) -> None:
    given(WebhookEndpoint, [x.REGISTERED, x.REMOVED]).when(command, **SENT).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    "command",
    [c.PingEndpoint(), REQUESTING, c.DisableEndpoint(reason=DisabledBecause.REQUESTED)],
    ids=lambda one: one.name,
)
def test_nothing_is_sent_to_a_disabled_endpoint(command: Any) -> None:
    past = [x.REGISTERED, x.DISABLED]

    given(WebhookEndpoint, past).when(command, **SENT).then_refused(IllegalTransition)
    given(WebhookEndpoint, past).when(c.EnableEndpoint(), **SENT).then([x.ENABLED])
    given(WebhookEndpoint, [*past, x.ENABLED]).when(command, **SENT).then_state(lambda one: one is not None)


@pytest.mark.parametrize("sent", [SENT, ADMINISTRATOR, CLOCK], ids=["client", "administrator", "clock"])
@pytest.mark.parametrize("reason", DisabledBecause)
def test_each_disables_for_reasons_of_its_own(reason: DisabledBecause, sent: dict[str, Any]) -> None:
    may = {
        "api_client": {DisabledBecause.REQUESTED},
        "administrator": {DisabledBecause.MISUSED},
        "clock": {DisabledBecause.FAILING, DisabledBecause.GONE},
    }
    outcome = given(WebhookEndpoint, [x.REGISTERED]).when(c.DisableEndpoint(reason=reason), **sent)

    if reason in may[sent["mandate"].role]:
        outcome.then([replace(x.DISABLED, reason=reason)])
    else:
        outcome.then_refused(InvalidValue, pointer="/reason")


def test_what_the_administrator_disabled_no_client_enables() -> None:
    misused = replace(x.DISABLED, reason=DisabledBecause.MISUSED)
    disable = c.DisableEndpoint(reason=DisabledBecause.MISUSED)

    given(WebhookEndpoint, [x.REGISTERED, x.DISABLED]).when(disable, **ADMINISTRATOR).then([misused])
    for past in ([x.REGISTERED, misused], [x.REGISTERED, x.DISABLED, misused]):
        given(WebhookEndpoint, past).when(c.EnableEndpoint(), **SENT).then_refused(RuleViolated, rule="webhook.misused")
        given(WebhookEndpoint, past).when(disable, **ADMINISTRATOR).then_refused(IllegalTransition)
        given(WebhookEndpoint, past).when(c.EnableEndpoint(), **ADMINISTRATOR).then([x.ENABLED])


def test_two_secrets_count_while_one_is_replaced() -> None:
    endpoint = built(WebhookEndpoint, [x.REGISTERED])
    assert endpoint.generations(NOW) == (1,)

    rotated = given(WebhookEndpoint, [x.REGISTERED]).when(c.RotateEndpointSecret(), **SENT).aggregate
    assert rotated.generations(NOW + timedelta(hours=23, minutes=59)) == (2, 1)
    assert rotated.generations(NOW + timedelta(hours=24)) == (2,)
    at_once = given(WebhookEndpoint, [x.REGISTERED, x.ROTATED]).when(c.RotateEndpointSecret(overlap_hours=0), **SENT)
    assert at_once.aggregate.generations(NOW) == (3,)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"tenants": ("nowhere",)}, "/tenants/0"),
        ({"tenants": ("all", "all")}, "/tenants/1"),
        ({"types": ("*", "*")}, "/types/1"),
    ],
)
def test_a_choice_that_cannot_be_meant(change: dict[str, Any], pointer: str) -> None:
    registering: Any = replace(REGISTERING, **change)
    amending: Any = replace(AMENDING, **change)

    given_nothing(WebhookEndpoint).when(registering, **SENT).then_refused(InvalidValue, pointer=pointer)
    given(WebhookEndpoint, [x.REGISTERED]).when(amending, **SENT).then_refused(InvalidValue, pointer=pointer)


def test_endpoints_stand_in_the_national_log() -> None:
    elsewhere = SENT | {"tenant": MINISTRY}

    given_nothing(WebhookEndpoint).when(REGISTERING, **elsewhere).then_refused(RuleViolated, rule="tenant.national")


def test_a_change_changes_something() -> None:
    same = c.AmendEndpoint(url=x.REGISTERED.url, types=x.REGISTERED.types, tenants=x.REGISTERED.tenants)

    given(WebhookEndpoint, [x.REGISTERED]).when(same, **SENT).then_refused(RuleViolated, rule="webhook.change")


def test_a_request_for_deliveries_is_of_a_log_that_there_is_and_not_too_long() -> None:
    ask = given(WebhookEndpoint, [x.REGISTERED])

    ask.when(replace(REQUESTING, tenant="nowhere"), **SENT).then_refused(InvalidValue, pointer="/tenant")
    ask.when(replace(REQUESTING, first=8), **SENT).then_refused(InvalidValue, pointer="/last")
    longest = replace(REQUESTING, first=1, last=MOST_REPLAYED)
    ask.when(replace(longest, last=MOST_REPLAYED + 1), **SENT).then_refused(RuleViolated, rule="webhook.replay")
    ask.when(longest, **SENT).then([replace(x.REQUESTED, first=1, last=MOST_REPLAYED)])


def test_a_removed_endpoint_keeps_what_it_was() -> None:
    endpoint = built(WebhookEndpoint, [x.REGISTERED, x.AMENDED, x.REMOVED])

    assert (endpoint.stage, endpoint.url, endpoint.types) == (EndpointStage.REMOVED, x.AMENDED.url, x.AMENDED.types)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.example",
        "https://user@x.example",
        "https://x.example/#a",
        "https://",
        "https://x.example/ a",
        "https://x.example\n",
        "HTTPS://x.example",
        "x.example",
        "https://ë.example",
    ],
)
def test_an_address_that_nobody_can_be_asked_at(url: str) -> None:
    body = msgspec.json.encode({"url": url, "types": ["*"], "tenants": ["all"]})

    with pytest.raises(msgspec.ValidationError, match=r"\$\.url"):
        msgspec.json.decode(body, type=c.RegisterEndpoint)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*", {"consultations.ConsultationOpened.v1", "grants.CallPublished.v2"}),
        ("consultations.*", {"consultations.ConsultationOpened.v1"}),
        ("grants.CallPublished.*", {"grants.CallPublished.v2"}),
        ("grants.CallPublished.v1", set()),
        ("grants.CallPublished.v2", {"grants.CallPublished.v2"}),
    ],
)
def test_a_pattern_names_types(pattern: str, names: set[str]) -> None:
    assert msgspec.convert(pattern, TypePattern) == pattern
    assert {
        one for one in ("consultations.ConsultationOpened.v1", "grants.CallPublished.v2") if matches(pattern, one)
    } == names


@pytest.mark.parametrize(
    "pattern", ["", "consultations", "consult*", "**", "*.v1", "grants.*.v1", "grants.Call*", "a b"]
)
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(pattern, TypePattern)

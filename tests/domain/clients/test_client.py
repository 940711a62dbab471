from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.clients import commands as c
from domain.clients import events as e
from domain.clients.client import ApiClient
from domain.clients.vocabulary import MOST_SECRETS, USUAL_QUOTA, RevocationReason, Secret
from domain.kernel.aggregate import Aggregate
from domain.kernel.context import Tenant
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.event import Event
from domain.kernel.manifest import Scope
from domain.organisations.organisation import Organisation
from domain.tenants.commands import Kind
from domain.tenants.events import InstitutionRegistered, RegisterFounded
from domain.tenants.groups import TenantGroup
from domain.tenants.register import InstitutionRegister
from tests.domain.organisations import examples as organisations
from tests.support.given import MINISTRY, MUNICIPALITY, NATIONAL, NOW, Outcome, built, given, given_nothing, new_id

NAMES: Any = {"sq": "A", "sr": "B", "en": "C"}
DAY = timedelta(days=1)
ORGANISATION = UUID(int=7)
ONE, TWO, THREE = (str(n) * 64 for n in range(1, 4))
REGISTERED = e.ClientRegistered("CiviKos", (Scope.FEED, Scope.CONTRIBUTIONS), ("ministries", "prizren"))
REGISTER = c.RegisterClient(
    title="CiviKos", scopes=(Scope.FEED, Scope.CONTRIBUTIONS), tenants=("ministries", "prizren")
)


def institutions() -> InstitutionRegister:
    every = [(NATIONAL, Kind.NATIONAL), (MINISTRY, Kind.MINISTRY), (MUNICIPALITY, Kind.MUNICIPALITY)]
    registered = [
        InstitutionRegistered(n, tenant.slug, tenant.slug.upper(), kind, NAMES, ("sq", "sr"))
        for n, (tenant, kind) in enumerate(every, 1)
    ]
    register: InstitutionRegister = built(InstitutionRegister, [RegisterFounded(), *registered])
    return register


def decided(command: Any, *past: Event, organisation: Aggregate | None = None, tenant: Tenant = NATIONAL) -> Outcome:
    begun = given(ApiClient, past) if past else given_nothing(ApiClient)
    references = {"register": institutions(), "organisation": organisation}
    return begun.when(command, tenant=tenant, references=references)


def issued(n: int, digest: str, **more: Any) -> e.SecretIssued:
    return e.SecretIssued(UUID(int=n), digest, **more)


def test_a_client_begins_with_its_grant_and_without_a_secret() -> None:
    outcome = decided(REGISTER).then([REGISTERED])

    outcome.then_state(lambda one: (one.per_minute, one.revoked, one.secrets) == (USUAL_QUOTA, False, {}))


def test_only_the_national_tenant_registers_one() -> None:
    decided(REGISTER, tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"tenants": ("nowhere",)}, "/tenants/0"),
        ({"tenants": ("all", "mflt", "Ministries")}, "/tenants/2"),
        ({"tenants": ("mflt", "mflt")}, "/tenants"),
        ({"scopes": (Scope.FEED, Scope.FEED)}, "/scopes"),
    ],
)
def test_a_grant_names_what_there_is_and_once(changes: dict[str, Any], pointer: str) -> None:
    asked: dict[str, Any] = {"scopes": (Scope.FEED,), "tenants": ("all",)} | changes

    decided(c.RegisterClient(title="X", **asked)).then_refused(InvalidValue, pointer=pointer)
    decided(c.ChangeClientAccess(**asked), REGISTERED).then_refused(InvalidValue, pointer=pointer)


def test_the_organisation_that_runs_it_is_verified() -> None:
    command = c.RegisterClient(title="X", scopes=(), tenants=(), organisation_id=ORGANISATION)
    verified = built(Organisation, [organisations.claimed(), organisations.verified()])
    claimed = built(Organisation, [organisations.claimed()])

    decided(command, organisation=verified).then([e.ClientRegistered("X", (), (), ORGANISATION)])
    decided(command, organisation=claimed).then_refused(RuleViolated, rule="client.organisation")
    decided(command).then_refused(StreamNotFound)


def test_access_that_is_as_it_was_is_not_told_again() -> None:
    same = c.ChangeClientAccess(scopes=(Scope.CONTRIBUTIONS, Scope.FEED), tenants=("prizren", "ministries"))

    decided(same, REGISTERED).then_nothing()
    less = c.ChangeClientAccess(scopes=(), tenants=())
    decided(less, REGISTERED).then([e.ClientAccessChanged((), ())])


GROUP_OF = {NATIONAL: TenantGroup.NATIONAL, MINISTRY: TenantGroup.MINISTRIES, MUNICIPALITY: TenantGroup.MUNICIPALITIES}


@any_of(named=st.sets(st.sampled_from([*TenantGroup, "mflt", "prizren", "opm", "mflt-x"])), revoked=st.booleans())
def test_a_grant_covers_its_groups_and_slugs_and_nothing_else(*, named: set[str], revoked: bool) -> None:
    past = [e.ClientRegistered("X", (), tuple(named)), *([e.ClientRevoked(RevocationReason.UNUSED)] * revoked)]
    client: ApiClient = built(ApiClient, past)

    for tenant, group in GROUP_OF.items():
        assert client.covers(tenant) == (not revoked and bool(named & {"all", group, tenant.slug}))


def test_two_secrets_count_at_a_time() -> None:
    third = c.IssueClientSecret(digest=THREE)
    one, two = issued(1, ONE), issued(2, TWO)

    decided(c.IssueClientSecret(digest=ONE), REGISTERED).then([e.SecretIssued(new_id(0), ONE)])
    decided(third, REGISTERED, one).then_events(e.SecretIssued)
    decided(third, REGISTERED, one, two).then_refused(RuleViolated, rule="client.secrets")
    decided(third, REGISTERED, one, two, e.SecretRetired(UUID(int=1))).then_events(e.SecretIssued)
    ended = issued(2, TWO, expires_at=NOW)
    decided(third, REGISTERED, one, ended).then_events(e.SecretIssued)


def test_a_secret_is_never_used_again_and_begins_in_the_future() -> None:
    past = (REGISTERED, issued(1, ONE), e.SecretRetired(UUID(int=1)))

    decided(c.IssueClientSecret(digest=ONE), *past).then_refused(InvalidValue, pointer="/digest")
    over = c.IssueClientSecret(digest=TWO, expires_at=NOW)
    decided(over, *past).then_refused(InvalidValue, pointer="/expires_at")
    decided(c.RetireClientSecret(secret_id=UUID(int=1)), *past).then_refused(InvalidValue, pointer="/secret_id")


def test_a_secret_is_known_until_it_ends_or_is_retired() -> None:
    client: ApiClient = built(ApiClient, [REGISTERED, issued(1, ONE), issued(2, TWO, expires_at=NOW + DAY)])

    assert client.secrets_at(NOW + DAY) == (Secret(UUID(int=1), ONE),)
    assert len(client.secrets_at(NOW)) == MOST_SECRETS


@pytest.mark.parametrize(
    "command",
    [
        c.ChangeClientAccess(scopes=(), tenants=()),
        c.IssueClientSecret(digest=TWO),
        c.RetireClientSecret(secret_id=UUID(int=1)),
        c.SetClientQuota(per_minute=1),
        c.RevokeClient(reason=RevocationReason.REQUESTED),
    ],
    ids=lambda command: command.name,
)
def test_a_revoked_client_is_over(command: Any) -> None:
    past = (REGISTERED, issued(1, ONE), e.ClientRevoked(RevocationReason.MISUSED))

    outcome = decided(command, *past).then_refused(IllegalTransition)

    assert outcome.aggregate.secrets_at(NOW) == ()


def test_a_quota_is_set() -> None:
    decided(c.SetClientQuota(per_minute=6_000), REGISTERED).then([e.ClientQuotaSet(6_000)])
    decided(c.SetClientQuota(per_minute=USUAL_QUOTA), REGISTERED).then_nothing()
    decided(c.RevokeClient(reason=RevocationReason.UNUSED), REGISTERED).then([e.ClientRevoked(RevocationReason.UNUSED)])

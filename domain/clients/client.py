"""A program that works through the API: its grant, its secrets, its quota."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from domain.clients.commands import (
    ChangeClientAccess,
    IssueClientSecret,
    RegisterClient,
    RetireClientSecret,
    RevokeClient,
    SetClientQuota,
)
from domain.clients.events import (
    ClientAccessChanged,
    ClientQuotaSet,
    ClientRegistered,
    ClientRevoked,
    SecretIssued,
    SecretRetired,
)
from domain.clients.vocabulary import MOST_SECRETS, USUAL_QUOTA, Secret
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context, Tenant
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Scope
from domain.kernel.message import N_
from domain.organisations.organisation import Organisation
from domain.organisations.vocabulary import Stage
from domain.tenants.groups import GROUPS, covers
from domain.tenants.register import InstitutionRegister


def _register(_command: Command) -> UUID:
    return derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT)


def _organisation(command: Command) -> UUID | None:
    return command.organisation_id if isinstance(command, RegisterClient) else None


_REGISTER = {"register": (InstitutionRegister, _register)}


class ApiClient(Aggregate):
    """registered, then revoked. `scopes` and `tenants` are its grant; `secrets` by id, retired ones taken out."""

    initial = ClientRegistered
    REFERENCED = True

    @classmethod
    @creates(RegisterClient, references=_REGISTER | {"organisation": (Organisation, _organisation)})
    def register(cls, command: RegisterClient, ctx: Context, stream_id: UUID) -> Self:
        """By the national tenant, for a verified organisation where it names one."""
        ctx.tenant.require_national()
        _check_access(command.scopes, command.tenants, ctx)
        if command.organisation_id is not None:
            stage = ctx.reference("organisation", Organisation).stage
            if stage is not Stage.VERIFIED:
                raise RuleViolated(
                    "client.organisation", N_("The organisation that runs a client is verified."), stage=str(stage)
                )
        event = ClientRegistered(command.title, command.scopes, command.tenants, command.organisation_id)
        return cls.begin(ctx, stream_id, event)

    @decides(ChangeClientAccess, references=_REGISTER)
    def change_access(self, command: ChangeClientAccess, ctx: Context) -> None:
        """To something else than it is."""
        self._require_standing(command)
        _check_access(command.scopes, command.tenants, ctx)
        if (frozenset(command.scopes), frozenset(command.tenants)) != (self.scopes, frozenset(self.tenants)):
            self.trigger(ctx, ClientAccessChanged(command.scopes, command.tenants))

    @decides(IssueClientSecret)
    def issue_secret(self, command: IssueClientSecret, ctx: Context) -> None:
        """Beside one that counts, so that the client can change over; never one that is known already."""
        self._require_standing(command)
        if command.expires_at is not None and command.expires_at <= ctx.now:
            raise InvalidValue("/expires_at", N_("{day} is past."), day=command.expires_at.isoformat())
        if len(self.secrets_at(ctx.now)) >= MOST_SECRETS:
            raise RuleViolated(
                "client.secrets", N_("The client has {limit} secrets that count: retire one first."), limit=MOST_SECRETS
            )
        if command.digest in self.digests:
            raise InvalidValue("/digest", N_("The client has had this secret before."))
        self.trigger(ctx, SecretIssued(ctx.new_id(), command.digest, command.expires_at))

    @decides(RetireClientSecret)
    def retire_secret(self, command: RetireClientSecret, ctx: Context) -> None:
        """One that was not retired yet; its days may be over."""
        self._require_standing(command)
        if command.secret_id not in self.secrets:
            raise InvalidValue("/secret_id", N_("The client has no such secret."))
        self.trigger(ctx, SecretRetired(command.secret_id))

    @decides(SetClientQuota)
    def set_quota(self, command: SetClientQuota, ctx: Context) -> None:
        """Nothing to say when it is that already."""
        self._require_standing(command)
        if command.per_minute != self.per_minute:
            self.trigger(ctx, ClientQuotaSet(command.per_minute))

    @decides(RevokeClient)
    def revoke(self, command: RevokeClient, ctx: Context) -> None:
        """Once, for ever."""
        self._require_standing(command)
        self.trigger(ctx, ClientRevoked(command.reason))

    @applies(ClientRegistered)
    def _registered(self, event: ClientRegistered) -> None:
        self.title, self.organisation_id = event.title, event.organisation_id
        self.scopes: frozenset[Scope] = frozenset(event.scopes)
        self.tenants = event.tenants
        self.secrets: dict[UUID, Secret] = {}
        self.digests: set[str] = set()
        self.per_minute, self.revoked = USUAL_QUOTA, False

    @applies(ClientAccessChanged)
    def _access_changed(self, event: ClientAccessChanged) -> None:
        self.scopes, self.tenants = frozenset(event.scopes), event.tenants

    @applies(SecretIssued)
    def _secret_issued(self, event: SecretIssued) -> None:
        self.secrets[event.secret_id] = Secret(event.secret_id, event.digest, event.expires_at)
        self.digests.add(event.digest)

    @applies(SecretRetired)
    def _secret_retired(self, event: SecretRetired) -> None:
        del self.secrets[event.secret_id]

    @applies(ClientQuotaSet)
    def _quota_set(self, event: ClientQuotaSet) -> None:
        self.per_minute = event.per_minute

    @applies(ClientRevoked)
    def _revoked(self, _event: ClientRevoked) -> None:
        self.revoked = True

    def covers(self, tenant: Tenant) -> bool:
        """Whether its grant stands and covers that institution."""
        return not self.revoked and covers(self.tenants, tenant.slug, tenant.kind)

    def secrets_at(self, at: datetime) -> tuple[Secret, ...]:
        """Those that count at that instant."""
        return tuple(one for one in self.secrets.values() if not self.revoked and one.counts_at(at))

    def _require_standing(self, command: Command) -> None:
        if self.revoked:
            raise IllegalTransition(state="revoked", command=command.name)


def _check_access(scopes: Sequence[Scope], tenants: Sequence[str], ctx: Context) -> None:
    """Each is named once; what is no group is an institution of the register, ended ones too."""
    if len(set(scopes)) < len(scopes):
        raise InvalidValue("/scopes", N_("A scope is named twice."))
    known = ctx.reference("register", InstitutionRegister).institutions
    for n, slug in enumerate(tenants):
        if slug not in known and slug not in GROUPS:
            raise InvalidValue(f"/tenants/{n}", N_("No institution has the slug {slug}."), slug=slug)
    if len(set(tenants)) < len(tenants):
        raise InvalidValue("/tenants", N_("An institution is named twice."))

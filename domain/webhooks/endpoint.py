"""An endpoint: where a client is told of events, of which, and under which secret."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.amounts import require_once
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.tenants.groups import GROUPS
from domain.tenants.register import InstitutionRegister
from domain.webhooks.commands import (
    AmendEndpoint,
    DisableEndpoint,
    EnableEndpoint,
    PingEndpoint,
    RegisterEndpoint,
    RemoveEndpoint,
    RequestDeliveries,
    RotateEndpointSecret,
)
from domain.webhooks.endpoints_of_client import EndpointsOfClient
from domain.webhooks.events import (
    DeliveriesRequested,
    EndpointAmended,
    EndpointDisabled,
    EndpointEnabled,
    EndpointPinged,
    EndpointRegistered,
    EndpointRemoved,
    EndpointSecretRotated,
)
from domain.webhooks.vocabulary import MOST_ENDPOINTS, MOST_REPLAYED, DisabledBecause, EndpointStage

_MAY_SAY = {
    Role.API_CLIENT: frozenset({DisabledBecause.REQUESTED}),
    Role.ADMINISTRATOR: frozenset({DisabledBecause.MISUSED}),
    Role.CLOCK: frozenset({DisabledBecause.FAILING, DisabledBecause.GONE}),
}


def _register(_command: Command) -> UUID:
    return derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT)


_REGISTER = {"register": (InstitutionRegister, _register)}


class WebhookEndpoint(Aggregate):
    """active or disabled, then removed; `generation` counts its secrets, the last but one ends at `old_valid_until`."""

    initial = EndpointRegistered

    @classmethod
    @creates(RegisterEndpoint, references=_REGISTER, boundary=EndpointsOfClient)
    def register(cls, command: RegisterEndpoint, ctx: Context, stream_id: UUID) -> Self:
        """For the client that sends it, unless it has many."""
        ctx.tenant.require_national()
        if ctx.folded(EndpointsOfClient).number >= MOST_ENDPOINTS:
            raise RuleViolated(
                "webhook.endpoints",
                N_("A client has {limit} endpoints at most; remove one first."),
                limit=MOST_ENDPOINTS,
            )
        _check_choice(command.types, command.tenants, ctx)
        event = EndpointRegistered(client_id=ctx.actor, url=command.url, types=command.types, tenants=command.tenants)
        return cls.begin(ctx, stream_id, event)

    @decides(AmendEndpoint, references=_REGISTER)
    def amend(self, command: AmendEndpoint, ctx: Context) -> None:
        """To something else than it is."""
        self._require_standing(command, ctx)
        _check_choice(command.types, command.tenants, ctx)
        if (command.url, command.types, command.tenants) == (self.url, self.types, self.tenants):
            raise RuleViolated("webhook.change", N_("The endpoint is told this already."))
        event = EndpointAmended(client_id=self.client_id, url=command.url, types=command.types, tenants=command.tenants)
        self.trigger(ctx, event)

    @decides(RotateEndpointSecret)
    def rotate_secret(self, command: RotateEndpointSecret, ctx: Context) -> None:
        """The secret before the old one ends with it."""
        self._require_standing(command, ctx)
        event = EndpointSecretRotated(
            client_id=self.client_id,
            generation=self.generation + 1,
            old_valid_until=ctx.now + timedelta(hours=command.overlap_hours),
        )
        self.trigger(ctx, event)

    @decides(PingEndpoint)
    def ping(self, command: PingEndpoint, ctx: Context) -> None:
        """As long as anything is sent to it."""
        self._require_active(command, ctx)
        self.trigger(ctx, EndpointPinged(client_id=self.client_id))

    @decides(RequestDeliveries, references=_REGISTER)
    def request(self, command: RequestDeliveries, ctx: Context) -> None:
        """Of an institution that there is; not so many at once that others would wait."""
        self._require_active(command, ctx)
        if command.tenant not in ctx.reference("register", InstitutionRegister).institutions:
            raise InvalidValue("/tenant", N_("No institution has the slug {slug}."), slug=command.tenant)
        if command.last < command.first:
            raise InvalidValue("/last", N_("The last position lies before the first."))
        if command.last - command.first >= MOST_REPLAYED:
            raise RuleViolated(
                "webhook.replay",
                N_("One request spans {limit} positions at most; ask for the rest in another."),
                limit=MOST_REPLAYED,
            )
        event = DeliveriesRequested(
            client_id=self.client_id, tenant=command.tenant, first=command.first, last=command.last
        )
        self.trigger(ctx, event)

    @decides(DisableEndpoint)
    def disable(self, command: DisableEndpoint, ctx: Context) -> None:
        """For a reason that whoever sends it may say; the administrator's holds also where it was disabled before."""
        self._require_standing(command, ctx)
        overruled = command.reason is DisabledBecause.MISUSED is not self.disabled_because
        if self.stage is EndpointStage.DISABLED and not overruled:
            raise IllegalTransition(state=self.stage, command=command.name)
        if command.reason not in _MAY_SAY.get(Role(ctx.mandate.role), frozenset()):
            raise InvalidValue("/reason", N_("This reason is not yours to give."))
        self.trigger(ctx, EndpointDisabled(client_id=self.client_id, reason=command.reason))

    @decides(EnableEndpoint)
    def enable(self, command: EnableEndpoint, ctx: Context) -> None:
        """By its client, unless the administrator disabled it."""
        self._require_own(ctx)
        if self.stage is not EndpointStage.DISABLED:
            raise IllegalTransition(state=self.stage, command=command.name)
        if self.disabled_because is DisabledBecause.MISUSED and ctx.mandate.role != Role.ADMINISTRATOR:
            raise RuleViolated("webhook.misused", N_("The national administrator disabled it, and alone enables it."))
        self.trigger(ctx, EndpointEnabled(client_id=self.client_id))

    @decides(RemoveEndpoint)
    def remove(self, command: RemoveEndpoint, ctx: Context) -> None:
        """Once, for ever."""
        self._require_standing(command, ctx)
        self.trigger(ctx, EndpointRemoved(client_id=self.client_id))

    @applies(EndpointRegistered)
    def _registered(self, event: EndpointRegistered) -> None:
        self.client_id, self.url = event.client_id, event.url
        self.types, self.tenants = event.types, event.tenants
        self.stage = EndpointStage.ACTIVE
        self.disabled_because: DisabledBecause | None = None
        self.generation = 1
        self.old_valid_until: datetime | None = None

    @applies(EndpointAmended)
    def _amended(self, event: EndpointAmended) -> None:
        self.url, self.types, self.tenants = event.url, event.types, event.tenants

    @applies(EndpointSecretRotated)
    def _rotated(self, event: EndpointSecretRotated) -> None:
        self.generation, self.old_valid_until = event.generation, event.old_valid_until

    @applies(EndpointPinged, DeliveriesRequested)
    def _asked(self, _event: object) -> None:
        """Nothing is other than before."""

    @applies(EndpointDisabled)
    def _disabled(self, event: EndpointDisabled) -> None:
        self.stage, self.disabled_because = EndpointStage.DISABLED, event.reason

    @applies(EndpointEnabled)
    def _enabled(self, _event: EndpointEnabled) -> None:
        self.stage, self.disabled_because = EndpointStage.ACTIVE, None

    @applies(EndpointRemoved)
    def _removed(self, _event: EndpointRemoved) -> None:
        self.stage = EndpointStage.REMOVED

    def generations(self, at: datetime) -> tuple[int, ...]:
        """Secrets under which a message is signed at that instant, the newest first."""
        if self.old_valid_until is None or at >= self.old_valid_until:
            return (self.generation,)
        return (self.generation, self.generation - 1)

    def _require_own(self, ctx: Context) -> None:
        """Another client's endpoint is nothing to a client. Raises: StreamNotFound."""
        if ctx.mandate.role == Role.API_CLIENT and ctx.actor != self.client_id:
            raise StreamNotFound

    def _require_standing(self, command: Command, ctx: Context) -> None:
        self._require_own(ctx)
        if self.stage is EndpointStage.REMOVED:
            raise IllegalTransition(state=self.stage, command=command.name)

    def _require_active(self, command: Command, ctx: Context) -> None:
        self._require_own(ctx)
        if self.stage is not EndpointStage.ACTIVE:
            raise IllegalTransition(state=self.stage, command=command.name)


def _check_choice(types: Sequence[str], tenants: Sequence[str], ctx: Context) -> None:
    """Each is named once; what is no group is an institution of the register, ended ones too."""
    require_once(types, "/types")
    require_once(tenants, "/tenants")
    known = ctx.reference("register", InstitutionRegister).institutions
    for n, slug in enumerate(tenants):
        if slug not in known and slug not in GROUPS:
            raise InvalidValue(f"/tenants/{n}", N_("No institution has the slug {slug}."), slug=slug)

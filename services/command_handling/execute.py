"""The command path's door: every domain's commands go through one handler; there is no other way to write."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.kernel.aggregate import Aggregate, Decision
from domain.kernel.command import Command
from domain.kernel.context import Tenant
from domain.kernel.errors import RequestStillRuns
from domain.kernel.event import Event, Personal, about_tag
from domain.kernel.manifest import Domain, Role
from domain.kernel.registry import Registry
from infra.clock import Clock
from infra.eventstore.codec import new_event
from infra.eventstore.interface import Append, EventStore, NewEvent
from infra.telemetry.spans import span
from services.command_handling.aggregates import Aggregates
from services.command_handling.attempt import Attempt
from services.command_handling.authority import Authority
from services.command_handling.fingerprint import Opener
from services.command_handling.request import Executed, Request
from services.command_handling.turns import OutOfPatience, Turns

PATIENCE = 10.0
"""Seconds for which the repeat of a request waits for the first one's answer before it is told to come back."""


class Sealer(Opener, Protocol):
    """Seals and opens the personal data of one event."""

    async def seal(
        self, tenant_id: int, stream_id: UUID, version: int, type_name: str, personal: Sequence[Personal]
    ) -> bytes | None:
        """The bytes for the event's pii column; None when there is nothing personal."""
        ...


Consequence = Callable[[Tenant, int], Awaitable[None]]
"""What must have happened before a command is answered that stored an event of some type at this position.

It runs for a repeated command too and so may run any number of times; a worker makes up for a process that was killed.
"""


Proof = Callable[[Tenant, Request], Awaitable[None]]
"""What must be true of a command beyond what rules can know, such as a signature: refuses, or lets it be decided on.

It follows from the command, the log and public keys alone, so what it let pass once it lets pass for ever.
"""


class CommandHandler:
    """Executes requests of every tenant against one event store.

    `consequences` by stored names of events, `proofs` by types of commands.
    """

    def __init__(
        self,
        store: EventStore,
        registry: Registry,
        domains: Iterable[Domain],
        vault: Sealer,
        clock: Clock,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self.store, self.registry, self.clock = store, registry, clock
        domains = tuple(domains)
        self.authority = Authority(store, registry, domains)
        self.aggregates = Aggregates(store, registry)
        self.vault, self.turns, self.patience = vault, Turns(), patience
        self.consequences: dict[str, Consequence] = {}
        self.proofs: dict[type[Command], Proof] = {}
        self._decisions: dict[type[Command], tuple[type[Aggregate], Decision, frozenset[Role]]] = {
            command: (aggregate, decision, domain.permissions[command])
            for domain in domains
            for aggregate in domain.aggregates
            for command, decision in aggregate.decisions.items()
        }

    async def execute(self, request: Request) -> Executed:
        """Carry out one command durably.

        Raises: CommandRefused, StreamNotFound, ConcurrencyConflict, RequestKeyReused (nothing was stored);
        RequestStillRuns, Unavailable (unknown: repeat with the same command id).
        """
        tenant = await self.authority.tenant(request.tenant)
        try:
            async with self.turns.turn((tenant.tenant_id, "request", request.command_id), self.patience):
                return await self._executed(tenant, request)
        except OutOfPatience as error:
            raise RequestStillRuns from error

    async def _executed(self, tenant: Tenant, request: Request) -> Executed:
        if (prove := self.proofs.get(type(request.command))) is not None:
            await prove(tenant, request)
        attempt = Attempt(self, tenant, request)
        with span(f"execute {request.command.name}", tenant=tenant.slug):
            async with self.turns.turn((tenant.tenant_id, attempt.stream_id)):
                executed = await attempt.until_settled()
        for event in executed.answer.events:
            if (follow := self.consequences.get(event.type)) is not None:
                await follow(tenant, event.position)
        return executed

    async def prepared(self, request: Request) -> Append:
        """What `execute` would append of the command as things stand, for whoever appends in a transaction of theirs.

        Raises: CommandRefused, StreamNotFound.
        """
        tenant = await self.authority.tenant(request.tenant, fresh=True)
        return await Attempt(self, tenant, request).prepared()

    async def now(self, tenant: Tenant) -> datetime:
        """The tenant's time: a sandbox has a clock of its own, everybody else the system's."""
        return (await self.authority.of(tenant.tenant_id)).now(self.clock.now())

    def decision(self, command: type[Command]) -> tuple[type[Aggregate], Decision, frozenset[Role]]:
        """Who decides the command, how, and which roles may send it."""
        return self._decisions[command]

    async def seal(self, tenant_id: int, event: Event, tags: tuple[str, ...] = ()) -> NewEvent:
        """A triggered event as the store takes it: payload encoded, personal data sealed, `tags` beside its own."""
        envelope = event.__dict__
        pii = None
        if event.personal:
            pii = await self.vault.seal(
                tenant_id, envelope["originator_id"], envelope["originator_version"], event.TOPIC, event.personal
            )
            about = dict.fromkeys(about_tag(value.subject_id) for value in event.personal)
            tags = (*tags, *about)
        return new_event(self.registry, event, pii=pii, tags=event.tags() + tags)

"""Whom an open query is about, and what it reads of them: all institutions by the real time, or one by its own."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from domain.kernel.errors import StreamNotFound
from domain.tenants.register import Institution
from projections.as_is import as_is
from projections.history import NOW, Moment
from projections.read_model import ReadModel
from projections.reading import ReadConnection
from services.command_handling.answering import answering as answering_now
from services.command_handling.authority import Authority
from services.gateway.desk import Reads, Then


class OfInstitution(Protocol):
    """What an institution has made public; `tenant` is its slug."""

    @property
    def tenant(self) -> str:
        """The institution's slug."""
        ...


T = TypeVar("T", bound=OfInstitution)
Models = Sequence[ReadModel[Any]]
Look = Callable[[ReadConnection, datetime], Awaitable[T | None]]
"""`(connection, time by which something is open or overdue)` -> what is looked for."""


class Scope:
    """The institutions that there are. A sandbox is seen by name alone."""

    def __init__(self, reads: Reads) -> None:
        self.reads = reads

    async def tenants(self, slug: str | None, *, sandboxes: bool = False) -> dict[int, Institution]:
        """Institutions by tenant id. Raises: StreamNotFound for a slug that nobody has."""
        institutions = (await self.reads.system.handler.authority.national()).institutions
        if slug is None:
            return {one.tenant_id: one for one in institutions.values() if sandboxes or not one.sandbox}
        if slug not in institutions:
            raise StreamNotFound
        return {institutions[slug].tenant_id: institutions[slug]}

    def within(self, slug: str | None) -> "Window":
        """What is public of one institution, or of all."""
        return Window(self, slug)

    async def one(self, models: Models, look: Look[T], moment: Moment = NOW) -> T:
        """What `look` finds of any institution, sandboxes too, by that institution's own time. Raises: StreamNotFound.

        Which institution has it is seen today: what is public once stays found.
        """
        everywhere = await self.tenants(None, sandboxes=True)
        found = await self._found(list(everywhere), models, look, await self.within(None).then(NOW))
        [institution] = (await self.tenants(found.tenant)).values()
        if moment == NOW and not institution.sandbox:
            return found
        return await self._found([institution.tenant_id], models, look, await self.within(found.tenant).then(moment))

    async def _found(self, tenants: Sequence[int], models: Models, look: Look[T], then: Then) -> T:
        async with self.reads.over(tenants, models, then.moment) as connection:
            found = await look(connection, then.now)
        if found is None:
            raise StreamNotFound
        return found


AtScope = NamedDependency[SkipValidation[Scope]]
"""The scope of an open query, as handlers take it."""


class Window:
    """What everybody sees of one institution, or of all where `slug` is None."""

    def __init__(self, scope: Scope, slug: str | None) -> None:
        self.scope, self.slug = scope, slug

    @property
    def reads(self) -> Reads:
        """The read side's shared parts."""
        return self.scope.reads

    @property
    def authority(self) -> Authority:
        """Who may do what, and who answers for whom."""
        return self.reads.system.handler.authority

    async def then(self, moment: Moment) -> Then:
        """The time by which something is open or overdue, at a moment."""
        handler = self.reads.system.handler
        if self.slug is None:
            now = handler.clock.now()
            return Then(moment, moment.as_of or min(moment.known_at or now, now), moment.known_at)
        tenant = await handler.authority.tenant(self.slug)
        return await self.reads.then(tenant, moment, await handler.now(tenant))

    @asynccontextmanager
    async def reading(self, models: Models, moment: Moment = NOW) -> AsyncIterator[ReadConnection]:
        """A connection on which these models show what is public of them at a moment.

        One institution whose log cannot be read is a fault; among all it is left out.
        """
        tenants, every = list(await self.scope.tenants(self.slug)), self.slug is None
        async with self.reads.over(tenants, models, moment, partly=every) as connection:
            yield connection

    @asynccontextmanager
    async def inheriting(self, models: Models, moment: Moment = NOW) -> AsyncIterator[ReadConnection]:
        """The same, with what an institution answers for of others that ended; among all that changes nothing."""
        if self.slug is None:
            async with self.reading(models, moment) as connection:
                yield connection
            return
        [tenant_id], answering = await self.scope.tenants(self.slug), await answering_now(self.authority)
        async with self.reads.over([tenant_id, *answering.before(tenant_id)], models, moment) as connection:
            yield await as_is(connection, models, answering, tenant_id)

"""What a query works with once its right is proved: tenant, time, connections, and the language of its reader."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.kernel.context import Mandate, Tenant
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.message import N_
from infra.database.interface import Role as DatabaseRole
from infra.database.scope import scope
from projections.as_of import Past
from projections.history import NOW, Moment
from projections.read_model import ReadModel
from projections.reading import ReadConnection
from services.gateway.cursors import Cursors
from services.gateway.refusals import InvalidParameter, NotYetVisible
from services.gateway.system import Serving

PATIENCE_SECONDS = 5.0
"""How long a query waits for the position that it asks for."""
_LIVE = "rm, es"


class Reads:
    """The read side's shared parts: made once, closed with the application."""

    def __init__(self, system: Serving, *, patience: float = PATIENCE_SECONDS) -> None:
        self.system, self.patience = system, patience
        self.cursors = Cursors(system.tokens.secret("cursors"))
        self._past = Past(system.database, DatabaseRole.GATEWAY, system.engine.history)

    async def close(self) -> None:
        """Close what this object opened."""
        await self._past.close()

    @asynccontextmanager
    async def one(
        self, tenant_id: int, models: Sequence[ReadModel[Any]], moment: Moment = NOW
    ) -> AsyncIterator[ReadConnection]:
        """A connection on which these models show one tenant at a moment."""
        if moment == NOW:
            async with (
                self.system.reading.borrow(tenant_id) as borrowed,
                scope(borrowed, tenant=tenant_id, search_path=_LIVE, snapshot=True) as connection,
            ):
                yield connection
        else:
            async with self._past.at(moment, models, [tenant_id]) as connection:
                yield connection

    @asynccontextmanager
    async def over(self, tenants: Collection[int]) -> AsyncIterator[ReadConnection]:
        """A connection that sees what is public of several tenants."""
        async with (
            self.system.public.borrow(NATIONAL_TENANT) as borrowed,
            scope(borrowed, tenants=tenants, search_path=_LIVE, snapshot=True) as connection,
        ):
            yield connection

    @asynccontextmanager
    async def audited(self, tenants: Collection[int]) -> AsyncIterator[ReadConnection]:
        """A connection that sees the read models of several tenants whole, and writes nothing."""
        async with (
            self.system.auditing.borrow(NATIONAL_TENANT) as borrowed,
            scope(borrowed, tenants=tenants, search_path=_LIVE, snapshot=True) as connection,
        ):
            yield connection

    async def reach(self, tenant_id: int, models: Sequence[ReadModel[Any]], position: int) -> None:
        """Wait until the models hold `position`.

        Raises: InvalidParameter when the log has no such position, NotYetVisible when they don't hold it in time.
        """
        if position > await self.system.store.head(tenant_id):
            raise InvalidParameter("at_least", N_("There is no such position."))
        names = [model.name for model in models]
        if not await self.system.engine.progress.wait_for(tenant_id, names, position, self.patience):
            raise NotYetVisible(position)


class Desk:
    """One authorised reader of one tenant."""

    def __init__(
        self, reads: Reads, tenant: Tenant, mandate: Mandate, person_id: UUID, now: datetime, language: str
    ) -> None:
        self.reads, self.tenant, self.mandate = reads, tenant, mandate
        self.person_id, self.now, self.language = person_id, now, language

    @property
    def system(self) -> Serving:
        """The running system."""
        return self.reads.system

    @asynccontextmanager
    async def reading(
        self, models: Sequence[ReadModel[Any]], moment: Moment = NOW, at_least: int | None = None
    ) -> AsyncIterator[ReadConnection]:
        """A connection for this tenant at a moment, once the models hold position `at_least`."""
        if at_least is not None:
            await self.reads.reach(self.tenant.tenant_id, models, at_least)
        async with self.reads.one(self.tenant.tenant_id, models, moment) as connection:
            yield connection

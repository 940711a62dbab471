"""What a query works with once its right is proved: tenant, time, connections, and the language of its reader."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from domain.governance import Governance, NationalGovernance
from domain.kernel.aggregate import Aggregate
from domain.kernel.context import Mandate, Tenant
from domain.kernel.deadline import local_day
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.rules import Rules
from domain.succession.vocabulary import PERSONAL
from domain.tenants.register import Institution
from infra.database.interface import MAIN_NODE
from infra.database.interface import Role as DatabaseRole
from infra.database.scope import scope
from infra.eventstore.interface import LogReader, StoredEvent
from projections.admission import Admission
from projections.as_is import Answering, as_is
from projections.as_of import Past
from projections.auditor_log import AuditorLog
from projections.connections import Connections
from projections.history import NOW, PAGE, History, Log, Moment
from projections.progress import Progress
from projections.read_model import ReadModel
from projections.reading import ReadConnection
from services.certificates.credentials import Credentials
from services.certificates.rings import IssuerRings
from services.command_handling.answering import answering as answering_now
from services.command_handling.request import Principal
from services.feed.follower import Feed
from services.gateway.cursors import Cursors
from services.gateway.refusals import InvalidParameter, NotYetVisible
from services.gateway.system import Serving
from services.indicators.evaluation import Evaluator
from services.receipts.press import Press
from services.settings import base_address


class Then(msgspec.Struct, frozen=True):
    """A moment of a tenant: `now` is its time then, by which something is open or overdue.

    `known_at` is the real time at which the log was cut; None where it is taken to its end.
    """

    moment: Moment
    now: datetime
    known_at: datetime | None = None


PATIENCE_SECONDS = 5.0
"""How long a query waits for the position that it asks for."""
WAKE_SECONDS = 15.0
"""How long a feed sleeps at most before it looks whether there is something new."""
_LIVE = "rm, es"
A = TypeVar("A", bound=Aggregate)


class Reads:
    """The read side's shared parts: made once, closed with the application."""

    def __init__(self, system: Serving, *, patience: float = PATIENCE_SECONDS) -> None:
        self.system, self.patience = system, patience
        self.cursors, self.press = Cursors(system.tokens.secret("cursors")), Press()
        self.feed = Feed(system.store, system.handler.authority, base_address(system.settings))
        history = system.engine.history
        self.auditor_log = AuditorLog(system.auditing)
        audited = History(self.auditor_log, history.registry)
        self.reports = Press(width=1, waiting=16, within=60.0)
        """Prints monitoring reports, which have more pages than receipts, and charts."""
        self.comparing = Admission("The comparison", width=2, waiting=16)
        """Comparisons of two moments: each folds up to every stream of its span."""
        self.exporting = Admission("The export", width=2, waiting=16)
        """People who take their own data away: each reads a part of every log."""
        self.rings = IssuerRings(system.handler, system.issuing)
        self.credentials = Credentials(
            system.receipts, system.eraser.vault, system.registry, system.issuing, base_address(system.settings)
        )
        self.checking = Admission("The check of credentials", width=2, waiting=16)
        self._at_home = Connections(system.database, DatabaseRole.GATEWAY, only=MAIN_NODE)
        self._progress_at_home = Progress(self._at_home)
        self._past = Past(system.database, DatabaseRole.GATEWAY, history, stored=True)
        self._public_past = Past(system.database, DatabaseRole.PUBLIC, history, waiting=16, stored=True)
        self._audited_past = Past(system.database, DatabaseRole.AUDITOR, audited, waiting=16, stored=True)
        self.evaluator = Evaluator(self._audited_past, self.auditor_log, self._institutions)

    async def close(self) -> None:
        """Close what this object opened."""
        for past in (self._past, self._public_past, self._audited_past):
            await past.close()
        await self._at_home.close()

    async def _institutions(self) -> Mapping[str, Institution]:
        return (await self.system.handler.authority.national(fresh=True)).institutions

    @asynccontextmanager
    async def one(
        self, tenant_id: int, models: Sequence[ReadModel[Any]], moment: Moment = NOW, *, audited: bool = False
    ) -> AsyncIterator[ReadConnection]:
        """A connection on which these models show one tenant at a moment; `audited`: in the auditor's role."""
        if audited:
            async with self.audited([tenant_id], models, moment) as connection:
                yield connection
        elif moment == NOW:
            async with (
                self.system.reading.borrow(tenant_id) as borrowed,
                scope(borrowed, tenant=tenant_id, search_path=_LIVE, snapshot=True) as connection,
            ):
                yield connection
        else:
            async with self._past.at(moment, models, [tenant_id]) as connection:
                yield connection

    @asynccontextmanager
    async def over(
        self, tenants: Collection[int], models: Sequence[ReadModel[Any]], moment: Moment = NOW, *, partly: bool = False
    ) -> AsyncIterator[ReadConnection]:
        """A connection on which these models show what is public of several tenants at a moment.

        `partly`: without those whose log cannot be read (`projections.cut.left_out`).
        """
        live, past = self.system.public, self._public_past
        async with self._several(live, past, tenants, models, moment, partly=partly) as connection:
            yield connection

    @asynccontextmanager
    async def audited(
        self, tenants: Collection[int], models: Sequence[ReadModel[Any]], moment: Moment = NOW, *, partly: bool = False
    ) -> AsyncIterator[ReadConnection]:
        """A connection on which these models show several tenants whole at a moment; it writes nothing that stays.

        `partly` as for `over`.
        """
        live, past = self.system.auditing, self._audited_past
        async with self._several(live, past, tenants, models, moment, partly=partly) as connection:
            yield connection

    @asynccontextmanager
    async def _several(
        self,
        live: Connections,
        past: Past,
        tenants: Collection[int],
        models: Sequence[ReadModel[Any]],
        moment: Moment,
        *,
        partly: bool,
    ) -> AsyncIterator[ReadConnection]:
        if moment == NOW:
            async with (
                live.over(tenants) as borrowed,
                scope(borrowed, tenants=tenants, search_path=_LIVE, snapshot=True) as connection,
            ):
                yield connection
        else:
            async with past.at(moment, models, tenants, shared=True, partly=partly) as connection:
                yield connection

    async def then(self, tenant: Tenant, moment: Moment, now: datetime, *, audited: bool = False) -> Then:
        """What a moment means for one tenant whose time is `now`; `audited`: read in the auditor's role."""
        if moment == NOW:
            return Then(moment, now)
        recorded = await self._recorded(self.auditor_log if audited else self.system.store, tenant.tenant_id, moment)
        if moment.as_of is not None:
            return Then(moment, moment.as_of, recorded)
        if recorded is None:
            return Then(moment, now)
        governance = (
            await self.system.handler.authority.past(tenant.tenant_id, moment.holds) if tenant.sandbox else None
        )
        return Then(moment, governance.now(recorded) if governance else recorded, recorded)

    async def _recorded(self, log: Log, tenant_id: int, moment: Moment) -> datetime | None:
        """When the cut was the present; None where it is the end of the log."""
        cuts = [] if moment.known_at is None else [min(moment.known_at, self.system.clock.now())]
        if moment.position:
            last = await log.read_log(tenant_id, moment.position - 1, 1)
            cuts += [event.recorded_at for event in last]
        return min(cuts, default=None)

    async def governance(self, tenant_id: int, moment: Moment) -> Governance:
        """Members, mandates, overrides and clock of a tenant at a moment."""
        authority = self.system.handler.authority
        return await (authority.of(tenant_id) if moment == NOW else authority.past(tenant_id, moment.holds))

    async def national(self, then: Then, *, valid: bool = False) -> NationalGovernance:
        """Institutions, rule packs and calendar as they were known then; `valid` leaves out what had not happened yet.

        Packs and calendar days say themselves from when on they bind: for them what was known counts.
        """
        authority = self.system.handler.authority
        if then.moment == NOW:
            return await authority.national()
        cut = Moment(as_of=then.moment.as_of if valid else None, known_at=then.known_at)
        fold = await authority.past(NATIONAL_TENANT, cut.holds)
        if not isinstance(fold, NationalGovernance):
            raise TypeError(fold)
        return fold

    async def national_rules(self, then: Then) -> Rules:
        """The rules that bind the nation's own institutions on the day of a moment."""
        nation = await self.national(then)
        return nation.rules("national", nation.overrides, local_day(then.now))

    async def reach(
        self, tenant_id: int, models: Sequence[ReadModel[Any]], position: int, *, over: Collection[int] = ()
    ) -> None:
        """Wait until the models hold `position` of the tenant's log; those that don't fold it have nothing to wait for.

        `over` are tenants that are read with it: those of several nodes are read at home, which is waited for then.

        Raises: InvalidParameter when the log has no such position, NotYetVisible when they don't hold it in time.
        """
        if position > await self.system.store.head(tenant_id):
            raise InvalidParameter("at_least", N_("There is no such position."))
        names = [model.name for model in models if model.only_tenant in (None, tenant_id)]
        read_at = self.system.auditing.node_over({tenant_id, *over})
        progress = self.system.engine.progress
        if read_at != self.system.database.placement(tenant_id):
            progress = self._progress_at_home
        if not await progress.wait_for(tenant_id, names, position, self.patience):
            raise NotYetVisible(position)


class Desk:
    """One authorised reader of one tenant; `audited` are the tenants in whose logs an auditor's look was put."""

    def __init__(
        self,
        reads: Reads,
        tenant: Tenant,
        mandate: Mandate,
        reader: Principal,
        now: datetime,
        language: str,
        audited: tuple[Tenant, ...] = (),
    ) -> None:
        self.audited = audited
        self.reads, self.tenant, self.mandate = reads, tenant, mandate
        self.reader, self.now, self.language = reader, now, language

    @property
    def system(self) -> Serving:
        """The running system."""
        return self.reads.system

    @property
    def person_id(self) -> UUID:
        """The reader's id: a person's, or that of an API client."""
        return self.reader.person_id

    @property
    def audits(self) -> bool:
        """Whether the reader looks on an auditor's mandate: then everything is read in the auditor's role."""
        return self.mandate.role == Role.AUDITOR

    async def held(self) -> tuple[Mandate, ...]:
        """Every mandate that the reader holds here; of an API client the one on which it asks."""
        if self.reader.client is not None:
            return (self.mandate,)
        return await self.system.handler.authority.mandates(self.tenant, self.person_id, self.now)

    async def organisations(self) -> frozenset[UUID]:
        """The organisations that gave the reader a mandate which holds now, whatever moment is asked about."""
        held = await self.held()
        given = ((one, one.organisation_id) for one in held)
        own = [(one, key) for one, key in given if key is not None and one.acts_for(key)]
        return frozenset(key for one, key in own) | frozenset(key for one, _ in own for key in one.succeeds)

    async def may_read_of(self, organisation_id: UUID) -> bool:
        """Whether what concerns one organisation is for this reader: a delegate reads of their own organisations."""
        return self.mandate.role != Role.CSO_DELEGATE or organisation_id in await self.organisations()

    @property
    def log(self) -> LogReader:
        """The tenant's log in the reader's role."""
        return self.reads.auditor_log if self.audits else self.system.store

    async def then(self, moment: Moment) -> Then:
        """What a moment means for this tenant."""
        return await self.reads.then(self.tenant, moment, self.now, audited=self.audits)

    async def governance(self, moment: Moment) -> Governance:
        """Members, mandates, overrides and clock of this tenant at a moment."""
        return await self.reads.governance(self.tenant.tenant_id, moment)

    async def reach(self, models: Sequence[ReadModel[Any]], position: int, *, inheriting: bool = False) -> None:
        """As `Reads.reach`, for what is read next: `inheriting` or not."""
        over = self._before(await answering_now(self.system.handler.authority)) if inheriting else ()
        await self.reads.reach(self.tenant.tenant_id, models, position, over=over)

    def _before(self, answering: Answering) -> Collection[int]:
        """Tenants that ended and that this one answers for; none for whoever reads on a personal mandate."""
        return () if self.mandate.role in PERSONAL else answering.before(self.tenant.tenant_id)

    @asynccontextmanager
    async def inheriting(
        self, models: Sequence[ReadModel[Any]], moment: Moment = NOW, *, merged: bool = False
    ) -> AsyncIterator[ReadConnection]:
        """A connection for this tenant and what it answers for of others that ended; `merged`: all under its own id.

        Whoever reads on a personal mandate sees nothing of the others: that is about this institution.
        """
        answering = await answering_now(self.system.handler.authority)
        tenants = [self.tenant.tenant_id, *self._before(answering)]
        async with self.reads.audited(tenants, models, moment) as connection:
            yield await as_is(connection, models, answering, None if merged else self.tenant.tenant_id)

    @asynccontextmanager
    async def reading(
        self, models: Sequence[ReadModel[Any]], moment: Moment = NOW, at_least: int | None = None
    ) -> AsyncIterator[ReadConnection]:
        """A connection for this tenant at a moment, once the models hold position `at_least`."""
        if at_least is not None:
            await self.reach(models, at_least)
        async with self.reads.one(self.tenant.tenant_id, models, moment, audited=self.audits) as connection:
            yield connection

    async def replayed(self, of: type[A], stream_id: UUID, until: Callable[[StoredEvent], bool]) -> A:
        """The leading events of a stream for which `until` holds, folded. Raises: StreamNotFound."""
        return await self.system.handler.aggregates.replay(self.tenant.tenant_id, of, stream_id, until, self.log)

    def tail(self, after: int) -> AsyncIterator[StoredEvent]:
        """Every event after a position, in order, and new ones as they commit; never ends."""
        return self._audited_tail(after) if self.audits else self.system.store.subscribe(self.tenant.tenant_id, after)

    async def _audited_tail(self, after: int) -> AsyncIterator[StoredEvent]:
        tenant_id = self.tenant.tenant_id
        while True:
            for event in await self.reads.auditor_log.read_log(tenant_id, after, PAGE):
                yield event
                after = event.position
            await self.system.store.wait(tenant_id, after + 1, WAKE_SECONDS)

"""The read models as they were: rows of a moment laid before the live ones, for the very same queries.

The way there begins at a boundary of the stored past (`stored_past.py`) and folds what came after it, so that a
question costs the events that it needs. Where nothing is stored, and for an auditor's replay, it begins at the first
event.
"""

import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Any

import asyncpg
import msgspec

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.ids import NATIONAL_TENANT
from infra.database.interface import Connection, Database, Role
from infra.database.scope import scope
from projections import checkpoints, stored_past
from projections.admission import Admission
from projections.connections import Connections
from projections.course import WHOLE, Course, course
from projections.fold import Fold
from projections.history import History, Moment, position_at
from projections.laying import Laid, lay, lay_cut
from projections.read_model import ReadModel
from projections.stored_past import Boundary

SCRATCH_PATH = "pg_temp, rm, es"
Models = Sequence[ReadModel[Any]]
_log = logging.getLogger(__name__)


class Past:
    """Connections on which queries see a moment of the past.

    `width` such moments are open at once, `waiting` more wait for their turn; whoever comes then is refused. `stored`
    says that the stored past may be built on; without it every answer is a fold of the whole log.
    """

    def __init__(
        self,
        database: Database,
        role: Role,
        history: History,
        width: int = 2,
        waiting: int = 64,
        *,
        stored: bool = False,
    ) -> None:
        # Without a statement cache: a cached plan would remember which of two tables of one name it read.
        self._connections = Connections(database, role, width, cached_statements=0)
        # Folding takes whole rows, which the public's role does not see.
        self._folding = Connections(database, Role.GATEWAY if role is Role.PUBLIC else role, width)
        self._history, self._stored = history, stored
        self._only_public = role is Role.PUBLIC  # what its policies would show of the live tables
        self._admission = Admission("The past", width, waiting)

    @asynccontextmanager
    async def at(
        self,
        moment: Moment,
        models: Models,
        tenants: Collection[int],
        *,
        shared: bool = False,
        partly: bool = False,
        upto: Mapping[int, int] | None = None,
    ) -> AsyncIterator[Connection]:
        """A connection whose tables of these models hold the tenants' rows of the moment, and nothing else.

        `upto` cuts each log at a position of its own, a log that it does not name before its first event.

        `shared` says that the queries read several tenants (`pakt.tenants`) rather than the one (`pakt.tenant`);
        `partly`, that the answer may do without those whose log cannot be read: the table `left_out` names them.
        Tables of models that are not named stay those of today. The table `checkpoint` says where each log was cut.

        Raises: Overloaded, HistoryCorrupt, Unavailable.
        """
        laid, home = False, min(tenants, default=NATIONAL_TENANT)
        node = self._connections.node_over(tenants)  # where the stored past and the live rows of all of them are
        moments = {tenant_id: _cut(moment, tenant_id, upto) for tenant_id in sorted(tenants)}
        async with self._admission.turn():
            for strict in (False, True):
                try:
                    async with (
                        self._connections.at(node, home) as borrowed,
                        scope(
                            borrowed,
                            tenant=None if shared else home,
                            tenants=sorted(tenants) if shared else None,
                            search_path=SCRATCH_PATH,
                            frozen=True,
                        ) as connection,
                    ):
                        parts, left_out = await self._parts(
                            connection, node, moments, models, strict=strict, partly=partly
                        )
                        await lay_cut(connection, parts, left_out)
                        for model in models:
                            own = [part for part in parts if part.fold.model is model]
                            await lay(connection, model, own, moment, only_public=self._only_public)
                        laid = True
                        yield connection
                        return
                except asyncpg.DataError:
                    if laid or strict:
                        raise
                    # a row that no database holds: fold again and set its stream aside, as the engine did

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.close()
        await self._folding.close()

    async def _parts(
        self,
        connection: Connection,
        node: str,
        moments: Mapping[int, Moment],
        models: Models,
        *,
        strict: bool,
        partly: bool,
    ) -> tuple[list[Laid], dict[int, str]]:
        """Every model of every tenant; where it may be `partly`, the tenants left out with the error's code."""
        general = [model for model in models if model.kept and self._stored and model.only_tenant is None]
        known = await stored_past.boundaries(connection, general) if general else {}
        parts: list[Laid] = []
        left_out: dict[int, str] = {}
        for tenant_id, moment in moments.items():
            try:
                parts += await self._own(connection, node, moment, models, tenant_id, known, strict=strict)
            except HistoryCorrupt as error:
                if not partly:
                    raise
                _log.error("tenant %d is left out of an answer about the past: %s", tenant_id, error)
                left_out[tenant_id] = error.code
        return parts, left_out

    async def _own(
        self,
        connection: Connection,
        node: str,
        moment: Moment,
        models: Models,
        tenant_id: int,
        known: Mapping[int, Sequence[Boundary]],
        *,
        strict: bool,
    ) -> list[Laid]:
        """The models of one tenant, each by the shortest way."""
        kept = [model for model in models if model.kept and self._stored]
        added = [model for model in models if model.append_only and self._stored]
        plain = [model for model in models if model not in kept and model not in added]
        parts = await self._folded(node, moment, plain, tenant_id, WHOLE, strict=strict)
        if any(model.only_tenant == tenant_id for model in kept):
            known = await stored_past.boundaries(connection, kept)
        way = await self._proved(tenant_id, course(known.get(tenant_id, ()), moment))
        parts += await self._folded(node, moment, kept, tenant_id, way, strict=strict)
        for model in added:
            parts.append(await self._added(connection, moment, model, tenant_id, strict=strict))
        return parts

    async def _folded(
        self, node: str, moment: Moment, models: Models, tenant_id: int, way: Course, *, strict: bool
    ) -> list[Laid]:
        """The models of one tenant by one course; from the first event when the stored past is gone meanwhile."""
        own = [model for model in models if model.only_tenant in (None, tenant_id)]
        if not own:
            return []
        async with AsyncExitStack() as stack:
            rows: Connection | None = None
            aside: Mapping[tuple[int, str], list[Any]] = {}
            if way.start:
                lent = await stack.enter_async_context(self._folding.at(node, tenant_id))
                rows = await stack.enter_async_context(scope(lent, tenant=tenant_id, snapshot=True))
                there = (await stored_past.boundaries(rows, own)).get(tenant_id, [])
                if way.rests_on not in there:
                    return await self._folded(node, moment, own, tenant_id, WHOLE, strict=strict)
                aside = await stored_past.parked(rows, own)
            folds: list[Fold[Any]] = []
            for model in own:
                out = [one for one in aside.get((tenant_id, model.name), ()) if one.first_position <= way.start]
                folds.append(Fold(model, out, strict=strict, live=True))
            position = await self._read(folds, tenant_id, way, moment, rows)
        return [Laid(tenant_id, way.start, position, fold) for fold in folds]

    async def _read(
        self, folds: Sequence[Fold[Any]], tenant_id: int, way: Course, moment: Moment, rows: "Connection | None"
    ) -> int:
        """Fold the stretches of a course in; returns the position at which the log is cut."""
        reached, models = way.start, [fold.model for fold in folds]
        for after, upto in way.stretches:
            reached, limit = after, moment
            if upto is not None:
                limit = msgspec.structs.replace(moment, position=min(upto, moment.position or upto))
            async with aclosing(self._history.pages(tenant_id, models, after, limit)) as pages:
                async for end, told in pages:
                    events, reached = list(told), end
                    for fold in folds:
                        if rows is not None:
                            needed = fold.needs(events)
                            found = await stored_past.load_at(rows, fold.model, tenant_id, way.start, needed)
                            fold.learn(needed, found)
                        for event, what in events:
                            fold.take(event, what)
        return reached

    async def _added(
        self, connection: Connection, moment: Moment, model: ReadModel[Any], tenant_id: int, *, strict: bool
    ) -> Laid:
        """A model that only adds rows: those of today that stood there then, and what is not projected yet."""
        point = (await checkpoints.seen(connection, tenant_id, [model])).get(model.name)
        way = WHOLE
        if point is not None and point.version == model.version and point.position and point.recorded_at:
            here = Boundary(point.position, point.recorded_at, point.recorded_at, point.recorded_at)
            way = await self._proved(tenant_id, Course(point.position, ((point.position, None),), here))
        aside = (await checkpoints.parked(connection, tenant_id, [model.name]))[model.name] if way.start else []
        fold: Fold[Any] = Fold(
            model, [one for one in aside if one.first_position <= way.start], strict=strict, live=True
        )
        cut = await self._read([fold], tenant_id, way, moment, None)
        if way.start:
            limits = [cut] if moment.position is None else [cut, moment.position]
            if moment.known_at is not None:
                limits.append(await position_at(self._history.log, tenant_id, moment.known_at))
            cut = min(limits)
        return Laid(tenant_id, way.start, cut, fold, live=True)

    async def _proved(self, tenant_id: int, way: Course) -> Course:
        """The course, if the log is still the one that its boundary was made of; else the whole log."""
        if way.rests_on is None:
            return way
        found = await self._history.log.read_log(tenant_id, way.rests_on.position - 1, 1)
        return way if found and found[0].recorded_at == way.rests_on.recorded_at else WHOLE


def _cut(moment: Moment, tenant_id: int, upto: Mapping[int, int] | None) -> Moment:
    """The moment as it is in the log of one tenant."""
    return moment if upto is None else msgspec.structs.replace(moment, position=upto.get(tenant_id, 0))

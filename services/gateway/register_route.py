"""Lists and single things of registers over HTTP: a short function looks one up, everything else is done here.

`@listed` and `@shown` answer a tenant's readers, with `national=True` those of the nation; `@open_listed` and
`@open_shown` answer everybody. The function is given an `Asked` and returns a page, or one row or None. From it come
the query parameters, the moment of the past, the wait for `at_least`, pages with cursors, CSV and NDJSON, entity tags,
the description in OpenAPI.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from inspect import Parameter, Signature
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec.structs import replace

from domain.kernel.errors import StreamNotFound
from projections.history import NOW, Moment
from projections.read_model import ReadModel
from projections.reading import After, Page, ReadConnection
from services.gateway import filters
from services.gateway.desk import Desk, Reads, Then
from services.gateway.filters import NoFilter
from services.gateway.listing import PRIVATE, PUBLIC, Listing, answer, answer_list
from services.gateway.parameters import AsOf, AsOfTime, AtLeast, Cursor, Genealogy, KnownAt, Limit, Slug, moment
from services.gateway.public_scope import AtScope, Scope, Window
from services.gateway.query_route import AtDesk, open_query, query
from services.gateway.views import viewer

AnyRequest = Request[Any, Any, Any]
Given = Mapping[str, Any]
Models = Sequence[ReadModel[Any]]
F = TypeVar("F", bound=msgspec.Struct)


class Place(Protocol):
    """Where a reader stands: a desk of one tenant, or a window on what is public."""

    @property
    def reads(self) -> Reads:
        """The read side's shared parts."""
        ...

    async def then(self, moment: Moment) -> Then:
        """What a moment means here."""
        ...

    def reading(self, models: Models, moment: Moment = NOW) -> AbstractAsyncContextManager[ReadConnection]:
        """A connection on which these models show what may be seen here."""
        ...

    def inheriting(self, models: Models, moment: Moment = NOW) -> AbstractAsyncContextManager[ReadConnection]:
        """The same, and what is answered for here of institutions that ended."""
        ...


P = TypeVar("P", bound=Place)


class Asked(msgspec.Struct, Generic[P, F], frozen=True):
    """A question when its rows are looked up. `path` holds the ids of the address; no `connection` without models.

    `as_is`: institutions as they are now.
    """

    place: P
    connection: ReadConnection
    then: Then
    chosen: F
    path: Mapping[str, UUID]
    limit: int = 1
    after: After | None = None
    as_is: bool = False

    @property
    def now(self) -> datetime:
        """The time by which something is open or overdue."""
        return self.then.now

    @property
    def id(self) -> UUID:
        """The id in the address."""
        return self.path["id"]


AtDeskAsked = Asked[Desk, F]
AtWindowAsked = Asked[Window, F]
Finds = Callable[[Asked[P, F]], Awaitable[Page[Any]]]
Looks = Callable[[Asked[P, F]], Awaitable[Any]]
Marks = Callable[[Callable[..., Any]], HTTPRouteHandler]
Within = Callable[[Scope, Mapping[str, UUID], Moment], Awaitable[str | None]]
"""`(scope, ids of the address, moment)` -> the slug of the institution that is asked about, None for all."""


class _Kind(msgspec.Struct, Generic[P, F], frozen=True):
    """What one address asks about and whom it answers; `enter` takes the reader to the place."""

    path: str
    of: Models
    by: type[F]
    only: Collection[str] | None
    past: bool
    as_of: Any
    arguments: tuple[Parameter, ...]
    enter: Callable[[Given, Models, Mapping[str, UUID], Moment], Awaitable[P]]
    cache: str
    genealogy: bool = False

    @property
    def ids(self) -> list[str]:
        """Names of the ids in the address."""
        return re.findall(r"{(\w+):uuid}", self.path)

    async def asked(self, given: Given) -> Asked[P, F]:
        """The question of a call, still without a connection."""
        at = moment(given.get("as_of"), given.get("known_at"))
        path = {name: given[name] for name in self.ids}
        place = await self.enter(given, self.of, path, at)
        return Asked(
            place,
            _NO_CONNECTION,
            await place.then(at),
            filters.chosen(self.by, given),
            path,
            as_is=given.get("genealogy") == "as_is",
        )

    def opened(self, asked: Asked[P, F]) -> AbstractAsyncContextManager[ReadConnection]:
        """The connection of a question."""
        if not self.of:
            return _nothing()
        read = asked.place.inheriting if asked.as_is else asked.place.reading
        return read(self.of, asked.then.moment)

    def signature(self, *more: Parameter) -> Signature:
        """What the framework reads of a query string and an address."""
        ids = [_argument(name, FromPath[UUID]) for name in self.ids]
        chosen = filters.parameters(self.by, self.only)
        past = [_argument("as_of", self.as_of, None), _argument("known_at", KnownAt, None)] if self.past else []
        if self.genealogy:
            past.append(_argument("genealogy", Genealogy, "as_was"))
        first = Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=AnyRequest)
        return Signature([first, *ids, *chosen, *more, *past, *self.arguments], return_annotation=Response[Any])


def listed(
    path: str,
    name: str,
    view: type[msgspec.Struct],
    *,
    of: Models = (),
    by: type[F] = NoFilter,  # type: ignore[assignment] # the default of a type variable
    only: Collection[str] | None = None,
    past: bool = True,
    national: bool = False,
    **options: Any,
) -> Callable[[Finds[Desk, F]], HTTPRouteHandler]:
    """A list for whoever has the right `name`: rows of the models `of`, shown as `view`, chosen by the filter `by`.

    `only` names the fields of the filter that a query string gives. `past=False`: there is none to ask for.
    `genealogy=True`: the parameter of that name may add what the institution answers for of others that ended.
    """
    inherits = bool(options.pop("genealogy", False))
    kind = replace(_at_desk(path, of, by, only, past=past, national=national), genealogy=inherits)
    return partial(_list, kind, query(path, name, lists=view, **options), view)


def shown(
    path: str,
    name: str,
    view: type[msgspec.Struct],
    *,
    of: Models = (),
    past: bool = True,
    national: bool = False,
    **options: Any,
) -> Callable[[Looks[Desk, NoFilter]], HTTPRouteHandler]:
    """One thing for whoever has the right `name`; its ETag holds the row's `version` where the row has one."""
    kind = _at_desk(path, of, NoFilter, None, past=past, national=national)
    return partial(_thing, kind, query(path, name, shows=view, **options), view)


def open_listed(
    path: str,
    view: type[msgspec.Struct],
    *,
    of: Models = (),
    by: type[F] = NoFilter,  # type: ignore[assignment] # the default of a type variable
    only: Collection[str] | None = None,
    past: bool = True,
    within: Within | None = None,
    **options: Any,
) -> Callable[[Finds[Window, F]], HTTPRouteHandler]:
    """A list for everybody over all institutions, or that which the parameter `tenant` or `within` names.

    `genealogy` as for `listed`.
    """
    inherits = bool(options.pop("genealogy", False))
    kind = replace(_at_window(path, of, by, only, past=past, within=within), genealogy=inherits)
    return partial(_list, kind, open_query(path, lists=view, **options), view)


def open_shown(
    path: str, view: type[msgspec.Struct], *, of: Models, **options: Any
) -> Callable[[Looks[Window, NoFilter]], HTTPRouteHandler]:
    """One thing for everybody, of whatever institution; its row says which (`tenant`)."""
    kind = _at_window(path, of, NoFilter, None, past=True, within=everywhere)
    return partial(_public_thing, kind, open_query(path, shows=view, **options), view)


async def everywhere(_: Scope, __: Mapping[str, UUID], ___: Moment) -> None:
    """For a list that is always about all institutions."""


def _at_desk(
    path: str, of: Models, by: type[F], only: Collection[str] | None, *, past: bool, national: bool
) -> _Kind[Desk, F]:
    arguments = [_argument("desk", AtDesk)]
    if of and not national:
        arguments.append(_argument("at_least", AtLeast, None))

    async def enter(given: Given, models: Models, _: Mapping[str, UUID], __: Moment) -> Desk:
        desk: Desk = given["desk"]
        if given.get("at_least") is not None:
            await desk.reach(models, given["at_least"], inheriting=given.get("genealogy") == "as_is")
        return desk

    return _Kind(path, of, by, only, past, AsOfTime if national else AsOf, tuple(arguments), enter, PRIVATE)


def _at_window(
    path: str, of: Models, by: type[F], only: Collection[str] | None, *, past: bool, within: Within | None
) -> _Kind[Window, F]:
    arguments = [_argument("seen", AtScope)]
    if within is None:
        arguments.append(_argument("tenant", Slug, None))

    async def enter(given: Given, _: Models, path: Mapping[str, UUID], at: Moment) -> Window:
        scope: Scope = given["seen"]
        return scope.within(given.get("tenant") if within is None else await within(scope, path, at))

    return _Kind(path, of, by, only, past, AsOfTime, tuple(arguments), enter, PUBLIC)


def _list(kind: _Kind[P, F], mark: Marks, view: type[msgspec.Struct], finds: Finds[P, F]) -> HTTPRouteHandler:
    show = viewer(view)

    async def handle(request: AnyRequest, **given: Any) -> Response[Any]:
        asked = await kind.asked(given)

        async def fetch(connection: ReadConnection, limit: int, after: After | None) -> Page[Any]:
            return await finds(replace(asked, connection=connection, limit=limit, after=after))

        at_past = bool(kind.of) and asked.then.moment != NOW
        opened = partial(kind.opened, asked)
        listing = Listing(opened, fetch, show, view, asked.place.reads.cursors, kind.cache, at_past)
        answered: Response[Any] = await answer_list(request, listing, given["limit"], given["cursor"])
        return answered

    paging = (_argument("limit", Limit, 50), _argument("cursor", Cursor, None))
    return mark(_named(handle, finds, kind.signature(*paging)))


def _thing(kind: _Kind[P, F], mark: Marks, view: type[msgspec.Struct], looks: Looks[P, F]) -> HTTPRouteHandler:
    show = viewer(view)

    async def handle(request: AnyRequest, **given: Any) -> Response[Any]:
        asked = await kind.asked(given)
        async with kind.opened(asked) as connection:
            row = await looks(replace(asked, connection=connection))
        if row is None:
            raise StreamNotFound
        return answer(request, show(row), cache=kind.cache, version=getattr(row, "version", None))

    return mark(_named(handle, looks, kind.signature()))


def _public_thing(
    kind: _Kind[Window, F], mark: Marks, view: type[msgspec.Struct], looks: Looks[Window, F]
) -> HTTPRouteHandler:
    show = viewer(view)

    async def handle(request: AnyRequest, **given: Any) -> Response[Any]:
        asked = await kind.asked(given)

        async def look(connection: ReadConnection, now: datetime) -> Any:
            then = replace(asked.then, now=now)
            return await looks(replace(asked, connection=connection, then=then))

        row = await asked.place.scope.one(kind.of, look, asked.then.moment)
        return answer(request, show(row), cache=kind.cache)

    return mark(_named(handle, looks, kind.signature()))


def _argument(name: str, annotation: Any, default: Any = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _named(handle: Callable[..., Any], after: Callable[..., Any], signature: Signature) -> Callable[..., Any]:
    """The handler under the name of the function that it answers by, with what the framework shall read."""
    handle.__name__, handle.__qualname__ = after.__name__, after.__qualname__
    handle.__module__, handle.__doc__ = after.__module__, after.__doc__
    handle.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    handle.__annotations__["return"] = signature.return_annotation
    handle.__signature__ = signature  # type: ignore[attr-defined] # read by inspect
    return handle


@asynccontextmanager
async def _nothing() -> AsyncIterator[Any]:
    """For what is read without a connection."""
    yield _NO_CONNECTION


_NO_CONNECTION: Any = None

"""The transparency logs as files for everybody: checkpoints and tiles (C2SP tlog-tiles), and which logs there are.

Hashes are public, entries are not: what an event says comes in a receipt or in an auditor's kit.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, PathParameter

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from infra.tlog.merkle import HASH_BYTES
from infra.tlog.tiles import ENTRIES, tile_at, width
from infra.trees.interface import EVENTS, HEADS, Tree
from projections.reading import After, Page
from services.gateway.filters import NoFilter
from services.gateway.listing import answer_bytes
from services.gateway.public_scope import AtScope, Scope
from services.gateway.query_route import open_query
from services.gateway.refusals import EntriesNotPublic
from services.gateway.register_route import AtWindowAsked, everywhere, open_listed
from services.gateway.routing import Routes

AnyRequest = Request[Any, Any, Any]
LogSlug = Annotated[str, PathParameter(description="Slug of an institution, or `heads` for the national log")]
TilePath = Annotated[
    str, PathParameter(description="Level and number, such as `0/x001/x234/067` or, of a partial tile, `1/000.p/12`")
]
_PLAIN, _BYTES = "text/plain", "application/octet-stream"
_SECONDS = "public, max-age=2"
_YEAR = "public, max-age=31536000, immutable"
_KNOWN = {"304": {"description": "The reader has it already"}}
CHECKPOINT = {
    "200": {
        "description": "The newest checkpoint that the witnesses' quorum has cosigned, as a signed note",
        "content": {_PLAIN: {"schema": {"type": "string"}}},
    }
} | _KNOWN
TILE = {
    "200": {
        "description": "The tile's hashes, 32 bytes each",
        "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}},
    }
} | _KNOWN


class LogView(msgspec.Struct, frozen=True):
    """A log: `events` of an institution, or `heads` of all of them; its files lie below `address`; `size` is sealed."""

    origin: str
    slug: str
    epoch: int
    kind: str
    sandbox: bool
    size: int
    address: str


@open_listed("/log", LogView, past=False, within=everywhere, operation_id="Logs")
async def logs(asked: AtWindowAsked[NoFilter]) -> Page[LogView]:
    """The logs that were sealed, by slug and epoch; those of sandboxes too."""
    return await _page(asked.place.scope, asked.limit, asked.after)


@open_query("/log/{slug:str}/{epoch:int}/checkpoint", responses=CHECKPOINT, operation_id="LogCheckpoint")
async def checkpoint(request: AnyRequest, seen: AtScope, slug: LogSlug, epoch: FromPath[int]) -> Response[bytes]:
    """The newest checkpoint of a log with its cosignatures."""
    system = seen.reads.system
    tree = (await _tree(seen, slug, epoch)).tree
    head = await system.trees.newest(tree, system.quorum)
    if head is None:
        raise StreamNotFound
    return answer_bytes(request, str(head.cosigned).encode(), _PLAIN, {"cache-control": _SECONDS})


@open_query("/log/{slug:str}/{epoch:int}/tile/{path:path}", responses=TILE, operation_id="LogTile")
async def tile(
    request: AnyRequest, seen: AtScope, slug: LogSlug, epoch: FromPath[int], path: TilePath
) -> Response[bytes]:
    """The hashes of a tile, as many as its address names; what is not sealed is not there."""
    name = path.removeprefix("/")
    if name.partition("/")[0] == ENTRIES:
        raise EntriesNotPublic
    asked = tile_at(f"tile/{name}")
    if asked is None:
        raise StreamNotFound
    wanted, wide = asked
    tree = await _tree(seen, slug, epoch)
    if wide > width(wanted, tree.size):
        raise StreamNotFound
    held = (await seen.reads.system.trees.tiles(tree.tree, [wanted]))[wanted]
    return answer_bytes(request, held[: wide * HASH_BYTES], _BYTES, {"cache-control": _YEAR})


async def _page(seen: Scope, limit: int, after: After | None) -> Page[LogView]:
    """Institution by institution, so that a page reads no more trees than it shows."""
    begin = ("", 0) if after is None else (str(after[0]), int(after[1]))
    institutions = await seen.tenants(None, sandboxes=True)
    sandboxes = {one.slug: one.sandbox for one in institutions.values()} | {HEADS: False}
    found: list[LogView] = []
    for slug in sorted(slug for slug in sandboxes if slug >= begin[0]):
        views = [_view(slug, tree, sandbox=sandboxes[slug]) for tree in await _trees(seen, slug)]
        found += [view for view in views if (slug, view.epoch) > begin]
        if len(found) > limit:
            return Page(found[:limit], (found[limit - 1].slug, found[limit - 1].epoch))
    return Page(found, None)


def _view(slug: str, tree: Tree, *, sandbox: bool) -> LogView:
    epoch = tree.tree.epoch
    address = f"/v1/public/log/{slug}/{epoch}"
    return LogView(tree.origin, slug, epoch, tree.tree.kind, sandbox, tree.size, address)


async def _tree(seen: Scope, slug: str, epoch: int) -> Tree:
    """The sealed log of that name. Raises: StreamNotFound."""
    found = [tree for tree in await _trees(seen, slug) if tree.tree.epoch == epoch]
    if not found:
        raise StreamNotFound
    return found[0]


async def _trees(seen: Scope, slug: str) -> list[Tree]:
    """The logs of an institution or of all heads, by epoch. Raises: StreamNotFound for a slug that nobody has."""
    kind = HEADS if slug == HEADS else EVENTS
    tenant_id = NATIONAL_TENANT if kind == HEADS else next(iter(await seen.tenants(slug)))
    trees = [tree for tree in await seen.reads.system.trees.trees(tenant_id) if tree.tree.kind == kind and tree.size]
    return sorted(trees, key=lambda tree: tree.tree.epoch)


ROUTES = Routes(open=(logs, checkpoint, tile))

"""Cosignatures that witnesses hand in: an API client shows a checkpoint of ours with its own signature below.

A witness that answers at an address is asked by the sealer. One that does not hands in what it signed, by C2SP
tlog-cosignature; it counts only when its key is among the witnesses of the settings.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath, QueryParameter

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.message import N_
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import MOST_BYTES, Note, NoteRefused, Signature, Verifier
from infra.trees.interface import EVENTS, Head, TreeId
from services.gateway import body
from services.gateway.desk import Desk
from services.gateway.listing import answer_bytes
from services.gateway.query_route import AtDesk, query
from services.gateway.refusals import CosignatureRefused, UnsupportedType
from services.gateway.routing import Routes

AnyRequest = Request[Any, Any, Any]
OfLog = Annotated[
    Literal["events", "heads"], QueryParameter(description="The log of the institution, or of all heads (the nation's)")
]
AHEAD = timedelta(hours=1)
"""A cosignature dated further into the future is not believed."""
_PLAIN = "text/plain"
_NOTE = {_PLAIN: {"schema": {"type": "string"}}}


class CosignatureTaken(msgspec.Struct, frozen=True, kw_only=True):
    """Whose cosignatures are stored now of the log `origin` at `size` leaves, with when each was made."""

    origin: str
    size: int
    witnesses: dict[str, datetime]


@query(
    "/log/{epoch:int}/head",
    "log_head",
    responses={
        "200": {"description": "The newest checkpoint, also before the quorum has cosigned it", "content": _NOTE}
    },
)
async def log_head(request: AnyRequest, desk: AtDesk, epoch: FromPath[int], of: OfLog = "events") -> Response[bytes]:
    """The newest checkpoint of a log with the cosignatures it has, for a witness to look at."""
    head = await desk.system.trees.newest(_tree(desk, epoch, of))
    if head is None:
        raise StreamNotFound
    return answer_bytes(request, str(head.cosigned).encode(), _PLAIN, {"cache-control": "no-store"})


@post(
    "/log/{epoch:int}/cosignatures",
    status_code=200,
    request_max_body_size=None,
    opt={
        "query": "cosignatures",
        "shows": CosignatureTaken,
        "statuses": (413, 415, 422),
        "body": {"required": True, "content": _NOTE},
        "responses": {},
    },
)
async def hand_in(
    request: AnyRequest, desk: AtDesk, epoch: FromPath[int], of: OfLog = "events"
) -> Response[CosignatureTaken]:
    """Store a witness's cosignature of a checkpoint of this log: a signed note; handing it in again changes nothing."""
    headers = dict(request.scope["headers"])
    if headers.get(b"content-type", b"").split(b";")[0].strip().lower() != _PLAIN.encode():
        raise UnsupportedType(_PLAIN)
    note = _read(await body.read(headers, request.receive, MOST_BYTES))
    head = await _shown(desk, _tree(desk, epoch, of), note)
    found = _made(note, desk.system.quorum.witnesses, desk.system.clock.now() + AHEAD)
    for witness, (signature, at) in found.items():
        await desk.system.trees.cosign(head, witness, str(signature), at)
    taken = CosignatureTaken(
        origin=head.checkpoint.origin, size=head.size, witnesses={one.name: at for one, (_, at) in found.items()}
    )
    return Response(taken, headers={"cache-control": "no-store"})


def _tree(desk: Desk, epoch: int, of: str) -> TreeId:
    if not 0 < epoch <= LAST_EPOCH:
        raise StreamNotFound
    if of != EVENTS and desk.tenant.tenant_id != NATIONAL_TENANT:
        raise StreamNotFound
    return TreeId(desk.tenant.tenant_id, epoch, of)


def _read(data: bytes) -> Note:
    try:
        return Note.parse(data.decode())
    except (NoteRefused, UnicodeDecodeError) as error:
        raise CosignatureRefused("cosignature.note", N_("The body is no signed note.")) from error


async def _shown(desk: Desk, tree: TreeId, note: Note) -> Head:
    """The head of ours that the note is of. Raises: StreamNotFound without such a log, CosignatureRefused."""
    trees = desk.system.trees
    if not any(one.tree == tree and one.size for one in await trees.trees(tree.tenant_id)):
        raise StreamNotFound
    try:
        checkpoint = Checkpoint.parse(note.text)
    except NoteRefused as error:
        raise CosignatureRefused("cosignature.checkpoint", N_("The note is no checkpoint.")) from error
    head = await trees.at_least(tree, checkpoint.size)
    if head is None or head.size != checkpoint.size:
        raise CosignatureRefused(
            "cosignature.size", N_("This log has no checkpoint of {size} entries."), size=checkpoint.size
        )
    if note.text != head.checkpoint.text:
        raise CosignatureRefused(
            "cosignature.text", N_("The log's own checkpoint of {size} entries says something else."), size=head.size
        )
    return head


def _made(note: Note, witnesses: tuple[Verifier, ...], latest: datetime) -> dict[Verifier, tuple[Signature, datetime]]:
    """The witnesses' signatures with their times. Raises: CosignatureRefused for none, a false or a future one."""
    try:
        signed = note.signed_by(witnesses)
    except NoteRefused as error:
        raise CosignatureRefused("cosignature.false", N_("A cosignature is not of the key it names.")) from error
    if not signed:
        raise CosignatureRefused("cosignature.witness", N_("No witness that this installation knows has signed it."))
    ends = {witness: datetime.fromtimestamp(min(at, _LAST), UTC) for witness, at in signed.items()}
    if any(at > latest for at in ends.values()):
        raise CosignatureRefused("cosignature.time", N_("The cosignature is dated into the future."))
    lines = {(one.name, one.key_id): one for one in note.signatures}
    return {witness: (lines[witness.name, witness.key_id], at) for witness, at in ends.items()}


LAST_EPOCH = (1 << 31) - 1
"""No log has more epochs than the database can number."""
_LAST = 253_402_300_799
"""The last second of the year 9999: what a witness dates later is not to be believed anyway."""

ROUTES = Routes(queries=(log_head, hand_in))

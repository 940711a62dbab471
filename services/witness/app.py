"""The witness over HTTP: C2SP tlog-witness `add-checkpoint` and its monitoring address, and whether it lives."""

import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath

from infra.tlog.witnessing import MOST_REQUEST_BYTES, SIZE_TYPE
from services.witness.evidence import Evidence
from services.witness.ledger import Ledger
from services.witness.witness import Conflict, Inconsistent, Malformed, Refused, UnknownLog, Untrusted, Witness

STATUS: dict[type[Refused], int] = {Malformed: 400, Untrusted: 403, UnknownLog: 404, Conflict: 409, Inconsistent: 422}


class Health(msgspec.Struct, frozen=True):
    """`cosigner` verifies it; `logs` counts those it has cosigned, `evidence` what it keeps against them."""

    status: str
    cosigner: str
    logs: int
    evidence: int


def create_app(witness: Witness, ledger: Ledger, evidence: Evidence, cosigner: str) -> Litestar:
    """The addresses of one witness."""

    @post("/add-checkpoint", status_code=200, media_type=MediaType.TEXT)
    async def add_checkpoint(request: Request[None, None, State]) -> str:
        """The cosignature, as a signature line."""
        return str(await witness.add(await request.body()))

    @get("/{hashed:str}/checkpoint", media_type=MediaType.TEXT, cache_control=None)
    async def checkpoint(hashed: FromPath[str]) -> Response[str]:
        """What was cosigned last of the log whose origin has this hash."""
        note = ledger.note(hashed)
        return _text(str(note), 200) if note else _text("nothing of this log was cosigned here\n", 404)

    @get("/healthz")
    async def healthz() -> Health:
        """The event loop answers."""
        return Health("alive", cosigner, len(ledger), evidence.count())

    return Litestar(
        [add_checkpoint, checkpoint, healthz],
        exception_handlers={Refused: _refused, OSError: _unwritable},
        request_max_body_size=MOST_REQUEST_BYTES,
        openapi_config=None,
        logging_config=None,
        state=State({"draining": False}),
        debug=False,
    )


def _refused(_: object, error: Exception) -> Response[bytes] | Response[str]:
    if isinstance(error, Conflict):
        return Response(f"{error.size}\n".encode(), status_code=STATUS[Conflict], headers={"content-type": SIZE_TYPE})
    return _text(f"{error}\n", next(status for kind, status in STATUS.items() if isinstance(error, kind)))


def _unwritable(_: object, __: Exception) -> Response[str]:
    return _text("the witness cannot write its state\n", 503)


def _text(text: str, status: int) -> Response[str]:
    return Response(text, status_code=status, media_type=MediaType.TEXT)

"""One's own data in all institutions, by one request each and on no mandate: taken away, or made unreadable."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from domain.erasure.commands import Ground
from domain.kernel.ids import NATIONAL_SLUG
from services.erasure.certificate import Certified, Notary
from services.erasure.everywhere import Became, Fate, erase_everywhere
from services.erasure.own_data import Exporter, OwnData
from services.gateway import body
from services.gateway.desk import Reads
from services.gateway.permissions import PERSONAL
from services.gateway.preconditions import command_id
from services.gateway.problems import render
from services.gateway.security import person, single

AnyRequest = Request[Any, Any, Any]
_NEVER_KEPT = {"cache-control": "no-store", "content-disposition": 'attachment; filename="my-data.json"'}


class OwnErasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The wish to be erased wherever something is held, and on which ground."""

    ground: Ground


class Erased(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One institution's answer: the erasure with its certificate, or the problem document that stood in the way."""

    tenant: str
    became: Became
    erasure: Certified | None = None
    problem: dict[str, Any] | None = None


class ErasedEverywhere(msgspec.Struct, frozen=True):
    """The answers of all institutions that hold, or held, something; `complete` when none refused or failed."""

    complete: bool
    institutions: list[Erased]


_decoder = msgspec.json.Decoder(OwnErasure)
_BODY = {
    "type": "object",
    "required": ["ground"],
    "properties": {"ground": {"enum": [str(one) for one in Ground]}},
    "additionalProperties": False,
}


def own_data_routes(reads: Reads) -> list[HTTPRouteHandler]:
    """The addresses over a system."""
    return [_taking(reads), _erasing(reads)]


def _taking(reads: Reads) -> HTTPRouteHandler:
    @get(
        "/v1/me/data",
        operation_id="OwnData",
        tags=["erasure"],
        opt={"query": PERSONAL, "shows": OwnData, "lists": None, "responses": {}, "statuses": ()},
    )
    async def own_data(request: AnyRequest) -> Stream:
        """Everything that all institutions hold about the person of the token, as one document to take away.

        Each institution that holds something has it in its log that this was asked.
        """
        person_id = person(single(request.scope["headers"]), reads.system.tokens)
        pieces = _in_turn(reads, Exporter(reads.system.eraser, person_id))
        first = await anext(pieces)  # a refusal must come before the first byte

        async def whole() -> AsyncIterator[bytes]:
            yield first
            async for piece in pieces:
                yield piece

        return Stream(whole(), media_type="application/json", headers=_NEVER_KEPT)

    return own_data


async def _in_turn(reads: Reads, exporter: Exporter) -> AsyncIterator[bytes]:
    async with reads.exporting.turn():
        async for piece in exporter.document(await _institutions(reads), reads.system.clock.now()):
            yield piece


def _erasing(reads: Reads) -> HTTPRouteHandler:
    @post(
        "/v1/me/erasures",
        status_code=200,
        operation_id="EraseMe",
        tags=["erasure"],
        opt={
            "query": PERSONAL,
            "shows": ErasedEverywhere,
            "body": {"required": True, "content": {"application/json": {"schema": _BODY}}},
            "responses": {},
            "statuses": (413, 415, 422),
        },
    )
    async def erase_me(request: AnyRequest) -> Response[ErasedEverywhere]:
        """Have everything sealed about the person of the token made unreadable in every institution, for ever.

        Each institution answers for itself. Repeat it, with its Idempotency-Key, until none has failed.
        """
        headers, settings = single(request.scope["headers"]), reads.system.settings
        person_id = person(headers, reads.system.tokens)
        key = command_id(headers, "me", person_id)
        body.require_json(headers)
        sent = body.decode(await body.read(headers, request.receive, settings.max_body_bytes), _decoder)
        fates = await erase_everywhere(reads.system.eraser, await _institutions(reads), person_id, sent.ground, key)
        shown = [_shown(request, Notary(reads.system.signing, settings.log_name), one) for one in fates]
        every = ErasedEverywhere(all(one.became == Became.ERASED for one in fates), shown)
        return Response(every, headers={"cache-control": "no-store"})

    return erase_me


async def _institutions(reads: Reads) -> list[str]:
    """Every institution there ever was: also what has ended holds what it held."""
    return sorted((await reads.system.handler.authority.national()).institutions) or [NATIONAL_SLUG]


def _shown(request: AnyRequest, notary: Notary, fate: Fate) -> Erased:
    if fate.account is not None:
        return Erased(tenant=fate.tenant, became=fate.became, erasure=notary.certified(fate.tenant, fate.account))
    problem = None if fate.error is None else msgspec.json.decode(render(fate.error, request.scope, command=True).body)
    return Erased(tenant=fate.tenant, became=fate.became, problem=problem)

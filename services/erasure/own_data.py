"""Everything held about a person, institution by institution, as the one JSON document that the person takes away.

It is written piece by piece, so that nobody's years of work and no file beside the one at hand lie in memory:

    {"person_id": uuid, "exported_at": time,
     "institutions": [{"tenant": slug, "position": number, "erased": bool,
                       "events": [OwnEvent, ...], "files": [OwnFile, ...]}, ...],
     "incomplete": [{"tenant": slug, "reason": code}, ...]}

A body that ends early is no JSON: whoever has a document has the whole of it.
"""

import base64
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from domain.erasure.commands import RecordExport
from domain.kernel.errors import HistoryCorrupt, StreamNotFound
from domain.kernel.event import FILE
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from infra.eventstore.codec import decode_metadata
from projections.cut import LeftOut
from services.command_handling.fingerprint import FIELD as SALT
from services.command_handling.request import Principal, Request
from services.erasure.erase import Eraser
from services.erasure.own_events import Found

REPEATED_WITHIN = 60
"""Seconds within which one entry stands for every export of the same person."""


class OwnEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that tells of the person, or by which the person did something.

    `own` says that the person did it, `role` on which mandate. `values` are what is sealed about the person, opened;
    null where it was erased. `said` is the rest of the event, as the log has it: null where the person acted for an
    institution or an organisation, or somebody else spoke of others too.
    """

    position: int
    type: str
    stream_id: UUID
    version: int
    occurred_at: datetime
    own: bool
    role: str | None
    values: dict[str, str | None]
    said: msgspec.Raw | None


class OwnFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the person brought or that is about the person; `content` is base64, null where it is gone."""

    sha256: str
    file_name: str | None
    content: str | None


class HeldBy(msgspec.Struct, frozen=True, kw_only=True):
    """What one institution holds, up to a position of its log."""

    tenant: str
    position: int
    erased: bool
    events: list[OwnEvent]
    files: list[OwnFile]


class OwnData(msgspec.Struct, frozen=True, kw_only=True):
    """The document; institutions that hold nothing are not in it, `incomplete` are those whose log cannot be read."""

    person_id: UUID
    exported_at: datetime
    institutions: list[HeldBy]
    incomplete: list[LeftOut]


class Exporter:
    """Writes a person's document."""

    def __init__(self, eraser: Eraser, person_id: UUID) -> None:
        self._eraser, self._person_id = eraser, person_id
        self._encode = msgspec.json.Encoder().encode

    async def document(self, tenants: Iterable[str], now: datetime) -> AsyncIterator[bytes]:
        """The pieces of the document. Raises: Unavailable."""
        head = self._encode({"person_id": self._person_id, "exported_at": now})
        yield head[:-1] + b',"institutions":['
        missing, between = [], b""
        for slug in tenants:
            before = between
            try:
                async for piece in self._institution(slug):
                    yield before + piece
                    before, between = b"", b","
            except HistoryCorrupt as error:
                if before != between:  # half of it was given: the document ends here, and is none
                    raise
                missing.append(LeftOut(slug, error.code))
        yield b'],"incomplete":' + self._encode(missing) + b"}\n"

    async def _institution(self, slug: str) -> AsyncIterator[bytes]:
        """One institution's part; nothing where nothing is held. Its log says of the export before it is given."""
        handler = self._eraser.handler
        tenant_id = (await handler.authority.tenant(slug)).tenant_id
        position = await handler.store.head(tenant_id)
        files: dict[str, str | None] = dict.fromkeys(sorted(await self._eraser.uploads.by(tenant_id, self._person_id)))
        page = await self._page(tenant_id, 0, position)
        if not page and not files:
            return
        await self._put_on_record(slug, tenant_id)
        erased = await self._eraser.vault.erased(tenant_id, self._person_id)
        yield self._encode({"tenant": slug, "position": position, "erased": erased})[:-1] + b',"events":['
        comma = b""
        while page:
            files |= {n.removeprefix(FILE): v for one in page for n, v in one.values.items() if n.startswith(FILE)}
            yield comma + self._encode(page)[1:-1]
            comma, page = b",", await self._page(tenant_id, page[-1].position, position)
        yield b'],"files":['
        for number, (sha256, name) in enumerate(files.items()):
            file = OwnFile(sha256=sha256, file_name=name, content=await self._content(tenant_id, sha256))
            yield (b"," if number else b"") + self._encode(file)
        yield b"]}"

    async def _page(self, tenant_id: int, after: int, upto: int) -> list[OwnEvent]:
        found = await self._eraser.own_events.page(tenant_id, self._person_id, after, upto)
        return [await self._shown(one) for one in found]

    async def _shown(self, found: Found) -> OwnEvent:
        stored, vault = found.event, self._eraser.vault
        metadata = decode_metadata(stored.metadata)
        own = metadata.actor == self._person_id
        opened = (await vault.open(stored)).get(self._person_id, {})
        return OwnEvent(
            position=stored.position,
            type=stored.type_name,
            stream_id=stored.stream_id,
            version=stored.version,
            occurred_at=stored.occurred_at,
            own=own,
            role=metadata.role if own else None,
            values={name: opened.get(name) for name in vault.fields(stored, self._person_id) if name != SALT},
            said=msgspec.Raw(stored.data) if found.named or (own and metadata.role == Role.SIGNED_IN) else None,
        )

    async def _content(self, tenant_id: int, sha256: str) -> str | None:
        try:
            return base64.b64encode(await self._eraser.objects.within(tenant_id).get(sha256)).decode()
        except StreamNotFound:
            return None

    async def _put_on_record(self, slug: str, tenant_id: int) -> None:
        window = int(self._eraser.handler.clock.now().timestamp()) // REPEATED_WITHIN
        request = Request(
            tenant=slug,
            command=RecordExport(),
            command_id=derived_id("export", tenant_id, self._person_id, window),
            principal=Principal(self._person_id),
        )
        await self._eraser.handler.execute(request)

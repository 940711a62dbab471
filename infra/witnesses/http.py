"""A witness over HTTP: no redirect is followed, no answer is read beyond its limit or waited for beyond its time."""

import asyncio

import httpx
import msgspec

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import MOST_BYTES, Note, NoteRefused, Verifier
from infra.tlog.witnessing import SIZE_TYPE, AddCheckpoint, cosignatures, origin_hash
from infra.witnesses.interface import Address, Cosigned, OtherSize, WitnessFailed, WitnessRefused

SECONDS = 5.0
"""How long a witness has for an answer, from the first byte sent to the last one read."""
_DONE, _NOT_FOUND, _CONFLICT = 200, 404, 409
_REFUSED = frozenset({400, 403, 404, 409, 413, 422})
_MOST_DIGITS = 19
_TOLD = 200
_PLAIN = {"accept-encoding": "identity"}


class _Answer(msgspec.Struct, frozen=True):
    status: int
    kind: str
    body: bytes

    @property
    def text(self) -> str:
        """Raises: WitnessFailed."""
        try:
            return self.body.decode()
        except UnicodeDecodeError as error:
            raise WitnessFailed("the answer is not UTF-8") from error


class HttpWitness:
    """Over a client that somebody else closes; it keeps connections open between requests."""

    def __init__(self, address: Address, client: httpx.AsyncClient, *, seconds: float = SECONDS) -> None:
        self._address, self._client, self._seconds = address, client, seconds

    @property
    def verifier(self) -> Verifier:
        """As the port says."""
        return self._address.verifier

    async def add(self, request: AddCheckpoint) -> Cosigned:
        """As the port says."""
        answer = await self._ask("POST", "add-checkpoint", str(request).encode())
        told = answer.text
        if answer.status == _CONFLICT and answer.kind == SIZE_TYPE:
            size = told.removesuffix("\n")
            if not (size.isascii() and size.isdecimal() and len(size) <= _MOST_DIGITS):
                raise WitnessFailed(f"{size[:40]!r} is no size")
            raise OtherSize(int(size))
        if answer.status in _REFUSED:
            raise WitnessRefused(answer.status, _shown(told))
        _require_done(answer)
        try:
            found = cosignatures(told, request.note.text, [self.verifier])
        except NoteRefused as error:
            raise WitnessFailed(str(error)) from error
        if not any(found.values()):
            raise WitnessFailed("the answer holds no dated signature of its key")
        signature, at = next((one, at) for one, at in found.items() if at)
        return Cosigned(str(signature), at)

    async def latest(self, origin: str) -> Note | None:
        """As the port says."""
        answer = await self._ask("GET", f"{origin_hash(origin)}/checkpoint", b"")
        if answer.status == _NOT_FOUND:
            return None
        _require_done(answer)
        try:
            note = Note.parse(answer.body)
            named = Checkpoint.parse(note.text).origin
            signed = note.signed_by([self.verifier])
        except NoteRefused as error:
            raise WitnessFailed(str(error)) from error
        if named != origin or self.verifier not in signed:
            raise WitnessFailed(f"the answer is no checkpoint of {origin} that the witness has cosigned")
        return note

    async def _ask(self, method: str, path: str, content: bytes) -> _Answer:
        """The whole answer, as its bytes came: nothing is unpacked that could grow. Raises: WitnessFailed."""
        url, read = f"{self._address.url}/{path}", bytearray()
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream(method, url, content=content, headers=_PLAIN, follow_redirects=False) as answer,
            ):
                async for part in answer.aiter_raw():
                    read += part
                    if len(read) > MOST_BYTES:
                        raise WitnessFailed("the answer is too long")
        except TimeoutError as error:
            raise WitnessFailed(f"no answer within {self._seconds:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise WitnessFailed(f"{type(error).__name__}: {error}") from error
        return _Answer(answer.status_code, answer.headers.get("content-type", ""), bytes(read))


def _require_done(answer: _Answer) -> None:
    if answer.status != _DONE:
        raise WitnessFailed(f"it answers {answer.status}")


def _shown(told: str) -> str:
    """What somebody else wrote, fit for a log line."""
    return "".join(letter if letter.isprintable() else " " for letter in told[:_TOLD]).strip()

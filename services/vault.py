"""The vault: personal data sealed under one key per person, from the first event on.

What stands in an event's `pii` is JSON, so that it can be read in thirty years:

    {"v": 1, "values": [{"subject": uuid, "field": text, "nonce": base64, "sealed": base64}, ...]}

`sealed` is AES-256-GCM of the UTF-8 value under the data key of (tenant, subject), with a random nonce of 96 bits and
`tenant|stream|version|type|field` as additional data: a value moved to another place in the log does not open. The
data key lies wrapped in `es.subject_key`; when it is destroyed the values can be opened by nobody, and every hash over
the log still holds because it was taken over the sealed bytes. A value that was said when the person was erased already
and that the event could do without stands there empty: `nonce` and `sealed` have no bytes.
"""

import asyncio
import os
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.erasure.citations import PERSONAL_DATA
from domain.kernel.errors import HistoryCorrupt, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.message import N_
from infra.eventstore.interface import StoredEvent
from infra.keys.interface import KEY_BYTES, KeyRefused, KeyStore, SubjectKeys

FORMAT = 1
NONCE_BYTES = 12
REMEMBERED_KEYS = 10_000
REMEMBERED_FOR = 1.0
"""Seconds after which a remembered key is forgotten: so long may an erasure by another process go unnoticed here."""

Opened = dict[UUID, dict[str, str]]


class SealedValue(msgspec.Struct, frozen=True):
    """One value about one person."""

    subject: UUID
    field: str
    nonce: bytes
    sealed: bytes


class Sealed(msgspec.Struct, frozen=True):
    """What the `pii` column holds."""

    v: int
    values: tuple[SealedValue, ...]


class Vault:
    """Seals and opens the personal part of events; remembers a bounded number of data keys for a short time."""

    def __init__(self, keys: KeyStore, subjects: SubjectKeys) -> None:
        self._keys, self._subjects = keys, subjects
        self._remembered: OrderedDict[tuple[int, UUID], tuple[AESGCM, float]] = OrderedDict()
        self._forgetting = False
        self._decode = msgspec.json.Decoder(Sealed).decode
        self._encode = msgspec.json.Encoder().encode

    async def seal(
        self, tenant_id: int, stream_id: UUID, version: int, type_name: str, personal: Sequence[Personal]
    ) -> bytes | None:
        """The bytes for the event's `pii`, None when there is nothing personal.

        Raises:
            RuleViolated: a person's key was erased; nothing that is needed can be said about them here again.
            Unavailable: the keys cannot be reached.
        """
        if not personal:
            return None
        if len({(value.subject_id, value.field) for value in personal}) != len(personal):
            raise ValueError("an event says the same field of the same person twice")
        ciphers = await self._ciphers(tenant_id, {value.subject_id for value in personal}, make=True)
        values = []
        for value in personal:
            cipher = ciphers.get(value.subject_id)
            if cipher is None:
                if value.needed:
                    raise RuleViolated(
                        "erasure.final",
                        N_(
                            "This person's data was erased in this institution; nothing new is stored about the person."
                        ),
                        citation=PERSONAL_DATA,
                    )
                values.append(SealedValue(value.subject_id, value.field, b"", b""))
                continue
            nonce = os.urandom(NONCE_BYTES)
            place = _place(tenant_id, stream_id, version, type_name, value.field)
            sealed = cipher.encrypt(nonce, value.value.encode(), place)
            values.append(SealedValue(value.subject_id, value.field, nonce, sealed))
        return self._encode(Sealed(FORMAT, tuple(values)))

    async def open(self, event: StoredEvent) -> Opened:
        """Each person's fields; an erased person has none (an empty dict).

        Raises:
            HistoryCorrupt: the bytes are not what was sealed for this place of the log.
            Unavailable: the keys cannot be reached.
        """
        if event.pii is None:
            return {}
        sealed = self._read(event)
        ciphers = await self._ciphers(event.tenant_id, {value.subject for value in sealed.values}, make=False)
        opened: Opened = {value.subject: {} for value in sealed.values}
        for value in sealed.values:
            cipher = ciphers.get(value.subject)
            if cipher is None:
                continue
            place = _place(event.tenant_id, event.stream_id, event.version, event.type_name, value.field)
            try:
                opened[value.subject][value.field] = cipher.decrypt(value.nonce, value.sealed, place).decode()
            except (InvalidTag, ValueError) as error:
                raise _changed(event) from error
        return opened

    async def destroy(self, tenant_id: int, subjects: Collection[UUID]) -> int:
        """Destroy the persons' data keys for ever; other processes forget them within REMEMBERED_FOR seconds.

        Answers how many had not been destroyed before. Raises: Unavailable.
        """
        done = await self._subjects.erase(tenant_id, subjects)
        for subject in subjects:
            self._remembered.pop((tenant_id, subject), None)
        return done

    async def erased(self, tenant_id: int, subject: UUID) -> bool:
        """Whether the person's key was destroyed. Raises: Unavailable."""
        return (await self._subjects.find(tenant_id, [subject])).get(subject, b"") is None

    def fields(self, event: StoredEvent, subject: UUID) -> list[str]:
        """Names of the values that the event has sealed about the person, in order. Raises: HistoryCorrupt."""
        return [] if event.pii is None else [one.field for one in self._read(event).values if one.subject == subject]

    def _read(self, event: StoredEvent) -> Sealed:
        try:
            sealed = self._decode(event.pii or b"")
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _changed(event) from error
        if sealed.v != FORMAT:
            raise _changed(event)
        return sealed

    async def _ciphers(self, tenant_id: int, subjects: Collection[UUID], *, make: bool) -> dict[UUID, AESGCM]:
        """Ciphers of the persons; an erased person has none."""
        now = time.monotonic()
        found: dict[UUID, AESGCM] = {}
        for subject in subjects:
            remembered = self._remembered.get((tenant_id, subject))
            if remembered is not None and remembered[1] > now:
                found[subject] = remembered[0]
        missing = [subject for subject in subjects if subject not in found]
        if missing:
            found |= await self._fetch(tenant_id, missing, now, make=make)
        return found

    async def _fetch(self, tenant_id: int, subjects: Iterable[UUID], now: float, *, make: bool) -> dict[UUID, AESGCM]:
        if make:  # for most it is the first time, and for the others asking to add is asking what stands
            new = {s: await self._keys.wrap(tenant_id, os.urandom(KEY_BYTES), s.bytes) for s in subjects}
            wrapped = await self._subjects.add(tenant_id, new)
        else:
            wrapped = await self._subjects.find(tenant_id, list(subjects))
        found: dict[UUID, AESGCM] = {}
        for subject, key in wrapped.items():
            if key is None:
                continue
            try:
                cipher = AESGCM(await self._keys.unwrap(tenant_id, key, subject.bytes))
            except KeyRefused as error:
                raise HistoryCorrupt(N_("A person's data key does not open: {reason}."), reason=str(error)) from error
            found[subject] = cipher
            self._remember(tenant_id, subject, cipher, now + REMEMBERED_FOR)
        return found

    def _remember(self, tenant_id: int, subject: UUID, cipher: AESGCM, until: float) -> None:
        self._remembered[tenant_id, subject] = (cipher, until)
        self._remembered.move_to_end((tenant_id, subject))
        while len(self._remembered) > REMEMBERED_KEYS:
            self._remembered.popitem(last=False)
        if not self._forgetting:
            self._forgetting = True
            asyncio.get_running_loop().call_later(REMEMBERED_FOR, self._forget)

    def _forget(self) -> None:
        """Drop the keys whose time is over, so that none lies in memory for longer than it may be used."""
        now, self._forgetting = time.monotonic(), False
        while self._remembered:
            key, (_, until) = next(iter(self._remembered.items()))
            if until > now:
                self._forgetting = True
                asyncio.get_running_loop().call_later(until - now, self._forget)
                return
            del self._remembered[key]


def _place(tenant_id: int, stream_id: UUID, version: int, type_name: str, field: str) -> bytes:
    return f"{tenant_id}|{stream_id}|{version}|{type_name}|{field}".encode()


def _changed(event: StoredEvent) -> HistoryCorrupt:
    return HistoryCorrupt(
        N_("The sealed part of event {position} of tenant {tenant} does not open."),
        position=event.position,
        tenant=event.tenant_id,
    )

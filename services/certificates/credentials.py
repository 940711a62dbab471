"""Credentials of certificates: composed of what the log says once it is sealed, and of what only her key opens."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from domain.kernel.errors import StreamNotFound, Unavailable
from domain.kernel.ids import event_id
from domain.kernel.message import N_, Message
from domain.kernel.registry import Registry
from domain.kernel.text import Text
from domain.volunteering.certificate import HOLDER, SALT
from domain.volunteering.events.certificate import CertificateHeld, CertificateIssued
from infra.credentials.data_integrity import sign
from infra.credentials.multikey import did_key
from infra.credentials.open_badges import ENTRIES, MINUTES, MONTHS, Badge, Issuer, Programme, claims, compose
from infra.credentials.reading import Document
from infra.eventstore.codec import restore
from infra.eventstore.interface import StoredEvent
from infra.keys.interface import IssuerKeys
from services.receipts.receipt import SEALED, Receipts
from services.vault import Vault


class NotSealedYet(Unavailable):
    """The log is not sealed up to the certificate yet: that takes a second; ask again."""

    code = "not-sealed-yet"
    title = N_("Not sealed yet")

    def __init__(self) -> None:
        super().__init__("")
        self.message = Message(N_("The log is not sealed up to this certificate yet. Ask again in a moment."))
        self.to_readers = self.message


class Opened(msgspec.Struct, frozen=True):
    """A certificate as its holder may have it; `names` are the institution's by language."""

    slug: str
    names: Mapping[str, str]
    stored: StoredEvent
    issued: CertificateIssued
    held: CertificateHeld
    holder: str
    salt: str


class Credentials:
    """Makes the credentials of one installation, whose gateway is reached at `base`."""

    def __init__(self, receipts: Receipts, vault: Vault, registry: Registry, keys: IssuerKeys, base: str) -> None:
        self._receipts, self._vault, self._registry, self._keys, self._base = receipts, vault, registry, keys, base

    async def open(self, slug: str, names: Mapping[str, str], stream: Sequence[StoredEvent]) -> Opened:
        """The certificate that a stream is. Raises: StreamNotFound when it is none, or its holder was erased."""
        told = [restore(self._registry, one) for one in stream[:2]]
        match told:
            case [CertificateIssued() as issued, CertificateHeld() as held]:
                opened = (await self._vault.open(stream[1])).get(held.person_id, {})
            case _:
                raise StreamNotFound
        if not (opened.get(HOLDER) and opened.get(SALT)):
            raise StreamNotFound
        return Opened(slug, names, stream[0], issued, held, opened[HOLDER], opened[SALT])

    async def credential(self, opened: Opened) -> Document:
        """The credential with its proof. Raises: NotSealedYet; Unavailable where the issuer's key is not at hand."""
        receipt = await self._receipts.of(opened.slug, opened.stored)
        if receipt.state != SEALED or receipt.sealed_at is None:
            raise NotSealedYet
        key = self._keys.find(opened.slug, opened.issued.issuer_key)
        if key is None:
            raise Unavailable("issuer keys")
        badge = self._badge(
            opened.slug, opened.names, opened.stored, opened.issued, salt=opened.salt, evidence=receipt.text
        )
        return sign(compose(badge), key, receipt.sealed_at)

    def claimed(self, slug: str, stored: StoredEvent) -> Document:
        """What the credential of an issued certificate must claim. Raises: StreamNotFound for another event."""
        issued = restore(self._registry, stored)
        if not isinstance(issued, CertificateIssued):
            raise StreamNotFound
        return claims(compose(self._badge(slug, {}, stored, issued)))

    def _badge(
        self, slug: str, names: Mapping[str, str], stored: StoredEvent, issued: CertificateIssued, **carried: str
    ) -> Badge:
        return Badge(
            certificate_id=stored.stream_id,
            subject=issued.subject,
            name_hash=issued.name_hash,
            issuer=issuer_of(issued.issuer_key, names, self._base),
            programme=Programme(issued.programme_id, said(issued.title), said(issued.criteria), issued.skills),
            issued_at=stored.occurred_at,
            valid_until=issued.valid_until,
            first_day=issued.first_day,
            last_day=issued.last_day,
            numbers={MINUTES: issued.minutes, MONTHS: issued.months, ENTRIES: issued.entries},
            event_id=event_of(stored),
            position=stored.position,
            status_lists=f"{self._base}/v1/public/status-lists/{slug}/{stored.epoch}",
            **carried,
        )


def issuer_of(public_key: str, names: Mapping[str, str], base: str) -> Issuer:
    """The institution as it stands in a credential."""
    return Issuer(did_key(bytes.fromhex(public_key)), joined_names(names), base)


def event_of(stored: StoredEvent) -> UUID:
    """The id of the event that the evidence proves."""
    return event_id(stored.command_id, stored.stream_id, stored.version)


def said(text: Text) -> str:
    """A text in all of its languages, one after the other: none is put above another."""
    return " / ".join(getattr(text, code).text for code in text.languages)


def joined_names(names: Mapping[str, str]) -> str:
    """An institution's official names."""
    return " / ".join(names[code] for code in ("sq", "sr") if code in names)

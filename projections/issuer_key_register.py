"""The register of issuers' keys: which keys sign, or signed, the certificates of which institution."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from domain.volunteering.events import issuer as e
from projections.read_model import Key, ReadModel, Stored, folds


class IssuerKeyRow(msgspec.Struct, frozen=True):
    """A key by its public half (hex). `state` is current, earlier or retired, `since` when the log came to say so."""

    tenant_id: int
    public_key: str
    state: str
    since: datetime


def _named(_event: Stored, told: e.IssuerKeyMade | e.IssuerKeyRetired) -> Iterable[Key]:
    return ((told.public_key,),)


def _both(_event: Stored, told: e.IssuerKeyRotated) -> Iterable[Key]:
    return ((told.public_key,), (told.previous,))


class IssuerKeyRegister(ReadModel[IssuerKeyRow]):
    """Folds the ring of an institution, a row for each key."""

    name = "issuer_key_register"
    table = "issuer_key_register"
    row = IssuerKeyRow
    key = ("public_key",)

    @folds(e.IssuerKeyMade, keys=_named, begins=True)
    def made(self, _row: None, event: Stored, told: e.IssuerKeyMade) -> IssuerKeyRow:
        """The first one."""
        return IssuerKeyRow(event.tenant_id, told.public_key, "current", event.recorded_at)

    @folds(e.IssuerKeyRotated, keys=_both, begins=True)
    def rotated(self, row: IssuerKeyRow | None, event: Stored, told: e.IssuerKeyRotated) -> IssuerKeyRow:
        """One begins to sign, the one before ends."""
        if row is None:
            return IssuerKeyRow(event.tenant_id, told.public_key, "current", event.recorded_at)
        return replace(row, state="earlier", since=event.recorded_at)

    @folds(e.IssuerKeyRetired, keys=_named)
    def retired(self, row: IssuerKeyRow, event: Stored, _told: e.IssuerKeyRetired) -> IssuerKeyRow:
        """Trusted no more."""
        return replace(row, state="retired", since=event.recorded_at)

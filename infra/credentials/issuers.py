"""The list of issuers: which keys are which institution's, signed by the key that signs the installation's logs.

A signed note (C2SP signed-note), so that whoever trusts an installation's key for its logs trusts it for this, too:

    pakt.localhost/issuers               the note's own origin: no checkpoint's text can begin like it
    pakt-issuers/v1
    2026-11-26T13:15:30Z                 when the list was made
    mflt 4f0c… current 2026-11-01T08:00:00.123456Z Ministry of …

A line is institution, public key (hex), state, since when, and the institution's name. `current` signs now, `earlier`
signed until then, and what a `retired` key says counts only with a proof that the log held it before.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

import msgspec

from infra.tlog.note import Note, NoteRefused, Signer, sign_note

FORM = "pakt-issuers/v1"
SUFFIX = "/issuers"
_HEAD, _FIELDS, _KEY_DIGITS = 3, 5, 64


class KeyState(StrEnum):
    """How an issuer's key stands."""

    CURRENT = "current"
    EARLIER = "earlier"
    RETIRED = "retired"


class IssuerKey(msgspec.Struct, frozen=True):
    """A key of an institution; `since` is when it came to stand as it does."""

    institution: str
    public_key: str
    state: KeyState
    since: datetime
    name: str

    @classmethod
    def parse(cls, line: str) -> Self:
        """Raises: NoteRefused."""
        parts = line.split(" ", _FIELDS - 1)
        try:
            slug, key, state, since, name = parts
            made = cls(slug, key, KeyState(state), datetime.fromisoformat(since), name)
        except ValueError as error:
            raise NoteRefused(f"{line[:80]!r} is no line of a list of issuers") from error
        if len(key) != _KEY_DIGITS or str(made) != line:
            raise NoteRefused(f"{line[:80]!r} is no line of a list of issuers")
        return made

    def __str__(self) -> str:
        since = f"{self.since.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        return f"{self.institution} {self.public_key} {self.state} {since} {self.name}"


def issuers_note(signer: Signer, made_at: datetime, keys: Iterable[IssuerKey]) -> Note:
    """The list; `signer` signs under `<installation>/issuers`."""
    lines = "".join(f"{key}\n" for key in keys)
    return sign_note(f"{signer.name}\n{FORM}\n{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n{lines}", signer)


def read_issuers(note: Note) -> tuple[IssuerKey, ...]:
    """The keys of a list whose signature the caller has verified. Raises: NoteRefused."""
    lines = note.text.removesuffix("\n").split("\n")
    if len(lines) < _HEAD or not lines[0].endswith(SUFFIX) or lines[1] != FORM:
        raise NoteRefused(f"a list of issuers begins with its name and {FORM!r}")
    return tuple(map(IssuerKey.parse, lines[_HEAD:]))

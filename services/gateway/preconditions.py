"""Headers on which a request depends: Idempotency-Key, If-Match, If-None-Match."""

import re
from uuid import UUID

from domain.kernel.ids import derived_id
from domain.kernel.message import N_
from services.gateway.refusals import InvalidHeader, KeyRequired

_KEY = re.compile(rb"[\x21-\x7e]{1,255}")
_VERSION = re.compile(rb'"([1-9][0-9]{0,17})(?:\.[0-9a-f]{16})?"')


def command_id(headers: dict[bytes, bytes], tenant: str, person_id: UUID) -> UUID:
    """The command's id: it follows from tenant, person and Idempotency-Key, so nobody can take another's.

    Raises: KeyRequired; InvalidHeader for a key that is empty, too long or not visible ASCII.
    """
    key = headers.get(b"idempotency-key")
    if key is None:
        raise KeyRequired
    if not _KEY.fullmatch(key):
        raise InvalidHeader("Idempotency-Key", N_("It must be 1 to 255 visible ASCII characters."))
    return derived_id("http", tenant, person_id, key.decode("ascii"))


def expected_version(headers: dict[bytes, bytes]) -> int | None:
    """The version of If-Match, None when there is none or it is `*`.

    Raises: InvalidHeader when it is not one strong entity tag as Pakt sends them.
    """
    sent = headers.get(b"if-match")
    if sent is None or sent == b"*":
        return None
    match = _VERSION.fullmatch(sent)
    if match is None:
        raise InvalidHeader("If-Match", N_('It must be an entity tag as Pakt sends it, such as "3".'))
    return int(match[1])


def is_known(headers: dict[bytes, bytes], etag: str) -> bool:
    """Whether If-None-Match names `etag` (RFC 9110 13.1.2, weak comparison): the answer is then 304."""
    sent = headers.get(b"if-none-match", b"").decode("latin-1")
    if sent.strip() == "*":
        return True
    return etag.removeprefix("W/") in {tag.strip().removeprefix("W/") for tag in sent.split(",")}

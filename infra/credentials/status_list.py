"""Bitstring Status List 1.0: which credentials of an issuer count no more, one bit each, told without saying whose."""

import base64
import gzip
import zlib
from collections.abc import Iterable

from infra.credentials.refusal import CredentialRefused

SIZE = 131_072
"""Entries of a list, the fewest that the Recommendation allows: so many may be meant by whoever asks for one."""
_MOST_BYTES = SIZE


def encoded(indexes: Iterable[int]) -> str:
    """The list with these bits set, multibase base64url of its gzip; the same bits give the same text."""
    bits = bytearray(SIZE // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> (index % 8)  # the first bit is the leftmost
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def is_set(list_text: str, index: int) -> bool:
    """Whether the bit is set. Raises: CredentialRefused for what is no list, or too short for the index."""
    bits = _decoded(list_text)
    if len(bits) * 8 < SIZE or not 0 <= index < len(bits) * 8:
        raise CredentialRefused("status", f"a status list has {SIZE} entries or more, and the index is one of them")
    return bool(bits[index // 8] & (0x80 >> (index % 8)))


def _decoded(text: str) -> bytes:
    """Unpacks no more than a bound, whatever the packed bytes would become."""
    try:
        if not text.startswith("u"):
            raise CredentialRefused("status", "a status list is base64url behind a 'u'")
        packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        unpacking = zlib.decompressobj(wbits=31)
        bits = unpacking.decompress(packed, _MOST_BYTES)
    except (ValueError, zlib.error) as error:
        raise CredentialRefused("status", "the status list cannot be unpacked") from error
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise CredentialRefused("status", f"a status list is unpacked up to {_MOST_BYTES} bytes")
    return bits

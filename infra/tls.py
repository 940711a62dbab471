"""Until when the certificates of others hold: of servers as they show them, of files as they stand.

Nothing is verified here, so that a certificate that has expired can be looked at too; nothing is sent but the greeting.
"""

import asyncio
import ssl
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec
from cryptography import x509

WITHIN = 5.0
"""Seconds for a server to show its certificate."""
_ASK_POSTGRESQL = (8).to_bytes(4) + (80877103).to_bytes(4)
"""SSLRequest: whether PostgreSQL goes on with TLS (S) or not (N)."""
_FAILED = (OSError, ssl.SSLError, ValueError, asyncio.IncompleteReadError)


class Opening(StrEnum):
    """How a conversation over TLS begins."""

    TLS = "tls"
    POSTGRESQL = "postgresql"


class Validity(msgspec.Struct, frozen=True):
    """From when to when a certificate holds (UTC), and whose it says that it is (RFC 4514)."""

    subject: str
    begins: datetime
    ends: datetime


class NotShown(Exception):
    """No certificate could be read; the message says why."""


class Unencrypted(Exception):
    """The server does not speak TLS."""


async def of_server(host: str, port: int, opening: Opening = Opening.TLS) -> Validity:
    """What the server at `host` shows.

    Raises:
        Unencrypted: a PostgreSQL that goes on without TLS.
        NotShown: it cannot be reached within `WITHIN` seconds, or does not speak TLS.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        async with asyncio.timeout(WITHIN):
            _, writer = await _opened(host, port, opening)
            try:
                await writer.start_tls(context, server_hostname=host)
                shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            finally:
                writer.transport.abort()  # a goodbye might be waited for
        return _validity(x509.load_der_x509_certificate(shown))
    except TimeoutError:
        raise NotShown(f"no answer within {WITHIN:.0f} s") from None
    except _FAILED as error:
        raise NotShown(str(error) or type(error).__name__) from error


def of_file(path: Path) -> Validity:
    """Of a file of PEM certificates the one that ends first. Raises: NotShown."""
    try:
        return min((_validity(one) for one in x509.load_pem_x509_certificates(path.read_bytes())), key=lambda v: v.ends)
    except _FAILED as error:
        raise NotShown(str(error) or type(error).__name__) from error


async def _opened(host: str, port: int, opening: Opening) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(host, port)
    if opening is Opening.POSTGRESQL:
        writer.write(_ASK_POSTGRESQL)
        if await reader.readexactly(1) != b"S":
            writer.close()
            raise Unencrypted
    return reader, writer


def _validity(certificate: x509.Certificate) -> Validity:
    subject = certificate.subject.rfc4514_string()
    return Validity(subject, certificate.not_valid_before_utc, certificate.not_valid_after_utc)

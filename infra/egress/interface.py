"""The port through which requests leave for addresses that others chose.

What somebody else named is reached only where anybody could reach it, over the public network: never this machine, its
neighbours, or what answers machines alone. The contract suite is `tests/contracts/test_egress.py`.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol, Self

import msgspec

from domain.kernel.vocabulary import TARGET

_TARGET = re.compile(TARGET)
_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65_535


class Failure(StrEnum):
    """Why a request has no answer."""

    TARGET = "target"
    """The URL is none that is asked here, or it is not encrypted."""
    ADDRESS = "address"
    """It leads to an address that is not asked from here."""
    UNRESOLVED = "unresolved"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    """The connection was cut, or what came is no answer of HTTP."""


class RequestFailed(Exception):
    """Nobody answered, or nobody was asked; `detail` is fit for a log line."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure, self.detail = failure, detail


class Reply(msgspec.Struct, frozen=True):
    """What came back: the status, and the header Retry-After as it was sent."""

    status: int
    retry_after: str = ""


class Target(msgspec.Struct, frozen=True):
    """A URL in its parts; `host` without the brackets of an IPv6 address, `path` with the query."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises: RequestFailed for anything but `http(s)://host[:port][/path][?query]` in ASCII."""
        found = _TARGET.fullmatch(url)
        if found is None:
            raise RequestFailed(Failure.TARGET, "the URL is none that can be asked")
        scheme, host, port, path = found.groups(default="")
        number = int(port) if port else _PORTS[scheme]
        if not 1 <= number <= _LAST_PORT:
            raise RequestFailed(Failure.TARGET, f"{port} is no port")
        return cls(scheme, host.strip("[]"), number, path if path.startswith("/") else f"/{path}")

    @property
    def host_header(self) -> str:
        """As RFC 9110, section 7.2, has it: with the brackets, and the port where the scheme does not say it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


class Egress(Protocol):
    """Sends requests to addresses that others chose."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """One request and its answer, whatever its status; no redirect is followed.

        A connection goes to an address that was checked, as each of the name's was when it was made; it may serve the
        next request. Ends within the adapter's time limit; of the answer's body no more than 64 KiB are read.

        Raises: RequestFailed.
        """
        ...

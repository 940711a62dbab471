"""Requests over connections of our own: each goes to an address that was checked, and to no other.

A connection serves one request after the other for a while (`kept`); for each new one the name is resolved and all its
addresses are checked. Names are resolved on threads of their own, so that names that hang keep nobody else.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

import httpcore

from infra.egress.interface import Failure, Reply, RequestFailed, Target
from infra.egress.kept import Kept, KeptConnections
from infra.egress.reach import Address, Reach

SECONDS = 20.0
"""How long everything may take, from resolving the name to the status of the answer (Standard Webhooks: 15 to 30)."""
MOST_BYTES = 64 << 10
"""How much of an answer's body is read: so much that a sender with something short to say is not cut off."""
DRAINING = 1.0
"""Seconds for that; what it says, nobody asks."""
RESOLVING = 16
"""Names that are resolved at the same time."""

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
"""The addresses of a host; raises OSError when it has none."""


class SystemResolver:
    """As the machine resolves names."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(RESOLVING, thread_name_prefix="pakt-resolve")

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        """Every address once, in the order of preference (RFC 6724)."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port)
        return tuple(dict.fromkeys(ip_address(one[4][0]) for one in found))

    def close(self) -> None:
        """Wait for nobody: a name that hangs hangs alone."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> Sequence[tuple[object, object, object, object, tuple[str, int]]]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)  # type: ignore[return-value] # an address comes first


class GuardedEgress:
    """As the port says, within `reach`. `trusted` is whom TLS believes, the authorities of the Web by default."""

    def __init__(
        self,
        reach: Reach,
        resolve: Resolve,
        *,
        trusted: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._reach, self._resolve, self._seconds = reach, resolve, seconds
        self._trusted = trusted or httpcore.default_ssl_context()
        self._kept = KeptConnections()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """As the port says."""
        target = Target.parse(url)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._ask(target, headers, body)
        except TimeoutError as error:
            raise RequestFailed(Failure.TIMEOUT, f"no answer within {self._seconds:g} s") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise _as_failure(error) from error

    async def close(self) -> None:
        """Let go of the connections that were kept."""
        await self._kept.close()

    async def _ask(self, target: Target, headers: Mapping[str, str], body: bytes) -> Reply:
        """Over a connection that was kept; over a new one where there is none, or where its other end closed it.

        What was cut off in that moment is sent a second time: whoever is told twice knows by its id.
        """
        origin = (target.scheme, target.host, target.port)
        given = [("Host", target.host_header), *headers.items()]
        if (kept := await self._kept.take(origin)) is not None:
            with contextlib.suppress(httpcore.NetworkError, httpcore.RemoteProtocolError):
                return await self._over(kept, target, given, body)
        asked = httpcore.Origin(target.scheme.encode(), target.host.encode(), target.port)
        backend = _Checked(self._reach, self._resolve, target.scheme)
        connection = httpcore.AsyncHTTPConnection(asked, ssl_context=self._trusted, network_backend=backend)
        return await self._over(self._kept.made(origin, connection), target, given, body)

    async def _over(self, kept: Kept, target: Target, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        asked = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        try:
            async with kept.connection.stream("POST", asked, headers=headers, content=body) as answer:
                await _drained(answer)
                told = {name.lower(): value for name, value in answer.headers}
                return Reply(answer.status, told.get(b"retry-after", b"").decode("latin-1"))
        finally:
            await self._kept.give_back(kept)


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses of a host, whatever the host is called in the URL."""

    def __init__(self, reach: Reach, resolve: Resolve, scheme: str) -> None:
        self._reach, self._resolve, self._scheme = reach, resolve, scheme
        self._connecting = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first of its addresses that takes one; none if one of them may not be asked."""
        failed: httpcore.NetworkError | None = None
        for address in await self._addresses(host, port):
            try:
                return await self._connecting.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except httpcore.NetworkError as error:
                failed = error
        raise RequestFailed(Failure.UNREACHABLE, f"nobody listens at {host}:{port}") from failed

    async def _addresses(self, host: str, port: int) -> Sequence[Address]:
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise RequestFailed(Failure.UNRESOLVED, f"{host} has no address") from error
        if not found:
            raise RequestFailed(Failure.UNRESOLVED, f"{host} has no address")
        for address in found:
            if why := self._reach.refusal(address, self._scheme):
                raise RequestFailed(Failure.ADDRESS, f"{host} is at {address}: {why}")
        return found


async def _drained(answer: httpcore.Response) -> None:
    """Read what is short; leave what is long, slow or broken: the status has been told."""
    read = 0
    try:
        async with asyncio.timeout(DRAINING):
            async for part in answer.aiter_stream():
                read += len(part)
                if read >= MOST_BYTES:
                    return
    except (TimeoutError, httpcore.NetworkError, httpcore.ProtocolError):
        return


def _as_failure(error: Exception) -> RequestFailed:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLError):
        return RequestFailed(Failure.TLS, str(getattr(cause, "verify_message", "") or cause.reason))
    return RequestFailed(Failure.BROKEN, type(error).__name__)

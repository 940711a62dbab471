"""The port of requests that leave: what others name is reached over the public network, or not at all."""

import asyncio
import datetime as dt
import re
import ssl
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from infra.egress.guarded import MOST_BYTES, GuardedEgress, SystemResolver
from infra.egress.interface import Failure, RequestFailed, Target
from infra.egress.reach import Address, Reach, networks, open_to_all
from tests.support import receiver as r

LOOPBACK = Reach(networks("127.0.0.0/8"))
NAMES = {
    "metadata.example": ["169.254.169.254"],
    "inside.example": ["10.0.0.5"],
    "mixed.example": ["93.184.215.14", "127.0.0.1"],
    "mapped.example": ["::ffff:10.1.2.3"],
    "unique-local.example": ["fd00:ec2::254"],
    "nobody.example": [],
}
LITERALS = (
    "https://127.0.0.1", "https://127.0.0.1:8443/x", "https://127.1", "https://2130706433", "https://0x7f000001",
    "https://0177.0.0.1", "https://localhost", "https://localhost.", "https://0.0.0.0", "https://10.0.0.1",
    "https://172.16.0.1", "https://172.31.255.255", "https://192.168.1.1", "https://100.64.0.1",
    "https://100.100.100.200", "https://169.254.169.254/latest/meta-data", "https://168.63.129.16",
    "https://192.0.0.192", "https://198.18.0.1", "https://224.0.0.1", "https://255.255.255.255", "https://240.0.0.1",
    "https://[::1]", "https://[::]", "https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]", "https://[::127.0.0.1]",
    "https://[64:ff9b::a9fe:a9fe]", "https://[64:ff9b:1::1]", "https://[2002:7f00:1::]", "https://[2001::1]",
    "https://[fe80::1]", "https://[fd00:ec2::254]", "https://[ff02::1]", "https://[2001:db8::1]", "https://[100::1]",
    *(f"https://{name}" for name in NAMES),
)  # fmt: skip
MALFORMED = (
    "https://user:pass@93.184.215.14", "https://93.184.215.14@127.0.0.1", "https://93.184.215.14\\@127.0.0.1",
    "https://93.184.215.14:0", "https://93.184.215.14:65536", "https://93.184.215.14/#x", "https:///x", "https://",
    "//127.0.0.1", "file:///etc/passwd", "gopher://127.0.0.1", "HTTPS://127.0.0.1", "https://127.0.0.1 .example",
    "https://１２７.0.0.1", "https://ex\r\nample.org", "https://example.org/\nHost: other", "https://[fe80::1%25eth0]",
    "https://[::1", "https://-a.example", "",
)  # fmt: skip
_connected: list[Any] = []
"""Where this process asked the system to connect to, while somebody listens to that."""
_listening = False


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _listening and event == "socket.connect":
        _connected.append(arguments[1])


sys.addaudithook(_audit)


@pytest.fixture
def connections() -> Iterator[list[Any]]:
    global _listening  # noqa: PLW0603 - a hook of the interpreter is there for good
    _connected.clear()
    _listening = True
    yield _connected
    _listening = False


class Told:
    """A resolver that says what it was told to, one list after the other; what it was not told, it looks up."""

    def __init__(self, names: dict[str, list[list[str]]]) -> None:
        self._names, self.asked = names, list[str]()
        self._system = SystemResolver()

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked.append(host)
        if host not in self._names:
            return await self._system(host, port)
        answers = self._names[host]
        return tuple(ip_address(one) for one in (answers.pop(0) if len(answers) > 1 else answers[0]))


_made: list[GuardedEgress] = []


@pytest.fixture(autouse=True)
async def closed() -> AsyncIterator[None]:
    yield
    while _made:
        await _made.pop().close()


def guarded(reach: Reach, resolve: Told, **options: Any) -> GuardedEgress:
    _made.append(GuardedEgress(reach, resolve, **options))
    return _made[-1]


def egress(reach: Reach = LOOPBACK, names: dict[str, list[list[str]]] | None = None, **options: Any) -> GuardedEgress:
    return guarded(reach, Told(names or {}), **options)


async def refused(sender: GuardedEgress, url: str) -> RequestFailed:
    with pytest.raises(RequestFailed) as told:
        await sender.post(url, {}, b"{}")
    return told.value


def test_there_are_more_than_forty_targets() -> None:
    assert len({*LITERALS, *MALFORMED}) > 60


@pytest.mark.parametrize("url", LITERALS)
async def test_nothing_inside_is_asked(url: str, connections: list[Any]) -> None:
    sender = egress(Reach(), {name: [addresses] for name, addresses in NAMES.items()})

    told = await refused(sender, url)

    assert told.failure in {Failure.ADDRESS, Failure.UNRESOLVED}
    assert connections == []


@pytest.mark.parametrize("url", MALFORMED)
async def test_what_is_no_target_is_not_even_resolved(url: str, connections: list[Any]) -> None:
    resolve = Told({})

    told = await refused(guarded(LOOPBACK, resolve), url)

    assert (told.failure, resolve.asked, connections) == (Failure.TARGET, [], [])


async def test_what_leaves_the_machine_is_encrypted(connections: list[Any]) -> None:
    told = await refused(egress(names={"example.org": [["93.184.215.14"]]}), "http://example.org")

    assert (told.failure, connections) == (Failure.ADDRESS, [])


async def test_a_name_that_moves_after_it_was_checked_moves_nothing() -> None:
    async with (
        r.Receiver(r.answering(204, r.CLOSE), host="127.0.0.2").running() as checked,
        r.Receiver(r.answering(204)).running(checked.port) as moved,
    ):
        resolve = Told({"moving.example": [["127.0.0.2"], ["127.0.0.1"]]})
        sender = guarded(Reach(networks("127.0.0.2/32")), resolve)

        assert (await sender.post(f"http://moving.example:{checked.port}/x", {}, b"{}")).status == 204
        assert resolve.asked == ["moving.example"]
        told = await refused(sender, f"http://moving.example:{checked.port}/x")

    assert told.failure is Failure.ADDRESS
    assert (len(checked.received), moved.connections) == (1, 0)
    assert checked.received[0].headers["host"] == f"moving.example:{checked.port}"


async def test_a_connection_serves_the_next_request_to_the_same_origin(connections: list[Any]) -> None:
    names = {"one.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]}
    resolve = Told(names)
    async with r.Receiver(r.answering(200)).running() as receiver:
        sender = guarded(LOOPBACK, resolve)
        for path in ("/a", "/b", "/c"):
            await sender.post(f"http://one.example:{receiver.port}{path}", {}, b"{}")
        assert (receiver.connections, resolve.asked) == (1, ["one.example"])
        await sender.post(f"http://other.example:{receiver.port}/d", {}, b"{}")

        assert receiver.connections == len(connections) == 2
        assert [one.path for one in receiver.received] == ["/a", "/b", "/c", "/d"]


async def test_who_asks_at_once_waits_for_nobody() -> None:
    async def slowly(request: r.Received, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        await r.answering(200)(request, writer)

    async with r.Receiver(slowly).running() as receiver:
        sender = egress()
        await asyncio.wait_for(asyncio.gather(*(sender.post(receiver.url, {}, b"{}") for _ in range(10))), 3)

        assert receiver.connections == 10


async def test_a_connection_that_was_closed_meanwhile_costs_no_try() -> None:
    served = 0

    async def once(request: r.Received, writer: asyncio.StreamWriter) -> None:
        """Says that it keeps the connection, and resets it at the next request."""
        nonlocal served
        served += 1
        await (r.answering(200) if served in {1, 3} else r.resetting)(request, writer)

    async with r.Receiver(once).running() as receiver:
        sender = egress()
        assert [(await sender.post(receiver.url, {}, b"{}")).status for _ in range(2)] == [200, 200]

        assert (receiver.connections, served) == (2, 3)


@pytest.mark.parametrize("behaves", [r.answering(200, r.CLOSE), r.endless], ids=["closing", "endless"])
async def test_a_connection_that_is_not_at_its_end_serves_nobody_else(behaves: r.Behaviour) -> None:
    async with r.Receiver(behaves).running() as receiver:
        sender = egress()
        for _ in range(2):
            assert (await sender.post(receiver.url, {}, b"{}")).status == 200

        assert receiver.connections == 2


async def test_a_name_is_checked_anew_when_its_connection_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.egress.kept.OLDEST", 0.2)
    resolve = Told({"moving.example": [["127.0.0.1"], ["10.0.0.5"]]})
    async with r.Receiver(r.answering(200)).running() as receiver:
        sender, url = guarded(LOOPBACK, resolve), f"http://moving.example:{receiver.port}"
        for _ in range(2):
            assert (await sender.post(url, {}, b"{}")).status == 200
        await asyncio.sleep(0.25)
        told = await refused(sender, url)

    assert (told.failure, resolve.asked, receiver.connections) == (Failure.ADDRESS, ["moving.example"] * 2, 1)


async def test_few_connections_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.egress.kept.MOST", 2)
    async with r.Receiver(r.answering(200)).running() as receiver:
        sender = egress()
        for at_once in (5, 2, 5):
            await asyncio.gather(*(sender.post(receiver.url, {}, b"{}") for _ in range(at_once)))

    assert receiver.connections == 5 + 0 + 3


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"])
async def test_no_proxy_of_the_environment_is_asked(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        r.Receiver(r.answering(200)).running() as proxy,
        r.Receiver(r.answering(200)).running() as receiver,
    ):
        monkeypatch.setenv(variable, proxy.url)
        await egress().post(receiver.url, {}, b"{}")

    assert (len(receiver.received), proxy.connections) == (1, 0)


async def test_a_request_arrives_as_it_was_given() -> None:
    async with r.Receiver(r.answering(429, "retry-AFTER: 120")).running() as receiver:
        reply = await egress().post(f"{receiver.url}/in/x?of=a%20b", {"webhook-id": "one"}, b'{"a": 1}')

    [one] = receiver.received
    assert (reply.status, reply.retry_after) == (429, "120")
    assert (one.path, one.headers["webhook-id"], one.body) == ("/in/x?of=a%20b", "one", b'{"a": 1}')
    assert one.headers["content-length"] == "8"


async def test_a_redirect_is_an_answer_like_any_other(connections: list[Any]) -> None:
    async with r.Receiver(r.redirecting("http://169.254.169.254/latest")).running() as receiver:
        reply = await egress().post(receiver.url, {}, b"{}")
        assert reply.status == 302
        assert [one[:2] for one in connections] == [("127.0.0.1", receiver.port)]


async def test_of_a_long_answer_only_the_beginning_is_read() -> None:
    sent = 0

    async def endless(_: r.Received, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.transport.set_write_buffer_limits(high=0)
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {r.FIVE_GIGABYTES}\r\n\r\n".encode())
        while True:
            writer.write(bytes(1 << 16))
            await writer.drain()
            sent += 1 << 16

    async with r.Receiver(endless).running() as receiver:
        reply = await asyncio.wait_for(egress().post(receiver.url, {}, b"{}"), 5)

    assert reply.status == 200
    assert sent < MOST_BYTES + (16 << 20)  # what was on its way, in the buffers of the system


@pytest.mark.parametrize(
    ("behaves", "failure"),
    [
        (r.hanging, Failure.TIMEOUT),
        (r.dawdling, Failure.TIMEOUT),
        (r.resetting, Failure.BROKEN),
        (r.babbling, Failure.BROKEN),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)
async def test_whoever_does_not_answer_is_told_apart(behaves: r.Behaviour, failure: Failure) -> None:
    async with r.Receiver(behaves).running() as receiver:
        told = await asyncio.wait_for(refused(egress(seconds=0.3), receiver.url), 5)

    assert told.failure is failure


async def test_nobody_listens() -> None:
    async with r.Receiver(r.answering(200)).running() as receiver:
        pass

    told = await refused(egress(), receiver.url)
    assert told.failure is Failure.UNREACHABLE
    assert (await refused(egress(names={"none.example": [[]]}), "https://none.example")).failure is Failure.UNRESOLVED


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server of that name, and for whoever believes in its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    return serving, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())


async def test_tls_proves_the_name_of_the_url(tmp_path: Path) -> None:
    serving, believing = certificate(tmp_path, "receiver.example")
    names = {"receiver.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]}
    async with r.Receiver(r.answering(200), tls=serving).running() as receiver:
        sender = egress(names=names, trusted=believing)
        assert (await sender.post(f"https://receiver.example:{receiver.port}", {}, b"{}")).status == 200
        other = await refused(sender, f"https://other.example:{receiver.port}")
        stranger = await refused(egress(names=names), f"https://receiver.example:{receiver.port}")

    assert [other.failure, stranger.failure] == [Failure.TLS, Failure.TLS]
    assert len(receiver.received) == 1


def test_a_target_in_its_parts() -> None:
    assert Target.parse("https://example.org") == Target("https", "example.org", 443, "/")
    assert Target.parse("http://[2a00::1]:8080?a=b").host_header == "[2a00::1]:8080"
    assert Target.parse("http://[2a00::1]:8080?a=b") == Target("http", "2a00::1", 8080, "/?a=b")


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "64:ff9b::5db8:d70e", "::ffff:1.1.1.1", "172.32.0.1"]
)
def test_the_public_network_is_open(address: str) -> None:
    assert open_to_all(ip_address(address)) == ""


def test_what_was_allowed_is_allowed_alone() -> None:
    reach = Reach(networks("127.0.0.1/32, 10.1.0.0/16,fd12::/16"))

    asked = ["127.0.0.1", "127.0.0.2", "10.1.2.3", "10.2.0.1", "fd12::1", "fd13::1"]
    assert [reach.refusal(ip_address(one), "http") == "" for one in asked] == [True, False, True, False, True, False]
    assert reach.refusal(IPv4Address("1.1.1.1"), "https") == ""
    assert reach.refusal(IPv4Address("1.1.1.1"), "http") != ""
    assert networks("") == ()
    with pytest.raises(ValueError, match=re.escape("10.0.0.1/8")):
        networks("10.0.0.1/8")

"""Whose certificates Pakt relies on: which servers and files the settings name, and until when each holds."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec

from infra.tls import NotShown, Opening, Unencrypted, Validity, of_file, of_server
from infra.witnesses.interface import addresses
from services.finding import Finding
from services.settings import Settings

SOON = timedelta(days=14)
"""How long before its end a certificate is to be renewed."""
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})
_PORTS = {"postgresql": 5432, "amqps": 5671, "https": 443}
_FILES = ("sslcert", "sslrootcert")


class Peer(msgspec.Struct, frozen=True):
    """A server that is talked to over TLS, or may be; `name` is what the settings call it.

    `needed`: this process must reach it. Others it may be kept from, as by a network policy.
    """

    name: str
    host: str
    port: int
    opening: Opening = Opening.TLS
    needed: bool = True


async def certificates(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    """Look at every certificate that the settings lead to, of servers and in files."""
    for peer in peers(settings):
        where = f"certificate of {peer.name}"
        try:
            yield _held(where, await of_server(peer.host, peer.port, peer.opening), now)
        except Unencrypted:
            detail = f"{peer.host} does not encrypt: have the server show a certificate, and add sslmode=verify-full"
            yield Finding(ok=peer.host in _HERE, what=where, detail=detail)
        except NotShown as error:
            seen = "shows none" if peer.needed else "cannot be looked at from here"
            yield Finding(ok=not peer.needed, what=where, detail=f"{peer.host}:{peer.port} {seen}: {error}")
    for name, path in _files(settings):
        try:
            yield _held(name, of_file(path), now)
        except NotShown as error:
            yield Finding(ok=False, what=name, detail=f"{path} holds none: {error}")


def peers(settings: Settings) -> Iterator[Peer]:
    """The servers, each once."""
    seen = set()
    for peer in _named(settings):
        if (where := (peer.host, peer.port)) not in seen:
            seen.add(where)
            yield peer


def _named(settings: Settings) -> Iterator[Peer]:
    if settings.database_url and _query(settings.database_url).get("sslmode") != "disable":
        for host, port in _places(settings.database_url, "postgresql"):
            if host and not host.startswith("/"):
                yield Peer(f"the database at {host}", host, port, Opening.POSTGRESQL)
    for address in settings.broker_url.split(";"):
        if address.startswith("amqps:"):
            for host, port in _places(address, "amqps"):
                yield Peer(f"the broker at {host}", host, port)
    known = [("this installation, the issuer of its tokens,", settings.public_url)]
    known += [("the witness", one.url) for one in addresses(settings.witnesses)]
    for name, url in known:
        if url.startswith("https:"):
            for host, port in _places(url, "https"):
                yield Peer(f"{name} at {host}", host, port, needed=False)


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    asked = _query(settings.database_url)
    for key in _FILES:
        if asked.get(key) and asked[key] != "system":
            yield f"{key} of PAKT_DATABASE_URL", Path(asked[key])


def _places(url: str, scheme: str) -> Iterator[tuple[str, int]]:
    """Host and port of each server that an address names: a database's may name several."""
    for place in urlsplit(url).netloc.rpartition("@")[2].split(","):
        one = urlsplit(f"//{place}")
        yield one.hostname or "", one.port or _PORTS[scheme]


def _query(url: str) -> Mapping[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def _held(name: str, shown: Validity, now: datetime) -> Finding:
    day, renewed = f"{shown.ends:%Y-%m-%d}", "renew it, and have the server read it anew"
    if now < shown.begins:
        begins = f"{shown.begins:%Y-%m-%d %H:%M}"
        return Finding(ok=False, what=name, detail=f"holds only from {begins} UTC on: is our clock right?")
    if now >= shown.ends:
        return Finding(ok=False, what=name, detail=f"expired on {day}: {renewed}; nobody who verifies it connects")
    if now >= shown.ends - SOON:
        days = (shown.ends - now).days
        return Finding(ok=True, what=name, soon=True, detail=f"expires on {day}, in {days} days: {renewed}")
    return Finding(ok=True, what=name, detail=f"holds until {day}")

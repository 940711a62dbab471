"""What changed in the API, for those who build on it."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from litestar import Response, get

from services.gateway.deprecation import CHANGELOG
from services.gateway.query_route import parameters_only

FILE = Path(__file__).with_name("changelog.json")


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`operations` are operation ids of `/openapi.json`, `groups` tags there, each for all operations under it.

    What is deprecated may say when it is gone, and what follows.

    `added` and `fixed` ask nothing of a program that works; `changed`, `deprecated` and `removed` do.
    """

    version: str
    date: dt.date
    kind: Literal["added", "changed", "deprecated", "removed", "fixed"]
    what: str
    groups: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    sunset: dt.date | None = None
    successor: str = ""


class Changelog(msgspec.Struct, frozen=True):
    """Changes, the newest first; `version` is the newest."""

    version: str
    changes: tuple[Change, ...]


@cache
def changes() -> tuple[Change, ...]:
    """Every change on record, the newest first."""
    return msgspec.json.decode(FILE.read_bytes(), type=tuple[Change, ...])


@get(
    CHANGELOG,
    name="changelog",
    operation_id="Changelog",
    tags=["status"],
    opt={"open": True, "shows": Changelog},
    guards=[parameters_only],
    sync_to_thread=False,
)
def changelog() -> Response[Changelog]:
    """What changed in the API, the newest first: added, changed, deprecated, removed, fixed."""
    found = Changelog(changes()[0].version, changes())
    return Response(found, media_type="application/json", headers={"cache-control": "public, max-age=300"})

"""Options that several commands have."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclopts import Token

    from services.configuration.loading import Configured
    from services.settings import Settings


def said(_kind: object, reason: str) -> None:
    """Refuse a reason that says nothing. Raises: ValueError."""
    if not reason.strip():
        raise ValueError("a reason that says nothing helps nobody who reads the log later")


def number(_kind: object, tokens: "Sequence[Token]") -> int:
    """A number in the digits 0 to 9 and nothing else. Raises: ValueError."""
    text = tokens[0].value
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is not a number: only the digits 0 to 9 make one")
    return int(text)


Data = Annotated[
    Path | None,
    Parameter(help="Folder of the embedded database, keys, files and credentials [PAKT_DATA, else ./data]."),
]
Tenant = Annotated[str, Parameter(help="Slug of the institution, such as mj or prizren.")]
Json = Annotated[bool, Parameter(name="--json", negative=(), help="Print JSON for a program to read.")]


SettingsFile = Annotated[
    Path | None, Parameter(help="TOML file of settings [PAKT_SETTINGS]; variables and options win over it.")
]
Host = Annotated[str | None, Parameter(help="Address to listen on [PAKT_HOST, else 127.0.0.1].")]
Port = Annotated[
    int | None, Parameter(help="Port to listen on; 0 takes a free one [PAKT_PORT, else 8000].", converter=number)
]
HealthPort = Annotated[
    int | None,
    Parameter(help="Port that answers /healthz and /readyz of this process [PAKT_HEALTH_PORT].", converter=number),
]
Wait = Annotated[
    int | None,
    Parameter(help="Seconds to wait for the database and its schema [PAKT_WAIT, else 60].", converter=number),
]


def configured(data: Path | None, **options: object) -> "Configured":
    """The settings of this call, and where each was set; says on stderr which variables look like misspelt ones."""
    from services.configuration.loading import configure  # noqa: PLC0415

    found = configure(None, data=data, **options)
    for warning in found.warnings:
        print(f"pakt: {warning}", file=sys.stderr)  # noqa: T201 - a command's way to say something
    return found


def settings_for(data: Path | None, **options: object) -> "Settings":
    """The settings of this call; the data folder is made absolute, so that nothing depends on where one stands.

    `options` are those settings that were given beside it, by their names.
    """
    settings = configured(data, **options).settings
    import msgspec  # noqa: PLC0415

    from services.settings import SettingsError  # noqa: PLC0415

    if settings.data.exists() and not settings.data.is_dir():
        raise SettingsError(f"DATA cannot be used: {settings.data} is not a folder")
    return msgspec.structs.replace(settings, data=settings.data.absolute())


def settings_of_existing(data: Path | None) -> "Settings":
    """The settings of a call that looks at an installation: a mistaken folder does not become a new one.

    Raises: DatabaseError where DATA should hold the database and holds none.
    """
    from infra.database.interface import DatabaseError  # noqa: PLC0415
    from services.databases import database_folder  # noqa: PLC0415

    settings = settings_for(data)
    if not settings.database_url and not database_folder(settings.data).exists():
        raise DatabaseError(f"{settings.data} holds no database: name the right folder by --data or PAKT_DATA")
    return settings

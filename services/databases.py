"""Which database and which backup store a process uses: the part of the composition root that is needed first.

It imports little, so that the database can start while the rest is still being imported.
"""

import os
import signal
from pathlib import Path

from infra.database.embedded import AttachedDatabase, EmbeddedDatabase, is_running
from infra.database.external import ExternalDatabase
from infra.database.interface import Database, DatabaseError
from infra.database.nodes import Nodes
from infra.objectstore.archive import local_archive, s3_archive
from infra.objectstore.interface import Archive
from services.settings import Settings, named_nodes

__all__ = [
    "choose_archive",
    "choose_database",
    "choose_running_database",
    "database_folder",
    "is_running",
    "leave",
    "recovering",
]

_LOCAL = "file://"


def choose_database(settings: Settings) -> Database:
    """The external database of the settings with its nodes, else the server on the data folder, else one of our own."""
    if settings.database_url:
        password = settings.database_role_password or None
        home = ExternalDatabase(settings.database_url, role_password=password)
        others = {
            name: ExternalDatabase(url, role_password=password, named=f"node {name}")
            for name, url in named_nodes(settings).items()
        }
        return Nodes(home, others) if others else home
    folder = database_folder(settings.data)
    return AttachedDatabase(folder) if is_running(folder) else EmbeddedDatabase(folder)


def choose_running_database(settings: Settings) -> Database:
    """The database that somebody else runs: the external one, else the server on the data folder.

    Raises: DatabaseError where nobody runs one.
    """
    if settings.database_url or is_running(database_folder(settings.data)):
        return choose_database(settings)
    raise DatabaseError(
        f"nobody runs a database on {settings.data}: start `pakt up` there, or name one by PAKT_DATABASE_URL"
    )


def leave(database: Database) -> None:
    """The process ends now, without a goodbye: a server of its own is told to shut down by itself."""
    if isinstance(database, EmbeddedDatabase) and database.pid is not None:
        os.kill(database.pid, signal.SIGINT)  # PostgreSQL's fast shutdown


def recovering(folder: Path, settings: dict[str, str] | None = None) -> Database:
    """A server of our own over a restored cluster in `folder`, with PostgreSQL's settings for its recovery.

    One that ends in recovery would end there each time, having served readers for a moment: it is not brought back.
    """
    return EmbeddedDatabase(folder, settings=settings, brought_back=False)


def database_folder(data: Path) -> Path:
    """Where the embedded server keeps its cluster."""
    return data / "postgresql"


def choose_archive(url: str) -> Archive:
    """The backup store at `file:///folder`, which is made when missing, or `s3://bucket/prefix`."""
    if url.startswith(_LOCAL):
        return local_archive(Path(url.removeprefix(_LOCAL)))
    return s3_archive(url)

"""Which database a process uses: the one part of the composition root that is needed before all others.

It imports little, so that the database can start while the rest is still being imported.
"""

from pathlib import Path

from infra.database.embedded import AttachedDatabase, EmbeddedDatabase, is_running
from infra.database.external import ExternalDatabase
from infra.database.interface import Database
from services.settings import Settings

__all__ = ["choose_database", "database_folder", "is_running"]


def choose_database(settings: Settings) -> Database:
    """The external database of the settings, else the server that already runs on the data folder, else our own."""
    if settings.database_url:
        return ExternalDatabase(settings.database_url, role_password=settings.database_role_password or None)
    folder = database_folder(settings.data)
    return AttachedDatabase(folder) if is_running(folder) else EmbeddedDatabase(folder)


def database_folder(data: Path) -> Path:
    """Where the embedded server keeps its cluster."""
    return data / "postgresql"

"""Which versions of PostgreSQL are taken."""

import logging

from infra.database.binaries import OLDEST_MAJOR
from infra.database.interface import Connection, DatabaseError

OLDEST_FOR_TESTS = 15

log = logging.getLogger(__name__)


def require_version(connection: Connection) -> None:
    """Nothing where the server is new enough; 15 is accepted with a warning. Raises: DatabaseError."""
    major = connection.get_server_version().major
    if major < OLDEST_FOR_TESTS:
        raise DatabaseError(f"PostgreSQL {major} is too old: Pakt needs version {OLDEST_MAJOR} or newer")
    if major < OLDEST_MAJOR:
        log.warning("PostgreSQL %s is for tests only: production needs version %s or newer", major, OLDEST_MAJOR)

"""The numbers of stored event names, as the database has them."""

from infra.database.interface import Connection
from infra.eventstore.failures import AppendRefused


class TypeCatalogue:
    """`ids` by name and `names` by id; the same two dicts for ever, filled by `refresh`."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.names: dict[int, str] = {}

    async def refresh(self, connection: Connection) -> None:
        """Read what has been registered."""
        for row in await connection.fetch("SELECT type_id, name FROM es.event_type"):
            self.ids[row["name"]] = row["type_id"]
            self.names[row["type_id"]] = row["name"]

    def require(self, name: str) -> None:
        """Nothing, if the name is known.

        Raises:
            AppendRefused: no migration has registered it.
        """
        if name not in self.ids:
            raise AppendRefused(f"event type {name!r} is not registered in the database: run the migration")

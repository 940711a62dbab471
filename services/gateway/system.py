"""What the gateway needs of the running system; the composition root's `System` has all of it.

The parts are protocols so that commands can be served, and tested, without a database.
"""

from typing import Protocol

from domain.kernel.registry import Registry
from infra.clock import Clock
from infra.database.interface import Database
from infra.eventstore.interface import EventStore
from infra.identity.interface import ClientUses
from infra.identity.tokens import TokenIssuer
from infra.keys.interface import IssuerKeys, SigningKeys
from infra.objectstore.interface import NamedObjects, ObjectStore
from infra.standard_webhooks.endpoint_keys import EndpointKeys
from infra.trees.interface import Cosigning, Quorum
from projections.connections import Connections
from projections.engine import Engine
from services.budgets import Budgets
from services.check_in.passes import PassOffice
from services.command_handling.execute import CommandHandler
from services.erasure.erase import Eraser
from services.receipts.receipt import Receipts
from services.settings import Settings


class Writing(Protocol):
    """Enough to take commands."""

    @property
    def settings(self) -> Settings:
        """How this process runs."""
        ...

    @property
    def handler(self) -> CommandHandler:
        """The command path."""
        ...

    @property
    def tokens(self) -> TokenIssuer:
        """Who issued the tokens that are believed."""
        ...

    @property
    def uses(self) -> ClientUses:
        """What API clients use, and which of their tokens were ended."""
        ...

    @property
    def budgets(self) -> Budgets:
        """What institutions have left of their quotas."""
        ...


class Serving(Writing, Protocol):
    """Enough to answer queries as well."""

    @property
    def store(self) -> EventStore:
        """The logs."""
        ...

    @property
    def database(self) -> Database:
        """The database with the read models."""
        ...

    @property
    def engine(self) -> Engine:
        """The projections, for their progress and their history."""
        ...

    @property
    def registry(self) -> Registry:
        """The events that may stand in a log."""
        ...

    @property
    def issuing(self) -> IssuerKeys:
        """The keys by which institutions sign certificates."""
        ...

    @property
    def receipts(self) -> Receipts:
        """What somebody carries away of an event."""
        ...

    @property
    def objects(self) -> ObjectStore:
        """Files by their hash."""
        ...

    @property
    def dumps(self) -> NamedObjects:
        """What is known of the dumps of open data."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def signing(self) -> SigningKeys:
        """The keys that sign the logs."""
        ...

    @property
    def trees(self) -> Cosigning:
        """The sealed logs."""
        ...

    @property
    def quorum(self) -> Quorum:
        """How many witnesses make a checkpoint public."""
        ...

    @property
    def eraser(self) -> Eraser:
        """What carries erasures out, with the vault and who uploaded what."""
        ...

    @property
    def endpoint_keys(self) -> EndpointKeys:
        """What webhooks are signed with."""
        ...

    @property
    def passes(self) -> PassOffice:
        """What passes for checking in show."""
        ...

    @property
    def reading(self) -> Connections:
        """Connections that see one tenant."""
        ...

    @property
    def public(self) -> Connections:
        """Connections that see, over tenants, what is public."""
        ...

    @property
    def auditing(self) -> Connections:
        """Connections that see the logs and read models of named tenants."""
        ...

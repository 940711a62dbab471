"""The publication: whoever works for the institution publishes in its name, everybody reads."""

from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, STRATEGY
from domain.publications.commands import publication as c
from domain.publications.events import publication as e
from domain.publications.publication import Publication

_PUBLISHERS = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.CONSULTATION_COORDINATOR,
        Role.OGG_SUPERVISOR,
        Role.MEASURE_LEAD,
        Role.COUNCIL_SECRETARY,
    }
)

PUBLICATIONS = Domain(
    name="publications",
    aggregates=(Publication,),
    events=e.EVENTS,
    permissions={
        c.PublishDocument: _PUBLISHERS | {Role.IMPORTER},
        c.ReviseDocument: _PUBLISHERS,
        c.WithdrawDocument: _PUBLISHERS,
    },
    queries={"publications": STAFF | STRATEGY, "publication": STAFF | STRATEGY},
    public=frozenset({e.DocumentPublished, e.DocumentRevised, e.DocumentWithdrawn}),
)

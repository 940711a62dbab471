"""A domain's registration: the one place where the platform learns what it brings."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate
from domain.kernel.command import Command
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.judging import Judge
from domain.kernel.registry import Upcast


class Role(StrEnum):
    """Roles a mandate may give. `CLOCK`, `SEED` and `OPERATOR` are the system's own and cannot be granted."""

    ADMINISTRATOR = "administrator"
    DRAFTING_OFFICER = "drafting_officer"
    CONSULTATION_COORDINATOR = "consultation_coordinator"
    LEGAL_OFFICER = "legal_officer"
    OGG_SUPERVISOR = "ogg_supervisor"
    CSO_DELEGATE = "cso_delegate"
    AUDITOR = "auditor"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    REGISTRAR = "registrar"
    """Verifies organisations, in the national tenant."""
    GRANT_OFFICER = "grant_officer"
    COMMISSIONER = "commissioner"
    """Scores applications as a member of a commission."""
    COMPLAINT_OFFICER = "complaint_officer"
    FINANCE_OFFICER = "finance_officer"
    PROCUREMENT_OFFICER = "procurement_officer"
    """Assesses what services are needed, and runs the calls for them."""
    CONTRACT_MANAGER = "contract_manager"
    """Looks after contracts on services: deliveries, inspections, amendments."""
    LICENSING_INSPECTOR = "licensing_inspector"
    """Inspects providers of services and decides on their licences."""
    VOLUNTEERING_OFFICER = "volunteering_officer"
    """Verifies providers and looks after volunteering: the official of AI (MCYS) No. 01/2016."""
    VOLUNTEER_COORDINATOR = "volunteer_coordinator"
    """Runs an institution's own volunteering."""
    MEASURE_LEAD = "measure_lead"
    """Answers for measures of an action plan in the institution that leads them."""
    COUNCIL_SECRETARY = "council_secretary"
    """The Council's secretariat in the Office of Good Governance, in the national tenant."""
    COUNCIL_MEMBER = "council_member"
    """Sits in the Council, in the national tenant; for which side, the seat says."""
    INDEPENDENT_EVALUATOR = "independent_evaluator"
    """Scores measures beside those who lead them."""
    API_CLIENT = "api_client"
    """A program that works through the API on a grant of its own; the scope of its token says what for."""
    IMPORTER = "importer"
    CLOCK = "clock"
    SEED = "seed"
    OPERATOR = "operator"
    """Whoever runs the installation, at its console."""
    SIGNED_IN = "signed_in"
    """Anybody with a valid token: contributors need no mandate."""
    NATIONAL_SUPERVISOR = "national_supervisor"
    """A mandate `ogg_supervisor` or `administrator` of the national tenant, used on another tenant."""


class Scope(StrEnum):
    """What an API client may be let do, in the institutions of its grant (RFC 6749, section 3.3)."""

    FEED = "feed"
    """Read events that are not for everybody."""
    WEBHOOKS = "webhooks"
    """Be told of events, and say where."""
    CONTRIBUTIONS = "contributions"
    """Contribute to consultations for members, each on that member's mandate."""
    MEMBERS = "members"
    """Keep the directory of its members."""
    NOMINATIONS = "nominations"
    """Nominate people for bodies and groups."""
    SCORES = "scores"
    """Score measures beside those who lead them."""
    WITNESS = "witness"
    """Hand in cosignatures of the logs' heads."""


class Reaction(msgspec.Struct, frozen=True):
    """A command that an event leads to, and the stream it is for.

    `tenant_id` is whose log: the event's own for None, `NATIONAL_TENANT` the national one, or another institution's.
    """

    stream_id: UUID
    command: Command
    tenant_id: int | None = None


Policy = Callable[[RecordedEvent], Iterator[Reaction]]
"""What follows from an event: at most one command for a stream, and sending it twice changes nothing."""


class Domain(msgspec.Struct, frozen=True):
    """What a domain brings; checks itself when built.

    `permissions` names for each command the roles that may send it, `queries` for each question those that may ask it
    (`domain/kernel/readers.py` has groups of them): what is not named is refused. `policies` answer an event, of
    whichever domain, by commands on other streams, which the worker sends as the clock with the event as their cause:
    all of a log's in their order, each at least once. `judges` say of an
    aggregate's history what rules say of it. `inward` commands are sent by parts of the system in a person's name and
    have no address of their own.

    `scopes` name the commands, and the queries by name, that an API client may use under each scope. Of the events,
    `public` ones are told to everybody, `granted` ones to clients with a grant of the institution, `own` ones (which
    carry a `client_id`) to that client; what is in none of the three leaves its institution in no feed.
    """

    name: str
    aggregates: tuple[type[Aggregate], ...]
    events: tuple[type[Event], ...]
    permissions: Mapping[type[Command], frozenset[Role]]
    upcasts: tuple[Upcast, ...] = ()
    queries: Mapping[str, frozenset[Role]] = {}
    policies: Mapping[type[Event], Policy] = {}
    judges: Mapping[type[Aggregate], Judge] = {}
    inward: frozenset[type[Command]] = frozenset()
    scopes: Mapping[Scope, frozenset[type[Command] | str]] = {}
    public: frozenset[type[Event]] = frozenset()
    granted: frozenset[type[Event]] = frozenset()
    own: frozenset[type[Event]] = frozenset()

    def __post_init__(self) -> None:
        decided = {command for aggregate in self.aggregates for command in aggregate.decisions}
        if decided != set(self.permissions):
            off = ", ".join(sorted(c.__name__ for c in decided ^ set(self.permissions)))
            msg = f"{self.name}: decided and permitted commands differ: {off}"
            raise TypeError(msg)
        applied = {event for aggregate in self.aggregates for event in aggregate.appliers}
        if applied != set(self.events):
            off = ", ".join(sorted(e.__name__ for e in applied ^ set(self.events)))
            msg = f"{self.name}: applied and listed events differ: {off}"
            raise TypeError(msg)
        told = [*self.public, *self.granted, *self.own]
        if len(told) != len({*told}) or not applied.issuperset(told):
            msg = f"{self.name}: an event is told to everybody, with a grant, or to its client, and is the domain's own"
            raise TypeError(msg)


def joined(name: str, *parts: Domain) -> Domain:
    """One domain of parts that each bring their own aggregates; every part has checked itself.

    What several parts let follow from one event follows in the order of the parts.
    """
    policies: dict[type[Event], Policy] = {}
    for part in parts:
        for event, policy in part.policies.items():
            policies[event] = _both(policies[event], policy) if event in policies else policy
    return Domain(
        name=name,
        aggregates=tuple(aggregate for part in parts for aggregate in part.aggregates),
        events=tuple(event for part in parts for event in part.events),
        permissions={command: roles for part in parts for command, roles in part.permissions.items()},
        upcasts=tuple(upcast for part in parts for upcast in part.upcasts),
        queries={query: roles for part in parts for query, roles in part.queries.items()},
        policies=policies,
        judges={aggregate: judge for part in parts for aggregate, judge in part.judges.items()},
        inward=frozenset(command for part in parts for command in part.inward),
        scopes={
            scope: frozenset(used for part in parts for used in part.scopes.get(scope, ()))
            for scope in Scope
            if any(scope in part.scopes for part in parts)
        },
        public=frozenset(event for part in parts for event in part.public),
        granted=frozenset(event for part in parts for event in part.granted),
        own=frozenset(event for part in parts for event in part.own),
    )


def _both(first: Policy, second: Policy) -> Policy:
    """Its name, by which logs and failures speak of it, is made of the two."""

    def both(recorded: RecordedEvent) -> Iterator[Reaction]:
        yield from first(recorded)
        yield from second(recorded)

    both.__name__ = f"{first.__name__}_and_{second.__name__}"
    return both

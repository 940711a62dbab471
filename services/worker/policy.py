"""What a policy is, and the lines in which policies read a log together."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta

import msgspec

from domain.catalogue import REGISTRY
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Domain, Reaction
from domain.kernel.manifest import Policy as DomainPolicy
from domain.kernel.registry import Registry
from services.bootstrap import System
from services.command_handling.attempt import UNCHANGED

React = Callable[[System, RecordedEvent], AsyncIterator[Reaction]]


class Policy(msgspec.Struct, frozen=True):
    """What it is called, which events it answers, and how; `national` policies read the national log only.

    Policies of one `line` share a checkpoint and stand in one line: the first that cannot go on stops them all.
    `settle` is how old an event must be: processes may decide by what was in force before for so long. `needless` are
    rules and codes of refusals which say that there is nothing (more) to do. What a `lasting` policy asks for is right
    however late it comes; of others, what was refused is not tried again once a later event was answered.
    """

    name: str
    on: tuple[type[Event], ...]
    react: React
    line: str = ""
    national: bool = False
    lasting: bool = False
    settle: timedelta = timedelta()
    needless: frozenset[str] = frozenset()


def of_domain(domain: Domain) -> tuple[Policy, ...]:
    """A domain's own policies, in one line."""
    return tuple(
        Policy(policy.__name__, (event,), _asking(policy), line=domain.name, needless=_SETTLED)
        for event, policy in domain.policies.items()
    )


def _asking(policy: DomainPolicy) -> React:
    async def react(_system: System, event: RecordedEvent) -> AsyncIterator[Reaction]:
        for reaction in policy(event):
            yield reaction

    return react


_SETTLED = frozenset({"illegal-transition", UNCHANGED})
"""The stream went another way meanwhile, as a member of a group that was withheld or withdrawn: it needs no command."""


class Line:
    """Policies that read a log together, by the stored names of what they answer, older versions' too."""

    def __init__(self, name: str, policies: tuple[Policy, ...], registry: Registry = REGISTRY) -> None:
        self.name = name
        self.national = all(policy.national for policy in policies)
        self.by_type: Mapping[str, tuple[Policy, ...]] = {
            stored: tuple(policy for policy in policies if event in policy.on)
            for policy in policies
            for event in policy.on
            for stored in registry.stored_names(event)
        }


def lines(policies: tuple[Policy, ...]) -> tuple[Line, ...]:
    """The policies in their lines; one without a line is one by itself."""
    names = dict.fromkeys(policy.line or policy.name for policy in policies)
    return tuple(Line(name, tuple(p for p in policies if name == (p.line or p.name))) for name in names)

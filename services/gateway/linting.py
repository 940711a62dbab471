"""What legality linters say of a draft at any moment: asked, shown, and never put on record."""

import itertools
from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

import msgspec

from domain.kernel.command import Boundary
from domain.kernel.context import SECRET_BYTES, Context
from domain.kernel.errors import Finding
from domain.kernel.findings import count_errors
from domain.kernel.ids import derived_id
from infra.eventstore.codec import restore
from projections.history import Moment
from services.gateway.desk import Desk, Then
from services.gateway.wording import said_finding

B = TypeVar("B", bound=Boundary)


class FindingView(msgspec.Struct, frozen=True):
    """What the linter found: an `error` stands in the way, a `warning` does not."""

    code: str
    severity: str
    detail: str
    citation: str
    rule: str = ""
    pointer: str = ""


def findings_view(findings: Iterable[Finding], language: str) -> list[FindingView]:
    """The findings with their sentences said in `language`."""
    return [msgspec.convert(said_finding(finding, language), FindingView) for finding in findings]


def lawful(findings: Iterable[Finding]) -> bool:
    """Whether nothing stands in the way."""
    return not count_errors(findings)


async def context_then(desk: Desk, stream_id: UUID, then: Then) -> Context:
    """What a decision would know, or would have known then."""
    national, governance = await desk.reads.national(then), await desk.governance(then.moment)
    ids = itertools.count()
    return Context(
        tenant=desk.tenant,
        actor=desk.person_id,
        mandate=desk.mandate,
        now=then.now,
        new_id=lambda: derived_id("lint", stream_id, next(ids)),
        new_secret=lambda: bytes(SECRET_BYTES),  # nothing of it is kept
        rules=national.rules(desk.tenant.kind, governance.overrides, then.now.date()),
        calendar=national.calendar(),
    )


async def folded_then(desk: Desk, of: type[B], tag: str, moment: Moment) -> B:
    """A boundary's fold as it was at that moment."""
    fold = of()
    for stored in await desk.log.read_tag(desk.tenant.tenant_id, tag):
        if moment.holds(stored):
            fold.apply(stored.stream_id, restore(desk.system.handler.registry, stored))
    return fold

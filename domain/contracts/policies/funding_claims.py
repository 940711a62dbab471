"""What awards tell the national ledger of claims, and what it tells them.

A claim stands for the contract that an award may lead to: that stream's id is settled when the award is proposed, so
everything about the money, before the contract and after, is told to the same claim.
"""

from collections.abc import Iterator, Mapping

from domain.contracts.commands.call import NoteAwardOverlap
from domain.contracts.events.call import (
    AwardLapsed,
    AwardProposed,
    AwardSetAside,
    CallCancelled,
    contract_id,
)
from domain.funding_claims import commands as c
from domain.funding_claims.events import OverlapFound, claim_id
from domain.funding_claims.vocabulary import ClaimFacts, CostLine, Origin, OriginKind, ReleaseReason
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Policy, Reaction

_COSTS = "services"
"""The kind of costs that a bought service is, as grants name it."""
_RELEASES: Mapping[type[Event], ReleaseReason] = {
    AwardSetAside: ReleaseReason.REJECTED,
    AwardLapsed: ReleaseReason.LAPSED,
    CallCancelled: ReleaseReason.TERMINATED,
}


def reserve(recorded: RecordedEvent) -> Iterator[Reaction]:
    """When the award is proposed; a second time where it had been set aside or lapsed."""
    event = recorded.event
    if isinstance(event, AwardProposed):
        claim = claim_id(recorded.tenant_id, event.contract_id)
        if event.again:
            yield Reaction(claim, c.ReopenClaim(organisation_id=event.organisation_id), NATIONAL_TENANT)
        else:
            command = c.ReserveClaim(organisation_id=event.organisation_id, facts=_facts(recorded, event))
            yield Reaction(claim, command, NATIONAL_TENANT)


def release(recorded: RecordedEvent) -> Iterator[Reaction]:
    """Where nothing comes of a proposed award."""
    event = recorded.event
    if isinstance(event, AwardSetAside | AwardLapsed | CallCancelled) and event.organisation_id is not None:
        claim = claim_id(recorded.tenant_id, contract_id(recorded.stream_id, event.organisation_id))
        yield Reaction(claim, c.ReleaseClaim(reason=_RELEASES[type(event)]), NATIONAL_TENANT)


def note_overlap(recorded: RecordedEvent) -> Iterator[Reaction]:
    """The call of each award learns that there is something much like it, whose it is, and where to ask."""
    event = recorded.event
    if not isinstance(event, OverlapFound):
        return
    for side, other in ((event.this, event.other), (event.other, event.this)):
        if side.origin.kind is OriginKind.CONTRACT:
            note = NoteAwardOverlap(
                overlap_id=event.overlap_id,
                institution=other.institution,
                contact=other.where_to_ask,
                similarity=event.similarity.total,
            )
            yield Reaction(side.origin.stream_id, note, side.origin.tenant_id)


def _facts(recorded: RecordedEvent, event: AwardProposed) -> ClaimFacts:
    language = next(iter((*event.title.languages, *event.summary.languages)), "")
    return ClaimFacts(
        origin=Origin(tenant_id=recorded.tenant_id, kind=OriginKind.CONTRACT, stream_id=recorded.stream_id),
        title=event.title.in_language(language),
        activity=event.summary.in_language(language),
        first_day=event.first_day,
        last_day=event.last_day,
        costs=(CostLine(category=_COSTS, amount=event.total),),
        amount=event.total,
        contact=event.contact,
    )


POLICIES: Mapping[type[Event], Policy] = {
    AwardProposed: reserve,
    AwardSetAside: release,
    AwardLapsed: release,
    CallCancelled: release,
    OverlapFound: note_overlap,
}

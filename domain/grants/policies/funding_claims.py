"""What grants tell the national ledger of claims, and what it tells them.

A claim stands for the agreement that an application may lead to: that stream's id is settled from the beginning, so
everything about the money, before the agreement and after, is told to the same claim.
"""

from collections.abc import Iterator, Mapping
from uuid import UUID

from domain.funding_claims import commands as c
from domain.funding_claims.events import OverlapFound, claim_id
from domain.funding_claims.vocabulary import (
    ClaimFacts,
    CoFinancing,
    CostLine,
    Origin,
    OriginKind,
    ReleaseReason,
)
from domain.grants.commands.application import NoteOverlap
from domain.grants.events.agreement import (
    AgreementAmended,
    AgreementCompleted,
    AgreementSigned,
    AgreementTerminated,
    ReportOverdue,
    ReportSubmitted,
    ReportWaived,
)
from domain.grants.events.application import (
    ApplicationChecked,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    AwardLapsed,
    CoFinancingDeclared,
    OutcomeRecorded,
    ReservePromoted,
)
from domain.grants.funding import total
from domain.grants.vocabulary import AwardOutcome
from domain.kernel.command import Command
from domain.kernel.deadline import last_day
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Policy, Reaction
from domain.kernel.money import Money


def agreement_id(application_id: UUID) -> UUID:
    """The stream of the agreement that an application may lead to."""
    return derived_id("agreement", application_id)


def claim_of(tenant_id: int, application_id: UUID) -> UUID:
    """The claim that stands in the national ledger for an application."""
    return claim_id(tenant_id, agreement_id(application_id))


def tell_of_application(recorded: RecordedEvent) -> Iterator[Reaction]:
    """Reserved at the submission, released where nothing comes of it, reserved again where that is reversed.

    What it is for is first what was asked, then what was awarded, and then what the agreement says.
    """
    command = _of_application(recorded)
    if command is not None:
        yield Reaction(claim_of(recorded.tenant_id, recorded.stream_id), command, NATIONAL_TENANT)


def tell_of_agreement(recorded: RecordedEvent) -> Iterator[Reaction]:
    """Confirmed by the signature, amended and closed by what was paid; and whether a report is overdue."""
    command = _of_agreement(recorded)
    if command is not None:
        yield Reaction(claim_id(recorded.tenant_id, recorded.stream_id), command, NATIONAL_TENANT)


def tell_both_sides(recorded: RecordedEvent) -> Iterator[Reaction]:
    """Each of two grants learns that there is another one much like it, whose it is, and where to ask."""
    event = recorded.event
    if not isinstance(event, OverlapFound):
        return
    for side, other in ((event.this, event.other), (event.other, event.this)):
        if side.origin.kind is OriginKind.GRANT:
            note = NoteOverlap(
                overlap_id=event.overlap_id,
                institution=other.institution,
                contact=other.where_to_ask,
                similarity=event.similarity.total,
            )
            yield Reaction(side.origin.stream_id, note, side.origin.tenant_id)


def _of_application(recorded: RecordedEvent) -> Command | None:  # noqa: PLR0911 - one answer for each kind of event
    match recorded.event:
        case ApplicationSubmitted() as event:
            return c.ReserveClaim(organisation_id=event.organisation_id, facts=_facts(recorded, event))
        case CoFinancingDeclared(co_financing=told) as event if told.institution is not None:
            declared = CoFinancing(institution=told.institution, amount=told.amount)
            return c.AddCoFinancing(co_financing=declared, elsewhere=event.elsewhere)
        case CoFinancingDeclared(elsewhere=Money() as elsewhere) as event:
            return c.AmendClaim(organisation_id=event.organisation_id, elsewhere=elsewhere)
        case ApplicationChecked(eligible=False):
            return c.ReleaseClaim(reason=ReleaseReason.INELIGIBLE)
        case ApplicationWithdrawn():
            return c.ReleaseClaim(reason=ReleaseReason.WITHDRAWN)
        case OutcomeRecorded(outcome=AwardOutcome.REJECTED):
            return c.ReleaseClaim(reason=ReleaseReason.REJECTED)
        case ApplicationChecked() as event:
            return c.ReopenClaim(organisation_id=event.organisation_id)
        case OutcomeRecorded() | ReservePromoted() as event:
            return c.ReopenClaim(organisation_id=event.organisation_id, amount=event.amount)
        case AwardLapsed():
            return c.ReleaseClaim(reason=ReleaseReason.LAPSED)
        case _:
            return None


def _of_agreement(recorded: RecordedEvent) -> Command | None:
    match recorded.event:
        case AgreementSigned() as event:
            return c.ConfirmClaim(
                organisation_id=event.organisation_id, contract_id=recorded.stream_id, amount=event.award
            )
        case AgreementAmended(organisation_id=UUID() as organisation_id) as event:
            return c.AmendClaim(organisation_id=organisation_id, last_day=event.ends_on)
        case AgreementTerminated() | AgreementCompleted() as event:
            return c.CloseClaim(unpaid=event.unpaid)
        case ReportOverdue() as event:
            due_on = last_day(event.due_at)
            return c.FlagOverdueReport(report_id=_report(recorded, event.number), due_on=due_on)
        case ReportSubmitted(was_overdue=True) | ReportWaived() as event:
            return c.ClearOverdueReport(report_id=_report(recorded, event.number))
        case _:
            return None


def _facts(recorded: RecordedEvent, event: ApplicationSubmitted) -> ClaimFacts:
    project = event.project
    others = [one.amount for one in project.co_financing if one.institution is None]
    origin = Origin(tenant_id=recorded.tenant_id, kind=OriginKind.GRANT, stream_id=recorded.stream_id)
    return ClaimFacts(
        origin=origin,
        title=project.title,
        activity=project.activity,
        first_day=project.starts_on,
        last_day=project.ends_on,
        costs=tuple(CostLine(category=line.kind.value, amount=line.amount) for line in project.costs),
        amount=project.requested,
        contact=event.office,
        co_financing=tuple(
            CoFinancing(institution=one.institution, amount=one.amount)
            for one in project.co_financing
            if one.institution is not None
        ),
        elsewhere=total(others, project.requested.currency) if others else None,
    )


def _report(recorded: RecordedEvent, number: int) -> UUID:
    return derived_id("report", recorded.stream_id, number)


POLICIES: Mapping[type[Event], Policy] = {
    ApplicationSubmitted: tell_of_application,
    CoFinancingDeclared: tell_of_application,
    ApplicationChecked: tell_of_application,
    ApplicationWithdrawn: tell_of_application,
    OutcomeRecorded: tell_of_application,
    ReservePromoted: tell_of_application,
    AwardLapsed: tell_of_application,
    AgreementSigned: tell_of_agreement,
    AgreementAmended: tell_of_agreement,
    AgreementTerminated: tell_of_agreement,
    AgreementCompleted: tell_of_agreement,
    ReportOverdue: tell_of_agreement,
    ReportSubmitted: tell_of_agreement,
    ReportWaived: tell_of_agreement,
    OverlapFound: tell_both_sides,
}

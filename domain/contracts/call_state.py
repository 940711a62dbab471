"""The state of a call: how each event changes it, and what others may rest on."""

from datetime import datetime
from uuid import UUID

from domain.contracts import citations
from domain.contracts.events.call import (
    AwardConfirmed,
    AwardLapsed,
    AwardProposed,
    AwardSetAside,
    CallAmended,
    CallCancelled,
    CallChecked,
    CallClosed,
    CallContracted,
    CallDeadlineMoved,
    CallPlanned,
    CallPublished,
    CallUnsuccessful,
    ClarificationIssued,
    EvaluationBegun,
    OverlapNoted,
    QualificationBegun,
    QualifiedListPublished,
)
from domain.contracts.facts import CallFacts
from domain.contracts.vocabulary import CallStage, ListedProvider
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_

ENDED = (CallStage.CANCELLED, CallStage.UNSUCCESSFUL)


class CallState(Aggregate):
    """What a call remembers. Times are UTC; `closes_at` is exclusive and None before publication.

    `set_aside` are upheld complaints, each with the bid it was about; `lapsed` bids have lost an award.
    """

    @applies(CallPlanned)
    def _planned(self, event: CallPlanned) -> None:
        self.stage = CallStage.PLANNING
        self.facts: CallFacts = event.facts
        self.published_at: datetime | None = None
        self.closes_at: datetime | None = None
        self.deadline: Deadline | None = None
        self.opening: Deadline | None = None
        self.invited: frozenset[UUID] = frozenset()
        self.providers: tuple[ListedProvider, ...] = ()
        self.proposal: AwardProposed | None = None
        self.award: AwardConfirmed | None = None
        self.proposed: frozenset[UUID] = frozenset()
        self.proposals = 0
        self.set_aside: dict[UUID, UUID] = {}
        self.lapsed: frozenset[UUID] = frozenset()
        self.overlaps: frozenset[UUID] = frozenset()

    @applies(CallAmended)
    def _amended(self, event: CallAmended) -> None:
        self.facts = self.facts.changed_by(event.changes)

    @applies(CallChecked, ClarificationIssued)
    def _noted(self, event: CallChecked | ClarificationIssued) -> None:
        """Neither changes what may follow."""

    @applies(CallPublished)
    def _published(self, event: CallPublished) -> None:
        self.stage, self.facts = CallStage.PUBLISHED, event.facts
        self.published_at, self.closes_at, self.deadline = event.occurred_at, event.closes_at, event.deadline
        self.invited = frozenset(event.invited)

    @applies(CallDeadlineMoved)
    def _deadline_moved(self, event: CallDeadlineMoved) -> None:
        if self.stage is CallStage.CLOSED:
            self.opening = event.deadline
        else:
            self.deadline, self.closes_at = event.deadline, event.deadline.due_at

    @applies(CallClosed)
    def _closed(self, event: CallClosed) -> None:
        self.stage, self.opening = CallStage.CLOSED, event.opening

    @applies(QualificationBegun)
    def _qualification(self, event: QualificationBegun) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.QUALIFICATION

    @applies(EvaluationBegun)
    def _award_pending(self, event: EvaluationBegun) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.AWARD_PENDING

    @applies(QualifiedListPublished)
    def _listed(self, event: QualifiedListPublished) -> None:
        self.stage, self.providers = CallStage.LISTED, event.providers

    @applies(AwardProposed)
    def _proposed(self, event: AwardProposed) -> None:
        self.stage, self.proposal, self.proposals = CallStage.STANDSTILL, event, event.number
        self.proposed |= {event.organisation_id}

    @applies(AwardSetAside)
    def _award_set_aside(self, event: AwardSetAside) -> None:
        self.stage, self.proposal = CallStage.QUALIFICATION, None
        self.set_aside[event.complaint_id] = event.bid_id

    @applies(OverlapNoted)
    def _overlapping(self, event: OverlapNoted) -> None:
        self.overlaps |= {event.overlap_id}

    @applies(AwardConfirmed)
    def _awarded(self, event: AwardConfirmed) -> None:
        self.stage, self.award = CallStage.AWARDED, event

    @applies(AwardLapsed)
    def _lapsed(self, event: AwardLapsed) -> None:
        self.stage, self.proposal, self.award = CallStage.AWARD_PENDING, None, None
        self.lapsed |= {event.bid_id}

    @applies(CallContracted)
    def _contracted(self, event: CallContracted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.CONTRACTED

    @applies(CallUnsuccessful)
    def _unsuccessful(self, event: CallUnsuccessful) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.UNSUCCESSFUL

    @applies(CallCancelled)
    def _cancelled(self, event: CallCancelled) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.CANCELLED

    def require(self, command: Command, *stages: CallStage) -> None:
        """Refuse the command unless the call stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def ends_at(self) -> datetime:
        """The end of a published call's time to bid, exclusive."""
        if self.closes_at is None:
            raise TypeError(self.stage)  # asked only of published calls
        return self.closes_at

    @property
    def citation(self) -> str:
        """What the time to bid rests on."""
        return self.deadline.citation if self.deadline else citations.PROCUREMENT

    def require_accepting(self, command: Command, organisation_id: UUID, at: datetime) -> None:
        """Refuse a bid at an instant that is not within [published, end): at the end it is late; and the uninvited.

        Raises: IllegalTransition for a call that is not published or came to an end; RuleViolated when it is late, or
        the organisation was not invited.
        """
        if self.published_at is None or at < self.published_at or self.stage in ENDED:
            raise IllegalTransition(state=self.stage, command=command.name)
        if at >= self.ends_at():
            raise RuleViolated(
                "contract.call.over",
                N_("The time to bid was over at {closes_at}; what comes then or later is late."),
                citation=self.citation,
                closes_at=self.ends_at().isoformat(),
            )
        if self.invited and organisation_id not in self.invited:
            raise RuleViolated(
                "contract.call.invited",
                N_("Only those who are invited may bid in this call."),
                citation=citations.PROCUREMENT,
            )

    def require_opening(self, command: Command, ctx: Context) -> None:
        """Refuse to open a bid before the time to bid is over, and after the opening.

        Raises: RuleViolated, at both ends; IllegalTransition for a call that has gone on or came to an end.
        """
        if self.stage is CallStage.PUBLISHED or (self.closes_at is not None and ctx.now < self.closes_at):
            raise RuleViolated(
                "contract.bid.sealed",
                N_("Bids stay sealed until the call is closed, at {closes_at} at the earliest."),
                citation=self.citation,
                closes_at=self.ends_at().isoformat(),
            )
        self.require(command, CallStage.CLOSED)
        if self.opening is not None:
            over = N_("Bids were opened until {until}; what was not opened then is disregarded.")
            self.opening.require_running(ctx.now, over)

    def unanswered(self, answered: frozenset[UUID]) -> dict[UUID, UUID]:
        """Upheld complaints that are not among those which were answered by a new evaluation, with their bids."""
        return {complaint: bid for complaint, bid in self.set_aside.items() if complaint not in answered}


def call_of(command: Command, ctx: Context, call_id: UUID) -> "CallState":
    """The call that something belongs to, which the command must name rightly."""
    if getattr(command, "call_id", None) != call_id:
        raise InvalidValue("/call_id", N_("It belongs to another call."))
    return ctx.reference("call", CallState)


def call_named(command: Command) -> UUID | None:
    """The call that a command is about."""
    found: UUID | None = getattr(command, "call_id", None)
    return found

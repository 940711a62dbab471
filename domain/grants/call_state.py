"""The state of a call: how each event changes it, and what others may rest on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.grants import citations
from domain.grants.answers import require_valid
from domain.grants.events.grant_call import (
    CallAmended,
    CallCancelled,
    CallChecked,
    CallClosed,
    CallContracted,
    CallDeadlineMoved,
    CallDrafted,
    CallPublished,
    CallReported,
    CallVoided,
    ClarificationIssued,
    EvaluationBegun,
    FormSet,
    FundingReleased,
)
from domain.grants.facts import CallFacts
from domain.grants.form import Form
from domain.grants.funding import less, total
from domain.grants.ranking import Ranked
from domain.grants.vocabulary import CallStage, LineFunding
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.deadline import Deadline
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.message import N_
from domain.kernel.money import Money

BEFORE_PUBLICATION = (CallStage.DRAFT, CallStage.READY)
BEFORE_FINAL = (
    *BEFORE_PUBLICATION,
    CallStage.PUBLISHED,
    CallStage.CLOSED,
    CallStage.EVALUATING,
    CallStage.PROVISIONAL,
)
RANKED = (CallStage.FINAL, CallStage.CONTRACTED, CallStage.REPORTED)
"""Stages in which awards stand; of a void call nothing is promised or paid any more."""
PUBLIC = (
    CallStage.PUBLISHED,
    CallStage.CLOSED,
    CallStage.EVALUATING,
    CallStage.PROVISIONAL,
    CallStage.FINAL,
    CallStage.CONTRACTED,
    CallStage.REPORTED,
)


class CallState(Aggregate):
    """What a call remembers. Times are UTC; `closes_at` is exclusive and None before publication.

    `released` are applications whose award stood before the final ranking, and since when.
    `held` is what it has of the plan's lines: from the publication on, less what it gave back.
    """

    @applies(CallDrafted)
    def _drafted(self, event: CallDrafted) -> None:
        self.stage = CallStage.DRAFT
        self.facts: CallFacts = event.facts
        self.form: Form | None = None
        self.form_version = 0
        self.published_at: datetime | None = None
        self.closes_at: datetime | None = None
        self.deadline: Deadline | None = None
        self.clarifications = 0
        self.ranking: tuple[Ranked, ...] = ()
        self.complaints_until: Deadline | None = None
        self.final_at: datetime | None = None
        self.released: dict[UUID, datetime] = {}
        self.held: tuple[LineFunding, ...] = ()

    @applies(CallAmended)
    def _amended(self, event: CallAmended) -> None:
        self.facts = self.facts.changed_by(event.changes)
        self.stage = CallStage.DRAFT

    @applies(FormSet)
    def _form_set(self, event: FormSet) -> None:
        self.form, self.form_version = event.form, event.version
        self.stage = CallStage.DRAFT

    @applies(CallChecked)
    def _checked(self, event: CallChecked) -> None:
        if self.stage in BEFORE_PUBLICATION:
            self.stage = CallStage.DRAFT if event.errors else CallStage.READY

    @applies(CallPublished)
    def _published(self, event: CallPublished) -> None:
        self.stage = CallStage.PUBLISHED
        self.facts = event.facts
        self.published_at, self.closes_at, self.deadline = event.occurred_at, event.closes_at, event.deadline
        self.held = event.facts.plan.lines if event.facts.plan else ()

    @applies(ClarificationIssued)
    def _clarified(self, event: ClarificationIssued) -> None:  # noqa: ARG002 - an applier takes its event
        self.clarifications += 1

    @applies(CallDeadlineMoved)
    def _deadline_moved(self, event: CallDeadlineMoved) -> None:
        self.deadline, self.closes_at = event.deadline, event.deadline.due_at

    @applies(CallClosed)
    def _closed(self, event: CallClosed) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.CLOSED

    @applies(EvaluationBegun)
    def _evaluating(self, event: EvaluationBegun) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.EVALUATING

    @applies(CallContracted)
    def _contracted(self, event: CallContracted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.CONTRACTED

    @applies(CallReported)
    def _reported(self, event: CallReported) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.REPORTED

    @applies(CallCancelled)
    def _cancelled(self, event: CallCancelled) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.CANCELLED

    @applies(CallVoided)
    def _voided(self, event: CallVoided) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = CallStage.VOID

    @applies(FundingReleased)
    def _funding_released(self, event: FundingReleased) -> None:
        self.held = less(self.held, event.lines)

    def require(self, command: Command, *stages: CallStage) -> None:
        """Refuse the command unless the call stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def require_award(self, command: Command, application_id: UUID, *stages: CallStage) -> None:
        """Refuse the command unless the call stands in one of these stages, or released that award before them."""
        early = (CallStage.PROVISIONAL,) if application_id in self.released else ()
        self.require(command, *early, *stages)

    def awarded_at(self, application_id: UUID) -> datetime | None:
        """Since when an award of that application stands; None as long as none does."""
        return self.released.get(application_id, self.final_at)

    def require_complaints_over(self, at: datetime) -> None:
        """Raises: RuleViolated while one may still complain about the provisional ranking."""
        if self.complaints_until is not None:
            self.complaints_until.require_over(at, N_("Applicants may complain until {until}."))

    @property
    def money(self) -> Money | None:
        """What it may promise: the budget, or what is left of it in the plan's lines; None where none was set."""
        budget, plan = self.facts.budget, self.facts.plan
        return budget if budget is None or plan is None else total((one.amount for one in self.held), budget.currency)

    @property
    def citation(self) -> str:
        """What the time to apply rests on."""
        return self.deadline.citation if self.deadline else citations.FINANCING

    def ends_at(self) -> datetime:
        """The end of a published call's time to apply, exclusive."""
        if self.closes_at is None:
            raise TypeError(self.stage)  # asked only of published calls
        return self.closes_at

    def require_accepting(self, command: Command, at: datetime) -> None:
        """Refuse an application at an instant that is not within [published, end): at the end it is late.

        Raises: IllegalTransition for a call that is not published or came to another end; RuleViolated when it is late.
        """
        if self.published_at is None or at < self.published_at or self.stage in (CallStage.CANCELLED, CallStage.VOID):
            raise IllegalTransition(state=self.stage, command=command.name)
        if at >= self.ends_at():
            raise RuleViolated(
                "grant.call.over",
                N_("The call closed at {closes_at}; what comes then or later is late."),
                citation=self.citation,
                closes_at=self.ends_at().isoformat(),
            )

    def require_answers(
        self, form_version: int, answers: Mapping[str, Any], *, complete: bool, pointer: str = "/answers"
    ) -> None:
        """Refuse answers to another form than the call's own, or that do not fit it; `complete` for a submission.

        Raises: RuleViolated for a superseded form, AnswersInvalid with a pointer below `pointer` for each field.
        """
        if self.form is None or form_version != self.form_version:
            raise RuleViolated(
                "grant.form.superseded",
                N_("The call has form {current}; these are answers to form {given}."),
                citation=citations.FINANCING,
                current=self.form_version,
                given=form_version,
            )
        require_valid(self.form, answers, complete=complete, pointer=pointer)

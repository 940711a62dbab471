"""The state of a contribution: how each event changes it."""

from uuid import UUID

import msgspec

from domain.consultations.events import (
    AnswerDisputed,
    ContributionDrafted,
    ContributionPublished,
    ContributionReceipted,
    ContributionRevised,
    ContributionSubmitted,
    ContributionWithdrawn,
    ContributionWithheld,
    DisputeReplied,
    PositionRecorded,
    PositionRevised,
)
from domain.consultations.vocabulary import (
    ArticleComment,
    Channel,
    ContributionStage,
    Outcome,
    WithheldReason,
)
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition
from domain.kernel.vocabulary import File


class Content(msgspec.Struct, frozen=True):
    """What is said; the digest of a receipt is taken over this, as JSON with sorted keys."""

    language: str
    body: str
    title: str | None
    comments: tuple[ArticleComment, ...]
    attachments: tuple[File, ...]


class ContributionState(Aggregate):
    """What a contribution remembers."""

    @applies(ContributionDrafted)
    def _drafted(self, event: ContributionDrafted) -> None:
        self.stage = ContributionStage.DRAFTED
        self.consultation_id: UUID = event.consultation_id
        self.contributor_id: UUID = event.contributor_id
        self.organisation_id: UUID | None = event.organisation_id
        self.outcome: Outcome | None = None
        self.withheld: WithheldReason | None = None
        self._say(event)

    @applies(ContributionRevised)
    def _revised(self, event: ContributionRevised) -> None:
        self._say(event)

    @applies(ContributionSubmitted)
    def _submitted(self, event: ContributionSubmitted) -> None:
        answered_at_once = event.channel in (Channel.WEB, Channel.API)
        self.stage = ContributionStage.RECEIPTED if answered_at_once else ContributionStage.SUBMITTED

    @applies(ContributionReceipted)
    def _receipted(self, event: ContributionReceipted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ContributionStage.RECEIPTED

    @applies(ContributionPublished)
    def _published(self, event: ContributionPublished) -> None:  # noqa: ARG002 - an applier takes its event
        self.withheld = None
        self.stage = ContributionStage.PUBLISHED if self.outcome is None else ContributionStage.ANSWERED

    @applies(ContributionWithheld)
    def _withheld(self, event: ContributionWithheld) -> None:
        self.withheld = event.reason_class
        self.stage = ContributionStage.WITHHELD

    @applies(ContributionWithdrawn)
    def _withdrawn(self, event: ContributionWithdrawn) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ContributionStage.WITHDRAWN

    @applies(PositionRecorded)
    def _answered(self, event: PositionRecorded) -> None:
        self.stage = ContributionStage.ANSWERED
        self.outcome = event.outcome

    @applies(PositionRevised)
    def _answer_revised(self, event: PositionRevised) -> None:
        self.outcome = event.outcome

    @applies(AnswerDisputed)
    def _disputed(self, event: AnswerDisputed) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ContributionStage.DISPUTED

    @applies(DisputeReplied)
    def _replied(self, event: DisputeReplied) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ContributionStage.ANSWERED

    def withheld_from(self, reader: UUID | None) -> bool:
        """A draft is its author's."""
        return self.stage is ContributionStage.DRAFTED and reader != self.contributor_id

    def require(self, command: Command, *stages: ContributionStage) -> None:
        """Refuse the command unless the contribution stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def _say(self, event: ContributionDrafted | ContributionRevised) -> None:
        self.content = Content(event.language, event.body, event.title, event.comments, event.attachments)

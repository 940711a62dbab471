"""A contribution: what somebody said on a consultation, whether it is shown, and the one answer it gets.

Its decisions build on each other: `contribution_state` < `submission` < this module.
"""

from domain.consultations.admission import require_writable
from domain.consultations.commands import (
    DisputeAnswer,
    PublishContribution,
    RecordPosition,
    ReplyToDispute,
    RevisePosition,
    WithholdContribution,
)
from domain.consultations.consultation import Consultation
from domain.consultations.events import (
    AnswerDisputed,
    ContributionDrafted,
    ContributionPublished,
    ContributionWithheld,
    DisputeReplied,
    PositionRecorded,
    PositionRevised,
)
from domain.consultations.parts import GroupAnswer
from domain.consultations.reasons import require_languages
from domain.consultations.submission import ON_CONSULTATION, Submission
from domain.consultations.vocabulary import ContributionStage
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_

_WAITING = (ContributionStage.SUBMITTED, ContributionStage.RECEIPTED)


class Contribution(Submission):
    """drafted, submitted, receipted, published or withheld, answered, disputed; or withdrawn by its author."""

    initial = ContributionDrafted

    @decides(PublishContribution, references=ON_CONSULTATION)
    def publish(self, command: PublishContribution, ctx: Context) -> None:
        """Show it, also after it was withheld by mistake."""
        self.require(command, *_WAITING, ContributionStage.WITHHELD)
        require_writable(self.consultation(command.consultation_id, ctx), ctx)
        self.trigger(
            ctx,
            ContributionPublished(consultation_id=self.consultation_id, withheld=self.withheld, outcome=self.outcome),
        )

    @decides(WithholdContribution, references=ON_CONSULTATION)
    def withhold(self, command: WithholdContribution, ctx: Context) -> None:
        """Hide it for a reason that is counted."""
        self.require(command, *_WAITING, ContributionStage.PUBLISHED, ContributionStage.ANSWERED)
        require_writable(self.consultation(command.consultation_id, ctx), ctx)
        self.trigger(
            ctx,
            ContributionWithheld(
                consultation_id=self.consultation_id,
                reason_class=command.reason_class,
                note=command.note,
                outcome=self.outcome,
            ),
        )

    @decides(RecordPosition, references=ON_CONSULTATION)
    def answer(self, command: RecordPosition, ctx: Context) -> None:
        """Record the one position; what is answered is thereby public."""
        if self.outcome is not None:
            raise RuleViolated(
                "consultation.position.once", N_("The contribution has its position; revise it before the report.")
            )
        self.require(command, *_WAITING, ContributionStage.PUBLISHED)
        consultation = self.consultation(command.consultation_id, ctx)
        require_writable(consultation, ctx)
        if command.group_id is not None:
            self._require_group_answer(command, consultation)
        elif not ctx.imported:
            require_languages(command.reason, {self.content.language}, ctx)
        if self.stage is not ContributionStage.PUBLISHED:
            self.trigger(ctx, ContributionPublished(consultation_id=self.consultation_id))
        self.trigger(
            ctx,
            PositionRecorded(
                consultation_id=self.consultation_id,
                outcome=command.outcome,
                reason=command.reason,
                article=command.article,
                group_id=command.group_id,
            ),
        )

    @decides(RevisePosition, references=ON_CONSULTATION)
    def revise_answer(self, command: RevisePosition, ctx: Context) -> None:
        """Change the position before the report, and say why."""
        previous = self.outcome
        if previous is None or self.stage not in (ContributionStage.ANSWERED, ContributionStage.DISPUTED):
            raise IllegalTransition(state=self.stage, command=command.name)
        require_writable(self.consultation(command.consultation_id, ctx), ctx)
        if not ctx.imported:
            require_languages(command.reason, {self.content.language}, ctx)
        self.trigger(
            ctx,
            PositionRevised(
                consultation_id=self.consultation_id,
                previous=previous,
                outcome=command.outcome,
                reason=command.reason,
                why=command.why,
                article=command.article,
            ),
        )

    @decides(DisputeAnswer)
    def dispute(self, command: DisputeAnswer, ctx: Context) -> None:
        """Object to the answer, also after the report."""
        self.require_author(command, ctx)
        self.require(command, ContributionStage.ANSWERED)
        self.trigger(
            ctx,
            AnswerDisputed(consultation_id=self.consultation_id, language=command.language, grounds=command.grounds),
        )

    @decides(ReplyToDispute)
    def reply(self, command: ReplyToDispute, ctx: Context) -> None:
        """Reply to the dispute."""
        self.require(command, ContributionStage.DISPUTED)
        if not ctx.imported:
            require_languages(command.reply, {self.content.language}, ctx)
        self.trigger(ctx, DisputeReplied(consultation_id=self.consultation_id, reply=command.reply))

    def _require_group_answer(self, command: RecordPosition, consultation: Consultation) -> None:
        """An answer that cites a group is the group's answer, word for word, and this is one of its members."""
        group = consultation.groups.get(command.group_id) if command.group_id else None
        if group is None or self.id not in group.members:
            raise InvalidValue("/group_id", N_("The contribution is not in that group."))
        if group.answer != GroupAnswer(command.outcome, command.reason, command.article):
            raise RuleViolated(
                "consultation.group.answer", N_("The position differs from the answer that was given to the group.")
            )

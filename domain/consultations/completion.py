"""How a consultation ends: with an act and its place in the gazette, concluded, withdrawn or annulled."""

from domain.consultations.analysis import Analysis
from domain.consultations.commands import (
    AnnulConsultation,
    ConcludeConsultation,
    LinkGazette,
    RecordAdoption,
    WithdrawConsultation,
)
from domain.consultations.events import (
    ActAdopted,
    ConsultationAnnulled,
    ConsultationConcluded,
    ConsultationWithdrawn,
    GazetteLinked,
)
from domain.consultations.state import ANSWERABLE, BEFORE_OPENING
from domain.consultations.vocabulary import Conclusion, Stage
from domain.consultations.window import REPORT
from domain.kernel.aggregate import decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import require_past
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.languages import require_one_file_per_language
from domain.kernel.message import N_


class Completion(Analysis):
    """Decisions at the end."""

    @decides(RecordAdoption)
    def adopt(self, command: RecordAdoption, ctx: Context) -> None:
        """Record the adopted act; what the public said must have been reported on first."""
        self._require_report(command, ctx)
        self.require(command, Stage.REPORTED)
        if self.adopted:
            raise RuleViolated("consultation.adoption.once", N_("The adoption is on record already."))
        require_one_file_per_language(command.files)
        require_past(command.adopted_on, "/adopted_on", ctx.now)
        self.trigger(
            ctx,
            ActAdopted(
                adopted_on=command.adopted_on,
                decision_no=command.decision_no,
                files=command.files,
                title=command.title,
            ),
        )

    @decides(LinkGazette)
    def link(self, command: LinkGazette, ctx: Context) -> None:
        """Tie the act to the Official Gazette, also after the conclusion: it often appears later."""
        self.require(command, Stage.REPORTED, Stage.CONCLUDED)
        if not self.adopted:
            raise RuleViolated("consultation.gazette.adopted", N_("Only an adopted act can stand in the gazette."))
        if self.gazetted:
            raise RuleViolated("consultation.gazette.once", N_("The gazette is linked already."))
        require_past(command.published_on, "/published_on", ctx.now)
        self.trigger(ctx, GazetteLinked(act_id=command.act_id, url=command.url, published_on=command.published_on))

    @decides(ConcludeConsultation)
    def conclude(self, command: ConcludeConsultation, ctx: Context) -> None:
        """Finish; never without the report."""
        self._require_report(command, ctx)
        self.require(command, Stage.REPORTED)
        if (command.conclusion is Conclusion.ADOPTED) is not self.adopted:
            raise InvalidValue(
                "/conclusion", N_("The conclusion and the record of the adoption contradict each other.")
            )
        if command.conclusion is not Conclusion.ADOPTED and command.note is None:
            raise InvalidValue("/note", N_("Say why there is no act."))
        self.trigger(ctx, ConsultationConcluded(conclusion=command.conclusion, note=command.note))

    @decides(WithdrawConsultation)
    def withdraw(self, command: WithdrawConsultation, ctx: Context) -> None:
        """Give up, before the report and with a reason."""
        self.require(command, *BEFORE_OPENING, *ANSWERABLE)
        self.trigger(ctx, ConsultationWithdrawn(reason=command.reason))

    @decides(AnnulConsultation)
    def annul(self, command: AnnulConsultation, ctx: Context) -> None:
        """Declare void what was opened."""
        self.require(command, *ANSWERABLE, Stage.REPORTED, Stage.CONCLUDED)
        self.trigger(ctx, ConsultationAnnulled(decision_no=command.decision_no, reason=command.reason))

    def _require_report(self, command: Command, ctx: Context) -> None:
        if self.stage in (Stage.CLOSED, Stage.ANALYSED):
            raise RuleViolated(
                REPORT,
                N_("{command} needs the published report."),
                citation=ctx.rules[REPORT].citation,
                command=command.name,
            )

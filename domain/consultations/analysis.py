"""After the window: contributions grouped and answered, the analysis complete, the report proven and published."""

from uuid import UUID

from domain.consultations import citations
from domain.consultations.commands import (
    AnswerGroup,
    CompleteAnalysis,
    GroupContributions,
    PublishReport,
    UngroupContributions,
)
from domain.consultations.events import (
    AnalysisCompleted,
    ContributionsGrouped,
    ContributionsUngrouped,
    GroupAnswered,
    ReportPublished,
)
from domain.consultations.meetings import Meetings
from domain.consultations.parts import Group
from domain.consultations.reasons import require_languages
from domain.consultations.state import ANSWERABLE
from domain.consultations.tally import Tally
from domain.consultations.vocabulary import Counts, Stage
from domain.consultations.window import REPORT
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.languages import require_one_file_per_language
from domain.kernel.message import N_
from domain.kernel.text import Title


class Analysis(Meetings):
    """Decisions on what was said."""

    @decides(GroupContributions, boundary=Tally)
    def group(self, command: GroupContributions, ctx: Context) -> None:
        """Put contributions together; each may be in one group and must still wait for its answer."""
        self.require(command, *ANSWERABLE)
        title = self._group_title(command)
        tally = ctx.folded(Tally)
        taken = {member for group in self.groups.values() for member in group.members}
        for index, member in enumerate(command.members):
            entry = tally.contributions.get(member)
            if entry is None or not entry.admitted:
                raise InvalidValue(f"/members/{index}", N_("No admitted contribution of this consultation."))
            if member in taken or member in command.members[:index]:
                raise InvalidValue(f"/members/{index}", N_("The contribution is in a group already."))
            if entry.outcome is not None:
                raise InvalidValue(f"/members/{index}", N_("The contribution is answered already."))
        self.trigger(
            ctx,
            ContributionsGrouped(group_id=command.group_id or ctx.new_id(), title=title, members=command.members),
        )

    @decides(UngroupContributions)
    def ungroup(self, command: UngroupContributions, ctx: Context) -> None:
        """Take contributions out of a group again."""
        self.require(command, *ANSWERABLE)
        group = self._open_group(command.group_id)
        for index, member in enumerate(command.members):
            if member not in group.members:
                raise InvalidValue(f"/members/{index}", N_("The contribution is not in this group."))
        self.trigger(
            ctx,
            ContributionsUngrouped(group_id=group.group_id, members=command.members, reason=command.reason),
        )

    @decides(AnswerGroup, boundary=Tally)
    def answer_group(self, command: AnswerGroup, ctx: Context) -> None:
        """Answer all members at once, in every language they wrote in."""
        self.require(command, *ANSWERABLE)
        group = self._open_group(command.group_id)
        entries = ctx.folded(Tally).contributions
        waiting = tuple(sorted(m for m in group.members if entries[m].admitted and entries[m].outcome is None))
        if not waiting:
            raise RuleViolated("consultation.group.members", N_("No member of the group waits for an answer."))
        if not ctx.imported:
            require_languages(command.reason, {entries[member].language for member in waiting}, ctx)
        self.trigger(
            ctx,
            GroupAnswered(
                group_id=group.group_id,
                outcome=command.outcome,
                reason=command.reason,
                members=waiting,
                article=command.article,
            ),
        )

    @decides(CompleteAnalysis, boundary=Tally)
    def complete(self, command: CompleteAnalysis, ctx: Context) -> None:
        """State that nothing admitted is left without a position."""
        self.require(command, Stage.CLOSED)
        self.trigger(ctx, AnalysisCompleted(counts=_complete(ctx), summary=command.summary))

    @decides(PublishReport, boundary=Tally)
    def report(self, command: PublishReport, ctx: Context) -> None:
        """Publish the report with its proof: exactly one position per admitted contribution."""
        self.require(command, Stage.CLOSED, Stage.ANALYSED)
        require_one_file_per_language(command.files)
        given = {file.language for file in command.files}
        missing = [code for code in ctx.tenant.languages if code not in given]
        if missing and not ctx.imported:
            raise RuleViolated(
                "consultation.languages",
                N_("The report must be published in every required language; missing: {languages}."),
                citation=citations.LANGUAGES,
                languages=", ".join(missing),
            )
        counts = _complete(ctx)
        if self.stage is Stage.CLOSED:
            self.trigger(ctx, AnalysisCompleted(counts=counts))
        due_at = self.report_due.due_at if self.report_due else None
        self.trigger(
            ctx,
            ReportPublished(
                counts=counts,
                files=command.files,
                late=due_at is not None and ctx.now >= due_at,
                due_at=due_at,
                summary=command.summary,
            ),
        )

    def _group_title(self, command: GroupContributions) -> Title:
        if command.group_id is not None:
            return self._open_group(command.group_id).title
        if command.title is None:
            raise InvalidValue("/title", N_("A new group needs a title."))
        return command.title

    def _open_group(self, group_id: UUID) -> Group:
        group = self.groups.get(group_id)
        if group is None:
            raise InvalidValue("/group_id", N_("The consultation has no such group."))
        if group.answer is not None:
            raise RuleViolated("consultation.group.answered", N_("The group is answered; its members stay."))
        return group


def _complete(ctx: Context) -> Counts:
    """The counts, refused while a position is missing."""
    tally = ctx.folded(Tally)
    missing = tally.unanswered()
    if missing:
        raise RuleViolated(
            "consultation.report.complete",
            N_("{missing} of {admitted} admitted contributions have no position yet; the first is {first}."),
            citation=ctx.rules[REPORT].citation,
            missing=len(missing),
            admitted=tally.counts().admitted,
            first=str(missing[0]),
        )
    return tally.counts()

"""An action: what somebody does because of a resolution, until when, and what shows that it was done."""

from typing import Self
from uuid import UUID

from domain.council import citations
from domain.council.commands.action import AssignAction, CloseAction, NoteActionOverdue, SubmitActionEvidence
from domain.council.council import Council
from domain.council.events.action import ActionAssigned, ActionClosed, ActionEvidenceSubmitted, ActionFellOverdue
from domain.council.representing import ON_INSTITUTIONS, require_institution
from domain.council.resolutions import Resolutions
from domain.council.saying import require_said
from domain.council.standing import SeatStanding
from domain.council.vocabulary import ActionOutcome, ActionStage
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import end_of, local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.languages import require_one_file_per_language
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.text import Title

_OPEN = (ActionStage.ASSIGNED, ActionStage.EVIDENCED)


def _council(command: Command) -> UUID | None:
    found: UUID | None = getattr(command, "council_id")  # noqa: B009 - of the one command that may name it
    return found


class CouncilAction(Aggregate):
    """assigned → evidenced → fulfilled, or dropped; overdue beside it."""

    initial = ActionAssigned

    @classmethod
    @creates(AssignAction, references=ON_INSTITUTIONS, register=(Resolutions, SeatStanding))
    def assign(cls, command: AssignAction, ctx: Context, stream_id: UUID) -> Self:
        """Because of a resolution, to one institution or one organisation, until a day to come."""
        ctx.tenant.require_national()
        resolution = ctx.registered(Resolutions).require_adopted()
        require_said(command.what, "/what", ctx)
        if command.due < local_day(ctx.now) and not ctx.imported:
            raise InvalidValue("/due", N_("{day} is over."), day=command.due.isoformat())
        end_of(command.due)  # refuses a day that no clock reaches
        event = ActionAssigned(
            resolution_id=command.resolution_id,
            resolution_number=resolution.number,
            what=command.what,
            institution=command.institution,
            organisation_id=command.organisation_id,
            organisation_name=_responsible(command, ctx),
            due=command.due,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(SubmitActionEvidence, references={"council": (Council, _council)})
    def submit_evidence(self, command: SubmitActionEvidence, ctx: Context) -> None:
        """By whoever is responsible, or the secretariat for them; as often as there is something to show."""
        self._require_open(command)
        self._require_responsible(command, ctx)
        require_said(command.note, "/note", ctx)
        require_one_file_per_language(command.files)
        self.trigger(ctx, ActionEvidenceSubmitted(note=command.note, files=command.files))

    @decides(CloseAction)
    def close(self, command: CloseAction, ctx: Context) -> None:
        """Fulfilled only by evidence."""
        self._require_open(command)
        require_said(command.note, "/note", ctx)
        if command.outcome is ActionOutcome.FULFILLED and self.stage is not ActionStage.EVIDENCED:
            raise RuleViolated(
                "council.action.evidence",
                N_("Nothing shows yet that it was done; evidence comes first."),
                citation=citations.PROCEDURE,
            )
        late = ctx.now >= end_of(self.due)
        self.trigger(ctx, ActionClosed(outcome=command.outcome, note=command.note, late=late))

    @decides(NoteActionOverdue)
    def note_overdue(self, command: NoteActionOverdue, ctx: Context) -> None:
        """Once, when the day is over."""
        self._require_open(command)
        if self.overdue or ctx.now < end_of(self.due):
            raise IllegalTransition(state=self.stage, command=command.name)
        self.trigger(ctx, ActionFellOverdue(due=self.due))

    @applies(ActionAssigned)
    def _assigned(self, event: ActionAssigned) -> None:
        self.stage, self.due, self.overdue = ActionStage.ASSIGNED, event.due, False
        self.institution, self.organisation_id = event.institution, event.organisation_id

    @applies(ActionEvidenceSubmitted)
    def _evidenced(self, _event: ActionEvidenceSubmitted) -> None:
        self.stage = ActionStage.EVIDENCED

    @applies(ActionFellOverdue)
    def _fell_overdue(self, _event: ActionFellOverdue) -> None:
        self.overdue = True

    @applies(ActionClosed)
    def _closed(self, event: ActionClosed) -> None:
        self.stage = ActionStage(event.outcome.value)

    def _require_open(self, command: Command) -> None:
        if self.stage not in _OPEN:
            raise IllegalTransition(state=self.stage, command=command.name)

    def _require_responsible(self, command: SubmitActionEvidence, ctx: Context) -> None:
        if not self._answers(command, ctx):
            raise RuleViolated(
                "council.action.responsible",
                N_("Only who is responsible for the action shows what was done, or the secretariat for them."),
                citation=citations.PROCEDURE,
            )

    def _answers(self, command: SubmitActionEvidence, ctx: Context) -> bool:
        """Whether the actor is the secretariat, represents the organisation, or sits for who is responsible."""
        if ctx.mandate.role == Role.COUNCIL_SECRETARY:
            return True
        if ctx.mandate.role == Role.CSO_DELEGATE:
            return self.organisation_id is not None and ctx.mandate.acts_for(self.organisation_id)
        if command.council_id is None:
            raise InvalidValue("/council_id", N_("Name the Council in which you sit."))
        holder = ctx.reference("council", Council).holder_of(ctx.actor)
        if holder is None:
            return False
        return (holder.institution, holder.organisation_id) == (self.institution, self.organisation_id)


def _responsible(command: AssignAction, ctx: Context) -> Title | None:
    """The organisation's name in the register; None for an institution, which is known by its slug."""
    if (command.institution is None) is (command.organisation_id is None):
        raise InvalidValue("/institution", N_("One is responsible: an institution or an organisation."))
    if command.institution is not None:
        require_institution(command.institution, ctx)
        return None
    standing = ctx.registered(SeatStanding)
    standing.require_in_good_standing(local_day(ctx.now))
    return standing.name

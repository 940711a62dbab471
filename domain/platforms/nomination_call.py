"""A call for nominations: for what an institution wants people, how many, and until when."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.languages import require_said
from domain.kernel.message import N_
from domain.platforms import citations
from domain.platforms.commands.nomination import AskForNominations, EndNominations
from domain.platforms.events.nomination import NominationsAsked, NominationsEnded
from domain.platforms.vocabulary import NominationCallStage

_LANGUAGES = "nomination.languages"


class NominationCall(Aggregate):
    """asked, ended."""

    initial = NominationsAsked
    REFERENCED = True

    @classmethod
    @creates(AskForNominations)
    def ask(cls, command: AskForNominations, ctx: Context, stream_id: UUID) -> Self:
        """In every language that the institution owes, until a day that is not over."""
        ctx.tenant.require_active()
        require_said(command.title, "/title", ctx, _LANGUAGES)
        require_said(command.task, "/task", ctx, _LANGUAGES)
        if command.until < local_day(ctx.now):
            raise InvalidValue("/until", N_("{day} is over."), day=command.until.isoformat())
        event = NominationsAsked(**{field: getattr(command, field) for field in command.__struct_fields__})
        return cls.begin(ctx, stream_id, event)

    @decides(EndNominations)
    def end(self, command: EndNominations, ctx: Context) -> None:
        """Once, with a reason that everybody reads."""
        if self.stage is not NominationCallStage.ASKED:
            raise IllegalTransition(state=self.stage, command=command.name)
        require_said(command.reason, "/reason", ctx, _LANGUAGES)
        self.trigger(ctx, NominationsEnded(reason=command.reason))

    @applies(NominationsAsked)
    def _asked(self, event: NominationsAsked) -> None:
        self.stage, self.places, self.until = NominationCallStage.ASKED, event.places, event.until

    @applies(NominationsEnded)
    def _ended(self, _event: NominationsEnded) -> None:
        self.stage = NominationCallStage.ENDED

    def require_asked(self, command: str) -> None:
        """Raises: IllegalTransition once it has ended."""
        if self.stage is not NominationCallStage.ASKED:
            raise IllegalTransition(state=self.stage, command=command)

    def require_in_time(self, ctx: Context) -> None:
        """Raises: RuleViolated after its last day."""
        if local_day(ctx.now) > self.until:
            raise RuleViolated(
                "nomination.time",
                N_("Nominations were taken up to {until}."),
                citation=citations.STRATEGY,
                until=self.until.isoformat(),
            )

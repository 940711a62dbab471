"""A call before it is published: begun, amended, and looked at by the linter."""

from datetime import datetime
from typing import Self
from uuid import UUID

from domain.contracts.call_state import CallState
from domain.contracts.commands.call import AmendServiceCall, CheckServiceCall, PlanServiceCall
from domain.contracts.events.call import CallAmended, CallChecked, CallPlanned
from domain.contracts.facts import CallFacts
from domain.contracts.linting import CallDraft, lint
from domain.contracts.need import ServiceNeed
from domain.contracts.need_budget import NeedBudget
from domain.contracts.vocabulary import CallStage
from domain.kernel.aggregate import creates, decides
from domain.kernel.amounts import require_once, require_positive
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.errors import Finding, InvalidValue
from domain.kernel.findings import count_errors
from domain.kernel.message import N_


def need_named(command: Command) -> UUID | None:
    """The need that a command cites."""
    found: UUID | None = getattr(command, "need_id", None)
    return found


def list_named(command: Command) -> UUID | None:
    """The call whose qualified list a command cites."""
    found: UUID | None = getattr(command, "list_id", None)
    return found


ON_NEED: References = {"need": (ServiceNeed, need_named), "list": (CallState, list_named)}


def checked(findings: tuple[Finding, ...]) -> CallChecked:
    """The event that puts findings on record."""
    errors = count_errors(findings)
    return CallChecked(errors=errors, warnings=len(findings) - errors, findings=findings)


class CallPlanning(CallState):
    """Decisions before publication."""

    @classmethod
    @creates(PlanServiceCall, references=ON_NEED)
    def plan(cls, command: PlanServiceCall, ctx: Context, stream_id: UUID) -> Self:
        """Begin a call, for a need or (still) without."""
        ctx.tenant.require_active()
        _require_meant(command, ctx)
        return cls.begin(ctx, stream_id, CallPlanned(facts=CallFacts().changed_by(command)))

    @decides(AmendServiceCall, references=ON_NEED)
    def amend(self, command: AmendServiceCall, ctx: Context) -> None:
        """Change facts while nobody outside rests on them."""
        self.require(command, CallStage.PLANNING)
        _require_meant(command, ctx)
        changes = CallFacts().changed_by(command)
        if changes == CallFacts():
            raise InvalidValue("", N_("Nothing is named that should change."))
        self.trigger(ctx, CallAmended(changes=changes))

    @decides(CheckServiceCall, references=ON_NEED, boundary=NeedBudget)
    def check(self, command: CheckServiceCall, ctx: Context) -> None:
        """Put the linter's findings on record."""
        self.require(command, CallStage.PLANNING)
        self.trigger(ctx, checked(self.lint(command, ctx)))

    def lint(self, command: Command, ctx: Context, closes_at: datetime | None = None) -> tuple[Finding, ...]:
        """What the linter says of the call as it stands, resting on the need and the list that it cites."""
        for field, cited, named in (
            ("need_id", self.facts.need_id, need_named(command)),
            ("list_id", self.facts.list_id, list_named(command)),
        ):
            if cited != named:
                raise InvalidValue(
                    f"/{field}", N_("Name the one that the call cites: {cited}."), cited=str(cited or "–")
                )
        need, listing = ctx.references["need"], ctx.references["list"]
        draft = CallDraft(
            facts=self.facts,
            need=need if isinstance(need, ServiceNeed) else None,
            listing=listing if isinstance(listing, CallState) else None,
            budget=ctx.folded(NeedBudget),
            closes_at=closes_at,
        )
        return lint(draft, ctx)


def _require_meant(command: PlanServiceCall | AmendServiceCall, ctx: Context) -> None:
    """Refuse what no linter needs to look at: what is not there, amounts of nothing, a name given twice."""
    if command.need_id is not None:
        ctx.reference("need", ServiceNeed)
    if command.list_id is not None:
        ctx.reference("list", CallState)
    if command.budget is not None:
        require_positive(command.budget, "/budget")
    for n, line in enumerate(command.lines or ()):
        if line.ceiling is not None:
            require_positive(line.ceiling, f"/lines/{n}/ceiling")
    for name in ("lines", "criteria", "standards"):
        require_once((one.code for one in getattr(command, name) or ()), f"/{name}", "code")
    for name in ("places", "tie_rules", "certificates"):
        require_once(getattr(command, name) or (), f"/{name}")

"""A call before it is published: begun, amended, given its form, and looked at by the linter."""

from datetime import datetime
from typing import Self
from uuid import UUID

from domain.grants.call_state import BEFORE_PUBLICATION, CallState
from domain.grants.commands.grant_call import AmendCall, CheckCall, DraftCall, PublishCall, SetForm
from domain.grants.events.grant_call import CallAmended, CallChecked, CallDrafted, FormSet
from domain.grants.facts import CallFacts
from domain.grants.form_bounds import require_usable
from domain.grants.funding import Commitments
from domain.grants.funding_plan import FundingPlan
from domain.grants.linting import CallDraft, lint
from domain.kernel.aggregate import creates, decides
from domain.kernel.amounts import require_once, require_positive
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.errors import Finding, InvalidValue
from domain.kernel.findings import count_errors
from domain.kernel.message import N_


def plan_named(command: Command) -> UUID | None:
    """The funding plan a command cites."""
    match command:
        case CallFacts(plan=plan) if plan is not None:
            return plan.plan_id
        case CheckCall() | PublishCall():
            return command.plan_id
        case _:
            return None


ON_PLAN: References = {"plan": (FundingPlan, plan_named)}


def checked(findings: tuple[Finding, ...]) -> CallChecked:
    """The event that puts findings on record."""
    errors = count_errors(findings)
    return CallChecked(errors=errors, warnings=len(findings) - errors, findings=findings)


class CallPreparation(CallState):
    """Decisions before publication."""

    @classmethod
    @creates(DraftCall, references=ON_PLAN)
    def draft(cls, command: DraftCall, ctx: Context, stream_id: UUID) -> Self:
        """Begin a call, on lines of a plan or (still) without."""
        ctx.tenant.require_active()
        _require_meant(command, ctx)
        return cls.begin(ctx, stream_id, CallDrafted(facts=_facts(command)))

    @decides(AmendCall, references=ON_PLAN)
    def amend(self, command: AmendCall, ctx: Context) -> None:
        """Change facts while nobody outside rests on them."""
        self.require(command, *BEFORE_PUBLICATION)
        _require_meant(command, ctx)
        changes = _facts(command)
        if changes == CallFacts():
            raise InvalidValue("", N_("Nothing is named that should change."))
        self.trigger(ctx, CallAmended(changes=changes))

    @decides(SetForm)
    def set_form(self, command: SetForm, ctx: Context) -> None:
        """Give the call a form that can be filled in and checked."""
        self.require(command, *BEFORE_PUBLICATION)
        require_usable(command.form)
        self.trigger(ctx, FormSet(version=self.form_version + 1, form=command.form))

    @decides(CheckCall, references=ON_PLAN, boundary=Commitments)
    def check(self, command: CheckCall, ctx: Context) -> None:
        """Put the linter's findings on record; without errors the call is ready."""
        self.require(command, *BEFORE_PUBLICATION)
        self.require_plan(command.plan_id)
        self.trigger(ctx, checked(self.lint(ctx, self.cited(ctx), ctx.folded(Commitments))))

    def lint(
        self,
        ctx: Context,
        plan: FundingPlan | None,
        committed: Commitments,
        closes_at: datetime | None = None,
    ) -> tuple[Finding, ...]:
        """What the linter says of the call as it stands, resting on that plan and what calls have taken of it."""
        draft = CallDraft(facts=self.facts, form=self.form, plan=plan, committed=committed, closes_at=closes_at)
        return lint(draft, ctx)

    def require_plan(self, plan_id: UUID | None) -> None:
        """Refuse a command that names another plan than the call cites."""
        cites = self.facts.plan.plan_id if self.facts.plan else None
        if plan_id != cites:
            raise InvalidValue(
                "/plan_id", N_("Name the funding plan that the call cites: {plan}."), plan=str(cites or "–")
            )

    @staticmethod
    def cited(ctx: Context) -> FundingPlan | None:
        """The plan that the command named, None where it named none."""
        return None if ctx.references["plan"] is None else ctx.reference("plan", FundingPlan)


def _facts(command: CallFacts) -> CallFacts:
    """The command's facts, and nothing of what else a command is."""
    return CallFacts().changed_by(command)


def _require_meant(command: DraftCall | AmendCall, ctx: Context) -> None:
    """Refuse what no linter needs to look at: a plan that is not there, amounts of nothing, a name given twice."""
    if command.plan is not None:
        ctx.reference("plan", FundingPlan)
        for n, taken in enumerate(command.plan.lines):
            require_positive(taken.amount, f"/plan/lines/{n}/amount")
        require_once((str(taken.line_id) for taken in command.plan.lines), "/plan/lines", "line_id")
    for name in ("budget", "award_min", "award_max"):
        if (amount := getattr(command, name)) is not None:
            require_positive(amount, f"/{name}")
    require_once((one.code for one in command.criteria or ()), "/criteria", "code")
    require_once((one.code for one in command.gates or ()), "/gates", "code")
    for name in ("eligible", "certificates", "tie_rules"):
        require_once(getattr(command, name) or (), f"/{name}")

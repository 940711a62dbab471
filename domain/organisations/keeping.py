"""What becomes of an entry in the register: suspended, reinstated, removed, or merged with another of the same body."""

from uuid import UUID

from domain.kernel.aggregate import decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.organisations import citations
from domain.organisations.claiming import Claim, require_reason
from domain.organisations.commands import (
    AbsorbOrganisation,
    MergeOrganisation,
    ReinstateOrganisation,
    RemoveOrganisation,
    SuspendOrganisation,
)
from domain.organisations.events import (
    OrganisationAbsorbed,
    OrganisationMerged,
    OrganisationReinstated,
    OrganisationRemoved,
    OrganisationSuspended,
)
from domain.organisations.state import LIVING, REGISTERED, OrganisationState
from domain.organisations.vocabulary import Stage


def _survivor(command: Command) -> UUID | None:
    found: UUID | None = getattr(command, "into", None)
    return found


class Entry(Claim):
    """Decisions on an entry as a whole; each rests on a decision of those who keep the register."""

    @decides(SuspendOrganisation)
    def suspend(self, command: SuspendOrganisation, ctx: Context) -> None:
        """Of a verified one, with a reason."""
        self.require(command, Stage.VERIFIED)
        require_reason(command.reason)
        event = OrganisationSuspended(
            organisation_id=self.organisation_id, decision_no=command.decision_no, reason=command.reason
        )
        self.trigger(ctx, event)

    @decides(ReinstateOrganisation)
    def reinstate(self, command: ReinstateOrganisation, ctx: Context) -> None:
        """Of a suspended one, with a reason."""
        self.require(command, Stage.SUSPENDED)
        require_reason(command.reason)
        event = OrganisationReinstated(
            organisation_id=self.organisation_id, decision_no=command.decision_no, reason=command.reason
        )
        self.trigger(ctx, event)

    @decides(RemoveOrganisation)
    def remove(self, command: RemoveOrganisation, ctx: Context) -> None:
        """For ever; whoever comes back comes with a new claim."""
        self.require(command, *REGISTERED)
        require_reason(command.reason)
        event = OrganisationRemoved(
            organisation_id=self.organisation_id,
            identifiers=self.identifiers,
            decision_no=command.decision_no,
            reason=command.reason,
        )
        self.trigger(ctx, event)

    @decides(MergeOrganisation, references={"into": (OrganisationState, _survivor)})
    def merge(self, command: MergeOrganisation, ctx: Context) -> None:
        """Into another one that is verified; nothing that was recorded here is lost."""
        self.require(command, *LIVING)
        if command.into == self.organisation_id:
            raise InvalidValue("/into", N_("An organisation is not merged with itself."))
        survivor = ctx.reference("into", OrganisationState)
        if survivor.stage is not Stage.VERIFIED:
            raise RuleViolated(
                "organisation.merge.into",
                N_("The organisation that goes on is {stage}; only a verified one takes over another."),
                citation=citations.NGO_LAW,
                stage=survivor.stage,
            )
        event = OrganisationMerged(
            organisation_id=self.organisation_id,
            into=command.into,
            decision_no=command.decision_no,
            holdings=self.holdings(),
        )
        self.trigger(ctx, event)

    @decides(AbsorbOrganisation)
    def absorb(self, command: AbsorbOrganisation, ctx: Context) -> None:
        """Once, in whatever stage: the decision was taken on the other entry."""
        if command.merged_id in self.absorbed:
            raise IllegalTransition(state="absorbed", command=command.name)
        event = OrganisationAbsorbed(
            organisation_id=self.organisation_id,
            merged_id=command.merged_id,
            holdings=command.holdings,
            onward=self.merged_into,
        )
        self.trigger(ctx, event)

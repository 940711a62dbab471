"""An opportunity to volunteer: what work, where and when, for how many, and of what age."""

from typing import Any, Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.volunteering import citations
from domain.volunteering.commands.opportunity import (
    CloseOpportunity,
    DraftOpportunity,
    MarkFilled,
    MarkVacant,
    PublishOpportunity,
    RecordOpportunity,
    ReviseOpportunity,
)
from domain.volunteering.events.opportunity import (
    OpportunityClosed,
    OpportunityDrafted,
    OpportunityFilled,
    OpportunityPublished,
    OpportunityRevised,
    OpportunityVacant,
)
from domain.volunteering.provider import Provider, require_said
from domain.volunteering.publishing import require_publishable
from domain.volunteering.shifts import days_of, shifts_of
from domain.volunteering.vocabulary import OpportunityStage, Particulars

_SCHEDULE = "/particulars/schedule"
_OPEN = (OpportunityStage.PUBLISHED, OpportunityStage.FILLED)
_FROZEN = ("min_age", "max_age", "risk", "schedule", "municipality")


def _named(command: Command) -> UUID | None:
    provider_id: UUID | None = getattr(command, "provider_id")  # noqa: B009 - of whichever command names one
    return provider_id


_OF_PROVIDER = {"provider": (Provider, _named)}


class Opportunity(Aggregate):
    """draft → published ↔ filled → closed. `provider_id` is None of a draft from another register, until it is revised.

    `shifts` in their order; where there are none, they are arranged with each volunteer from first to last day.
    """

    initial = OpportunityDrafted
    REFERENCED = True

    @classmethod
    @creates(DraftOpportunity, references=_OF_PROVIDER)
    def draft(cls, command: DraftOpportunity, ctx: Context, stream_id: UUID) -> Self:
        """By the people of a provider that was verified; it need not be active yet."""
        ctx.tenant.require_active()
        provider = ctx.reference("provider", Provider)
        provider.require_acting(ctx)
        provider.require_verified()
        event = OpportunityDrafted(
            provider_id=command.provider_id,
            organisation_id=provider.organisation_id,
            particulars=command.particulars,
            **_times(command.particulars),
        )
        return cls.begin(ctx, stream_id, event)

    @classmethod
    @creates(RecordOpportunity)
    def record(cls, command: RecordOpportunity, ctx: Context, stream_id: UUID) -> Self:
        """By an import alone."""
        if not ctx.imported:
            raise RuleViolated(
                "volunteer.opportunity.history",
                N_("What was recorded elsewhere comes in by an import, which says its source and its day."),
            )
        event = OpportunityDrafted(
            origin=command.origin, particulars=command.particulars, **_times(command.particulars)
        )
        return cls.begin(ctx, stream_id, event)

    @decides(ReviseOpportunity, references=_OF_PROVIDER)
    def revise(self, command: ReviseOpportunity, ctx: Context) -> None:
        """A draft in everything; once it is public, not in what agreements rest on, and never into another's."""
        self._require(command, OpportunityStage.DRAFT, *_OPEN)
        provider = ctx.reference("provider", Provider)
        provider.require_acting(ctx)
        if self.provider_id not in (None, command.provider_id):
            raise _of_another()
        if self.stage is not OpportunityStage.DRAFT:
            self._require_unchanged(command.particulars)
            require_publishable(command.particulars, self.last_day, ctx)
        event = OpportunityRevised(
            provider_id=command.provider_id,
            organisation_id=provider.organisation_id,
            particulars=command.particulars,
            **_times(command.particulars),
        )
        self.trigger(ctx, event)

    @decides(PublishOpportunity, references=_OF_PROVIDER)
    def publish(self, command: PublishOpportunity, ctx: Context) -> None:
        """By the people of an active provider, in every language, for the ages and at the risk that the rules allow."""
        self._require(command, OpportunityStage.DRAFT)
        ctx.tenant.require_active()
        if self.provider_id != command.provider_id:
            raise _of_another()
        provider = ctx.reference("provider", Provider)
        provider.require_acting(ctx)
        provider.require_active()
        require_publishable(self.particulars, self.last_day, ctx)
        self.trigger(ctx, OpportunityPublished(provider_id=command.provider_id))

    @decides(CloseOpportunity, references=_OF_PROVIDER)
    def close(self, command: CloseOpportunity, ctx: Context) -> None:
        """At any time, by the provider's people or by the official."""
        self._require(command, OpportunityStage.DRAFT, *_OPEN)
        if ctx.mandate.role != Role.VOLUNTEERING_OFFICER:
            if self.provider_id is None or self.provider_id != command.provider_id:
                raise _of_another()
            ctx.reference("provider", Provider).require_acting(ctx)
        require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, OpportunityClosed(reason=command.reason))

    @decides(MarkFilled)
    def fill(self, command: MarkFilled, ctx: Context) -> None:
        """As agreements tell."""
        self._require(command, OpportunityStage.PUBLISHED)
        self.trigger(ctx, OpportunityFilled())

    @decides(MarkVacant)
    def vacate(self, command: MarkVacant, ctx: Context) -> None:
        """As agreements tell."""
        self._require(command, OpportunityStage.FILLED)
        self.trigger(ctx, OpportunityVacant())

    @applies(OpportunityDrafted)
    def _drafted(self, event: OpportunityDrafted) -> None:
        self.stage = OpportunityStage.DRAFT
        self._become(event)

    @applies(OpportunityRevised)
    def _revised(self, event: OpportunityRevised) -> None:
        self._become(event)

    @applies(OpportunityPublished, OpportunityVacant)
    def _published(self, _event: OpportunityPublished | OpportunityVacant) -> None:
        self.stage = OpportunityStage.PUBLISHED

    @applies(OpportunityFilled)
    def _filled(self, _event: OpportunityFilled) -> None:
        self.stage = OpportunityStage.FILLED

    @applies(OpportunityClosed)
    def _closed(self, _event: OpportunityClosed) -> None:
        self.stage = OpportunityStage.CLOSED

    def _become(self, event: OpportunityDrafted | OpportunityRevised) -> None:
        self.provider_id, self.organisation_id = event.provider_id, event.organisation_id
        self.particulars, self.shifts = event.particulars, event.shifts
        self.first_day, self.last_day = event.first_day, event.last_day

    def require_of(self, provider_id: UUID) -> None:
        """Raises: InvalidValue unless it is of that provider."""
        if self.provider_id != provider_id:
            raise _of_another()

    def require_open(self, provider_id: UUID) -> None:
        """Raises: RuleViolated unless it is public and has a place free; InvalidValue unless it is of that provider."""
        self.require_of(provider_id)
        if self.stage is not OpportunityStage.PUBLISHED:
            raise RuleViolated(
                "volunteer.opportunity.open",
                N_("The opportunity takes nobody on: it is {stage}."),
                citation=citations.VOLUNTARY_WORK,
                stage=self.stage,
            )

    def _require(self, command: Command, *stages: OpportunityStage) -> None:
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def _require_unchanged(self, wanted: Particulars) -> None:
        changed = [name for name in _FROZEN if getattr(wanted, name) != getattr(self.particulars, name)]
        if changed:
            raise RuleViolated(
                "volunteer.opportunity.frozen",
                N_("Agreements rest on it, so once it is public this stays as it is: {fields}."),
                citation=citations.VOLUNTARY_WORK,
                fields=", ".join(changed),
            )


def _times(particulars: Particulars) -> dict[str, Any]:
    """Shifts, first and last day, as the events hold them."""
    shifts = shifts_of(particulars.schedule, _SCHEDULE)
    first, last = days_of(particulars.schedule, shifts, _SCHEDULE)
    _require_ages(particulars)
    return {"shifts": shifts, "first_day": first, "last_day": last}


def _require_ages(particulars: Particulars) -> None:
    least, most = particulars.min_age, particulars.max_age
    if least is not None and most is not None and most < least:
        raise InvalidValue("/particulars/max_age", N_("The oldest is younger than the youngest."))


def _of_another() -> InvalidValue:
    return InvalidValue("/provider_id", N_("The opportunity is another provider's, or nobody's yet."))

"""Passes: shown where people volunteer, so that whoever checks in was there."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.rules import Rule
from domain.volunteering import citations
from domain.volunteering.check_in_parts import HOURS, SKEW, CheckIn, site_tag
from domain.volunteering.commands.check_in import IssuePass, SubmitCheckIns, WithdrawPass
from domain.volunteering.events.check_in import PassIssued, PassWithdrawn
from domain.volunteering.opportunity import Opportunity
from domain.volunteering.provider import Provider, require_acting


class Passes(Boundary):
    """The passes of the opportunities that a command names, by opportunity and number."""

    def __init__(self) -> None:
        self._issued: dict[tuple[UUID, int], PassIssued] = {}
        self._withdrawn: set[tuple[UUID, int]] = set()

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """Of a pass that is to be made its opportunity, of check-ins each one's."""
        del stream_id
        if isinstance(command, SubmitCheckIns):
            return tuple(dict.fromkeys(site_tag(one.opportunity_id) for one in command.check_ins))
        return (site_tag(getattr(command, "opportunity_id")),)  # noqa: B009 - of whichever command names one

    def apply(self, stream_id: UUID, event: object) -> None:
        """Passes, and what ends them."""
        del stream_id
        if isinstance(event, PassIssued):
            self._issued[event.opportunity_id, event.number] = event
        elif isinstance(event, PassWithdrawn):
            self._withdrawn.add((event.opportunity_id, event.number))

    @property
    def next_number(self) -> int:
        """The number that the opportunity's next pass has."""
        return 1 + max((number for _, number in self._issued), default=0)

    def of(self, one: CheckIn) -> PassIssued | None:
        """The pass that a check-in names."""
        return self._issued.get((one.opportunity_id, one.pass_number))

    def require_valid(self, one: CheckIn, pointer: str) -> PassIssued:
        """The pass with which somebody checked in.

        Raises: InvalidValue where there is none; RuleViolated where it was not valid then, or was withdrawn.
        """
        shown = self.of(one)
        if shown is None:
            raise InvalidValue(f"{pointer}/pass_number", N_("The opportunity has no such pass."))
        if (one.opportunity_id, one.pass_number) in self._withdrawn:
            raise RuleViolated(
                "volunteer.check_in.withdrawn",
                N_("The pass {number} was withdrawn."),
                citation=citations.VOLUNTARY_WORK,
                number=one.pass_number,
            )
        if not shown.valid_from - SKEW <= one.at <= shown.valid_until:
            raise RuleViolated(
                HOURS,
                N_("The pass {number} is valid from {begins} to {ends}; it was {at}."),
                citation=citations.VOLUNTARY_WORK,
                number=one.pass_number,
                begins=shown.valid_from.isoformat(),
                ends=shown.valid_until.isoformat(),
                at=one.at.isoformat(),
            )
        return shown


def hours_of(rule: Rule) -> timedelta:
    """The time that the rule gives, in hours."""
    return timedelta(hours=rule.number)


def _provider(command: Command) -> UUID | None:
    return command.provider_id if isinstance(command, IssuePass) else None


def _opportunity(command: Command) -> UUID | None:
    return command.opportunity_id if isinstance(command, IssuePass) else None


class CheckInPass(Aggregate):
    """issued, for the hours of the rule; or withdrawn before."""

    initial = PassIssued

    @classmethod
    @creates(
        IssuePass,
        references={"provider": (Provider, _provider), "opportunity": (Opportunity, _opportunity)},
        boundary=Passes,
    )
    def issue(cls, command: IssuePass, ctx: Context, stream_id: UUID) -> Self:
        """By the provider's people for their own opportunity, for now or for a day to come."""
        provider = ctx.reference("provider", Provider)
        provider.require_acting(ctx)
        ctx.reference("opportunity", Opportunity).require_of(command.provider_id)
        begins = (command.valid_from or ctx.now).replace(microsecond=0)
        if command.valid_from is not None and begins < ctx.now - SKEW:
            raise InvalidValue("/valid_from", N_("{at} is over."), at=begins.isoformat())
        event = PassIssued(
            provider_id=command.provider_id,
            organisation_id=provider.organisation_id,
            opportunity_id=command.opportunity_id,
            number=ctx.folded(Passes).next_number,
            valid_from=begins,
            valid_until=begins + hours_of(ctx.rules[HOURS]),
        )
        return cls.begin(ctx, stream_id, event)

    @decides(WithdrawPass)
    def withdraw(self, command: WithdrawPass, ctx: Context) -> None:
        """Once."""
        require_acting(ctx.mandate, self.organisation_id)
        if self.withdrawn:
            raise IllegalTransition(state="withdrawn", command=command.name)
        self.trigger(ctx, PassWithdrawn(opportunity_id=self.opportunity_id, number=self.number))

    @applies(PassIssued)
    def _issued(self, event: PassIssued) -> None:
        self.organisation_id, self.opportunity_id = event.organisation_id, event.opportunity_id
        self.number, self.valid = event.number, (event.valid_from, event.valid_until)
        self.withdrawn = False

    @applies(PassWithdrawn)
    def _withdrawn(self, _event: PassWithdrawn) -> None:
        self.withdrawn = True

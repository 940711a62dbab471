"""A grant that was awarded and recorded elsewhere: taken over once, corrected by decisions, struck when it is wrong."""

from collections.abc import Iterator
from typing import Self
from uuid import UUID

from domain.grants import citations
from domain.grants.commands.recorded_grant import (
    CorrectRecordedGrant,
    RecordGrant,
    ResolveRecipient,
    StrikeRecordedGrant,
)
from domain.grants.events.recorded_grant import (
    GrantRecorded,
    RecipientResolved,
    RecordedGrantCorrected,
    RecordedGrantStruck,
    recorded_grant_tag,
)
from domain.grants.recipient import RecipientHolders
from domain.grants.recorded_facts import GrantFacts, Period, require_meant
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import Finding, InvalidValue, RuleViolated
from domain.kernel.findings import WARNING, finding
from domain.kernel.message import N_
from domain.recorded.given import require_amount, require_reason
from domain.recorded.record import RecordsOf, require_counted, require_history


class RecordsOfGrant(RecordsOf):
    """Whether an institution has recorded the grant of one identifier already."""

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:  # noqa: ARG003 - the identifier decides, not the stream
        """The boundary of the identifier that the command names."""
        if not isinstance(command, RecordGrant):
            raise TypeError(command)
        return recorded_grant_tag(command.facts.grant_id)


class RecordedGrant(Aggregate):
    """History of a grant: what was awarded to whom, when and by whom, as its source told it."""

    initial = GrantRecorded

    @applies(GrantRecorded)
    def _recorded(self, event: GrantRecorded) -> None:
        self.amount = event.facts.amount
        self.awarded_on = event.facts.awarded_on
        self.recipients = tuple(one.identifier for one in event.facts.recipients)
        self.recipient_id = event.organisation_id
        self.struck = False

    @applies(RecordedGrantCorrected)
    def _corrected(self, event: RecordedGrantCorrected) -> None:
        self.amount = event.amount
        self.awarded_on = event.awarded_on

    @applies(RecipientResolved)
    def _resolved(self, event: RecipientResolved) -> None:
        self.recipient_id = event.organisation_id

    @applies(RecordedGrantStruck)
    def _struck(self, event: RecordedGrantStruck) -> None:  # noqa: ARG002 - that it happened is all that counts
        self.struck = True

    @classmethod
    @creates(RecordGrant, boundary=RecordsOfGrant, register=(RecipientHolders,))
    def record(cls, command: RecordGrant, ctx: Context, stream_id: UUID) -> Self:
        """Take the grant over, once, with what its record lacks."""
        facts = command.facts
        require_history(ctx, "grant.recorded.history")
        require_meant(facts)
        if local_day(ctx.now) != facts.awarded_on:
            raise InvalidValue("/facts/awarded_on", N_("A recorded grant is told at the day of its award."))
        ctx.folded(RecordsOfGrant).require_none("grant.recorded.once", facts.grant_id)
        holder = ctx.registered(RecipientHolders).holding(facts.recipients[0].identifier)
        event = GrantRecorded(
            facts=facts,
            organisation_id=holder if len(facts.recipients) == 1 else None,
            findings=tuple(_findings(facts)),
        )
        return cls.begin(ctx, stream_id, event)

    @decides(CorrectRecordedGrant)
    def correct(self, command: CorrectRecordedGrant, ctx: Context) -> None:
        """Say another amount or day from here on."""
        require_counted(command, struck=self.struck)
        require_reason(command.reason)
        amount, awarded_on = command.amount or self.amount, command.awarded_on or self.awarded_on
        require_amount("/amount", amount, self.amount.currency)
        if awarded_on > local_day(ctx.now):
            raise InvalidValue("/awarded_on", N_("What is on record was awarded in the past."))
        if (amount, awarded_on) == (self.amount, self.awarded_on):
            raise InvalidValue("/amount", N_("Neither the amount nor the day would change."))
        self.trigger(
            ctx,
            RecordedGrantCorrected(
                reason=command.reason,
                previous_amount=self.amount,
                amount=amount,
                previous_awarded_on=self.awarded_on,
                awarded_on=awarded_on,
            ),
        )

    @decides(ResolveRecipient, register=(RecipientHolders,))
    def resolve(self, command: ResolveRecipient, ctx: Context) -> None:
        """Name the recipient as the national register does; nobody else can say who it is."""
        require_counted(command, struck=self.struck)
        if self.recipients != (command.identifier,):
            raise InvalidValue("/identifier", N_("The record does not name it as its only recipient's identifier."))
        holder = ctx.registered(RecipientHolders).holding(command.identifier)
        if holder is None:
            raise RuleViolated(
                "grant.recorded.recipient",
                N_("No verified organisation of the national register has the identifier {identifier}."),
                citation=citations.FINANCING,
                identifier=command.identifier,
            )
        if holder != self.recipient_id:
            self.trigger(ctx, RecipientResolved(organisation_id=holder))

    @decides(StrikeRecordedGrant)
    def strike(self, command: StrikeRecordedGrant, ctx: Context) -> None:
        """Let it count no longer."""
        require_counted(command, struck=self.struck)
        require_reason(command.reason)
        self.trigger(ctx, RecordedGrantStruck(reason=command.reason))


def _findings(facts: GrantFacts) -> Iterator[Finding]:
    """What a living grant would have been refused for, and what the record lacks."""
    if facts.from_open_call is False:
        yield _finding("grant.open_call", "/facts/from_open_call", N_("It was awarded without an open call."))
    if facts.description is None:
        yield _finding("grant.recorded.description", "/facts/description", N_("The source gives no description."))
    if len(facts.recipients) > 1:
        yield _finding("grant.recorded.recipients", "/facts/recipients", N_("The source names several recipients."))
    for n, period in enumerate(facts.planned):
        if _reversed(period):
            pointer = f"/facts/planned/{n}"
            yield _finding("grant.recorded.period", pointer, N_("The planned period ends before it starts."))


def _finding(code: str, pointer: str, template: str) -> Finding:
    return finding(code, template, citation=citations.FINANCING, pointer=pointer, severity=WARNING)


def _reversed(period: Period) -> bool:
    """Whether it ends before it starts, compared as far as both are given."""
    if period.starts_on is None or period.ends_on is None:
        return False
    given = min(len(period.starts_on), len(period.ends_on))
    return period.ends_on[:given] < period.starts_on[:given]

"""A phone that checks its owner in: each moment counts once, is believed for some hours, and two make a shift.

That the phone signed them, and saw the pass, is proved before a decision is asked for (`services/check_in`).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.event import Event
from domain.kernel.message import N_
from domain.volunteering import citations
from domain.volunteering.check_in_parts import HOURS, SKEW, CheckIn, Kind, device_id
from domain.volunteering.check_in_pass import Passes, hours_of
from domain.volunteering.commands.check_in import RegisterPhone, RevokePhone, SubmitCheckIns
from domain.volunteering.events.check_in import (
    CheckInRecorded,
    PhoneRegistered,
    PhoneRevoked,
    ShiftCheckedOut,
)

_MINUTE = timedelta(minutes=1)


class Begun(NamedTuple):
    """A shift that has no end yet, and where it was begun."""

    check_in_id: UUID
    at: datetime
    opportunity_id: UUID


class CheckInPhone(Aggregate):
    """registered, then revoked. `begun` are shifts without an end, by agreement; `seen` every check-in that counted."""

    initial = PhoneRegistered

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """A key is registered once."""
        return device_id(tenant_id, command.public_key) if isinstance(command, RegisterPhone) else None

    @classmethod
    @creates(RegisterPhone)
    def register(cls, command: RegisterPhone, ctx: Context, stream_id: UUID) -> Self:
        """Always as one's own."""
        return cls.begin(ctx, stream_id, PhoneRegistered(person_id=ctx.actor, public_key=command.public_key))

    @decides(RevokePhone)
    def revoke(self, command: RevokePhone, ctx: Context) -> None:
        """By its owner, once."""
        self._require_own(command, ctx)
        self.trigger(ctx, PhoneRevoked())

    @decides(SubmitCheckIns, boundary=Passes)
    def submit(self, command: SubmitCheckIns, ctx: Context) -> None:
        """By its owner: everything or nothing, so that the phone knows what it still has to tell."""
        self._require_own(command, ctx)
        for event in list(self._following(command, ctx)):
            self.trigger(ctx, event)

    def _following(self, command: SubmitCheckIns, ctx: Context) -> Iterator[Event]:
        """What follows from the check-ins that are new. Raises before anything is said."""
        seen, begun = set(self.seen), dict(self.begun)
        for n, one in enumerate(command.check_ins):
            if one.id in seen:
                continue
            seen.add(one.id)
            _require_timely(one, ctx)
            shown = ctx.folded(Passes).require_valid(one, f"/check_ins/{n}")
            if one.kind is Kind.START:  # one that was forgotten to be ended gives way
                begun[one.agreement_id] = Begun(one.id, one.at, one.opportunity_id)
                yield _recorded(one)
            else:
                started_at, ended_at = _shift(begun.get(one.agreement_id), one, ctx)
                yield _recorded(one)
                yield ShiftCheckedOut(
                    person_id=self.person_id,
                    provider_id=shown.provider_id,
                    agreement_id=one.agreement_id,
                    opportunity_id=one.opportunity_id,
                    task=one.task,
                    started_at=started_at,
                    ended_at=ended_at,
                    begun_by=begun.pop(one.agreement_id).check_in_id,
                    ended_by=one.id,
                )

    def _require_own(self, command: Command, ctx: Context) -> None:
        if ctx.actor != self.person_id:
            raise RuleViolated(
                "volunteer.check_in.own",
                N_("The phone is another person's."),
                citation=citations.VOLUNTARY_WORK,
            )
        if self.revoked:
            raise IllegalTransition(state="revoked", command=command.name)

    @applies(PhoneRegistered)
    def _registered(self, event: PhoneRegistered) -> None:
        self.person_id, self.public_key, self.revoked = event.person_id, event.public_key, False
        self.seen: set[UUID] = set()
        self.begun: dict[UUID, Begun] = {}

    @applies(PhoneRevoked)
    def _revoked(self, _event: PhoneRevoked) -> None:
        self.revoked = True

    @applies(CheckInRecorded)
    def _noted(self, event: CheckInRecorded) -> None:
        self.seen.add(event.check_in_id)
        if event.kind is Kind.START:
            self.begun[event.agreement_id] = Begun(event.check_in_id, event.at, event.opportunity_id)

    @applies(ShiftCheckedOut)
    def _checked_out(self, event: ShiftCheckedOut) -> None:
        self.begun.pop(event.agreement_id, None)


def _whole(at: datetime) -> datetime:
    """The minute that had begun."""
    return at.replace(second=0, microsecond=0)


def _recorded(one: CheckIn) -> CheckInRecorded:
    return CheckInRecorded(
        check_in_id=one.id,
        kind=one.kind,
        at=one.at,
        agreement_id=one.agreement_id,
        opportunity_id=one.opportunity_id,
        task=one.task,
        pass_number=one.pass_number,
        pass_proof=one.pass_proof,
        signature=one.signature,
    )


def _shift(begun: Begun | None, one: CheckIn, ctx: Context) -> tuple[datetime, datetime]:
    """Begin and end in whole minutes. Raises: RuleViolated for an end without a beginning, or no length for a shift."""
    if begun is None or begun.opportunity_id != one.opportunity_id:
        raise RuleViolated(
            "volunteer.check_in.begun",
            N_("The shift that ends at {at} was not begun there on this phone; log its hours by hand."),
            citation=citations.VOLUNTARY_WORK,
            at=one.at.isoformat(),
        )
    started_at, ended_at = _whole(begun.at), _whole(min(one.at, ctx.now))
    longest = ctx.rules[HOURS]
    if not _MINUTE <= ended_at - started_at <= hours_of(longest):
        raise RuleViolated(
            "volunteer.check_in.length",
            N_("From {started_at} to {ended_at} is no shift: it lasts from a minute to {hours} hours."),
            citation=longest.citation,
            started_at=started_at.isoformat(),
            ended_at=ended_at.isoformat(),
            hours=longest.number,
        )
    return started_at, ended_at


def _require_timely(one: CheckIn, ctx: Context) -> None:
    """Refuse what is still to come by more than a clock's error, and what is older than the rule's hours."""
    if one.at > ctx.now + SKEW:
        raise RuleViolated(
            "volunteer.check_in.clock",
            N_("The phone says {at}, which is still to come: its clock may be wrong by {minutes} minutes at most."),
            citation=citations.VOLUNTARY_WORK,
            at=one.at.isoformat(),
            minutes=SKEW // _MINUTE,
        )
    rule = ctx.rules[HOURS]
    if one.at < ctx.now - hours_of(rule):
        raise RuleViolated(
            HOURS,
            N_("The check-in of {at} comes too late: it may be sent within {hours} hours. Log its hours by hand."),
            citation=rule.citation,
            at=one.at.isoformat(),
            hours=rule.number,
        )

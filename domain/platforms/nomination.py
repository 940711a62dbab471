"""A nomination: a platform names somebody, whom the institution that asked takes or does not."""

from collections.abc import Iterator
from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Boundary, Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.kernel.text import Title
from domain.organisations.events import organisation_tag
from domain.organisations.standing import Standing
from domain.platforms import citations
from domain.platforms.commands.nomination import AcceptNominee, DeclineNominee, NominatePerson, WithdrawNomination
from domain.platforms.events.nomination import (
    NominationWithdrawn,
    NomineeAccepted,
    NomineeDeclined,
    PersonNominated,
    call_tag,
)
from domain.platforms.nomination_call import NominationCall
from domain.platforms.vocabulary import NominationStage

SEALED = ("full_name", "email", "statement")
"""Fields under which what is told of a nominee is sealed."""
REASON = "declined_reason"


def _call(command: Command) -> UUID | None:
    named: UUID | None = getattr(command, "call_id", None)
    return named


ON_CALL: References = {"call": (NominationCall, _call)}


class NomineeStanding(Standing):
    """The organisation that a nomination names as the national register has it; nothing where it names none."""

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """The boundary of the organisation."""
        del stream_id
        named: UUID | None = getattr(command, "organisation_id", None)
        return () if named is None else (organisation_tag(named),)


class Taken(Boundary):
    """How many nominees of a call were taken."""

    def __init__(self) -> None:
        self.count = 0

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the call that the command names."""
        del stream_id
        named: UUID = getattr(command, "call_id")  # noqa: B009 - of whichever command names one
        return call_tag(named)

    def apply(self, stream_id: UUID, event: object) -> None:
        """One more."""
        del stream_id
        self.count += isinstance(event, NomineeAccepted)


class Nomination(Aggregate):
    """nominated, then accepted, declined or withdrawn."""

    initial = PersonNominated

    @classmethod
    @creates(NominatePerson, references=ON_CALL, register=(NomineeStanding,))
    def nominate(cls, command: NominatePerson, ctx: Context, stream_id: UUID) -> Self:
        """While nominations are taken; for an organisation only one in good standing."""
        call = ctx.reference("call", NominationCall)
        call.require_asked(command.name)
        call.require_in_time(ctx)
        nominee_id = ctx.new_id()
        event = PersonNominated(
            client_id=ctx.actor,
            call_id=command.call_id,
            nominee_id=nominee_id,
            organisation_id=command.organisation_id,
            organisation_name=_standing_name(command, ctx),
        )
        return cls.begin(ctx, stream_id, event.about(*_sealed(command, nominee_id)))

    @decides(AcceptNominee, references=ON_CALL, boundary=Taken)
    def accept(self, command: AcceptNominee, ctx: Context) -> None:
        """As long as there is room."""
        call = self._undecided(command, command.call_id, ctx)
        if ctx.folded(Taken).count >= call.places:
            raise RuleViolated(
                "nomination.places",
                N_("All {places} places are taken."),
                citation=citations.STRATEGY,
                places=call.places,
            )
        self.trigger(ctx, NomineeAccepted(client_id=self.client_id, call_id=self.call_id))

    @decides(DeclineNominee, references=ON_CALL)
    def decline(self, command: DeclineNominee, ctx: Context) -> None:
        """With a reason for the platform alone."""
        self._undecided(command, command.call_id, ctx)
        event = NomineeDeclined(client_id=self.client_id, call_id=self.call_id)
        self.trigger(ctx, event.about(Personal(self.nominee_id, REASON, command.reason, needed=False)))

    @decides(WithdrawNomination, references=ON_CALL)
    def withdraw(self, command: WithdrawNomination, ctx: Context) -> None:
        """By the platform that named them, as long as nobody has decided; to another one it is not there."""
        if ctx.actor != self.client_id:
            raise StreamNotFound
        self._undecided(command, command.call_id, ctx)
        self.trigger(ctx, NominationWithdrawn(client_id=self.client_id, call_id=self.call_id))

    @applies(PersonNominated)
    def _nominated(self, event: PersonNominated) -> None:
        self.stage = NominationStage.NOMINATED
        self.client_id, self.call_id, self.nominee_id = event.client_id, event.call_id, event.nominee_id

    @applies(NomineeAccepted)
    def _accepted(self, _event: NomineeAccepted) -> None:
        self.stage = NominationStage.ACCEPTED

    @applies(NomineeDeclined)
    def _declined(self, _event: NomineeDeclined) -> None:
        self.stage = NominationStage.DECLINED

    @applies(NominationWithdrawn)
    def _withdrawn(self, _event: NominationWithdrawn) -> None:
        self.stage = NominationStage.WITHDRAWN

    def _undecided(self, command: Command, call_id: UUID, ctx: Context) -> NominationCall:
        """The call, which the command must name rightly, as long as nothing is decided and it goes on."""
        if call_id != self.call_id:
            raise InvalidValue("/call_id", N_("The nomination answers another call."))
        if self.stage is not NominationStage.NOMINATED:
            raise IllegalTransition(state=self.stage, command=command.name)
        call = ctx.reference("call", NominationCall)
        call.require_asked(command.name)
        return call


def _standing_name(command: NominatePerson, ctx: Context) -> Title | None:
    if command.organisation_id is None:
        return None
    standing = ctx.registered(NomineeStanding)
    standing.require_own_entry(command.organisation_id)
    standing.require_in_good_standing(local_day(ctx.now))
    return standing.name


def _sealed(command: NominatePerson, nominee_id: UUID) -> Iterator[Personal]:
    for field in SEALED:
        if value := getattr(command, field):
            yield Personal(nominee_id, field, value)

"""A volunteer's time in the national log: of two institutions that claim the same minute, one gets it."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.message import N_
from domain.tenants.register import InstitutionRegister
from domain.volunteering.commands.time import ClaimTime, OpenVolunteerTime, ReleaseTime
from domain.volunteering.events.time import TimeClaimed, TimeRefused, TimeReleased, VolunteerTimeOpened
from domain.volunteering.hours_caps import exceeded
from domain.volunteering.hours_parts import TimeRefusal, Why
from domain.volunteering.time_book import Stretch, TimeBook


def _institutions(_command: Command) -> UUID:
    return derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT)


class VolunteerTime(Aggregate):
    """Every claim gets an answer, and each entry one: its time, or why not. What is released is free again.

    The commands tell what has happened in other logs: they are refused nothing but what was answered already.
    """

    initial = VolunteerTimeOpened

    @classmethod
    @creates(OpenVolunteerTime)
    def open(cls, command: OpenVolunteerTime, ctx: Context, stream_id: UUID) -> Self:
        """Once; whoever asks again finds it begun."""
        ctx.tenant.require_national()
        return cls.begin(ctx, stream_id, VolunteerTimeOpened(person_id=command.person_id))

    @decides(ClaimTime, references={"institutions": (InstitutionRegister, _institutions)})
    def claim(self, command: ClaimTime, ctx: Context) -> None:
        """Who comes first gets it; caps are those of the claim's protection, over all institutions together."""
        if command.entry_id in self.answered:
            raise IllegalTransition(state="answered", command=command.name)
        known = ctx.reference("institutions", InstitutionRegister).institutions.values()
        slug = next((one.slug for one in known if one.tenant_id == command.tenant_id), None)
        if slug is None:
            raise InvalidValue("/tenant_id", N_("The register has no such institution."))
        refusal = self._refusal(command, ctx)
        if refusal is None:
            event = TimeClaimed(
                person_id=self.person_id,
                entry_id=command.entry_id,
                tenant_id=command.tenant_id,
                ledger_id=command.ledger_id,
                institution=slug,
                started_at=command.started_at,
                ended_at=command.ended_at,
                days=command.days,
            )
            self.trigger(ctx, event)
        else:
            refused = TimeRefused(
                person_id=self.person_id,
                entry_id=command.entry_id,
                tenant_id=command.tenant_id,
                ledger_id=command.ledger_id,
                refusal=refusal,
            )
            self.trigger(ctx, refused)

    @decides(ReleaseTime)
    def release(self, command: ReleaseTime, ctx: Context) -> None:
        """Of an entry that has its time."""
        held = self.held.get(command.entry_id)
        if held is None:
            raise IllegalTransition(state="free", command=command.name)
        event = TimeReleased(
            person_id=self.person_id,
            entry_id=command.entry_id,
            tenant_id=held.tenant_id,
            ledger_id=held.ledger_id,
        )
        self.trigger(ctx, event)

    @applies(VolunteerTimeOpened)
    def _opened(self, event: VolunteerTimeOpened) -> None:
        self.person_id = event.person_id
        self.book = TimeBook()
        self.held: dict[UUID, TimeClaimed] = {}
        self.answered: set[UUID] = set()

    @applies(TimeClaimed)
    def _claimed(self, event: TimeClaimed) -> None:
        self.answered.add(event.entry_id)
        self.held[event.entry_id] = event
        self.book.take(event.entry_id, Stretch(event.started_at, event.ended_at, event.days))

    @applies(TimeRefused)
    def _refused(self, event: TimeRefused) -> None:
        self.answered.add(event.entry_id)

    @applies(TimeReleased)
    def _released(self, event: TimeReleased) -> None:
        del self.held[event.entry_id]
        self.book.release(event.entry_id)

    def _refusal(self, command: ClaimTime, ctx: Context) -> TimeRefusal | None:
        other = self.book.overlapping(command.started_at, command.ended_at)
        if other is not None:
            held = self.held[other]
            return TimeRefusal(
                why=Why.OVERLAP,
                institution=held.institution,
                started_at=held.started_at,
                ended_at=held.ended_at,
            )
        broken = exceeded(command.days, self.book, command.protection, ctx.rules, ctx.calendar)
        return None if broken is None else broken.told

"""The hours given under an agreement: told by who worked or supervised, confirmed by somebody else, added up."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import creates, decides
from domain.kernel.context import Context
from domain.kernel.errors import CommandRefused, IllegalTransition, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.kernel.window import require_clock
from domain.volunteering import citations
from domain.volunteering.agreement_known import AgreementOfLedger, ItsVolunteer
from domain.volunteering.agreement_parts import AgreementStage
from domain.volunteering.agreement_state import AgreementState
from domain.volunteering.commands.hours import (
    ConfirmHours,
    CorrectHours,
    LogHours,
    LogShift,
    NoteTimeClaimed,
    NoteTimeRefused,
    OpenHoursLedger,
    RejectHours,
    StateTotal,
)
from domain.volunteering.events.hours import (
    HoursClaimed,
    HoursConfirmed,
    HoursCorrected,
    HoursLedgerOpened,
    HoursLogged,
    HoursRefused,
    HoursRejected,
    HoursTotalled,
    ShiftRefused,
)
from domain.volunteering.hours_logging import Work, checked
from domain.volunteering.hours_parts import EntryStage, TimeRefusal, Why
from domain.volunteering.hours_state import HoursState
from domain.volunteering.hours_total import total_of
from domain.volunteering.provider import acts_for, require_acting

_WORKED = (AgreementStage.ACTIVE, AgreementStage.COMPLETED, AgreementStage.ENDED)
_OPEN = (EntryStage.LOGGED, EntryStage.CLAIMED)


class HoursLedger(HoursState):
    """Entries: logged → claimed (by the national log) → confirmed; refused, rejected, or corrected by another entry."""

    initial = HoursLedgerOpened
    REFERENCED = True

    @classmethod
    @creates(OpenHoursLedger)
    def open(cls, command: OpenHoursLedger, ctx: Context, stream_id: UUID) -> Self:
        """Once an agreement is signed."""
        event = HoursLedgerOpened(
            agreement_id=command.agreement_id, person_id=command.person_id, organisation_id=command.organisation_id
        )
        return cls.begin(ctx, stream_id, event)

    @decides(LogHours, boundary=AgreementOfLedger, register=(ItsVolunteer,))
    def log(self, command: LogHours, ctx: Context) -> None:
        """By the volunteer or the supervisor, while there is work or about the time when there was."""
        agreement = _worked(command, ctx.actor, ctx)
        self._log(command, agreement, ctx, without=None)

    @decides(LogShift, boundary=AgreementOfLedger, register=(ItsVolunteer,))
    def log_shift(self, command: LogShift, ctx: Context) -> None:
        """Each shift once. What may not stand is told to the volunteer in the ledger: nobody waits for the answer."""
        require_clock(command, ctx)
        if command.checked_out in self.checked_out:
            raise IllegalTransition(state="told", command=command.name)
        told = LogHours(started_at=command.started_at, ended_at=command.ended_at, task=command.task)
        try:
            agreement = _worked(told, command.person_id, ctx)
            _require_there(command, agreement)
            work = checked(told, agreement, self.book, ctx)
        except CommandRefused as refusal:
            self.trigger(ctx, self._refused_shift(command, refusal, ctx))
        else:
            self.trigger(ctx, self._logged_shift(command, work, ctx))

    @decides(NoteTimeClaimed)
    def note_claimed(self, command: NoteTimeClaimed, ctx: Context) -> None:
        """What was decided on or reversed meanwhile needs no answer any more."""
        self.entry(command.entry_id, "/entry_id", command, EntryStage.LOGGED)
        self.trigger(ctx, HoursClaimed(**self.about, entry_id=command.entry_id))

    @decides(NoteTimeRefused)
    def note_refused(self, command: NoteTimeRefused, ctx: Context) -> None:
        """The same."""
        entry = self.entry(command.entry_id, "/entry_id", command, EntryStage.LOGGED)
        event = HoursRefused(**self.about, entry_id=command.entry_id, minutes=entry.minutes, refusal=command.refusal)
        self.trigger(ctx, event)

    @decides(ConfirmHours, boundary=AgreementOfLedger, register=(ItsVolunteer,))
    def confirm(self, command: ConfirmHours, ctx: Context) -> None:
        """By the provider's people or the supervisor, once the national log has found the time free."""
        self._require_vouching(ctx)
        entry = self.entry(command.entry_id, "/entry_id", command, *_OPEN)
        self._require_other(entry.logged_by, ctx)
        asked = not (ctx.tenant.sandbox or ctx.imported)  # nothing leaves a sandbox
        if asked and entry.stage is not EntryStage.CLAIMED:
            raise RuleViolated(
                "volunteer.hours.claimed",
                N_("The national log has not answered yet whether the time is free; it does within moments."),
                citation=citations.VOLUNTARY_WORK,
            )
        event = HoursConfirmed(**self.about, entry_id=command.entry_id, minutes=entry.minutes, confirmed_by=ctx.actor)
        self.trigger(ctx, event)

    @decides(RejectHours, boundary=AgreementOfLedger, register=(ItsVolunteer,))
    def reject(self, command: RejectHours, ctx: Context) -> None:
        """By the same people; what is confirmed is corrected instead."""
        self._require_vouching(ctx)
        entry = self.entry(command.entry_id, "/entry_id", command, *_OPEN)
        self._require_other(entry.logged_by, ctx)
        event = HoursRejected(**self.about, entry_id=command.entry_id, minutes=entry.minutes, rejected_by=ctx.actor)
        self.trigger(ctx, event.about(self._why(command.reason)))

    @decides(CorrectHours, boundary=AgreementOfLedger, register=(ItsVolunteer,))
    def correct(self, command: CorrectHours, ctx: Context) -> None:
        """By who may log: the entry counts no more, and another one begins as if it were logged anew."""
        agreement = _worked(command, ctx.actor, ctx)
        self.entry(command.reverses, "/reverses", command, *_OPEN, EntryStage.CONFIRMED)
        self._log(command, agreement, ctx, without=command.reverses)

    @decides(StateTotal, boundary=AgreementOfLedger, register=(ItsVolunteer,))
    def state_total(self, command: StateTotal, ctx: Context) -> None:
        """By the provider's people, of what is confirmed; again when that has changed."""
        require_acting(ctx.mandate, self.organisation_id)
        self._require_other(None, ctx)
        total = total_of(self.entries)
        if not total.entries:
            raise RuleViolated(
                "volunteer.hours.confirmed",
                N_("No hours of the agreement are confirmed."),
                citation=citations.VOLUNTARY_WORK,
            )
        if self.total is not None and self.total.digest == total.digest:
            raise IllegalTransition(state="totalled", command=command.name)
        event = HoursTotalled(
            **self.about,
            minutes=total.minutes,
            entries=total.entries,
            first_day=total.days[0].day,
            last_day=total.days[-1].day,
            digest=total.digest,
        )
        self.trigger(ctx, event)

    def _log(
        self, command: LogHours | CorrectHours, agreement: AgreementState, ctx: Context, *, without: UUID | None
    ) -> None:
        """Everything is looked at before anything is said: a refusal changes nothing."""
        book = self.book if without is None else self.book.without(without)
        work, entry_id = checked(command, agreement, book, ctx), ctx.new_id()
        why = None if command.reason is None else self._why(command.reason)
        if without is not None:
            corrected = HoursCorrected(
                **self.about,
                entry_id=without,
                minutes=self.entries[without].minutes,
                corrected_by=entry_id,
                was_confirmed=self.entries[without].stage is EntryStage.CONFIRMED,
            )
            self.trigger(ctx, corrected.about(why))
            why = None
        logged = HoursLogged(
            **self.about,
            entry_id=entry_id,
            started_at=work.stretch.started_at,
            ended_at=work.stretch.ended_at,
            break_minutes=command.break_minutes,
            days=work.stretch.days,
            task=command.task,
            protection=agreement.protection,
            logged_by=ctx.actor,
            late=work.late,
            corrects=without,
        )
        self.trigger(ctx, logged.about(why))

    def _logged_shift(self, command: LogShift, work: Work, ctx: Context) -> HoursLogged:
        return HoursLogged(
            **self.about,
            entry_id=ctx.new_id(),
            started_at=work.stretch.started_at,
            ended_at=work.stretch.ended_at,
            break_minutes=0,
            days=work.stretch.days,
            task=command.task,
            protection=ctx.folded(AgreementOfLedger).agreement.protection,
            logged_by=command.person_id,
            late=work.late,
            checked_out=command.checked_out,
        )

    def _refused_shift(self, command: LogShift, refusal: CommandRefused, ctx: Context) -> ShiftRefused:
        rule = refusal.rule if isinstance(refusal, RuleViolated) else refusal.code
        return ShiftRefused(
            **self.about,
            entry_id=ctx.new_id(),
            checked_out=command.checked_out,
            started_at=command.started_at,
            ended_at=command.ended_at,
            task=command.task,
            refusal=TimeRefusal(why=Why.RULE, rule=rule),
        )

    def _why(self, reason: str) -> Personal:
        """Words about somebody's work, sealed under the volunteer's key."""
        return Personal(self.person_id, "reason", reason, needed=False)

    def _require_vouching(self, ctx: Context) -> None:
        """Refuse all but the provider's people and the supervisor."""
        agreement = ctx.folded(AgreementOfLedger).agreement
        if ctx.actor != agreement.supervisor_id and not acts_for(ctx.mandate, self.organisation_id):
            require_acting(ctx.mandate, self.organisation_id)

    def _require_other(self, logged_by: UUID | None, ctx: Context) -> None:
        """Refuse who worked, who told of it, and who guards who worked, on whatever mandate they come."""
        agreement = ctx.folded(AgreementOfLedger).agreement
        if ctx.actor in {self.person_id, logged_by, *agreement.guardians, *ctx.registered(ItsVolunteer).guarding}:
            raise RuleViolated(
                "volunteer.hours.own",
                N_("Nobody vouches for hours that they worked or logged themselves, nor does a guardian."),
                citation=citations.VOLUNTARY_WORK,
            )


def _worked(command: LogHours | CorrectHours, told_by: UUID, ctx: Context) -> AgreementState:
    """The agreement, for who may tell of work under it. Raises: RuleViolated, IllegalTransition."""
    agreement = ctx.folded(AgreementOfLedger).agreement
    if told_by not in (agreement.person_id, agreement.supervisor_id):
        raise RuleViolated(
            "volunteer.hours.logger",
            N_("Hours are logged by the volunteer or the supervisor."),
            citation=citations.VOLUNTARY_WORK,
        )
    agreement.require(command, *_WORKED)
    ctx.registered(ItsVolunteer).require_known()
    return agreement


def _require_there(command: LogShift, agreement: AgreementState) -> None:
    """Refuse a shift of another's phone, be it the supervisor's, and one at another place of work."""
    if command.person_id != agreement.person_id:
        raise RuleViolated(
            "volunteer.check_in.own",
            N_("The phone is another person's."),
            citation=citations.VOLUNTARY_WORK,
        )
    if command.opportunity_id != agreement.opportunity_id:
        raise RuleViolated(
            "volunteer.check_in.site",
            N_("The pass was shown at another place of work than that of the agreement."),
            citation=citations.VOLUNTARY_WORK,
        )

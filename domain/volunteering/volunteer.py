"""A volunteer, known to the nation once: openly by an age band and a municipality, sealed by everything else."""

from typing import Self
from uuid import UUID

from msgspec.structs import replace

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.volunteering import citations
from domain.volunteering.ages import band_on
from domain.volunteering.commands.volunteer import (
    EndGuardian,
    ForgetVolunteer,
    GiveConsent,
    RecordGuardian,
    RegisterVolunteer,
    RenewCalendar,
    ReviseVolunteer,
    WithdrawConsent,
)
from domain.volunteering.events.volunteer import (
    CalendarRenewed,
    ConsentGiven,
    ConsentWithdrawn,
    GuardianEnded,
    GuardianRecorded,
    VolunteerForgotten,
    VolunteerRegistered,
    VolunteerRevised,
    volunteer_id,
)
from domain.volunteering.guarding import Guarding
from domain.volunteering.vocabulary import AgeBand, Gender, Purpose, Traits

YOUNGEST = "volunteer.age.min"


class Volunteer(Aggregate):
    """Registered once, by themselves. `consents` are those that hold, `guardians` those that an official recorded.

    The age band is that of the day on which the birth date was said last: who comes of age says it again.
    """

    initial = VolunteerRegistered

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """A person is a volunteer once."""
        del tenant_id
        return volunteer_id(command.person_id) if isinstance(command, RegisterVolunteer) else None

    @classmethod
    @creates(RegisterVolunteer)
    def register(cls, command: RegisterVolunteer, ctx: Context, stream_id: UUID) -> Self:
        """By oneself, old enough, in the national log."""
        ctx.tenant.require_national()
        if ctx.actor != command.person_id:
            raise NotPermitted(command.name, ("volunteer",))
        if len(set(command.consents)) != len(command.consents):
            raise InvalidValue("/consents", N_("A purpose is named twice."))
        _require_gender(command.gender, Purpose.STATISTICS in command.consents)
        band = band_on(local_day(ctx.now), command.birth_date)
        _require_age(band.least, ctx)
        event = VolunteerRegistered(
            person_id=command.person_id,
            traits=Traits(band=band, municipality=command.municipality, gender=command.gender),
            skills=command.skills,
            languages=command.languages,
            availability=command.availability,
            consents=command.consents,
        )
        return cls.begin(ctx, stream_id, event.about(*_sealed(command.person_id, command)))

    @decides(ReviseVolunteer)
    def revise(self, command: ReviseVolunteer, ctx: Context) -> None:
        """By oneself."""
        self.require_own(command, ctx)
        traits = self.traits
        band = traits.band if command.birth_date is None else band_on(local_day(ctx.now), command.birth_date)
        _require_age(band.least, ctx)
        self._require_unguarded(band)
        event = VolunteerRevised(
            person_id=self.person_id,
            traits=replace(traits, band=band, municipality=command.municipality or traits.municipality),
            skills=self.skills if command.skills is None else command.skills,
            languages=self.languages if command.languages is None else command.languages,
            availability=command.availability or self.availability,
        )
        self.trigger(ctx, event.about(*_sealed(self.person_id, command)))

    @decides(GiveConsent)
    def consent(self, command: GiveConsent, ctx: Context) -> None:
        """By oneself, each purpose once at a time."""
        self.require_own(command, ctx)
        if command.purpose in self.consents:
            raise IllegalTransition(state="given", command=command.name)
        _require_gender(command.gender, command.purpose is Purpose.STATISTICS)
        self.trigger(ctx, ConsentGiven(person_id=self.person_id, purpose=command.purpose, said=command.gender))

    @decides(WithdrawConsent)
    def withdraw(self, command: WithdrawConsent, ctx: Context) -> None:
        """By oneself, at any time."""
        self.require_own(command, ctx)
        if command.purpose not in self.consents:
            raise IllegalTransition(state="not_given", command=command.name)
        self.trigger(ctx, ConsentWithdrawn(person_id=self.person_id, purpose=command.purpose))

    @decides(RenewCalendar)
    def renew_calendar(self, command: RenewCalendar, ctx: Context) -> None:
        """By oneself, whenever the address may have come to others."""
        self.require_own(command, ctx)
        self.trigger(ctx, CalendarRenewed(person_id=self.person_id, number=self.calendar + 1))

    @decides(RecordGuardian, boundary=Guarding)
    def record_guardian(self, command: RecordGuardian, ctx: Context) -> None:
        """Of a minor, by an official who saw the proof and is nobody in the matter."""
        self._require_known(command)
        if not self.traits.band.is_minor:
            raise RuleViolated(
                "volunteer.guardian.minor",
                N_("Only minors have a guardian here; the volunteer is of age."),
                citation=citations.VOLUNTARY_WORK,
            )
        if command.guardian_id == self.person_id:
            raise RuleViolated(
                "volunteer.guardian.other",
                N_("Nobody is their own guardian."),
                citation=citations.VOLUNTARY_WORK,
            )
        if ctx.actor in (command.guardian_id, self.person_id):
            raise RuleViolated(
                "volunteer.guardian.official",
                N_("Nobody records a guardian in their own matter: another official does."),
                citation=citations.VOLUNTARY_WORK,
            )
        if ctx.folded(Guarding).minor:
            raise RuleViolated(
                "volunteer.guardian.of_age",
                N_("A guardian is of age; the register knows this one as a minor."),
                citation=citations.VOLUNTARY_WORK,
            )
        if command.guardian_id in self.guardians:
            raise IllegalTransition(state="recorded", command=command.name)
        event = GuardianRecorded(person_id=self.person_id, guardian_id=command.guardian_id, proof=command.proof)
        self.trigger(ctx, event.about(Personal(command.guardian_id, "full_name", command.full_name)))

    @decides(EndGuardian)
    def end_guardian(self, command: EndGuardian, ctx: Context) -> None:
        """By the official; consents that were given stand until they are withdrawn."""
        if command.guardian_id not in self.guardians:
            raise InvalidValue("/guardian_id", N_("Nobody of that id is the volunteer's guardian."))
        self.trigger(ctx, GuardianEnded(person_id=self.person_id, guardian_id=command.guardian_id))

    @decides(ForgetVolunteer)
    def forget(self, command: ForgetVolunteer, ctx: Context) -> None:
        """When the person was erased: nothing is agreed with them any more, and no consent is left."""
        self._require_known(command)
        self.trigger(ctx, VolunteerForgotten(person_id=self.person_id))

    @applies(VolunteerRegistered)
    def _registered(self, event: VolunteerRegistered) -> None:
        self.person_id = event.person_id
        self.consents, self.forgotten = frozenset(event.consents), False
        self.calendar = 0
        self.guardians: frozenset[UUID] = frozenset()
        self._become(event)

    @applies(VolunteerRevised)
    def _revised(self, event: VolunteerRevised) -> None:
        self._become(event)

    @applies(ConsentGiven)
    def _consented(self, event: ConsentGiven) -> None:
        self.consents |= {event.purpose}
        if event.purpose is Purpose.STATISTICS:
            self._count_as(event.said)

    @applies(ConsentWithdrawn)
    def _withdrew(self, event: ConsentWithdrawn) -> None:
        self.consents -= {event.purpose}
        if event.purpose is Purpose.STATISTICS:
            self._count_as(None)

    @applies(GuardianRecorded)
    def _guarded(self, event: GuardianRecorded) -> None:
        self.guardians |= {event.guardian_id}

    @applies(GuardianEnded)
    def _unguarded(self, event: GuardianEnded) -> None:
        self.guardians -= {event.guardian_id}

    @applies(CalendarRenewed)
    def _renewed(self, event: CalendarRenewed) -> None:
        self.calendar = event.number

    @applies(VolunteerForgotten)
    def _forgotten(self, _event: VolunteerForgotten) -> None:
        self.consents, self.guardians, self.forgotten = frozenset(), frozenset(), True

    def _become(self, event: VolunteerRegistered | VolunteerRevised) -> None:
        self.traits: Traits = event.traits
        self.skills = event.skills
        self.languages, self.availability = event.languages, event.availability

    def _require_known(self, command: Command) -> None:
        if self.forgotten:
            raise IllegalTransition(state="forgotten", command=command.name)

    def _require_unguarded(self, band: AgeBand) -> None:
        """Refuse to come of age by one's own word alone: an official has seen a proof that says otherwise."""
        if self.guardians and self.traits.band.is_minor and not band.is_minor:
            raise RuleViolated(
                "volunteer.guardian.age",
                N_("A guardian is on record. Who comes of age shows it to the official, who ends that first."),
                citation=citations.VOLUNTARY_WORK,
            )

    def _count_as(self, gender: Gender | None) -> None:
        self.traits = replace(self.traits, gender=gender)

    def require_own(self, command: Command, ctx: Context) -> None:
        """Raises: NotPermitted for everybody but the volunteer; IllegalTransition once they were forgotten."""
        self._require_known(command)
        if ctx.actor != self.person_id:
            raise NotPermitted(command.name, ("volunteer",))


def _sealed(person_id: UUID, command: RegisterVolunteer | ReviseVolunteer) -> list[Personal]:
    """What is said of a person and known to their own key alone."""
    said = {"full_name": command.full_name, "email": command.email, "phone": command.phone}
    born = command.birth_date
    values = said | {"birth_date": None if born is None else born.isoformat()}
    return [Personal(person_id, field, value) for field, value in values.items() if value is not None]


def _require_gender(gender: Gender | None, consented: bool) -> None:
    if gender is not None and not consented:
        raise InvalidValue("/gender", N_("The gender is taken with consent to statistics only."))


def _require_age(least: int, ctx: Context) -> None:
    youngest = ctx.rules.number(YOUNGEST)
    if least < youngest:
        raise RuleViolated(
            YOUNGEST,
            N_("Volunteers are {least} years old at least."),
            citation=ctx.rules[YOUNGEST].citation,
            least=youngest,
        )

"""Persons in the offices of an organisation. Their names are sealed; by their ids conflicts of interest are found."""

from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import require_past
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.organisations import citations
from domain.organisations.certifying import Certified
from domain.organisations.commands import EndOfficer, RecordOfficer
from domain.organisations.events import OfficerEnded, OfficerRecorded
from domain.organisations.state import LIVING, require_period
from domain.organisations.vocabulary import Officer


class Officered(Certified):
    """Decisions on offices."""

    @decides(RecordOfficer)
    def record_officer(self, command: RecordOfficer, ctx: Context) -> None:
        """Begun already; a person holds one office once at a time."""
        self.require(command, *LIVING)
        self.require_own(command, ctx)
        require_past(command.since, "/since", ctx.now)
        require_period(command.since, command.until, "/until")
        officer = Officer(
            officer_id=ctx.new_id(),
            person_id=command.person_id,
            position=command.position,
            since=command.since,
            until=command.until,
        )
        if any(one.is_same_office(officer) and one.overlaps(officer) for one in self.officers.values()):
            raise RuleViolated(
                "organisation.officer.once",
                N_("The person holds this office in this period already."),
                citation=citations.NGO_LAW,
            )
        event = OfficerRecorded(organisation_id=self.organisation_id, officer=officer)
        self.trigger(ctx, event.about(Personal(command.person_id, "full_name", command.full_name)))

    @decides(EndOfficer)
    def end_officer(self, command: EndOfficer, ctx: Context) -> None:
        """Once, on a day that is not still to come."""
        self.require(command, *LIVING)
        self.require_own(command, ctx)
        officer = self.officers.get(command.officer_id)
        if officer is None or officer.until is not None:
            raise InvalidValue("/officer_id", N_("Nobody holds that office now."))
        require_past(command.until, "/until", ctx.now)
        require_period(officer.since, command.until, "/until")
        event = OfficerEnded(organisation_id=self.organisation_id, officer_id=command.officer_id, until=command.until)
        self.trigger(ctx, event)

"""An organisation of civil society, known once, in the national log."""

from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.organisations import citations
from domain.organisations.commands import MandateRepresentative, RevokeRepresentative
from domain.organisations.events import OrganisationClaimed, RepresentativeMandated, RepresentativeRevoked
from domain.organisations.officers import Officered
from domain.organisations.state import Representative, require_period
from domain.organisations.vocabulary import Stage


class Organisation(Officered):
    """claimed → verified → suspended ↔ verified → removed; or refused, or merged into another one.

    Its decisions are in the classes above, one for each thing that is decided; here, who acts for it.
    """

    initial = OrganisationClaimed
    REFERENCED = True

    @decides(MandateRepresentative)
    def mandate(self, command: MandateRepresentative, ctx: Context) -> None:
        """By those who keep the register or who act for it already; nobody to themselves, and not for the past."""
        self.require(command, Stage.VERIFIED)
        self.require_own(command, ctx)
        if ctx.actor == command.person_id:
            raise RuleViolated("mandate.self", N_("Nobody grants a mandate to themselves."))
        require_period(command.valid_from, command.valid_to, "/valid_to")
        if command.valid_to is not None and command.valid_to < local_day(ctx.now):
            raise InvalidValue("/valid_to", N_("The period is over."))
        granted = Representative(
            ctx.new_id(), command.person_id, command.legal_basis, command.valid_from, command.valid_to
        )
        if any(one.person_id == granted.person_id and one.overlaps(granted) for one in self.representatives.values()):
            raise RuleViolated(
                "organisation.representative.once",
                N_("The person represents the organisation in this period already."),
                citation=citations.NGO_LAW,
            )
        event = RepresentativeMandated(
            organisation_id=self.organisation_id,
            mandate_id=granted.mandate_id,
            person_id=granted.person_id,
            legal_basis=granted.legal_basis,
            valid_from=granted.valid_from,
            valid_to=granted.valid_to,
        )
        event.about(
            Personal(command.person_id, "full_name", command.full_name),
            Personal(command.person_id, "email", command.email),
        )
        self.trigger(ctx, event)

    @decides(RevokeRepresentative)
    def revoke(self, command: RevokeRepresentative, ctx: Context) -> None:
        """Only a mandate that stands."""
        self.require_own(command, ctx)
        standing = self.representatives.get(command.mandate_id)
        if standing is None:
            raise InvalidValue("/mandate_id", N_("The organisation gave no such mandate."))
        event = RepresentativeRevoked(organisation_id=self.organisation_id, mandate_id=command.mandate_id)
        event.about(Personal(standing.person_id, "reason", command.reason, needed=False))
        self.trigger(ctx, event)

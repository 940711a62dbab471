"""What an organisation can show: certificates, public-benefit status, membership in networks."""

from datetime import date

from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import local_day, require_past
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.organisations import citations
from domain.organisations.claiming import require_reason
from domain.organisations.commands import (
    EndMembership,
    EndPublicBenefit,
    GrantPublicBenefit,
    RecordCertificate,
    RecordMembership,
    RevokeCertificate,
)
from domain.organisations.events import (
    CertificateRecorded,
    CertificateRevoked,
    MembershipEnded,
    MembershipRecorded,
    PublicBenefitEnded,
    PublicBenefitGranted,
)
from domain.organisations.keeping import Entry
from domain.organisations.state import LIVING, REGISTERED, require_period
from domain.organisations.vocabulary import Certificate, CertificateKind, Membership, PublicBenefit


class Certified(Entry):
    """Decisions on what an organisation can show."""

    @decides(RecordCertificate)
    def record_certificate(self, command: RecordCertificate, ctx: Context) -> None:
        """What was shown: issued already, ending where its kind ends, and recorded once."""
        self.require(command, *LIVING)
        require_past(command.issued_on, "/issued_on", ctx.now)
        require_period(command.issued_on, command.valid_until, "/valid_until")
        if command.kind is CertificateKind.TAX and command.valid_until is None:
            raise RuleViolated(
                "organisation.certificate.ends",
                N_("A tax certificate says until when it is valid."),
                citation=citations.PUBLIC_FINANCING,
            )
        if any((one.kind, one.number) == (command.kind, command.number) for one in self.certificates.values()):
            raise RuleViolated(
                "organisation.certificate.once",
                N_("The {kind} certificate {number} is on record already."),
                citation=citations.PUBLIC_FINANCING,
                kind=command.kind,
                number=command.number,
            )
        certificate = Certificate(
            certificate_id=ctx.new_id(),
            kind=command.kind,
            number=command.number,
            issued_on=command.issued_on,
            valid_until=command.valid_until,
        )
        self.trigger(ctx, CertificateRecorded(organisation_id=self.organisation_id, certificate=certificate))

    @decides(RevokeCertificate)
    def revoke_certificate(self, command: RevokeCertificate, ctx: Context) -> None:
        """Once, from a day on that is not still to come."""
        self.require(command, *LIVING)
        certificate = self.certificates.get(command.certificate_id)
        if certificate is None or certificate.revoked_on is not None:
            raise InvalidValue("/certificate_id", N_("The organisation has no such certificate in force."))
        require_past(command.revoked_on, "/revoked_on", ctx.now)
        require_period(certificate.issued_on, command.revoked_on, "/revoked_on")
        require_reason(command.reason)
        event = CertificateRevoked(
            organisation_id=self.organisation_id,
            certificate_id=command.certificate_id,
            revoked_on=command.revoked_on,
            reason=command.reason,
        )
        self.trigger(ctx, event)

    @decides(GrantPublicBenefit)
    def grant_public_benefit(self, command: GrantPublicBenefit, ctx: Context) -> None:
        """No two at a time."""
        self.require(command, *REGISTERED)
        require_period(command.valid_from, command.valid_until, "/valid_until")
        if any(one.overlaps(command.valid_from, command.valid_until) for one in self.public_benefit.values()):
            raise RuleViolated(
                "organisation.public_benefit.once",
                N_("The organisation has public-benefit status in this period already."),
                citation=citations.NGO_LAW,
            )
        status = PublicBenefit(
            status_id=ctx.new_id(),
            decision_no=command.decision_no,
            valid_from=command.valid_from,
            valid_until=command.valid_until,
        )
        self.trigger(ctx, PublicBenefitGranted(organisation_id=self.organisation_id, status=status))

    @decides(EndPublicBenefit)
    def end_public_benefit(self, command: EndPublicBenefit, ctx: Context) -> None:
        """Sooner than it would end; what is over stays as it was."""
        self.require(command, *REGISTERED)
        status = self.public_benefit.get(command.status_id)
        if status is None or not status.overlaps(local_day(ctx.now), None):
            raise InvalidValue("/status_id", N_("The organisation has no such status in force."))
        require_sooner(status.valid_from, command.last_day, status.valid_until, "/last_day")
        event = PublicBenefitEnded(
            organisation_id=self.organisation_id,
            status_id=command.status_id,
            decision_no=command.decision_no,
            last_day=command.last_day,
        )
        self.trigger(ctx, event)

    @decides(RecordMembership)
    def record_membership(self, command: RecordMembership, ctx: Context) -> None:
        """Begun already, and no two of one network at a time."""
        self.require(command, *REGISTERED)
        require_past(command.since, "/since", ctx.now)
        require_period(command.since, command.until, "/until")
        joined = Membership(network=command.network, since=command.since, until=command.until)
        if any(one.network == joined.network and one.overlaps(joined) for one in self.memberships):
            raise RuleViolated(
                "organisation.membership.once",
                N_("The organisation is a member of {network} in this period already."),
                network=command.network,
            )
        self.trigger(ctx, MembershipRecorded(organisation_id=self.organisation_id, membership=joined))

    @decides(EndMembership)
    def end_membership(self, command: EndMembership, ctx: Context) -> None:
        """Of the membership that goes on."""
        self.require(command, *REGISTERED)
        current = [one for one in self.memberships if one.network == command.network and one.until is None]
        if not current:
            raise InvalidValue("/network", N_("The organisation is no member of {network}."), network=command.network)
        require_past(command.until, "/until", ctx.now)
        require_period(current[0].since, command.until, "/until")
        event = MembershipEnded(organisation_id=self.organisation_id, network=command.network, until=command.until)
        self.trigger(ctx, event)


def require_sooner(since: date, last_day: date, until: date | None, pointer: str) -> None:
    """Raises: InvalidValue for a last day before the beginning, or after the end that was set."""
    require_period(since, last_day, pointer)
    if until is not None and last_day > until:
        raise InvalidValue(pointer, N_("It ends on {until} already."), until=until.isoformat())

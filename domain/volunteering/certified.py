"""What can be certified of a volunteer's agreements, and what of it was: a fold over the hours of all of them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.volunteering import citations
from domain.volunteering.commands.certificate import IssueVolunteerCertificate
from domain.volunteering.events.certificate import CertificateHeld, CertificateRevoked, CertificateSuperseded
from domain.volunteering.events.hours import HoursCorrected, HoursTotalled
from domain.volunteering.hours_parts import hours_tag, ledger_id


class CertifiedHours(Boundary):
    """The newest total of each agreement, None once one of its entries was corrected, and the certificates on it."""

    def __init__(self) -> None:
        self.totals: dict[UUID, HoursTotalled | None] = {}
        self.held: dict[UUID, CertificateHeld] = {}

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """The hours of every agreement that the command names."""
        del stream_id
        named = command.agreement_ids if isinstance(command, IssueVolunteerCertificate) else ()
        return tuple(hours_tag(ledger_id(one)) for one in named)

    def apply(self, stream_id: UUID, event: object) -> None:
        """A total, what takes something back of it, a certificate, and its end."""
        match event:
            case HoursTotalled():
                self.totals[event.agreement_id] = event
            case HoursCorrected(was_confirmed=True):
                self.totals[event.agreement_id] = None
            case CertificateHeld():
                self.held[stream_id] = event
            case CertificateRevoked() | CertificateSuperseded():
                self.held.pop(stream_id, None)
            case _:
                pass

    def stated(self, agreement_ids: Sequence[UUID], person_id: UUID) -> "Certifiable":
        """What these agreements come to. Raises: RuleViolated, InvalidValue."""
        found = [self.totals.get(one) for one in agreement_ids]
        totals = [one for one in found if one is not None and one.minutes]
        if len(totals) != len(agreement_ids):
            raise RuleViolated(
                "volunteer.certificate.confirmed",
                N_("Only confirmed hours are certified: state their total first, and again after each correction."),
                citation=citations.VOLUNTARY_WORK,
                agreement=str(next(one for one, told in zip(agreement_ids, found, strict=True) if told not in totals)),
            )
        if any(one.person_id != person_id for one in totals):
            raise InvalidValue("/person_id", N_("The hours are another volunteer's."))
        return Certifiable(totals)

    def superseded(self, certifiable: "Certifiable", agreement_ids: Sequence[UUID]) -> tuple[UUID, ...]:
        """The certificates whose place a new one takes.

        Raises: RuleViolated when there is one of just these hours, or one that certifies others besides.
        """
        for certificate, held in self.held.items():
            if not set(held.agreement_ids) <= set(agreement_ids):
                raise RuleViolated(
                    "volunteer.certificate.whole",
                    N_("The certificate {certificate} is of further agreements, too: name all of them, or revoke it."),
                    citation=citations.VOLUNTARY_WORK,
                    certificate=str(certificate),
                )
            if set(certifiable.digests) <= set(held.totals):
                raise RuleViolated(
                    "volunteer.certificate.once",
                    N_("These hours are certified already: {certificate}."),
                    citation=citations.VOLUNTARY_WORK,
                    certificate=str(certificate),
                )
        return tuple(self.held)


class Certifiable:
    """Totals of one volunteer, together."""

    def __init__(self, totals: Sequence[HoursTotalled]) -> None:
        self.minutes = sum(one.minutes for one in totals)
        self.entries = sum(one.entries for one in totals)
        self.first_day: date = min(one.first_day for one in totals)
        self.last_day: date = max(one.last_day for one in totals)
        self.digests = tuple(sorted(one.digest for one in totals))

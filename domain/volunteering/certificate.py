"""A certificate of volunteering: issued on confirmed hours by a programme, then perhaps revoked or superseded."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.amounts import require_once
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import end_of, local_day
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.volunteering import citations
from domain.volunteering.certified import Certifiable, CertifiedHours
from domain.volunteering.commands.certificate import (
    IssueVolunteerCertificate,
    RevokeVolunteerCertificate,
    SupersedeVolunteerCertificate,
)
from domain.volunteering.events.certificate import (
    CertificateHeld,
    CertificateIssued,
    CertificateRevoked,
    CertificateSuperseded,
)
from domain.volunteering.holder import hashed_name, plain_name
from domain.volunteering.issuer_keys import RING, IssuerKeyRing
from domain.volunteering.programme import VolunteerProgramme
from domain.volunteering.programme_facts import ProgrammeFacts
from domain.volunteering.standing import VolunteerStanding
from domain.volunteering.vocabulary import Purpose

HOLDER, SALT = "certificate_holder", "certificate_salt"
"""Under which names a holder's name, and the salt of its hash, are sealed."""
MONTH, CAP = "volunteer.experience.month", "volunteer.experience.cap"
_MONTHS = 12
_SECOND = timedelta(seconds=1)


class CertificateStage(StrEnum):
    """Where a certificate stands; the last two are final."""

    ISSUED = "issued"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


def _programme(command: Command) -> UUID | None:
    return command.programme_id if isinstance(command, IssueVolunteerCertificate) else None


class VolunteerCertificate(Aggregate):
    """issued, then revoked or superseded."""

    initial = CertificateIssued

    @classmethod
    @creates(
        IssueVolunteerCertificate,
        references={"programme": (VolunteerProgramme, _programme), "keys": (IssuerKeyRing, lambda _: RING)},
        boundary=CertifiedHours,
        register=(VolunteerStanding,),
    )
    def issue(cls, command: IssueVolunteerCertificate, ctx: Context, stream_id: UUID) -> Self:
        """On confirmed hours alone, by somebody else, for a volunteer who consents."""
        require_once(command.agreement_ids, "/agreement_ids")
        _require_other(command, ctx)
        _require_consent(ctx)
        programme = ctx.reference("programme", VolunteerProgramme)
        programme.require_open()
        hours = ctx.folded(CertifiedHours)
        certified = hours.stated(command.agreement_ids, command.person_id)
        _require_enough(certified, programme.facts)
        superseded, salt = hours.superseded(certified, command.agreement_ids), ctx.new_secret().hex()
        held = CertificateHeld(
            person_id=command.person_id,
            agreement_ids=command.agreement_ids,
            totals=certified.digests,
            supersedes=superseded,
        )
        made = cls.begin(ctx, stream_id, _issued(command, ctx, certified, programme.facts, salt))
        name = Personal(command.person_id, HOLDER, plain_name(command.holder))
        made.trigger(ctx, held.about(name, Personal(command.person_id, SALT, salt)))
        return made

    @decides(RevokeVolunteerCertificate)
    def revoke(self, command: RevokeVolunteerCertificate, ctx: Context) -> None:
        """Once, whoever holds it and whether she was erased."""
        self._require_counting(command)
        event = CertificateRevoked(
            person_id=self.person_id,
            agreement_ids=self.agreement_ids,
            decision_no=command.decision_no,
            ground=command.ground,
        )
        self.trigger(ctx, event)

    @decides(SupersedeVolunteerCertificate)
    def supersede(self, command: SupersedeVolunteerCertificate, ctx: Context) -> None:
        """Once."""
        self._require_counting(command)
        event = CertificateSuperseded(person_id=self.person_id, agreement_ids=self.agreement_ids, by=command.by)
        self.trigger(ctx, event)

    @applies(CertificateIssued)
    def _issued(self, _event: CertificateIssued) -> None:
        self.stage = CertificateStage.ISSUED

    @applies(CertificateHeld)
    def _held(self, event: CertificateHeld) -> None:
        self.person_id, self.agreement_ids = event.person_id, event.agreement_ids

    @applies(CertificateRevoked)
    def _revoked(self, _event: CertificateRevoked) -> None:
        self.stage = CertificateStage.REVOKED

    @applies(CertificateSuperseded)
    def _superseded(self, _event: CertificateSuperseded) -> None:
        self.stage = CertificateStage.SUPERSEDED

    def _require_counting(self, command: Command) -> None:
        if self.stage is not CertificateStage.ISSUED:
            raise IllegalTransition(state=self.stage, command=command.name)


def _issued(
    command: IssueVolunteerCertificate, ctx: Context, certified: Certifiable, facts: ProgrammeFacts, salt: str
) -> CertificateIssued:
    months = min(certified.minutes // ctx.rules.number(MONTH), _MONTHS * ctx.rules.number(CAP))
    return CertificateIssued(
        subject=UUID(bytes=ctx.new_secret(), version=4),
        name_hash=hashed_name(command.holder, salt),
        issuer_key=ctx.reference("keys", IssuerKeyRing).current,
        programme_id=command.programme_id,
        title=facts.title,
        criteria=facts.criteria,
        skills=facts.skills,
        minutes=certified.minutes,
        months=months,
        entries=certified.entries,
        first_day=certified.first_day,
        last_day=certified.last_day,
        totals=certified.digests,
        valid_until=_valid_until(facts, ctx.now),
    )


def _valid_until(facts: ProgrammeFacts, now: datetime) -> datetime | None:
    """The last second of the day of so many years later; of 29 February on the 28th where there is none."""
    if facts.valid_years is None:
        return None
    day = local_day(now)
    year = day.year + facts.valid_years
    last = date(year, 2, 28) if (day.month, day.day) == (2, 29) and year % 4 else day.replace(year=year)
    return end_of(last) - _SECOND


def _require_other(command: IssueVolunteerCertificate, ctx: Context) -> None:
    if ctx.actor in {command.person_id, *ctx.registered(VolunteerStanding).guardians}:
        raise RuleViolated(
            "volunteer.certificate.own",
            N_("Nobody certifies their own volunteering, nor that of whom they guard."),
            citation=citations.VOLUNTARY_WORK,
        )


def _require_consent(ctx: Context) -> None:
    if not ctx.registered(VolunteerStanding).consents_to(Purpose.CERTIFICATE):
        raise RuleViolated(
            "volunteer.certificate.consent",
            N_("The volunteer does not consent to be certified."),
            citation=citations.VOLUNTARY_WORK,
        )


def _require_enough(certified: Certifiable, facts: ProgrammeFacts) -> None:
    if certified.minutes < facts.min_minutes:
        raise RuleViolated(
            "volunteer.certificate.minutes",
            N_("The programme takes {needed} minutes; {minutes} are confirmed."),
            citation=citations.VOLUNTARY_WORK,
            needed=facts.min_minutes,
            minutes=certified.minutes,
        )

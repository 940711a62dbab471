"""A licence of an organisation for a service, in the log of the institution that issues it."""

from datetime import date, timedelta
from typing import Self
from uuid import UUID

from domain.kernel.aggregate import creates, decides
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline, deadline, end_of, local_day, require_past
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.languages import require_languages
from domain.kernel.message import N_
from domain.kernel.text import Text
from domain.licences import citations
from domain.licences.commands import (
    ApplyForLicence,
    ExpireLicence,
    GrantLicence,
    RecordInspection,
    RefuseLicence,
    ReinstateLicence,
    RenewLicence,
    RevokeLicence,
    SuspendLicence,
)
from domain.licences.events import (
    LicenceApplied,
    LicenceExpired,
    LicenceGranted,
    LicenceInspected,
    LicenceRefused,
    LicenceReinstated,
    LicenceRenewed,
    LicenceRevoked,
    LicenceSuspended,
)
from domain.licences.licence_state import LicenceState
from domain.licences.licensing import Licensing
from domain.licences.terms import RENEWAL, renewable_from, require_term
from domain.licences.vocabulary import LicenceStage, Places, Staff
from domain.organisations.standing import Standing

ISSUER, DECIDE = "licence.issuer", "licence.decide"
_DAY = timedelta(days=1)
_LIVING = (LicenceStage.APPLIED, LicenceStage.GRANTED, LicenceStage.SUSPENDED)
_IN_FORCE = (LicenceStage.GRANTED, LicenceStage.SUSPENDED)


class Licence(LicenceState):
    """applied → granted → renewed* → expired; suspended ↔ granted; revoked; or refused. Inspected at any time before.

    Suspensions, reinstatements and revocations count from the day that the decision names.
    """

    initial = LicenceApplied

    @classmethod
    @creates(ApplyForLicence, boundary=Licensing, register=(Standing,))
    def apply_for(cls, command: ApplyForLicence, ctx: Context, stream_id: UUID) -> Self:
        """On the organisation's mandate, to an institution that issues licences, one at a time for a service."""
        ctx.tenant.require_active()
        _require_issuer(ctx)
        if not ctx.mandate.acts_for(command.organisation_id):
            raise RuleViolated(
                "licence.mandate", N_("To ask for a licence for an organisation, use a mandate that it gave.")
            )
        standing = ctx.registered(Standing)
        standing.require_in_good_standing(local_day(ctx.now))
        ctx.folded(Licensing).require_none(command.service)
        require_distinct(command.places, command.staff, "")
        event = LicenceApplied(
            organisation_id=command.organisation_id,
            organisation_name=standing.name,
            identifiers=standing.identifiers,
            service=command.service,
            places=command.places,
            capacity=command.capacity,
            staff=command.staff,
            decide_by=_decide_by(ctx),
        )
        return cls.begin(ctx, stream_id, event)

    @decides(RecordInspection)
    def inspect(self, command: RecordInspection, ctx: Context) -> None:
        """Of what is asked for or licensed; not before another one, and not still to come."""
        self.require(command, *_LIVING)
        require_past(command.inspected_on, "/inspected_on", ctx.now)
        if self.inspected_on is not None and command.inspected_on < self.inspected_on:
            raise InvalidValue("/inspected_on", N_("A later inspection is on record already."))
        _require_said(command.findings, "/findings", ctx)
        self.trigger(
            ctx,
            LicenceInspected(
                inspected_on=command.inspected_on,
                passed=command.passed,
                capacity=command.capacity,
                findings=command.findings,
            ),
        )

    @decides(GrantLicence, register=(Standing,))
    def grant(self, command: GrantLicence, ctx: Context) -> None:
        """By somebody uninvolved: what was asked for, or less of it, as far as the last inspection allows."""
        self.require(command, LicenceStage.APPLIED)
        self._require_licensable(command, ctx)
        for place in command.term.places:
            if place not in self.places:
                raise InvalidValue("/term/places", N_("No licence was asked for in {place}."), place=place)
        event = LicenceGranted(
            organisation_id=self.organisation_id,
            service=self.service,
            decision_no=command.decision_no,
            term=command.term,
            renewable_from=renewable_from(command.term, ctx),
        )
        self.trigger(ctx, event)

    @decides(RefuseLicence)
    def refuse(self, command: RefuseLicence, ctx: Context) -> None:
        """What was asked for; whoever asks again asks anew."""
        self.require(command, LicenceStage.APPLIED)
        _require_said(command.reason, "/reason", ctx)
        event = LicenceRefused(
            organisation_id=self.organisation_id,
            service=self.service,
            decision_no=command.decision_no,
            reason=command.reason,
        )
        self.trigger(ctx, event)

    @decides(RenewLicence, register=(Standing,))
    def renew(self, command: RenewLicence, ctx: Context) -> None:
        """Before it ends and not too early, after an inspection, without a day between the terms."""
        self.require(command, LicenceStage.GRANTED)
        today = local_day(ctx.now)
        if today > self.validity.valid_until:
            raise RuleViolated(
                "licence.expired",
                N_("The licence ran to {until}; it cannot be renewed any more."),
                citation=citations.SOCIAL_SERVICES,
                until=self.validity.valid_until.isoformat(),
            )
        if self.renewable_from is not None and today < self.renewable_from:
            raise RuleViolated(
                RENEWAL,
                N_("The licence is renewed from {day} on."),
                citation=citations.SOCIAL_SERVICES,
                day=self.renewable_from.isoformat(),
            )
        if command.term.valid_from != self.validity.valid_until + _DAY:
            raise InvalidValue(
                "/term/valid_from",
                N_("The term before ends on {until}; the next one begins on the day after."),
                until=self.validity.valid_until.isoformat(),
            )
        self._require_licensable(command, ctx)
        event = LicenceRenewed(
            decision_no=command.decision_no, term=command.term, renewable_from=renewable_from(command.term, ctx)
        )
        self.trigger(ctx, event)

    @decides(SuspendLicence)
    def suspend(self, command: SuspendLicence, ctx: Context) -> None:
        """From a day of its terms on."""
        self.require(command, LicenceStage.GRANTED)
        self._require_within(command.first_day)
        _require_said(command.reason, "/reason", ctx)
        event = LicenceSuspended(decision_no=command.decision_no, first_day=command.first_day, reason=command.reason)
        self.trigger(ctx, event)

    @decides(ReinstateLicence, register=(Standing,))
    def reinstate(self, command: ReinstateLicence, ctx: Context) -> None:
        """By somebody uninvolved, from a day that the suspension had reached; from its first day on, there was none."""
        self.require(command, LicenceStage.SUSPENDED)
        self._require_uninvolved(command, ctx)
        self._require_within(command.first_day)
        since = self.validity.suspended_from
        if since is not None and command.first_day < since:
            raise InvalidValue(
                "/first_day", N_("The licence is suspended from {since} on only."), since=since.isoformat()
            )
        _require_said(command.reason, "/reason", ctx)
        event = LicenceReinstated(decision_no=command.decision_no, first_day=command.first_day, reason=command.reason)
        self.trigger(ctx, event)

    @decides(RevokeLicence)
    def revoke(self, command: RevokeLicence, ctx: Context) -> None:
        """From a day of its terms on, for ever; whoever wants one again asks anew."""
        self.require(command, *_IN_FORCE)
        self._require_within(command.first_day)
        _require_said(command.reason, "/reason", ctx)
        event = LicenceRevoked(
            organisation_id=self.organisation_id,
            service=self.service,
            decision_no=command.decision_no,
            first_day=command.first_day,
            reason=command.reason,
        )
        self.trigger(ctx, event)

    @decides(ExpireLicence)
    def expire(self, command: ExpireLicence, ctx: Context) -> None:
        """When the last day is over in Kosovo; one that was renewed has another last day."""
        self.require(command, *_IN_FORCE)
        if ctx.now < end_of(self.validity.valid_until):
            raise RuleViolated(
                "licence.last_day",
                N_("The licence is valid to the end of {until}."),
                citation=citations.SOCIAL_SERVICES,
                until=self.validity.valid_until.isoformat(),
            )
        event = LicenceExpired(
            organisation_id=self.organisation_id, service=self.service, last_day=self.validity.valid_until
        )
        self.trigger(ctx, event)

    def _require_licensable(self, command: GrantLicence | RenewLicence, ctx: Context) -> None:
        """What a first term and a further one have in common."""
        self._require_uninvolved(command, ctx)
        ctx.registered(Standing).require_in_good_standing(local_day(ctx.now))
        require_distinct(command.term.places, command.term.staff, "/term")
        require_term(command.term, ctx)
        if self.inspection is None or not self.inspection.passed:
            raise RuleViolated(
                "licence.inspected",
                N_("A licence rests on an inspection that was passed; none is on record since the last decision."),
                citation=citations.SOCIAL_SERVICES,
            )
        if command.term.capacity > self.inspection.capacity:
            raise RuleViolated(
                "licence.capacity",
                N_("The inspection allows {allowed} persons at a time, not {asked}."),
                citation=citations.SOCIAL_SERVICES,
                allowed=self.inspection.capacity,
                asked=command.term.capacity,
            )

    def _require_uninvolved(self, command: GrantLicence | RenewLicence | ReinstateLicence, ctx: Context) -> None:
        """Refuse who has to do with the organisation, which the command must name rightly."""
        if command.organisation_id != self.organisation_id:
            raise InvalidValue("/organisation_id", N_("The licence is another organisation's."))
        ctx.registered(Standing).require_uninvolved(ctx.actor, "licence.interest.own", citations.SOCIAL_SERVICES)

    def _require_within(self, day: date) -> None:
        """Refuse a day on which the licence would not be valid anyhow."""
        if not self.validity.valid_from <= day <= self.validity.valid_until:
            raise InvalidValue(
                "/first_day",
                N_("The licence is for {first} to {last}."),
                first=self.validity.valid_from.isoformat(),
                last=self.validity.valid_until.isoformat(),
            )


def require_distinct(places: Places, staff: Staff, pointer: str) -> None:
    """Raises: InvalidValue for a place, or a role with its qualification, that is named twice."""
    if len(set(places)) != len(places):
        raise InvalidValue(f"{pointer}/places", N_("A municipality is named twice."))
    roles = [(one.role, one.qualification) for one in staff]
    if len(set(roles)) != len(roles):
        raise InvalidValue(f"{pointer}/staff", N_("A role with the same qualification is named twice."))


def _require_issuer(ctx: Context) -> None:
    """Refuse an institution of a kind that issues no licences, unless a decision made it an issuer."""
    kind = ctx.rules[ISSUER].value if ISSUER in ctx.rules else ctx.tenant.kind
    if ctx.tenant.kind != kind:
        raise RuleViolated(
            ISSUER,
            N_("Licences are issued by an institution of the kind {kind}."),
            citation=citations.SOCIAL_SERVICES,
            kind=kind,
        )


def _decide_by(ctx: Context) -> Deadline | None:
    """None where the pack in force sets no time."""
    return deadline(ctx.rules[DECIDE], ctx.now, "LicenceApplied", ctx.calendar) if DECIDE in ctx.rules else None


def _require_said(said: Text, pointer: str, ctx: Context) -> None:
    """Refuse a text that the public is to read and that lacks a language which the institution owes."""
    if not said.languages:
        raise InvalidValue(pointer, N_("The text is empty."))
    require_languages(said, ctx, "licence.languages")

"""The state of an agreement with a volunteer: how each event changes it, and what every decision asks of it."""

from datetime import date
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.message import N_
from domain.volunteering import citations
from domain.volunteering.agreement_parts import AgreementStage
from domain.volunteering.events.agreement import (
    AgreementAccepted,
    AgreementActivated,
    AgreementCompleted,
    AgreementDeclined,
    AgreementEnded,
    AgreementLapsed,
    AgreementOffered,
    AgreementSigned,
    GuardianConsentGiven,
    GuardianConsentRefused,
    GuardianConsentWithdrawn,
    OfferWithdrawn,
)

BINDING = (AgreementStage.SIGNED, AgreementStage.ACTIVE)


class AgreementState(Aggregate):
    """What an agreement remembers. `guardians` are those who were asked, or decided about it; `tasks` codes."""

    @applies(AgreementOffered)
    def _offered(self, event: AgreementOffered) -> None:
        self.stage = AgreementStage.OFFERED
        self.opportunity_id, self.provider_id = event.opportunity_id, event.provider_id
        self.organisation_id, self.person_id = event.organisation_id, event.person_id
        self.supervisor_id, self.risk = event.supervisor_id, event.risk
        self.first_day, self.last_day = event.first_day, event.last_day
        self.max_minutes, self.protection = event.max_minutes, event.protection
        self.tasks = frozenset(one.code for one in event.tasks)
        self.guardians: frozenset[UUID] = frozenset()

    @applies(AgreementAccepted)
    def _accepted(self, event: AgreementAccepted) -> None:
        self.stage, self.protection = AgreementStage.CONSENT_PENDING, event.protection
        self.guardians = frozenset(event.guardians)

    @applies(AgreementDeclined)
    def _declined(self, _event: AgreementDeclined) -> None:
        self.stage = AgreementStage.DECLINED

    @applies(OfferWithdrawn)
    def _withdrawn(self, _event: OfferWithdrawn) -> None:
        self.stage = AgreementStage.WITHDRAWN

    @applies(AgreementLapsed)
    def _lapsed(self, _event: AgreementLapsed) -> None:
        self.stage = AgreementStage.LAPSED

    @applies(GuardianConsentGiven, GuardianConsentWithdrawn)
    def _guarded(self, event: GuardianConsentGiven | GuardianConsentWithdrawn) -> None:
        self.guardians |= {event.guardian_id}

    @applies(GuardianConsentRefused)
    def _refused(self, event: GuardianConsentRefused) -> None:
        self.stage = AgreementStage.REFUSED
        self.guardians |= {event.guardian_id}

    @applies(AgreementSigned)
    def _signed(self, _event: AgreementSigned) -> None:
        self.stage = AgreementStage.SIGNED

    @applies(AgreementActivated)
    def _activated(self, _event: AgreementActivated) -> None:
        self.stage = AgreementStage.ACTIVE

    @applies(AgreementCompleted)
    def _completed(self, event: AgreementCompleted) -> None:
        self.stage, self.last_day = AgreementStage.COMPLETED, event.last_day

    @applies(AgreementEnded)
    def _ended(self, event: AgreementEnded) -> None:
        self.stage, self.last_day = AgreementStage.ENDED, event.last_day

    @property
    def about(self) -> dict[str, UUID]:
        """What each of its events says of whose and which agreement it is."""
        return {"agreement_id": self.id, "opportunity_id": self.opportunity_id, "person_id": self.person_id}

    def require(self, command: Command, *stages: AgreementStage) -> None:
        """Raises: IllegalTransition when the agreement is in another stage."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def require_volunteer(self, ctx: Context) -> None:
        """Raises: RuleViolated for everybody but the volunteer, in person."""
        if ctx.actor != self.person_id:
            raise RuleViolated(
                "volunteer.agreement.person",
                N_("Only the volunteer does this, in person."),
                citation=citations.VOLUNTARY_WORK,
            )

    def reaches(self, day: date) -> bool:
        """Whether there was work to do on that day."""
        return self.first_day <= day <= self.last_day

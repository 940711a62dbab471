"""The state of a licence in its issuer's log: how each event changes it, and what every decision asks of it."""

from datetime import date

from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition
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
from domain.licences.validity import Validity
from domain.licences.vocabulary import LicenceStage


class LicenceState(Aggregate):
    """What a licence remembers. `inspection` is the last one since the application or since the last term."""

    @applies(LicenceApplied)
    def _applied(self, event: LicenceApplied) -> None:
        self.stage = LicenceStage.APPLIED
        self.organisation_id, self.service = event.organisation_id, event.service
        self.places = event.places
        self.inspection: LicenceInspected | None = None
        self.inspected_on: date | None = None
        self.validity = Validity(terms=())
        self.renewable_from: date | None = None

    @applies(LicenceInspected)
    def _inspected(self, event: LicenceInspected) -> None:
        self.inspection, self.inspected_on = event, event.inspected_on

    @applies(LicenceGranted, LicenceRenewed)
    def _granted(self, event: LicenceGranted | LicenceRenewed) -> None:
        self.stage, self.validity = LicenceStage.GRANTED, self.validity.renewed(event.term)
        self.renewable_from = event.renewable_from
        self.inspection = None

    @applies(LicenceRefused)
    def _refused(self, _event: LicenceRefused) -> None:
        self.stage = LicenceStage.REFUSED

    @applies(LicenceSuspended)
    def _suspended(self, event: LicenceSuspended) -> None:
        self.stage = LicenceStage.SUSPENDED
        self.validity = self.validity.interrupted(LicenceStage.SUSPENDED, event.first_day)

    @applies(LicenceReinstated)
    def _reinstated(self, event: LicenceReinstated) -> None:
        self.stage, self.validity = LicenceStage.GRANTED, self.validity.resumed(event.first_day)

    @applies(LicenceRevoked)
    def _revoked(self, event: LicenceRevoked) -> None:
        self.stage = LicenceStage.REVOKED
        self.validity = self.validity.interrupted(LicenceStage.REVOKED, event.first_day)

    @applies(LicenceExpired)
    def _expired(self, _event: LicenceExpired) -> None:
        self.stage = LicenceStage.EXPIRED

    def require(self, command: Command, *stages: LicenceStage) -> None:
        """Raises: IllegalTransition when the licence is in another stage."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

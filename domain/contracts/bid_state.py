"""The state of a bid: how each event changes it, and whose it is."""

from datetime import datetime

from domain.contracts.events.bid import (
    BidDisqualified,
    BidDisregarded,
    BidOpened,
    BidQualified,
    BidReopened,
    BidResealed,
    BidSealed,
    BidWithdrawn,
)
from domain.contracts.facts import BidContent
from domain.contracts.vocabulary import BidStage
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import Finding, IllegalTransition, NotPermitted
from domain.kernel.money import Money


class BidState(Aggregate):
    """What a bid remembers; its content only once it was opened."""

    @applies(BidSealed)
    def _sealed(self, event: BidSealed) -> None:
        self.call_id, self.organisation_id = event.call_id, event.organisation_id
        self.content: BidContent | None = None
        self.total: Money | None = None
        self.findings: tuple[Finding, ...] = ()
        self.disqualified_at: datetime | None = None
        self._take(event)

    @applies(BidResealed)
    def _resealed(self, event: BidResealed) -> None:
        self._take(event)

    @applies(BidWithdrawn)
    def _withdrawn(self, event: BidWithdrawn) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = BidStage.WITHDRAWN

    @applies(BidOpened)
    def _opened(self, event: BidOpened) -> None:
        self.stage = BidStage.OPENED
        self.content, self.total, self.findings = event.content, event.total, event.findings

    @applies(BidDisregarded)
    def _disregarded(self, event: BidDisregarded) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = BidStage.DISREGARDED

    @applies(BidQualified)
    def _qualified(self, event: BidQualified) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = BidStage.QUALIFIED

    @applies(BidDisqualified)
    def _disqualified(self, event: BidDisqualified) -> None:
        self.stage, self.disqualified_at = BidStage.DISQUALIFIED, event.occurred_at

    @applies(BidReopened)
    def _reopened(self, event: BidReopened) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = BidStage.OPENED

    def require(self, command: Command, *stages: BidStage) -> None:
        """Refuse the command unless the bid stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def require_bidder(self, command: Command, ctx: Context) -> None:
        """Refuse all but who acts for the organisation now."""
        if not ctx.mandate.acts_for(self.organisation_id):
            raise NotPermitted(command.name, ("cso_delegate",))

    def _take(self, event: BidSealed | BidResealed) -> None:
        self.stage = BidStage.SEALED
        self.commitment, self.revision = event.commitment, event.revision

"""The bids of a call, folded from what they told: sealed, opened, decided on."""

from datetime import datetime
from uuid import UUID

from domain.contracts.events.bid import (
    BidDisqualified,
    BidEvent,
    BidOpened,
    BidQualified,
    BidReopened,
    BidWithdrawn,
    SealedEvent,
)
from domain.contracts.events.call import QualificationBegun, call_tag
from domain.contracts.vocabulary import BidStage, Candidate, ListedProvider
from domain.kernel.command import Boundary, Command


class Bids(Boundary):
    """Per bid of one call, whose it is and where it stands; and what the opened ones cost."""

    def __init__(self) -> None:
        self.stages: dict[UUID, BidStage] = {}
        self.bidders: dict[UUID, UUID] = {}
        self._sealed: dict[UUID, SealedEvent] = {}
        self._opened: dict[UUID, BidOpened] = {}
        self._disqualified: dict[UUID, BidDisqualified] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the call that the command names, or is for."""
        return call_tag(getattr(command, "call_id", stream_id))

    def apply(self, stream_id: UUID, event: object) -> None:
        """One event of the call's tag; of the call itself only the end of the opening matters here."""
        if isinstance(event, BidEvent):
            self.bidders[stream_id] = event.organisation_id
        match event:
            case SealedEvent():
                self._sealed[stream_id] = event
                self.stages[stream_id] = BidStage.SEALED
            case BidWithdrawn():
                self.stages[stream_id] = BidStage.WITHDRAWN
            case BidOpened():
                self._opened[stream_id] = event
                self.stages[stream_id] = BidStage.OPENED
            case BidReopened():
                self.stages[stream_id] = BidStage.OPENED
            case BidQualified():
                self.stages[stream_id] = BidStage.QUALIFIED
            case BidDisqualified():
                self._disqualified[stream_id] = event
                self.stages[stream_id] = BidStage.DISQUALIFIED
            case QualificationBegun():
                self.stages |= dict.fromkeys(event.unopened, BidStage.DISREGARDED)
            case _:
                pass

    def standing(self, *stages: BidStage) -> tuple[UUID, ...]:
        """The bids in these stages, in the order in which their organisations first bid."""
        return tuple(bid for bid, stage in self.stages.items() if stage in stages)

    def candidates(self) -> tuple[Candidate, ...]:
        """The qualified bids as evaluators get them, the earliest first."""
        found = [
            Candidate(bid, self.bidders[bid], self._opened[bid].total, self._sealed[bid].received_at)
            for bid in self.standing(BidStage.QUALIFIED)
        ]
        return tuple(sorted(found, key=lambda one: (one.received_at, one.bid_id)))

    def disqualified_at(self) -> datetime | None:
        """When the last of the bids that are disqualified was, UTC."""
        out = self.standing(BidStage.DISQUALIFIED)
        return max((self._disqualified[one].occurred_at for one in out), default=None)

    def providers(self) -> tuple[ListedProvider, ...]:
        """Those who qualified, in the order in which they bid."""
        return tuple(
            ListedProvider(organisation_id=self.bidders[bid], bid_id=bid) for bid in self.standing(BidStage.QUALIFIED)
        )

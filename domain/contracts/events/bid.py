"""Events of a bid: sealed by its hash, opened with its salt, qualified or not. Each carries `service_call:<id>`."""

from datetime import datetime
from uuid import UUID

from domain.contracts.events.call import call_tag
from domain.contracts.facts import BidContent
from domain.contracts.vocabulary import BidStage
from domain.kernel.errors import Finding
from domain.kernel.event import Event, InitialEvent
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.receipt import receipt_tag
from domain.kernel.text import Slug, Text, Title
from domain.kernel.vocabulary import Count, LanguageCode
from domain.organisations.vocabulary import Identifier
from domain.scoring.vocabulary import Commitment, Salt


def bid_id(call_id: UUID, organisation_id: UUID) -> UUID:
    """The stream of the one bid that an organisation has in a call."""
    return derived_id("bid", call_id, organisation_id)


class BidEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event of the bid that `organisation_id` has in `call_id`."""

    call_id: UUID
    organisation_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call."""
        return (call_tag(self.call_id),)


class SealedEvent(BidEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A sealed bid came in at `received_at`, before the time to bid was over; `commitment` is all that is known of it.

    `receipt` is the code that the bidder keeps. `revision` counts how often the bid was sealed.
    """

    commitment: Commitment
    received_at: datetime
    receipt: str
    revision: Count

    def tags(self) -> tuple[str, ...]:
        """The boundary, and the way from the receipt's code to here."""
        return (*super().tags(), receipt_tag(self.receipt))

    @property
    def receipt_code(self) -> str:
        """The code on the bidder's receipt."""
        return self.receipt


class BidSealed(SealedEvent, InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An organisation bid; who it is was taken from the register of organisations."""

    TOPIC = "contracts.BidSealed.v1"

    organisation_name: Title
    municipality: Slug
    identifiers: tuple[Identifier, ...]
    language: LanguageCode


class BidResealed(SealedEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Another content takes the place of the one that was sealed, or withdrawn, before."""

    TOPIC = "contracts.BidResealed.v1"


class BidWithdrawn(BidEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The organisation took its bid back; `before` is where it stood."""

    TOPIC = "contracts.BidWithdrawn.v1"

    before: BidStage
    reason: Text | None = None


class BidOpened(BidEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The bid was opened: this content and salt make the commitment. `total` is what all lines cost.

    `findings` say what of it the call does not allow; with an error among them it cannot be qualified.
    """

    TOPIC = "contracts.BidOpened.v1"

    content: BidContent
    salt: Salt
    total: Money
    findings: tuple[Finding, ...] = ()


class BidDisregarded(BidEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The bid was not opened while bids were opened; what it says nobody will know."""

    TOPIC = "contracts.BidDisregarded.v1"


class BidQualified(BidEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The bidder may be awarded: in good standing, with every certificate, and licensed for the whole service.

    `licence_entry_id` is the licence in the national log; `licence_origin` the event (`tenant:epoch:position`) of its
    issuer's log by which it stands as it does.
    """

    TOPIC = "contracts.BidQualified.v1"

    licence_entry_id: UUID
    licence_origin: str


class BidDisqualified(BidEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The bid is out: for what was found, each with its rule, or for a reason in words."""

    TOPIC = "contracts.BidDisqualified.v1"

    findings: tuple[Finding, ...] = ()
    reason: Text | None = None


class BidReopened(BidEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A complaint was upheld: the bid is qualified anew."""

    TOPIC = "contracts.BidReopened.v1"

    complaint_id: UUID


EVENTS: tuple[type[Event], ...] = (
    BidSealed,
    BidResealed,
    BidWithdrawn,
    BidOpened,
    BidDisregarded,
    BidQualified,
    BidDisqualified,
    BidReopened,
)
"""Every event of a bid, in the order of a life."""

"""Words shared by the aggregates of contracts: lines and their units, prices, modes, and where each thing stands."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.money import Money
from domain.kernel.text import Line, Text, Title
from domain.kernel.vocabulary import Code, DecisionNo, File, Instant, PerMillion
from domain.licences.vocabulary import ServiceUnit
from domain.organisations.vocabulary import Identifier
from domain.scoring.vocabulary import Criterion

Quantity = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000, description="Whole units")]
MinorPrice = Annotated[int, msgspec.Meta(ge=0, le=10**9, description="Minor units: cents of the euro")]


class NeedStage(StrEnum):
    """Where a need stands. Only an approved one is bought."""

    ASSESSED = "assessed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class ProcurementMode(StrEnum):
    """Who may bid: everybody, those on a qualified list, or the one whom a published justification names.

    A call of mode `qualified_list` that names no list makes one; a call that names it invites those who are on it.
    """

    OPEN = "open"
    QUALIFIED_LIST = "qualified_list"
    DIRECT = "direct"


class CallStage(StrEnum):
    """Where a call stands. `listed` made a qualified list, and there is no award."""

    PLANNING = "planning"
    PUBLISHED = "published"
    CLOSED = "closed"
    QUALIFICATION = "qualification"
    AWARD_PENDING = "award_pending"
    STANDSTILL = "standstill"
    AWARDED = "awarded"
    CONTRACTED = "contracted"
    LISTED = "listed"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"


class BidStage(StrEnum):
    """Where a bid stands. `disregarded`: it was not opened in time."""

    SEALED = "sealed"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    DISREGARDED = "disregarded"
    QUALIFIED = "qualified"
    DISQUALIFIED = "disqualified"


class EvaluationStage(StrEnum):
    """Where an evaluation stands; `scored` ones score again what a complaint had set aside."""

    FORMED = "formed"
    SCORING = "scoring"
    SCORED = "scored"


class ComplaintStage(StrEnum):
    """Where a complaint stands."""

    FILED = "filed"
    ADMITTED = "admitted"
    INADMISSIBLE = "inadmissible"
    DECIDED = "decided"


class ComplaintDecision(StrEnum):
    """What a complaint came to; `upheld` and `partly` set the award aside and have the bid looked at anew."""

    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"


class CriterionKind(StrEnum):
    """Whether evaluators give the points, or the price does: the cheapest bid has all, others in proportion."""

    QUALITY = "quality"
    PRICE = "price"


class ServiceCriterion(Criterion, frozen=True, kw_only=True):
    """A criterion of a call for a service; exactly one is the price, and nobody scores that."""

    kind: CriterionKind = CriterionKind.QUALITY


class ServiceLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """So many whole units of a service; `ceiling` is the most that one of them may cost."""

    code: Code
    title: Title
    unit: ServiceUnit
    quantity: Quantity
    ceiling: Money | None = None


class UnitPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one unit of a line costs, in minor units of the call's currency."""

    code: Code
    price: MinorPrice


class PricedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line with what one unit costs by award or contract."""

    code: Code
    title: Title
    unit: ServiceUnit
    quantity: Quantity
    unit_price: Money

    @property
    def amount(self) -> Money:
        """What all its units cost."""
        return Money(self.quantity * self.unit_price.amount, self.unit_price.currency)


Lines = Annotated[tuple[ServiceLine, ...], msgspec.Meta(max_length=100)]
PricedLines = Annotated[tuple[PricedLine, ...], msgspec.Meta(min_length=1, max_length=100)]


class QualityStandard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that every delivery is measured by."""

    code: Code
    title: Title


class Subcontractor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """An organisation or company that does part of the work: what, and which share of the price."""

    title: Line
    does: Line
    share: PerMillion
    identifier: Identifier | None = None


class BidFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file of a bid; its name as it was sent is not kept, since it may name a person."""

    title: Line
    file: File


class DirectAward(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why only one organisation is asked, by which decision; published with the call."""

    organisation_id: UUID
    decision_no: DecisionNo
    justification: Text


class Evaluator(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """An evaluator or an alternate, by id; `number` is what the public knows them by."""

    person_id: UUID
    number: int
    employers: tuple[UUID, ...] = ()

    @property
    def external(self) -> bool:
        """No rule asks for evaluators from outside."""
        return False


class BidSeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A place among the evaluators of a bid, and who takes it: the next alternate, nobody where none is left."""

    bid_id: UUID
    substitute: UUID | None = None


class Candidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A qualified bid as the evaluators get it: what it costs in all, and when it came."""

    bid_id: UUID
    organisation_id: UUID
    total: Money
    received_at: Instant


class RankedBid(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A bid in a ranking, from rank 1. `score` and `price_score` are in millionths, rounded half to even.

    `price_score` is its part of the points for the price. What is below a threshold or over the budget is not
    `acceptable`; `below` are the criteria. `lowest` is the total that prices were measured by, the lowest that can be
    awarded; a ranking that does not say it is from before that was so, and measured by the lowest of all.
    """

    bid_id: UUID
    organisation_id: UUID
    rank: int
    score: int
    price_score: int
    total: Money
    acceptable: bool
    below: tuple[Code, ...] = ()
    over_budget: bool = False
    lowest: Money | None = None


class ListedProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A provider on a qualified list, by the bid that put it there."""

    organisation_id: UUID
    bid_id: UUID

"""Events of a call for a service. Each carries the tag `service_call:<id>`, as do those of everything in the call."""

from datetime import date, datetime
from uuid import UUID

from domain.contracts.events.need import need_tag
from domain.contracts.facts import CallFacts
from domain.contracts.vocabulary import ListedProvider, PricedLine, RankedBid, Subcontractor
from domain.kernel.deadline import Deadline
from domain.kernel.errors import Finding
from domain.kernel.event import Event, InitialEvent
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.text import Line, Slug, Text, Title
from domain.kernel.vocabulary import Contact, Count, DecisionNo, LanguageCode


def call_tag(call_id: UUID) -> str:
    """Boundary of a call and of what belongs to it: bids, their evaluation, complaints, the contract."""
    return f"service_call:{call_id}"


def contract_id(call_id: UUID, organisation_id: UUID) -> UUID:
    """The stream of the contract that an award of a call may lead to, settled before there is one."""
    return derived_id("service contract", call_id, organisation_id)


class CallEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event of a call's own stream."""

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call, once it is known which call it is."""
        call_id = self.__dict__.get("originator_id")
        return () if call_id is None else (call_tag(call_id),)


class BudgetedCallEvent(CallEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An event that takes money out of a need's budget, or gives it back."""

    need_id: UUID | None = None

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call, and that of the need's budget."""
        taken = () if self.need_id is None else (need_tag(self.need_id),)
        return super().tags() + taken


class CallPlanned(CallEvent, InitialEvent, frozen=True, kw_only=True):
    """Work on a call began; what it still owes the linter says."""

    TOPIC = "contracts.CallPlanned.v1"

    facts: CallFacts


class CallAmended(CallEvent, frozen=True, kw_only=True):
    """Facts of a call that is not published yet were changed; what is None stays."""

    TOPIC = "contracts.CallAmended.v1"

    changes: CallFacts


class CallChecked(CallEvent, frozen=True, kw_only=True):
    """The linter looked at the call as it stands; each finding names its article."""

    TOPIC = "contracts.CallChecked.v1"

    errors: int
    warnings: int
    findings: tuple[Finding, ...]


class CallPublished(BudgetedCallEvent, frozen=True, kw_only=True):
    """The call is public and frozen: facts, lines, criteria, weights and thresholds stay.

    Bids are sealed until `closes_at` (exclusive), which is when their opening begins. `deadline` proves it; None only
    on imported history. `invited` are the only ones who may bid, in a call that is not open to everybody.
    """

    TOPIC = "contracts.CallPublished.v1"

    facts: CallFacts
    closes_at: datetime
    languages: tuple[LanguageCode, ...]
    deadline: Deadline | None = None
    invited: tuple[UUID, ...] = ()


class ClarificationIssued(CallEvent, frozen=True, kw_only=True):
    """What one asked is answered to all. `notice` proves that enough days were left; None on imported history."""

    TOPIC = "contracts.ClarificationIssued.v1"

    clarification_id: UUID
    question: Text
    answer: Text
    notice: Deadline | None = None


class CallDeadlineMoved(CallEvent, frozen=True, kw_only=True):
    """The time to bid, or to open bids, ends later because the calendar changed; both proofs stay."""

    TOPIC = "contracts.CallDeadlineMoved.v1"

    previous: Deadline
    deadline: Deadline


class CallClosed(CallEvent, frozen=True, kw_only=True):
    """The time to bid ended at `closes_at`; bids are opened from then on, until `opening` is over."""

    TOPIC = "contracts.CallClosed.v1"

    closes_at: datetime
    opening: Deadline


class QualificationBegun(CallEvent, frozen=True, kw_only=True):
    """The opening is over: `bids` were opened, and `unopened` ones are disregarded."""

    TOPIC = "contracts.QualificationBegun.v1"

    bids: Count
    unopened: tuple[UUID, ...] = ()


class EvaluationBegun(CallEvent, frozen=True, kw_only=True):
    """Every opened bid was qualified or disqualified; the qualified ones are with the evaluators."""

    TOPIC = "contracts.EvaluationBegun.v1"

    qualified: Count


class QualifiedListPublished(CallEvent, frozen=True, kw_only=True):
    """The call made this list of providers, who are invited to calls until `valid_until` (within)."""

    TOPIC = "contracts.QualifiedListPublished.v1"

    providers: tuple[ListedProvider, ...]
    valid_until: date


class AwardProposed(CallEvent, frozen=True, kw_only=True):
    """The award is notified to all who bid. Until `standstill` is over nothing is awarded, and one may complain.

    `number` counts the proposals of the call. `again`: this organisation was proposed before. `answered` are the upheld
    complaints after which it was evaluated anew. `contract_id` is the stream of the contract that may come of it.
    """

    TOPIC = "contracts.AwardProposed.v1"

    number: Count
    evaluation_id: UUID
    ranking: tuple[RankedBid, ...]
    bid_id: UUID
    organisation_id: UUID
    contract_id: UUID
    lines: tuple[PricedLine, ...]
    total: Money
    standstill: Deadline
    complaints_until: Deadline
    title: Title
    summary: Text
    first_day: date
    last_day: date
    contact: Contact | None = None
    again: bool = False
    answered: tuple[UUID, ...] = ()


class AwardSetAside(CallEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A complaint was upheld: bids are qualified and evaluated anew, `bid_id` with new scores.

    `organisation_id` is whose award it was, where one was proposed.
    """

    TOPIC = "contracts.AwardSetAside.v1"

    complaint_id: UUID
    bid_id: UUID
    organisation_id: UUID | None = None


class OverlapNoted(CallEvent, frozen=True, kw_only=True):
    """The national ledger found that something much like the awarded service is paid for elsewhere.

    `institution` and `contact` are all that is told of the other side; `similarity` is in millionths.
    """

    TOPIC = "contracts.OverlapNoted.v1"

    overlap_id: UUID
    institution: Slug
    contact: Line
    similarity: int


class AwardConfirmed(CallEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The award stands after the standstill: this organisation, these lines at these prices, on this licence.

    `licence_entry_id` is the licence in the national log; `licence_origin` the event (`tenant:epoch:position`) of its
    issuer's log by which it stands as it does.
    """

    TOPIC = "contracts.AwardConfirmed.v1"

    need_id: UUID | None
    bid_id: UUID
    organisation_id: UUID
    contract_id: UUID
    decision_no: DecisionNo
    lines: tuple[PricedLine, ...]
    total: Money
    licence_entry_id: UUID
    licence_origin: str
    subcontractors: tuple[Subcontractor, ...] = ()


class AwardLapsed(CallEvent, frozen=True, kw_only=True):
    """No contract came of the award; the next bid of the ranking may be proposed."""

    TOPIC = "contracts.AwardLapsed.v1"

    organisation_id: UUID
    bid_id: UUID
    reason: Text


class CallContracted(CallEvent, frozen=True, kw_only=True):
    """The award became a contract."""

    TOPIC = "contracts.CallContracted.v1"

    contract_id: UUID


class CallUnsuccessful(BudgetedCallEvent, frozen=True, kw_only=True):
    """Nothing can be awarded: nobody bid, nobody qualified, or no bid is acceptable."""

    TOPIC = "contracts.CallUnsuccessful.v1"

    reason: Text


class CallCancelled(BudgetedCallEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The institution gave the call up; `organisation_id` is whose award was proposed, if one was."""

    TOPIC = "contracts.CallCancelled.v1"

    reason: Text
    organisation_id: UUID | None = None


EVENTS: tuple[type[Event], ...] = (
    CallPlanned,
    CallAmended,
    CallChecked,
    CallPublished,
    ClarificationIssued,
    CallDeadlineMoved,
    CallClosed,
    QualificationBegun,
    EvaluationBegun,
    QualifiedListPublished,
    AwardProposed,
    AwardSetAside,
    OverlapNoted,
    AwardConfirmed,
    AwardLapsed,
    CallContracted,
    CallUnsuccessful,
    CallCancelled,
)
"""Every event of a call, in the order of a life."""

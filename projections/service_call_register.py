"""The register of calls for services: one row each, from the planning to the contract."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.contracts.call_window import OPENING
from domain.contracts.events import call as e
from domain.contracts.facts import CallFacts
from domain.contracts.vocabulary import CallStage, ListedProvider, PricedLine, RankedBid
from domain.kernel.deadline import local_day
from domain.kernel.money import Money
from domain.kernel.text import Text, Title
from infra.eventstore.codec import decode_metadata
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class CallClarification(msgspec.Struct, frozen=True):
    """What one asked, answered to everybody."""

    clarification_id: UUID
    question: Text
    answer: Text
    issued_at: datetime


class ServiceAward(msgspec.Struct, frozen=True):
    """What was proposed, and what became of it: `state` is proposed, set_aside, confirmed or lapsed.

    Until `standstill_until` nothing is awarded; until `complaints_until` one may complain (UTC, both exclusive).
    """

    number: int
    state: str
    bid_id: UUID
    organisation_id: UUID
    contract_id: UUID
    lines: tuple[PricedLine, ...]
    total: Money
    proposed_at: datetime
    standstill_until: datetime
    complaints_until: datetime
    decision_no: str = ""
    confirmed_at: datetime | None = None


class ServiceOverlap(msgspec.Struct, frozen=True):
    """Where something much like the awarded service is paid for, too; `similarity` in millionths."""

    overlap_id: UUID
    institution: str
    contact: str
    similarity: int
    noted_at: datetime


class ServiceCallFacts(msgspec.Struct, frozen=True):
    """A call, as far as the public may know it once it is published. Times are UTC, ends exclusive.

    `facts` are frozen from the publication on. Bids are sealed until `closes_at` and opened until `opening_until`;
    `bids` were opened. `providers` are those on the list that the call made, valid to `list_until`. `ranking` is the
    newest that was published, `awards` all that were proposed. `year` is the local one of the publication.
    """

    tenant_id: int
    call_id: UUID
    state: str
    version: int
    year: int
    title: Title
    mode: str
    service: str
    facts: CallFacts
    planned_at: datetime
    changed_at: datetime
    need_id: UUID | None = None
    languages: tuple[str, ...] = ()
    invited: tuple[UUID, ...] = ()
    published_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    opening_until: datetime | None = None
    bids: int | None = None
    clarifications: tuple[CallClarification, ...] = ()
    providers: tuple[ListedProvider, ...] = ()
    list_until: date | None = None
    ranking: tuple[RankedBid, ...] = ()
    awards: tuple[ServiceAward, ...] = ()
    contract_id: UUID | None = None
    reason: Text | None = None
    source: str = ""
    source_id: str = ""


class ServiceCallRow(ServiceCallFacts, frozen=True):
    """A stored row: `searched` is what a search looks through, `public` from the publication on."""

    overlapping: tuple[ServiceOverlap, ...] = ()
    lint_errors: int | None = None
    lint_warnings: int | None = None
    searched: str = ""
    public: bool = False


Row = ServiceCallRow


class ServiceCallRegister(ReadModel[ServiceCallRow]):
    """Folds calls for services."""

    name = "service_call_register"
    table = "service_call_register"
    row = ServiceCallRow
    key = ("call_id",)
    kept = True

    @folds(e.CallPlanned, begins=True)
    def planned(self, _row: None, event: Stored, told: e.CallPlanned) -> Row:
        """A new call."""
        metadata = decode_metadata(event.metadata)
        row = Row(
            tenant_id=event.tenant_id,
            call_id=event.stream_id,
            state=CallStage.PLANNING,
            version=event.version,
            year=local_day(event.occurred_at).year,
            title=told.facts.title or Title(),
            mode="",
            service="",
            facts=told.facts,
            planned_at=event.occurred_at,
            changed_at=event.occurred_at,
            source=metadata.source,
            source_id=metadata.source_id,
        )
        return _with_facts(row, told.facts)

    @folds(e.CallAmended)
    def amended(self, row: Row, _event: Stored, told: e.CallAmended) -> Row:
        """What is None stays."""
        return _with_facts(row, row.facts.changed_by(told.changes))

    @folds(e.CallChecked)
    def checked(self, row: Row, _event: Stored, told: e.CallChecked) -> Row:
        """What the linter found."""
        return replace(row, lint_errors=told.errors, lint_warnings=told.warnings)

    @folds(e.CallPublished)
    def published(self, row: Row, event: Stored, told: e.CallPublished) -> Row:
        """Public and frozen from here on."""
        return replace(
            _with_facts(row, told.facts),
            state=CallStage.PUBLISHED,
            public=True,
            year=local_day(event.occurred_at).year,
            languages=told.languages,
            invited=told.invited,
            published_at=event.occurred_at,
            closes_at=told.closes_at,
        )

    @folds(e.ClarificationIssued)
    def clarified(self, row: Row, event: Stored, told: e.ClarificationIssued) -> Row:
        """One more answer for everybody."""
        issued = CallClarification(told.clarification_id, told.question, told.answer, event.occurred_at)
        return replace(row, clarifications=(*row.clarifications, issued))

    @folds(e.CallDeadlineMoved)
    def moved(self, row: Row, _event: Stored, told: e.CallDeadlineMoved) -> Row:
        """The calendar changed."""
        if told.deadline.rule == OPENING:
            return replace(row, opening_until=told.deadline.due_at)
        return replace(row, closes_at=told.deadline.due_at)

    @folds(e.CallClosed)
    def closed(self, row: Row, event: Stored, told: e.CallClosed) -> Row:
        """No more bids; those that came are opened."""
        return replace(
            row,
            state=CallStage.CLOSED,
            closes_at=told.closes_at,
            closed_at=event.occurred_at,
            opening_until=told.opening.due_at,
        )

    @folds(e.QualificationBegun)
    def qualification(self, row: Row, _event: Stored, told: e.QualificationBegun) -> Row:
        """The opening is over."""
        return replace(row, state=CallStage.QUALIFICATION, bids=told.bids)

    @folds(e.EvaluationBegun)
    def evaluation(self, row: Row, _event: Stored, _told: e.EvaluationBegun) -> Row:
        """With the evaluators."""
        return replace(row, state=CallStage.AWARD_PENDING)

    @folds(e.QualifiedListPublished)
    def listed(self, row: Row, _event: Stored, told: e.QualifiedListPublished) -> Row:
        """There is a list."""
        return replace(row, state=CallStage.LISTED, providers=told.providers, list_until=told.valid_until)

    @folds(e.AwardProposed)
    def proposed(self, row: Row, event: Stored, told: e.AwardProposed) -> Row:
        """The standstill runs."""
        award = ServiceAward(
            number=told.number,
            state="proposed",
            bid_id=told.bid_id,
            organisation_id=told.organisation_id,
            contract_id=told.contract_id,
            lines=told.lines,
            total=told.total,
            proposed_at=event.occurred_at,
            standstill_until=told.standstill.due_at,
            complaints_until=told.complaints_until.due_at,
        )
        return replace(row, state=CallStage.STANDSTILL, ranking=told.ranking, awards=(*row.awards, award))

    @folds(e.AwardSetAside)
    def set_aside(self, row: Row, _event: Stored, _told: e.AwardSetAside) -> Row:
        """Back to the qualification."""
        return _with_last(replace(row, state=CallStage.QUALIFICATION), "proposed", "set_aside")

    @folds(e.OverlapNoted)
    def overlap_noted(self, row: Row, event: Stored, told: e.OverlapNoted) -> Row:
        """The ledger found another one like it."""
        found = ServiceOverlap(told.overlap_id, told.institution, told.contact, told.similarity, event.occurred_at)
        return replace(row, overlapping=(*row.overlapping, found))

    @folds(e.AwardConfirmed)
    def confirmed(self, row: Row, event: Stored, told: e.AwardConfirmed) -> Row:
        """Awarded."""
        awarded = _with_last(replace(row, state=CallStage.AWARDED), "proposed", "confirmed")
        last = replace(awarded.awards[-1], decision_no=told.decision_no, confirmed_at=event.occurred_at)
        return replace(awarded, awards=(*awarded.awards[:-1], last))

    @folds(e.AwardLapsed)
    def lapsed(self, row: Row, _event: Stored, told: e.AwardLapsed) -> Row:
        """No contract came of it."""
        return _with_last(replace(row, state=CallStage.AWARD_PENDING, reason=told.reason), "confirmed", "lapsed")

    @folds(e.CallContracted)
    def contracted(self, row: Row, _event: Stored, told: e.CallContracted) -> Row:
        """A contract came of it."""
        return replace(row, state=CallStage.CONTRACTED, contract_id=told.contract_id)

    @folds(e.CallUnsuccessful)
    def unsuccessful(self, row: Row, _event: Stored, told: e.CallUnsuccessful) -> Row:
        """Nothing can be awarded."""
        return replace(row, state=CallStage.UNSUCCESSFUL, reason=told.reason)

    @folds(e.CallCancelled)
    def cancelled(self, row: Row, _event: Stored, told: e.CallCancelled) -> Row:
        """Given up."""
        return replace(row, state=CallStage.CANCELLED, reason=told.reason)


def _with_facts(row: Row, facts: CallFacts) -> Row:
    title = facts.title or row.title
    return replace(
        row,
        facts=facts,
        title=title,
        mode=facts.mode or "",
        service=facts.service or "",
        need_id=facts.need_id,
        searched=searchable(title, facts.summary, facts.service, row.source_id),
    )


def _with_last(row: Row, before: str, after: str) -> Row:
    """The newest award in another state, if it stands in that one."""
    if not row.awards or row.awards[-1].state != before:
        return row
    return replace(row, awards=(*row.awards[:-1], replace(row.awards[-1], state=after)))

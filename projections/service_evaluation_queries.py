"""Questions to the register of evaluations and to the sheets of scores."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from domain.contracts.facts import CallFacts
from domain.contracts.vocabulary import Evaluator
from domain.kernel.money import Money
from projections.lookup import Lookup
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one
from projections.scores import Score
from projections.service_bid_sheet import BidStanding, ServiceBidSheetRow
from projections.service_evaluation_register import ServiceEvaluationRow

_EVALUATIONS, _SHEET = "service_evaluation_register", "service_bid_sheet"


class BidSheetEvaluator(msgspec.Struct, frozen=True):
    """An evaluator as the public knows them: by number, and by the id that commitments hash."""

    number: int
    person_id: UUID


class BidSheetScore(msgspec.Struct, frozen=True):
    """What the evaluator of that number gave; with the salt anybody checks the commitment."""

    evaluator: int
    round: int
    points: dict[str, int]
    commitment: str
    salt: str


class BidSheetEntry(msgspec.Struct, frozen=True):
    """A ranked bid with every score of the rounds that are over. `stood` are its places, the newest last."""

    bid_id: UUID
    organisation_id: UUID
    total: int
    received_at: str
    scores: tuple[BidSheetScore, ...]
    stood: tuple[BidStanding, ...]


class BidSheetCriterion(msgspec.Struct, frozen=True):
    """What was judged, the price or a quality: weight in millionths, the most it could have, what it had to have."""

    code: str
    kind: str
    weight: int
    max_points: int
    threshold: int


class BidSheet(msgspec.Struct, frozen=True):
    """All that it takes to rank the bids of a call again; amounts in minor units of `currency`."""

    call_id: UUID
    evaluation_id: UUID
    tenant: str
    budget: int
    currency: str
    criteria: tuple[BidSheetCriterion, ...]
    aggregation: str
    tie_rules: tuple[str, ...]
    tie_seed: str
    evaluators: tuple[BidSheetEvaluator, ...]
    bids: tuple[BidSheetEntry, ...]


class PublicEvaluation(msgspec.Struct, frozen=True):
    """An evaluation as everybody sees it, from the first proposed award on."""

    evaluation_id: UUID
    call_id: UUID
    evaluators: tuple[Evaluator, ...]
    alternates: tuple[Evaluator, ...]
    tie_seed: str


class PublicBidScores(msgspec.Struct, frozen=True):
    """A ranked bid as everybody sees it."""

    bid_id: UUID
    organisation_id: UUID
    total: Money
    received_at: datetime
    closed: int
    scores: tuple[Score, ...]
    stood: tuple[BidStanding, ...]
    rank: int


_SHEET_ROWS = Lookup(ServiceBidSheetRow, _SHEET, "rank", "bid_id")
_PUBLIC_SCORES = Lookup(PublicBidScores, _SHEET, "rank", "bid_id")


async def evaluation(connection: ReadConnection, evaluation_id: UUID) -> ServiceEvaluationRow | None:
    """One evaluation."""
    where = Conditions().add_equal(evaluation_id=evaluation_id)
    return await fetch_one(connection, ServiceEvaluationRow, _EVALUATIONS, where)


async def judged(connection: ReadConnection, bid_id: UUID) -> ServiceBidSheetRow | None:
    """One bid before the evaluators, with its scores."""
    return await _SHEET_ROWS.one(connection, bid_id)


async def sheet_rows(
    connection: ReadConnection, evaluation_id: UUID, *, after: After | None = None, limit: int = 50
) -> Page[ServiceBidSheetRow]:
    """The bids of an evaluation, by rank; the key is `(rank, bid_id)`."""
    return await _SHEET_ROWS.page(connection, Conditions().add_equal(evaluation_id=evaluation_id), after, limit)


async def public_evaluation(connection: ReadConnection, call_id: UUID) -> PublicEvaluation | None:
    """The evaluation of a call of the tenants in scope whose award was proposed."""
    where = Conditions().add_equal(call_id=call_id).add("public")
    return await fetch_one(connection, PublicEvaluation, _EVALUATIONS, where)


async def public_scores(connection: ReadConnection, evaluation_id: UUID) -> list[PublicBidScores]:
    """Every bid that was ranked, by rank."""
    return await _PUBLIC_SCORES.every(
        connection, lambda: Conditions().add_equal(evaluation_id=evaluation_id).add("public")
    )


def sheet(tenant: str, facts: CallFacts, evaluated: PublicEvaluation, rows: Sequence[PublicBidScores]) -> BidSheet:
    """The sheet as it is published: evaluators by numbers and ids, no name, no employer and no comment."""
    people = (*evaluated.evaluators, *evaluated.alternates)
    numbers = {one.person_id: one.number for one in people}
    budget = facts.budget or Money(0)
    return BidSheet(
        call_id=evaluated.call_id,
        evaluation_id=evaluated.evaluation_id,
        tenant=tenant,
        budget=budget.amount,
        currency=budget.currency,
        criteria=tuple(
            BidSheetCriterion(one.code, one.kind, one.weight, one.max_points, one.threshold)
            for one in facts.criteria or ()
        ),
        aggregation=facts.aggregation or "mean",
        tie_rules=tuple(facts.tie_rules or ()),
        tie_seed=evaluated.tie_seed,
        evaluators=tuple(BidSheetEvaluator(one.number, one.person_id) for one in people),
        bids=tuple(_entry(row, numbers) for row in rows),
    )


def _entry(row: PublicBidScores, numbers: dict[UUID, int]) -> BidSheetEntry:
    return BidSheetEntry(
        bid_id=row.bid_id,
        organisation_id=row.organisation_id,
        total=row.total.amount,
        received_at=row.received_at.isoformat(),
        scores=tuple(
            BidSheetScore(numbers[one.person_id], one.round, one.points, one.commitment, one.salt)
            for one in row.scores
            if one.points is not None and one.round <= row.closed
        ),
        stood=row.stood,
    )

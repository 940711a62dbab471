"""Evaluations of bids: who appoints, what evaluators send and see, and the sheet that everybody may check."""

from uuid import UUID

import msgspec

from domain.contracts.commands import evaluation as c
from domain.contracts.evaluation_state import TERMS
from domain.kernel.errors import StreamNotFound
from projections import service_bid_queries, service_call_queries
from projections import service_evaluation_queries as q
from projections.catalogue import SERVICE_BID_SHEETS, SERVICE_BIDS, SERVICE_CALLS, SERVICE_EVALUATIONS
from projections.reading import Page
from projections.service_bid_register import ServiceBidRow
from projections.service_bid_sheet import ServiceBidSheetRow
from projections.service_evaluation_register import ServiceEvaluationRow
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.judged import done_by, require_reader
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_shown, shown
from services.gateway.routes.service_bids import BidView
from services.gateway.routing import Routes
from services.gateway.views import view_of

_EVALUATION = "/service-evaluations/{id}"
EvaluationView = view_of(ServiceEvaluationRow, "ServiceEvaluation", without=("public",))
ScoresView = view_of(ServiceBidSheetRow, "ServiceBidScores", without=("public",))

COMMANDS = (
    CommandRoute("/service-evaluations", c.AppointEvaluators, reads=_EVALUATION),
    CommandRoute(f"{_EVALUATION}/open-scoring", c.OpenBidScoring),
    CommandRoute(f"{_EVALUATION}/interests", c.DeclareBidInterest),
    CommandRoute(f"{_EVALUATION}/decide-conflict", c.DecideEvaluatorConflict),
    CommandRoute(f"{_EVALUATION}/replace-evaluator", c.ReplaceEvaluator),
    CommandRoute(f"{_EVALUATION}/alternates", c.AppointAlternates),
    CommandRoute(f"{_EVALUATION}/commitments", c.CommitBidScore),
    CommandRoute(f"{_EVALUATION}/scores", c.RevealBidScore),
    CommandRoute(f"{_EVALUATION}/close-scoring", c.CloseBidScoring),
)


class BidToScore(msgspec.Struct, frozen=True):
    """A bid before the evaluators, as far as its reader may know: what it says comes after a declaration."""

    bid_id: UUID
    organisation_id: UUID
    round: int
    declared: bool
    recused: bool
    committed: bool
    revealed: bool


@shown("/service-evaluations/{id:uuid}", "service_evaluation", EvaluationView, of=(SERVICE_EVALUATIONS,))
async def evaluation(asked: AtDeskAsked[NoFilter]) -> ServiceEvaluationRow | None:
    """One evaluation: its evaluators by id, and how far the scoring is."""
    return await q.evaluation(asked.connection, asked.id)


@listed(
    "/service-evaluations/{id:uuid}/bids",
    "service_evaluation",
    BidToScore,
    of=(SERVICE_EVALUATIONS, SERVICE_BID_SHEETS),
)
async def to_score(asked: AtDeskAsked[NoFilter]) -> Page[BidToScore]:
    """What the evaluators score, and what the reader has done about each."""
    page = await _sheet(asked)
    return Page([_to_score(row, asked.place.person_id) for row in page.items], page.next)


@listed(
    "/service-evaluations/{id:uuid}/scores",
    "service_bids",
    ScoresView,
    of=(SERVICE_EVALUATIONS, SERVICE_BID_SHEETS),
)
async def scores(asked: AtDeskAsked[NoFilter]) -> Page[ServiceBidSheetRow]:
    """Every score; points are null until all of a round are known and its scoring is closed."""
    page = await _sheet(asked)
    return Page([row.shown for row in page.items], page.next)


async def _sheet(asked: AtDeskAsked[NoFilter]) -> Page[ServiceBidSheetRow]:
    if await q.evaluation(asked.connection, asked.id) is None:
        raise StreamNotFound
    return await q.sheet_rows(asked.connection, asked.id, after=asked.after, limit=asked.limit)


@shown("/judged-service-bids/{id:uuid}", "judged_service_bid", BidView, of=(SERVICE_BIDS, SERVICE_BID_SHEETS))
async def judged_bid(asked: AtDeskAsked[NoFilter]) -> ServiceBidRow | None:
    """What a bid says, for an evaluator who declared their interest in it and is not recused."""
    row = await q.judged(asked.connection, asked.id)
    if row is None:
        return None
    require_reader(row, asked.place.person_id, TERMS)
    return await service_bid_queries.bid(asked.connection, asked.id)


@open_shown(
    "/service-calls/{id:uuid}/bid-sheet",
    q.BidSheet,
    of=(SERVICE_CALLS, SERVICE_EVALUATIONS, SERVICE_BID_SHEETS),
    operation_id="PublicBidSheet",
)
async def public_sheet(asked: AtWindowAsked[NoFilter]) -> q.BidSheet | None:
    """Every score of a call whose award was proposed, with all it takes to rank the bids again.

    `services/audit/standalone/rank_bids.py` does it.
    """
    call = await service_call_queries.public_call(asked.connection, asked.now, asked.id)
    found = await q.public_evaluation(asked.connection, asked.id)
    if call is None or found is None:
        return None
    rows = await q.public_scores(asked.connection, found.evaluation_id)
    return q.sheet(call.tenant, call.facts, found, rows)


def _to_score(row: ServiceBidSheetRow, person_id: UUID) -> BidToScore:
    return BidToScore(bid_id=row.bid_id, organisation_id=row.organisation_id, **done_by(person_id, row))


ROUTES = Routes(commands=COMMANDS, queries=(evaluation, to_score, scores, judged_bid), open=(public_sheet,))

"""Commissions: who forms them, what members send and see, the rankings, and the sheet that everybody may check."""

from uuid import UUID

import msgspec

from domain.grants.commands import commission as c
from domain.grants.commands import ranking as r
from domain.grants.commission_state import TERMS
from domain.kernel.errors import StreamNotFound
from projections import grant_application_queries, grant_call_queries, grant_commission_queries
from projections.catalogue import GRANT_APPLICATIONS, GRANT_CALLS, GRANT_COMMISSIONS, GRANT_SCORES
from projections.grant_application_register import GrantApplicationRow
from projections.grant_commission_queries import ScoringSheet
from projections.grant_commission_register import GrantCommissionRow
from projections.grant_scoring_sheet import ScoringSheetRow
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.judged import done_by, require_reader
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_shown, shown
from services.gateway.routes.grant_applications import ApplicationView
from services.gateway.routing import Routes
from services.gateway.views import view_of

_COMMISSION, _CALL = "/grant-commissions/{id}", "/grant-calls/{id}"
CommissionView = view_of(GrantCommissionRow, "GrantCommission", without=("public",))
SheetView = view_of(ScoringSheetRow, "JudgedApplicationScores", without=("public",))

COMMANDS = (
    CommandRoute("/grant-commissions", c.FormCommission, reads=_COMMISSION),
    CommandRoute(f"{_COMMISSION}/draw-experts", c.DrawExperts),
    CommandRoute(f"{_COMMISSION}/open-scoring", c.OpenScoring),
    CommandRoute(f"{_COMMISSION}/extend-pool", c.ExtendPool),
    CommandRoute(f"{_COMMISSION}/replace-member", c.ReplaceMember),
    CommandRoute(f"{_COMMISSION}/decide-conflict", c.DecideConflict),
    CommandRoute(f"{_COMMISSION}/interests", c.DeclareInterest),
    CommandRoute(f"{_COMMISSION}/commitments", c.CommitScore),
    CommandRoute(f"{_COMMISSION}/scores", c.RevealScore),
    CommandRoute(f"{_COMMISSION}/close-scoring", c.CloseScoring),
    CommandRoute(f"{_CALL}/provisional-ranking", r.PublishProvisionalRanking),
    CommandRoute(f"{_CALL}/release-ranks", r.ReleaseRanks),
    CommandRoute(f"{_CALL}/final-ranking", r.PublishFinalRanking),
)


class ToJudge(msgspec.Struct, frozen=True):
    """An application before the commission, as far as its reader may know: what it says comes after a declaration."""

    application_id: UUID
    organisation_id: UUID
    round: int
    declared: bool
    recused: bool
    committed: bool
    revealed: bool


@shown("/grant-commissions/{id:uuid}", "grant_commission", CommissionView, of=(GRANT_COMMISSIONS,))
async def commission(asked: AtDeskAsked[NoFilter]) -> GrantCommissionRow | None:
    """One commission: its members by id, the pool, the draw and how far the scoring is."""
    return await grant_commission_queries.commission(asked.connection, asked.id)


@listed("/grant-commissions/{id:uuid}/applications", "grant_commission", ToJudge, of=(GRANT_COMMISSIONS, GRANT_SCORES))
async def to_judge(asked: AtDeskAsked[NoFilter]) -> Page[ToJudge]:
    """What the commission judges, and what the reader has done about each."""
    page = await _sheet(asked)
    return Page([_to_judge(row, asked.place.person_id) for row in page.items], page.next)


@listed("/grant-commissions/{id:uuid}/scores", "grant_scores", SheetView, of=(GRANT_COMMISSIONS, GRANT_SCORES))
async def scores(asked: AtDeskAsked[NoFilter]) -> Page[ScoringSheetRow]:
    """Every score of the commission; points are null until all of a round are known and its scoring is closed."""
    page = await _sheet(asked)
    return Page([row.shown for row in page.items], page.next)


async def _sheet(asked: AtDeskAsked[NoFilter]) -> Page[ScoringSheetRow]:
    if await grant_commission_queries.commission(asked.connection, asked.id) is None:
        raise StreamNotFound
    return await grant_commission_queries.sheet_rows(asked.connection, asked.id, after=asked.after, limit=asked.limit)


@shown("/judged-applications/{id:uuid}", "judged_application", ApplicationView, of=(GRANT_APPLICATIONS, GRANT_SCORES))
async def judged_application(asked: AtDeskAsked[NoFilter]) -> GrantApplicationRow | None:
    """What an application says, for a member of the commission who declared their interest in it and still judges."""
    row = await grant_commission_queries.judged(asked.connection, asked.id)
    if row is None:
        return None
    require_reader(row, asked.place.person_id, TERMS)
    return await grant_application_queries.application(asked.connection, asked.id)


@open_shown(
    "/grant-calls/{id:uuid}/scoring-sheet",
    ScoringSheet,
    of=(GRANT_CALLS, GRANT_COMMISSIONS, GRANT_SCORES),
    operation_id="PublicScoringSheet",
)
async def public_sheet(asked: AtWindowAsked[NoFilter]) -> ScoringSheet | None:
    """Every score of a ranked call, with all it takes to draw the experts and rank the applications again.

    `services/audit/standalone/rank_applications.py` does it.
    """
    call = await grant_call_queries.public_call(asked.connection, asked.now, asked.id)
    found = await grant_commission_queries.public_commission(asked.connection, asked.id)
    if call is None or found is None:
        return None
    rows = await grant_commission_queries.public_scores(asked.connection, found.commission_id)
    return grant_commission_queries.sheet(call.tenant, call.facts, asked.id, found, rows)


def _to_judge(row: ScoringSheetRow, person_id: UUID) -> ToJudge:
    return ToJudge(application_id=row.application_id, organisation_id=row.organisation_id, **done_by(person_id, row))


ROUTES = Routes(commands=COMMANDS, queries=(commission, to_judge, scores, judged_application), open=(public_sheet,))

"""Grant agreements: what is promised, paid, reported and given back, for the two sides and for everybody."""

from domain.grants.commands import agreement as c
from projections import grant_agreement_queries
from projections.catalogue import GRANT_AGREEMENTS
from projections.grant_agreement_queries import PublicGrantAgreement
from projections.grant_agreement_register import GrantAgreementRow
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_AGREEMENT = "/grant-agreements/{id}"
AgreementView = view_of(GrantAgreementRow, "GrantAgreement", without=("searched", "public"))
PublicAgreementView = view_of(PublicGrantAgreement, "PublicGrantAgreement")

COMMANDS = (
    CommandRoute("/grant-agreements", c.DraftAgreement, reads=_AGREEMENT),
    CommandRoute(f"{_AGREEMENT}/sign", c.SignAgreement),
    CommandRoute(f"{_AGREEMENT}/amend", c.AmendAgreement),
    CommandRoute(f"{_AGREEMENT}/suspend", c.SuspendAgreement),
    CommandRoute(f"{_AGREEMENT}/resume", c.ResumeAgreement),
    CommandRoute(f"{_AGREEMENT}/terminate", c.TerminateAgreement),
    CommandRoute(f"{_AGREEMENT}/complete", c.CompleteAgreement),
    CommandRoute(f"{_AGREEMENT}/request-instalment", c.RequestInstalment),
    CommandRoute(f"{_AGREEMENT}/check-instalment", c.CheckInstalment),
    CommandRoute(f"{_AGREEMENT}/pay-instalment", c.PayInstalment),
    CommandRoute(f"{_AGREEMENT}/withhold-instalment", c.WithholdInstalment),
    CommandRoute(f"{_AGREEMENT}/reports", c.SubmitReport),
    CommandRoute(f"{_AGREEMENT}/return-report", c.ReturnReport),
    CommandRoute(f"{_AGREEMENT}/accept-report", c.AcceptReport),
    CommandRoute(f"{_AGREEMENT}/waive-report", c.WaiveReport),
    CommandRoute(f"{_AGREEMENT}/order-recovery", c.OrderRecovery),
    CommandRoute(f"{_AGREEMENT}/recoveries", c.RecordRecovery),
)


@listed(
    "/grant-agreements",
    "grant_agreements",
    AgreementView,
    of=(GRANT_AGREEMENTS,),
    by=grant_agreement_queries.Filter,
)
async def agreements(asked: AtDeskAsked[grant_agreement_queries.Filter]) -> Page[GrantAgreementRow]:
    """Agreements, the newest first; `instalment=checked` wait to be paid, with `overdue=true` a report did not come."""
    return await grant_agreement_queries.agreements(
        asked.connection, asked.chosen, after=asked.after, limit=asked.limit
    )


@shown("/grant-agreements/{id:uuid}", "grant_agreement", AgreementView, of=(GRANT_AGREEMENTS,))
async def agreement(asked: AtDeskAsked[NoFilter]) -> GrantAgreementRow | None:
    """One agreement with its instalments and reports: for officers, and for the organisation that it is with."""
    row = await grant_agreement_queries.agreement(asked.connection, asked.id)
    if row is not None and not await asked.place.may_read_of(row.organisation_id):
        return None
    return row


@listed(
    "/me/grant-agreements",
    "own_grant_agreements",
    AgreementView,
    of=(GRANT_AGREEMENTS,),
    by=grant_agreement_queries.Filter,
    only=("state", "overdue"),
)
async def own_agreements(asked: AtDeskAsked[grant_agreement_queries.Filter]) -> Page[GrantAgreementRow]:
    """Agreements of the reader's organisations, the newest first."""
    return await grant_agreement_queries.agreements(
        asked.connection,
        asked.chosen,
        organisations=await asked.place.organisations(),
        after=asked.after,
        limit=asked.limit,
    )


@open_listed(
    "/grant-agreements",
    PublicAgreementView,
    of=(GRANT_AGREEMENTS,),
    by=grant_agreement_queries.Filter,
    only=("call_id", "organisation_id", "state", "purpose", "overdue", "text"),
    operation_id="PublicGrantAgreements",
)
async def public_agreements(asked: AtWindowAsked[grant_agreement_queries.Filter]) -> Page[PublicGrantAgreement]:
    """Signed agreements of all institutions, the newest first; `overdue=true`: whoever owes a report."""
    return await grant_agreement_queries.public_agreements(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown(
    "/grant-agreements/{id:uuid}", PublicAgreementView, of=(GRANT_AGREEMENTS,), operation_id="PublicGrantAgreement"
)
async def public_agreement(asked: AtWindowAsked[NoFilter]) -> PublicGrantAgreement | None:
    """One signed agreement."""
    return await grant_agreement_queries.public_agreement(asked.connection, asked.id)


ROUTES = Routes(
    commands=COMMANDS,
    queries=(agreements, agreement, own_agreements),
    open=(public_agreements, public_agreement),
)

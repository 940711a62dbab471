"""Grants recorded elsewhere: what an institution has on record, corrects and strikes, and what everybody sees of it."""

from domain.grants.commands import recorded_grant as c
from projections import recorded_grant_queries as q
from projections.catalogue import RECORDED_GRANTS
from projections.reading import Page
from projections.recorded_grant_register import RecordedGrantRow
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_GRANT = "/recorded-grants/{id}"
RecordedGrantView = view_of(RecordedGrantRow, "RecordedGrant", without=("public",))
PublicRecordedGrantView = view_of(q.PublicRecordedGrant, "PublicRecordedGrant")


@listed("/recorded-grants", "recorded_grants", RecordedGrantView, of=(RECORDED_GRANTS,), by=q.Filter)
async def recorded_grants(asked: AtDeskAsked[q.Filter]) -> Page[RecordedGrantRow]:
    """Grants that were recorded elsewhere, the latest award first; struck ones too."""
    return await q.recorded_grants(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/recorded-grants/{id:uuid}", "recorded_grant", RecordedGrantView, of=(RECORDED_GRANTS,))
async def recorded_grant(asked: AtDeskAsked[NoFilter]) -> RecordedGrantRow | None:
    """One grant that was recorded elsewhere, with every correction."""
    return await q.recorded_grant(asked.connection, asked.id)


@open_listed(
    "/recorded-grants",
    PublicRecordedGrantView,
    of=(RECORDED_GRANTS,),
    by=q.Filter,
    only=("state", "year", "currency", "grant_id", "organisation_id", "resolved", "text"),
    operation_id="PublicRecordedGrants",
)
async def public_recorded_grants(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicRecordedGrant]:
    """Grants that were recorded elsewhere, the latest award first; struck ones too, with the reason."""
    return await q.public_recorded_grants(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown(
    "/recorded-grants/{id:uuid}", PublicRecordedGrantView, of=(RECORDED_GRANTS,), operation_id="PublicRecordedGrant"
)
async def public_recorded_grant(asked: AtWindowAsked[NoFilter]) -> q.PublicRecordedGrant | None:
    """One grant that was recorded elsewhere, with every correction."""
    return await q.public_recorded_grant(asked.connection, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute(f"{_GRANT}/correct", c.CorrectRecordedGrant),
        CommandRoute(f"{_GRANT}/resolve-recipient", c.ResolveRecipient),
        CommandRoute(f"{_GRANT}/strike", c.StrikeRecordedGrant),
    ),
    queries=(recorded_grants, recorded_grant),
    open=(public_recorded_grants, public_recorded_grant),
)

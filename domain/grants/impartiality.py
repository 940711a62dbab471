"""Nobody decides about a grant for an organisation that is their own."""

from domain.grants import citations
from domain.kernel.context import Context
from domain.organisations.standing import Standing


def require_impartial(standing: Standing, ctx: Context) -> None:
    """Refuse an official who holds or held an office of the organisation, or acts for it; history is as it was.

    Raises: RuleViolated.
    """
    if not ctx.imported:
        standing.require_uninvolved(ctx.actor, "grant.interest.own", citations.FINANCING)

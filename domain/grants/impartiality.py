"""Nobody decides about money for an organisation that is their own."""

from domain.grants import citations
from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.organisations.standing import Standing


def require_impartial(standing: Standing, ctx: Context) -> None:
    """Refuse an official who holds or held an office of the organisation, or acts for it.

    Raises: RuleViolated.
    """
    if ctx.actor in standing.involved and not ctx.imported:
        raise RuleViolated(
            "grant.interest.own",
            N_("Whoever holds or held an office of the organisation, or acts for it, decides nothing about its money."),
            citation=citations.FINANCING,
        )

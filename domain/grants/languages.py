"""What the public reads exists in every language that the institution owes."""

from domain.grants import citations
from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.kernel.text import Text


def require_languages(said: Text, ctx: Context) -> None:
    """Refuse a text that lacks a required language; history is taken as it was."""
    missing = said.missing(ctx.tenant.languages)
    if missing and not ctx.imported:
        raise RuleViolated(
            "grant.languages",
            N_("It must be said in every required language; missing: {languages}."),
            citation=citations.LANGUAGES,
            languages=", ".join(missing),
        )

"""What the public reads exists in every language that the institution owes."""

from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.kernel.text import Text

USE_OF_LANGUAGES = N_("Law No. 02/L-037 on the Use of Languages")


def require_languages(said: Text, ctx: Context, rule: str) -> None:
    """Refuse a text that lacks a required language, by the domain's own name of the rule; history is taken as it was.

    Raises: RuleViolated naming the languages that are missing.
    """
    missing = said.missing(ctx.tenant.languages)
    if missing and not ctx.imported:
        raise RuleViolated(
            rule,
            N_("It must be said in every required language; missing: {languages}."),
            citation=USE_OF_LANGUAGES,
            languages=", ".join(missing),
        )

"""Two persons for what one alone could abuse: who has done one step does not take the next."""

from uuid import UUID

from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_

FOUR_EYES = "grant.agreement.four_eyes"
TWO_PERSONS = "two_persons"


def require_another(ctx: Context, *before: UUID | None) -> None:
    """Refuse whoever did the step `before` (None: nobody known). A pack without the rule asks for nothing.

    Raises: RuleViolated.
    """
    if FOUR_EYES not in ctx.rules or ctx.rules[FOUR_EYES].value != TWO_PERSONS or ctx.imported:
        return
    if ctx.actor in before:
        raise RuleViolated(
            FOUR_EYES,
            N_("You took an earlier step of the same matter; this one somebody else has to take."),
            citation=ctx.rules[FOUR_EYES].citation,
        )

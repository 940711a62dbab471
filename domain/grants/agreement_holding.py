"""What of a grant waits for the final report: never all of it is paid before somebody has accounted for it."""

from collections.abc import Sequence

from domain.grants.agreement_parts import PlannedInstalment, PlannedReport
from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.kernel.money import Money

HELD_SHARE, SINGLE_MAX = "grant.instalment.held_share", "grant.instalment.single_max"
_HUNDREDTH = 10_000
"""Of the rule's value, in millionths."""
_RULED_IN, _CENTS = "EUR", 100


def require_held_back(
    instalments: Sequence[PlannedInstalment], reports: Sequence[PlannedReport], award: Money, ctx: Context
) -> None:
    """Refuse a sound schedule (`require_schedule`) that holds too little back until the final report is accepted.

    Of several instalments the last one has a share that the rule names. A single one waits for the final report, but
    for a grant so small that holding it back would cost more than it is worth.

    Raises: RuleViolated.
    """
    last = instalments[-1]
    if len(instalments) > 1:
        _require_share(last.amount, award, ctx)
    elif last.after_report != len(reports) and SINGLE_MAX in ctx.rules:
        most = Money(ctx.rules.number(SINGLE_MAX) * _CENTS, _RULED_IN)
        if award.currency != _RULED_IN or most < award:
            raise RuleViolated(
                SINGLE_MAX,
                N_("A grant of more than {most} is not paid all at once before the final report is accepted."),
                citation=ctx.rules[SINGLE_MAX].citation,
                most=str(most),
            )


def _require_share(held: Money, award: Money, ctx: Context) -> None:
    if HELD_SHARE not in ctx.rules:
        return
    least = award.share(ctx.rules.number(HELD_SHARE) * _HUNDREDTH)
    if held < least:
        raise RuleViolated(
            HELD_SHARE,
            N_("{held} would wait for the final report; of this grant at least {least} has to."),
            citation=ctx.rules[HELD_SHARE].citation,
            held=str(held),
            least=str(least),
        )

"""Who may judge together: what the rules and the call ask of a commission, and of those who judge one application."""

from collections.abc import Mapping

from domain.grants.facts import CallFacts
from domain.kernel.context import Context
from domain.kernel.message import N_
from domain.kernel.rules import Rules
from domain.scoring.composition import Composition, Lack
from domain.scoring.composition import composition as asked

PANEL = "grant.commission"


def composition(call: CallFacts, rules: Rules) -> Composition:
    """What the rules ask, and the call where it asks for more experts."""
    external = max(rules.number(f"{PANEL}.{Lack.EXTERNAL.value}"), call.external_experts or 0)
    return asked(PANEL, rules, external)


def require_commission(size: int, experts: int, call: CallFacts, ctx: Context) -> None:
    """Refuse a commission of so many members, `experts` of them from outside.

    Raises: RuleViolated.
    """
    composition(call, ctx.rules).require(size, experts, panel=PANEL, texts=_COMMISSION, ctx=ctx)


_COMMISSION: Mapping[Lack, str] = {
    Lack.SIZE: N_("The commission would have {size} members; it needs {least}."),
    Lack.PARITY: N_("The commission would have {size} members; their number must be odd."),
    Lack.EXTERNAL: N_("The commission would have {experts} external experts; it needs {needed}."),
}
LACKS: Mapping[Lack, str] = {
    Lack.SIZE: N_(
        "Application {application} would be judged by {size}; it takes {least}. "
        "Extend the pool: who is drawn takes the empty places."
    ),
    Lack.PARITY: N_(
        "Application {application} would be judged by {size}; their number must be odd. "
        "Extend the pool: who is drawn takes the empty places."
    ),
    Lack.EXTERNAL: N_(
        "Application {application} would be judged by {experts} external experts; it takes {needed}. "
        "Extend the pool: who is drawn takes the empty places."
    ),
}
"""What is said of those who judge one application."""

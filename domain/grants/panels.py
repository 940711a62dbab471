"""Who may judge together: what the rules and the call ask of a commission, and of those who judge one application."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from domain.grants.facts import CallFacts
from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.kernel.rules import Rules

SIZE, EXTERNAL, PARITY = "grant.commission.size", "grant.commission.external", "grant.commission.parity"


class Composition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At least `least` judges, `external` of them experts from outside; an odd number of them where `odd`."""

    least: int
    external: int
    odd: bool

    def broken_by(self, size: int, experts: int) -> str | None:
        """The rule that so many judges, `experts` of them from outside, break; None where they may judge."""
        if size < self.least:
            return SIZE
        if self.odd and size % 2 == 0:
            return PARITY
        return EXTERNAL if experts < self.external else None


def composition(call: CallFacts, rules: Rules) -> Composition:
    """What the rules ask, and the call where it asks for more experts."""
    external = max(rules.number(EXTERNAL), call.external_experts or 0)
    return Composition(rules.number(SIZE), external, rules[PARITY].value == "odd")


def require_commission(size: int, experts: int, call: CallFacts, ctx: Context) -> None:
    """Refuse a commission of so many members, `experts` of them from outside.

    Raises: RuleViolated.
    """
    asked = composition(call, ctx.rules)
    broken = asked.broken_by(size, experts)
    if broken is not None:
        raise RuleViolated(
            broken, _COMMISSION[broken], citation=ctx.rules[broken].citation, **_said(broken, asked, size, experts)
        )


def require_panel(application_id: UUID, size: int, experts: int, call: CallFacts, ctx: Context) -> None:
    """Refuse to go on with so many judges of the application, `experts` of them from outside.

    Raises: RuleViolated, which says what to do.
    """
    asked = composition(call, ctx.rules)
    broken = asked.broken_by(size, experts)
    if broken is not None:
        raise RuleViolated(
            broken,
            _PANEL[broken],
            citation=ctx.rules[broken].citation,
            application=str(application_id),
            **_said(broken, asked, size, experts),
        )


def _said(broken: str, asked: Composition, size: int, experts: int) -> dict[str, int]:
    if broken == EXTERNAL:
        return {"experts": experts, "needed": asked.external}
    return {"size": size} | ({"least": asked.least} if broken == SIZE else {})


_COMMISSION: Mapping[str, str] = {
    SIZE: N_("The commission would have {size} members; it needs {least}."),
    PARITY: N_("The commission would have {size} members; their number must be odd."),
    EXTERNAL: N_("The commission would have {experts} external experts; it needs {needed}."),
}
_PANEL: Mapping[str, str] = {
    SIZE: N_(
        "Application {application} would be judged by {size}; it takes {least}. "
        "Extend the pool: who is drawn takes the empty places."
    ),
    PARITY: N_(
        "Application {application} would be judged by {size}; their number must be odd. "
        "Extend the pool: who is drawn takes the empty places."
    ),
    EXTERNAL: N_(
        "Application {application} would be judged by {experts} external experts; it takes {needed}. "
        "Extend the pool: who is drawn takes the empty places."
    ),
}

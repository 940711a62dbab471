"""How long the call is open."""

from collections.abc import Iterator

from domain.grants.call_window import OPEN, call_end, days_open
from domain.grants.linting.draft import CallDraft, Check
from domain.kernel.context import Context
from domain.kernel.errors import Finding, RuleViolated
from domain.kernel.findings import ERROR, finding
from domain.kernel.message import N_


def _open_days(draft: CallDraft, ctx: Context) -> Iterator[Finding]:
    rule = ctx.rules[OPEN]
    try:
        if draft.closes_at is None:
            days = rule.number if draft.facts.open_days is None else draft.facts.open_days
            call_end(ctx, ctx.now, days)
        else:
            days = days_open(ctx, ctx.now, draft.closes_at)
    except RuleViolated as error:
        yield Finding("opening-not-countable", ERROR, error.message, error.citation or rule.citation, error.rule)
        return
    if days < rule.number:
        yield finding(
            "open-too-short",
            N_("The call is open for {days} days as the rule counts them ({unit}, {counting}); it asks for {least}."),
            citation=rule.citation,
            rule=rule.key,
            pointer="/open_days",
            days=days,
            unit=rule.unit.value,
            counting=rule.counting.value,
            least=rule.number,
        )


WINDOW: tuple[Check, ...] = (_open_days,)

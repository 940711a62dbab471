"""How long the call is open."""

from collections.abc import Iterator

from domain.grants.call_window import OPENING
from domain.grants.linting.draft import CallDraft, Check
from domain.kernel.context import Context
from domain.kernel.errors import Finding


def _open_days(draft: CallDraft, ctx: Context) -> Iterator[Finding]:
    yield from OPENING.lint(ctx, draft.facts.open_days, draft.closes_at)


WINDOW: tuple[Check, ...] = (_open_days,)

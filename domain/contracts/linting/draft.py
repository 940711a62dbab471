"""What the linter looks at."""

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from domain.contracts import citations
from domain.contracts.call_state import CallState
from domain.contracts.facts import CallFacts
from domain.contracts.need import ServiceNeed
from domain.contracts.need_budget import NeedBudget
from domain.kernel.context import Context
from domain.kernel.errors import Finding
from domain.kernel.findings import ERROR, finding
from domain.kernel.message import Value


class CallDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A call as it stands, with the need and the list that it cites, and what calls have taken of the need's budget.

    `closes_at` is given only for history, whose end was set elsewhere.
    """

    facts: CallFacts
    need: ServiceNeed | None = None
    listing: CallState | None = None
    budget: NeedBudget
    closes_at: datetime | None = None


Check = Callable[[CallDraft, Context], Iterator[Finding]]


def unlawful(
    code: str, template: str, /, *, rule: str, pointer: str, severity: str = ERROR, **values: Value
) -> Finding:
    """A finding that rests on the law on procurement."""
    return finding(
        code, template, citation=citations.PROCUREMENT, rule=rule, pointer=pointer, severity=severity, **values
    )

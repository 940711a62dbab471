"""What the linter looks at."""

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from domain.grants.facts import CallFacts
from domain.grants.form import Form
from domain.grants.funding import Commitments
from domain.grants.funding_plan import FundingPlan
from domain.kernel.context import Context
from domain.kernel.errors import Finding


class CallDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A call as it stands, with the plan it cites and what calls have taken of that plan.

    `closes_at` is given only for history, whose end was set elsewhere.
    """

    facts: CallFacts
    form: Form | None = None
    plan: FundingPlan | None = None
    committed: Commitments | None = None
    closes_at: datetime | None = None


Check = Callable[[CallDraft, Context], Iterator[Finding]]

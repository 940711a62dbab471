"""The legality linter of calls: what stands in the way of publishing, each finding with the act it rests on.

`lint` is pure: publishing asks it, `CheckCall` records its answer, and a query may ask it about any draft.
"""

from domain.grants.linting.draft import CallDraft
from domain.grants.linting.eligibility import ELIGIBILITY
from domain.grants.linting.funding import FUNDING
from domain.grants.linting.judging import JUDGING
from domain.grants.linting.texts import TEXTS
from domain.grants.linting.window import WINDOW
from domain.kernel.context import Context
from domain.kernel.errors import Finding
from domain.kernel.findings import errors_first

__all__ = ["CallDraft", "lint"]

_CHECKS = (*ELIGIBILITY, *FUNDING, *JUDGING, *TEXTS, *WINDOW)


def lint(draft: CallDraft, ctx: Context) -> tuple[Finding, ...]:
    """Every finding on the draft, errors first; empty when nothing can be said against it."""
    return errors_first(found for check in _CHECKS for found in check(draft, ctx))

"""The legality linter of calls for services: what stands in the way of publishing, each finding with its act.

`lint` is pure: publishing asks it, `CheckServiceCall` records its answer, and a query may ask it about any draft.
"""

from domain.contracts.linting.draft import CallDraft
from domain.contracts.linting.judging import JUDGING
from domain.contracts.linting.mode import MODE
from domain.contracts.linting.money import MONEY
from domain.contracts.linting.service import SERVICE
from domain.contracts.linting.texts import TEXTS
from domain.kernel.context import Context
from domain.kernel.errors import Finding
from domain.kernel.findings import errors_first

__all__ = ["CallDraft", "lint"]

_CHECKS = (*MODE, *SERVICE, *MONEY, *JUDGING, *TEXTS)


def lint(draft: CallDraft, ctx: Context) -> tuple[Finding, ...]:
    """Every finding on the draft, errors first; empty when nothing can be said against it."""
    return errors_first(found for check in _CHECKS for found in check(draft, ctx))

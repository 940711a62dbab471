"""What is said for the whole nation: in its log, and in every language that it owes."""

from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.languages import require_languages
from domain.kernel.message import N_
from domain.kernel.text import Text


def require_national(ctx: Context) -> None:
    """Raises: RuleViolated in the log of an institution."""
    if ctx.tenant.tenant_id != NATIONAL_TENANT:
        raise RuleViolated("tenant.national", N_("Only the national tenant decides this for everybody."))


def require_said(said: Text, pointer: str, ctx: Context) -> None:
    """Refuse a text that is empty, or lacks a language. Raises: InvalidValue, RuleViolated."""
    if not said.languages:
        raise InvalidValue(pointer, N_("The text is empty."))
    require_languages(said, ctx, "council.languages")

"""What is said for the whole nation, in every language that it owes."""

from domain.kernel import languages
from domain.kernel.context import Context
from domain.kernel.text import Text


def require_said(said: Text, pointer: str, ctx: Context) -> None:
    """Refuse a text that is empty, or lacks a language. Raises: InvalidValue, RuleViolated."""
    languages.require_said(said, pointer, ctx, "council.languages")

"""What the public reads of services and contracts exists in every language that the institution owes."""

from domain.kernel import languages
from domain.kernel.context import Context
from domain.kernel.text import Text


def require_languages(said: Text, ctx: Context) -> None:
    """Refuse a text that lacks a required language; history is taken as it was."""
    languages.require_languages(said, ctx, "contract.languages")

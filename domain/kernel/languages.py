"""What the public reads exists in every language that the institution owes."""

from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.text import Text
from domain.kernel.vocabulary import LanguageFile

USE_OF_LANGUAGES = N_("Law No. 02/L-037 on the Use of Languages")


def require_languages(said: Text, ctx: Context, rule: str) -> None:
    """Refuse a text that lacks a required language, by the domain's own name of the rule; history is taken as it was.

    Raises: RuleViolated naming the languages that are missing.
    """
    missing = said.missing(ctx.tenant.languages)
    if missing and not ctx.imported:
        raise RuleViolated(
            rule,
            N_("It must be said in every required language; missing: {languages}."),
            citation=USE_OF_LANGUAGES,
            languages=", ".join(missing),
        )


def require_said(said: Text, pointer: str, ctx: Context, rule: str) -> None:
    """Refuse a text that is empty, or that `require_languages` refuses. Raises: InvalidValue, RuleViolated."""
    if not said.languages:
        raise InvalidValue(pointer, N_("The text is empty."))
    require_languages(said, ctx, rule)


def require_one_file_per_language(files: tuple[LanguageFile, ...], pointer: str = "/files") -> None:
    """Refuse two files of one language in one command. Raises: InvalidValue."""
    languages = [file.language for file in files]
    for index, code in enumerate(languages):
        if code in languages[:index]:
            raise InvalidValue(
                f"{pointer}/{index}/language", N_("There are two files in the language '{language}'."), language=code
            )

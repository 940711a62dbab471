"""In which languages an institution must publish: Albanian and Serbian everywhere, others by its own declaration."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.text import Language
from domain.tenants.commands import DeclareLanguages, Names
from domain.tenants.events import LanguagesDeclared

OFFICIAL = (Language.ALBANIAN, Language.SERBIAN)
"""Official everywhere in Kosovo (Constitution, Article 5; Law No. 02/L-37 on the Use of Languages)."""

CITATION = N_("Law No. 02/L-37 on the Use of Languages")


class LanguageDeclaration(Aggregate):
    """One declaration; the newest of a tenant counts."""

    initial = LanguagesDeclared

    @classmethod
    @creates(DeclareLanguages)
    def declare(cls, command: DeclareLanguages, ctx: Context, stream_id: UUID) -> Self:
        """Albanian and Serbian cannot be left out."""
        check_languages(command.languages, "/languages")
        languages = tuple(str(code) for code in dict.fromkeys(command.languages))
        return cls.begin(ctx, stream_id, LanguagesDeclared(languages, command.decision_no))

    @applies(LanguagesDeclared)
    def _declared(self, event: LanguagesDeclared) -> None:
        self.languages = event.languages


def check_languages(languages: Iterable[Language], pointer: str) -> None:
    """Raises: RuleViolated without both official languages, InvalidValue when one is named twice."""
    named = list(languages)
    missing = [code for code in OFFICIAL if code not in named]
    if missing:
        raise RuleViolated(
            "language.official",
            N_("Albanian and Serbian are official everywhere; missing: {languages}."),
            citation=CITATION,
            languages=", ".join(missing),
        )
    if len(set(named)) < len(named):
        raise InvalidValue(pointer, N_("A language is named twice."))


def check_names(names: Names, pointer: str) -> None:
    """Raises: InvalidValue where the Albanian, Serbian or English name is missing."""
    missing = [code for code in (*OFFICIAL, Language.ENGLISH) if code not in names]
    if missing:
        raise InvalidValue(pointer, N_("A name is missing in: {languages}."), languages=", ".join(missing))

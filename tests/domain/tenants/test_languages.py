"""Languages an institution must publish in."""

import pytest

from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.text import Language
from domain.tenants.commands import DeclareLanguages
from domain.tenants.events import LanguagesDeclared
from domain.tenants.languages import LanguageDeclaration
from tests.support.given import MUNICIPALITY, given_nothing


def declare(*languages: str) -> DeclareLanguages:
    return DeclareLanguages(languages=tuple(Language(code) for code in languages), decision_no="1/2026")


def test_declaring() -> None:
    outcome = given_nothing(LanguageDeclaration).when(declare("sr", "sq", "tr"), tenant=MUNICIPALITY)

    outcome.then([LanguagesDeclared(("sr", "sq", "tr"), "1/2026")])
    outcome.then_state(lambda declaration: declaration.languages == ("sr", "sq", "tr"))


@pytest.mark.parametrize("languages", [("sq",), ("sr", "tr"), ("en",)])
def test_albanian_and_serbian_are_official_everywhere(languages: tuple[str, ...]) -> None:
    outcome = given_nothing(LanguageDeclaration).when(declare(*languages))

    outcome.then_refused(RuleViolated, rule="language.official")


def test_a_language_once() -> None:
    given_nothing(LanguageDeclaration).when(declare("sq", "sr", "sq")).then_refused(InvalidValue, pointer="/languages")

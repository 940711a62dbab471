"""Reasons of answers: written so that whoever asked can read them."""

from collections.abc import Iterable

from domain.consultations import citations
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.text import Text


def require_languages(reason: Text, languages: Iterable[str], ctx: Context) -> None:
    """Refuse a reason that a contributor cannot read: it must exist in the language of the contribution.

    Languages in which Pakt holds no texts need any one wording.
    """
    for code in sorted(languages):
        if code in Text.__struct_fields__ and code not in reason.languages:
            raise RuleViolated(
                "consultation.answer.language",
                N_("The reason must exist in the contributor's language '{language}'."),
                citation=citations.standards(ctx.tenant.kind),
                language=code,
            )
    if not reason.languages:
        raise InvalidValue("/reason", N_("The reason is empty."))

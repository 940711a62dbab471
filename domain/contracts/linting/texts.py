"""What bidders read: somebody to ask, and every text in every required language."""

from collections.abc import Iterator

from domain.contracts.linting.draft import CallDraft, Check, unlawful
from domain.kernel.context import Context
from domain.kernel.errors import Finding
from domain.kernel.findings import finding
from domain.kernel.languages import USE_OF_LANGUAGES
from domain.kernel.message import N_
from domain.kernel.text import Text


def _contact(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 - every check takes both
    if draft.facts.contact is None:
        yield unlawful(
            "contact-missing",
            N_("Nobody is named whom the public can ask."),
            rule="contract.call.contact",
            pointer="/contact",
        )


def _languages(draft: CallDraft, ctx: Context) -> Iterator[Finding]:
    for pointer, said in _texts(draft):
        for code in said.missing(ctx.tenant.languages) if said else ctx.tenant.languages:
            yield finding(
                "language-missing",
                N_("What is said here is missing in the required language '{language}'."),
                citation=USE_OF_LANGUAGES,
                rule="contract.languages",
                pointer=f"{pointer}/{code}",
                language=code,
            )


def _texts(draft: CallDraft) -> Iterator[tuple[str, Text | None]]:
    """Every text that the public reads, with its place; None where one is needed and missing."""
    facts = draft.facts
    yield "/title", facts.title
    yield "/summary", facts.summary
    for name in ("lines", "criteria", "standards"):
        yield from ((f"/{name}/{n}/title", one.title) for n, one in enumerate(getattr(facts, name) or ()))
    if facts.direct is not None:
        yield "/direct/justification", facts.direct.justification


TEXTS: tuple[Check, ...] = (_contact, _languages)

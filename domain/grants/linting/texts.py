"""What applicants read: a form, somebody to ask, and every text in every required language."""

from collections.abc import Iterator

from domain.grants import citations
from domain.grants.form import Form
from domain.grants.linting.draft import CallDraft, Check
from domain.kernel.context import Context
from domain.kernel.errors import Finding
from domain.kernel.findings import finding
from domain.kernel.message import N_
from domain.kernel.text import Text

_LANGUAGES = "grant.languages"


def _form(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 - every check takes both
    if draft.form is None:
        yield finding(
            "form-missing",
            N_("The call has no form that applicants fill in."),
            citation=citations.FINANCING,
            rule="grant.call.form",
            pointer="/form",
        )


def _contact(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001
    if draft.facts.contact is None:
        yield finding(
            "contact-missing",
            N_("Nobody is named whom the public can ask."),
            citation=citations.FINANCING,
            rule="grant.call.contact",
            pointer="/contact",
        )


def _languages(draft: CallDraft, ctx: Context) -> Iterator[Finding]:
    for pointer, said in _texts(draft):
        for code in said.missing(ctx.tenant.languages) if said else ctx.tenant.languages:
            yield finding(
                "language-missing",
                N_("What is said here is missing in the required language '{language}'."),
                citation=citations.LANGUAGES,
                rule=_LANGUAGES,
                pointer=f"{pointer}/{code}",
                language=code,
            )


def _texts(draft: CallDraft) -> Iterator[tuple[str, Text | None]]:
    """Every text that the public reads, with its place; None where one is needed and missing."""
    facts = draft.facts
    yield "/title", facts.title
    yield "/summary", facts.summary
    if facts.target_group is not None:
        yield "/target_group", facts.target_group
    yield from ((f"/criteria/{n}/title", one.title) for n, one in enumerate(facts.criteria or ()))
    yield from ((f"/gates/{n}/title", one.title) for n, one in enumerate(facts.gates or ()))
    if draft.form is not None:
        yield from _texts_of_form(draft.form)


def _texts_of_form(form: Form) -> Iterator[tuple[str, Text]]:
    for s, section in enumerate(form.sections):
        at = f"/form/sections/{s}"
        yield f"{at}/title", section.title
        if section.intro is not None:
            yield f"{at}/intro", section.intro
        for f, field in enumerate(section.fields):
            yield f"{at}/fields/{f}/label", field.label
            if field.hint is not None:
                yield f"{at}/fields/{f}/hint", field.hint


TEXTS: tuple[Check, ...] = (_form, _contact, _languages)

"""The legality linter: what stands in the way of opening a consultation, each finding with the act it rests on.

`lint` is pure: opening asks it, `CheckLegality` records its answer, and a query may ask it about any draft.
"""

from collections.abc import Callable, Iterator

from domain.consultations import citations, window
from domain.consultations.parity import missing_languages
from domain.consultations.parts import Draft
from domain.consultations.vocabulary import ActKind, DocumentKind
from domain.kernel.context import Context
from domain.kernel.deadline import deadline
from domain.kernel.errors import Finding, RuleViolated
from domain.kernel.findings import ERROR, WARNING, errors_first, finding
from domain.kernel.message import N_

Check = Callable[[Draft, Context], Iterator[Finding]]

_DOCUMENTS = "consultation.documents"
_LANGUAGES = "consultation.languages"
_EARLY = frozenset({ActKind.LAW, ActKind.CONCEPT_DOCUMENT, ActKind.STRATEGY})


def lint(draft: Draft, ctx: Context) -> tuple[Finding, ...]:
    """Every finding on the draft, errors first; empty when nothing can be said against it."""
    return errors_first(found for check in _CHECKS for found in check(draft, ctx))


def _documents(draft: Draft, ctx: Context) -> Iterator[Finding]:
    citation = citations.standards(ctx.tenant.kind)
    kinds = {document.kind for document in draft.documents}
    if DocumentKind.DRAFT not in kinds:
        yield finding(
            "draft-missing",
            N_("The draft that is to be consulted on is missing."),
            citation=citation,
            rule=_DOCUMENTS,
            pointer="/documents/draft",
        )
    if DocumentKind.EXPLANATORY_MEMORANDUM not in kinds:
        yield finding(
            "memorandum-missing",
            N_("The explanatory memorandum is missing."),
            citation=citation,
            rule=_DOCUMENTS,
            pointer="/documents/explanatory_memorandum",
        )


def _languages(draft: Draft, ctx: Context) -> Iterator[Finding]:
    for kind in (DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM):
        if all(document.kind is not kind for document in draft.documents):
            continue
        for code in missing_languages(draft.documents, kind, ctx.tenant.languages):
            yield finding(
                "language-missing",
                N_("The document '{kind}' is missing in the required language '{language}'."),
                citation=citations.LANGUAGES,
                rule=_LANGUAGES,
                pointer=f"/documents/{kind}/{code}",
                kind=kind.value,
                language=code,
            )
    for code in draft.title.missing(ctx.tenant.languages):
        yield finding(
            "title-language-missing",
            N_("The title is missing in the required language '{language}'."),
            citation=citations.LANGUAGES,
            rule=_LANGUAGES,
            pointer=f"/title/{code}",
            language=code,
        )
    for code in draft.summary.missing(ctx.tenant.languages) if draft.summary else ctx.tenant.languages:
        yield finding(
            "summary-language-missing",
            N_("A summary in plain words is missing in the language '{language}'."),
            citation=citations.LANGUAGES,
            rule=_LANGUAGES,
            pointer=f"/summary/{code}",
            severity=WARNING,
            language=code,
        )


def _contact(draft: Draft, ctx: Context) -> Iterator[Finding]:
    if draft.contact is None:
        yield finding(
            "contact-missing",
            N_("Nobody is named whom the public can ask."),
            citation=citations.standards(ctx.tenant.kind),
            rule="consultation.contact",
            pointer="/contact",
        )


def _plan(draft: Draft, ctx: Context) -> Iterator[Finding]:
    if draft.plan_item is None and draft.unplanned_reason is None:
        yield finding(
            "plan-missing",
            N_("The consultation cites no plan item and gives no reason for standing on no plan."),
            citation=citations.standards(ctx.tenant.kind),
            rule="consultation.plan",
            pointer="/plan_item",
        )


def _initial_round(draft: Draft, ctx: Context) -> Iterator[Finding]:
    if not draft.initial_round and (draft.complex or draft.act_kind in _EARLY):
        yield finding(
            "initial-round-missing",
            N_("No initial consultation was held before the drafting."),
            citation=citations.standards(ctx.tenant.kind),
            rule="consultation.initial_round",
            severity=WARNING,
        )


def _window(draft: Draft, ctx: Context) -> Iterator[Finding]:
    days = yield from window.WINDOW.lint(ctx, draft.window_days, draft.closes_at)
    if days is not None and window.WRITTEN_MAX in ctx.rules and days > (most := ctx.rules[window.WRITTEN_MAX]).number:
        yield finding(
            "window-too-long",
            N_("The window has {days} days; the rule foresees at most {most} even for complex acts."),
            citation=most.citation,
            rule=most.key,
            pointer="/window_days",
            severity=WARNING,
            days=days,
            most=most.number,
        )


def _meetings(draft: Draft, ctx: Context) -> Iterator[Finding]:
    """Notice given before the opening counts only from the opening: nobody could read it earlier."""
    rule = ctx.rules[window.NOTICE]
    for meeting in draft.meetings:
        if meeting.cancelled or meeting.held:
            continue
        try:
            notice = deadline(rule, ctx.now, "ConsultationOpened", ctx.calendar)
        except RuleViolated as error:
            yield Finding("notice-not-countable", ERROR, error.message, error.citation or rule.citation, error.rule)
            continue
        if meeting.starts_at < notice.due_at:
            yield finding(
                "notice-too-short",
                N_("The meeting of {starts_at} would be announced too late; it may begin from {from_at} on."),
                citation=rule.citation,
                rule=rule.key,
                pointer=f"/meetings/{meeting.meeting_id}/starts_at",
                starts_at=meeting.starts_at.isoformat(),
                from_at=notice.due_at.isoformat(),
            )


_CHECKS: tuple[Check, ...] = (_documents, _languages, _contact, _plan, _window, _meetings, _initial_round)

"""How applications are judged: by criteria that add up, with experts from outside, and ties decided beforehand."""

from collections.abc import Iterator

from domain.grants import citations
from domain.grants.linting.draft import CallDraft, Check
from domain.kernel.context import Context
from domain.kernel.errors import Finding
from domain.kernel.findings import finding
from domain.kernel.message import N_
from domain.kernel.vocabulary import MILLION

EXTERNAL = "grant.commission.external"
_CRITERIA = "grant.call.criteria"


def _criteria(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 - every check takes both
    criteria = draft.facts.criteria or ()
    if not criteria:
        yield finding(
            "criteria-missing",
            N_("The call names no criteria by which applications are scored."),
            citation=citations.FINANCING,
            rule=_CRITERIA,
            pointer="/criteria",
        )
        return
    weights = sum(criterion.weight for criterion in criteria)
    if weights != MILLION:
        yield finding(
            "weights-do-not-add-up",
            N_("The weights of the criteria add up to {weights} millionths, not to {whole}."),
            citation=citations.FINANCING,
            rule=_CRITERIA,
            pointer="/criteria",
            weights=weights,
            whole=MILLION,
        )
    for index, criterion in enumerate(criteria):
        if criterion.threshold > criterion.max_points:
            yield finding(
                "threshold-over-maximum",
                N_("The threshold of {threshold} points is more than the criterion's {most}; nobody could reach it."),
                citation=citations.FINANCING,
                rule=_CRITERIA,
                pointer=f"/criteria/{index}/threshold",
                threshold=criterion.threshold,
                most=criterion.max_points,
            )


def _experts(draft: CallDraft, ctx: Context) -> Iterator[Finding]:
    rule = ctx.rules[EXTERNAL]
    planned = draft.facts.external_experts or 0
    if planned < rule.number:
        yield finding(
            "external-expert-missing",
            N_("The call plans {planned} external experts in its commission; the rule asks for {least}."),
            citation=rule.citation,
            rule=rule.key,
            pointer="/external_experts",
            planned=planned,
            least=rule.number,
        )


def _ties(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001
    if not draft.facts.tie_rules:
        yield finding(
            "tie-rules-missing",
            N_("The call does not say what decides between equal scores."),
            citation=citations.FINANCING,
            rule=_CRITERIA,
            pointer="/tie_rules",
        )
    if draft.facts.aggregation is None:
        yield finding(
            "aggregation-missing",
            N_("The call does not say how the members' scores become one."),
            citation=citations.FINANCING,
            rule=_CRITERIA,
            pointer="/aggregation",
        )


JUDGING: tuple[Check, ...] = (_criteria, _experts, _ties)

"""How bids are judged: by criteria that add up, one of them the price, with ties decided beforehand."""

from collections.abc import Iterator

from domain.contracts.linting.draft import CallDraft, Check, unlawful
from domain.contracts.vocabulary import CriterionKind
from domain.kernel.context import Context
from domain.kernel.errors import Finding
from domain.kernel.findings import WARNING
from domain.kernel.message import N_
from domain.kernel.vocabulary import MILLION
from domain.organisations.vocabulary import CertificateKind

_CRITERIA = "contract.call.criteria"


def _criteria(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 - every check takes both
    facts = draft.facts
    if facts.makes_list:
        return
    criteria = facts.criteria or ()
    prices = sum(one.kind is CriterionKind.PRICE for one in criteria)
    if prices != 1:
        yield unlawful(
            "price-not-one-criterion",
            N_("The price is one criterion, once; the call has {prices} of that kind."),
            rule=_CRITERIA,
            pointer="/criteria",
            prices=prices,
        )
    if not facts.scored:
        yield unlawful(
            "quality-missing",
            N_("The call names no criterion by which the quality of a bid is scored."),
            rule=_CRITERIA,
            pointer="/criteria",
        )
    weights = sum(one.weight for one in criteria)
    if criteria and weights != MILLION:
        yield unlawful(
            "weights-do-not-add-up",
            N_("The weights of the criteria add up to {weights} millionths, not to {whole}."),
            rule=_CRITERIA,
            pointer="/criteria",
            weights=weights,
            whole=MILLION,
        )
    for n, one in enumerate(criteria):
        if one.threshold > one.max_points:
            yield unlawful(
                "threshold-over-maximum",
                N_("The threshold of {threshold} points is more than the criterion's {most}; nobody could reach it."),
                rule=_CRITERIA,
                pointer=f"/criteria/{n}/threshold",
                threshold=one.threshold,
                most=one.max_points,
            )


def _ties(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001
    if draft.facts.makes_list:
        return
    if not draft.facts.tie_rules:
        yield unlawful(
            "tie-rules-missing",
            N_("The call does not say what decides between equal scores."),
            rule=_CRITERIA,
            pointer="/tie_rules",
        )
    if draft.facts.aggregation is None:
        yield unlawful(
            "aggregation-missing",
            N_("The call does not say how the members' scores become one."),
            rule=_CRITERIA,
            pointer="/aggregation",
        )


def _certificates(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001
    for kind in CertificateKind:
        if kind not in (draft.facts.certificates or ()):
            yield unlawful(
                "certificate-missing",
                N_("The call does not ask for the certificate '{certificate}'."),
                rule="contract.call.certificates",
                pointer="/certificates",
                severity=WARNING,
                certificate=kind.value,
            )


JUDGING: tuple[Check, ...] = (_criteria, _ties, _certificates)

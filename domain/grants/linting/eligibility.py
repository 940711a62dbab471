"""Who may apply: by law organisations alone, with their papers, and a target group that binds."""

from collections.abc import Iterator

from domain.grants import citations
from domain.grants.linting.draft import CallDraft, Check
from domain.grants.vocabulary import ApplicantKind, GateBasis, RequiredCertificate
from domain.kernel.context import Context
from domain.kernel.errors import Finding
from domain.kernel.findings import WARNING, finding
from domain.kernel.message import N_

_ELIGIBLE = "grant.call.eligible"


def _eligible(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 - every check takes both
    kinds = draft.facts.eligible or ()
    if ApplicantKind.ORGANISATIONS not in kinds:
        yield finding(
            "organisations-not-eligible",
            N_("The call does not say that organisations may apply."),
            citation=citations.ONLY_ORGANISATIONS,
            rule=_ELIGIBLE,
            pointer="/eligible",
        )
    for index, kind in enumerate(kinds):
        if kind is ApplicantKind.INDIVIDUALS:
            yield finding(
                "individuals-eligible",
                N_("Individuals cannot be eligible: only organisations registered in Kosovo are financed."),
                citation=citations.ONLY_ORGANISATIONS,
                rule=_ELIGIBLE,
                pointer=f"/eligible/{index}",
            )
        elif kind is not ApplicantKind.ORGANISATIONS:
            yield finding(
                "others-eligible",
                N_("'{kind}' cannot be eligible: only organisations registered in Kosovo are financed."),
                citation=citations.ONLY_ORGANISATIONS,
                rule=_ELIGIBLE,
                pointer=f"/eligible/{index}",
                kind=kind.value,
            )


def _certificates(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001
    for certificate in RequiredCertificate:
        if certificate not in (draft.facts.certificates or ()):
            yield finding(
                "certificate-missing",
                N_("The call does not ask for the certificate '{certificate}'."),
                citation=citations.FINANCING,
                rule="grant.call.certificates",
                pointer="/certificates",
                severity=WARNING,
                certificate=certificate.value,
            )


def _target_group(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001
    gates = draft.facts.gates or ()
    if draft.facts.target_group is not None and all(gate.basis is not GateBasis.TARGET_GROUP for gate in gates):
        yield finding(
            "target-group-without-gate",
            N_("The call is for a target group, and no hard gate keeps others from being awarded its money."),
            citation=citations.FINANCING,
            rule="grant.call.target_group",
            pointer="/gates",
            severity=WARNING,
        )


ELIGIBILITY: tuple[Check, ...] = (_eligible, _certificates, _target_group)

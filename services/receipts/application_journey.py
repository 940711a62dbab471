"""The way of an application for a grant: checked, scored and ranked, complained about, agreed on, paid, reported.

Steps are events of the application, its complaints, the agreement on it, and its call as far as they are on it.
A step says what was decided and by when something is due, never why: reasons, findings and what was asked for may name
persons, and of an application only the applicant and the institution know what it says.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.grants.complaint import complaint_id
from domain.grants.events import agreement as g
from domain.grants.events import application as a
from domain.grants.events import complaint as q
from domain.grants.events import grant_call as c
from domain.grants.events import ranking as r
from domain.grants.policies.funding_claims import agreement_id
from domain.grants.ranking import Ranked
from domain.grants.vocabulary import ComplaintSubject
from domain.kernel.registry import Registry
from infra.eventstore.codec import restore
from infra.eventstore.interface import StoredEvent
from services.receipts.journey import Journey, Kinds, Step, Told, nothing, step_of, steps_of


def _checked(told: a.ApplicationChecked) -> dict[str, Any]:
    until = told.complaints_until
    return {"outcome": "eligible" if told.eligible else "ineligible", "until": until.due_at if until else None}


def _number(told: Any) -> dict[str, Any]:
    return {"number": told.number}


def _decision(told: Any) -> dict[str, Any]:
    return {"decision_no": told.decision_no}


OWN: Kinds = {
    a.ApplicationSubmitted: ("application_submitted", nothing),
    a.CompletionRequested: ("completion_requested", lambda told: {"until": told.deadline.due_at}),
    a.ApplicationCompleted: ("application_completed", nothing),
    a.ApplicationChecked: ("application_checked", _checked),
    a.CheckReopened: ("check_reopened", nothing),
    a.ApplicationWithdrawn: ("application_withdrawn", nothing),
    a.ReservePromoted: ("reserve_promoted", lambda told: {"amount": told.amount}),
    a.AwardLapsed: ("award_lapsed", nothing),
    q.ComplaintFiled: ("complaint_filed", lambda told: {"until": told.decide_by.due_at}),
    q.ComplaintAdmitted: ("complaint_admitted", nothing),
    q.ComplaintDismissed: ("complaint_dismissed", nothing),
    q.ComplaintDecided: ("complaint_decided", lambda told: {"outcome": told.decision, "late": told.late}),
    g.AgreementSigned: ("agreement_signed", lambda told: {"decision_no": told.decision_no, "amount": told.award}),
    g.AgreementSuspended: ("agreement_suspended", nothing),
    g.AgreementResumed: ("agreement_resumed", nothing),
    g.AgreementTerminated: ("agreement_terminated", _decision),
    g.AgreementCompleted: ("agreement_completed", lambda told: {"amount": told.paid}),
    g.InstalmentPaid: (
        "instalment_paid",
        lambda told: {"number": told.number, "amount": told.amount, "paid_on": told.paid_on},
    ),
    g.InstalmentWithheld: ("instalment_withheld", _number),
    g.ReportSubmitted: ("report_submitted", lambda told: {"number": told.number, "late": told.late}),
    g.ReportReturned: ("report_returned", lambda told: {"number": told.number, "until": told.due_at}),
    g.ReportAccepted: ("report_accepted", _number),
    g.ReportOverdue: ("report_overdue", _number),
    g.ReportWaived: ("report_waived", lambda told: {"number": told.number, "decision_no": told.decision_no}),
}
"""Steps of the streams that are on this application alone."""
OF_CALL: Kinds = {
    c.CallCancelled: ("call_cancelled", lambda told: {"reason": told.reason}),
    c.CallVoided: ("call_voided", lambda told: {"reason": told.reason, "decision_no": told.decision_no}),
}
"""Steps of the call that concern every application in it."""
RANKINGS: dict[type, str] = {
    r.ProvisionalRankingPublished: "ranked",
    r.RanksReleased: "award_released",
    r.FinalRankingPublished: "ranking_final",
}
"""Steps of the call that concern an application where it stands in them."""
_PUBLIC = frozenset({"ranked", "ranking_final", "call_cancelled", "call_voided"})
"""Steps whose events everybody can read elsewhere, too; the others say more than whoever has a code may know."""


def streams(application_id: UUID, call_id: UUID) -> tuple[UUID, ...]:
    """The streams that an application's way goes through; of some there may be nothing."""
    complaints = (complaint_id(application_id, subject) for subject in ComplaintSubject)
    return application_id, call_id, agreement_id(application_id), *complaints


def follow(registry: Registry, submitted: StoredEvent, stored: Sequence[StoredEvent]) -> Journey:
    """The journey of the application that was `submitted`, by the events of its `streams`."""
    told = restore(registry, submitted)
    if not isinstance(told, a.ApplicationSubmitted):
        raise TypeError(told)
    own = [one for one in stored if one.stream_id != told.call_id]
    of_call = [one for one in stored if one.stream_id == told.call_id and one.position > submitted.position]
    steps = steps_of(registry, own, OWN) + steps_of(registry, of_call, OF_CALL)
    steps += _rankings(registry, of_call, submitted.stream_id)
    steps.sort(key=lambda step: step.position)
    return Journey(
        subject_id=submitted.stream_id,
        within_id=told.call_id,
        state=steps[-1].step,
        shown=False,
        digest=told.digest,
        steps=steps,
        told=_PUBLIC,
    )


def _rankings(registry: Registry, of_call: Sequence[StoredEvent], application_id: UUID) -> list[Step]:
    found: list[Step] = []
    for stored in of_call:
        event = restore(registry, stored)
        match event:
            case r.RanksReleased():
                ranked, until = event.released, None
            case r.ProvisionalRankingPublished():
                ranked, until = event.ranking, event.complaints_until.due_at
            case r.FinalRankingPublished():
                ranked, until = event.ranking, None
            case _:
                continue
        name, own = RANKINGS[type(event)], (one for one in ranked if one.application_id == application_id)
        found += [step_of(stored, event, (name, _stands(one, until))) for one in own]
    return found


def _stands(one: Ranked, until: Any) -> Told:
    said = {"rank": one.rank, "score": one.score, "outcome": one.outcome, "amount": one.amount, "until": until}
    return lambda _: said

"""The way of a contribution: from its receipt to the position on it, the report, the act and the gazette.

Steps are events of the contribution's and of its consultation's stream that everybody may know of. Of a contribution
that is not shown, only that it came in, that it is not shown, and the kind of reason.
"""

from collections.abc import Sequence
from typing import Any

from domain.consultations import events as e
from domain.kernel.registry import Registry
from infra.eventstore.codec import restore
from infra.eventstore.interface import StoredEvent
from services.receipts.journey import Journey, Kinds, Step, nothing, steps_of


def _position(told: e.PositionRecorded | e.PositionRevised) -> dict[str, Any]:
    return {"outcome": told.outcome, "reason": told.reason, "article": told.article or ""}


CONTRIBUTION: Kinds = {
    e.ContributionSubmitted: ("submitted", nothing),
    e.ContributionReceipted: ("receipted", nothing),
    e.ContributionPublished: ("published", nothing),
    e.ContributionWithheld: ("withheld", lambda told: {"withheld_reason": told.reason_class}),
    e.ContributionWithdrawn: ("withdrawn", nothing),
    e.PositionRecorded: ("answered", _position),
    e.PositionRevised: ("answer_revised", _position),
    e.AnswerDisputed: ("disputed", nothing),
    e.DisputeReplied: ("dispute_replied", lambda told: {"reason": told.reply}),
}
CONSULTATION: Kinds = {
    e.ReportPublished: ("reported", lambda told: {"files": told.files, "late": told.late}),
    e.ActAdopted: (
        "adopted",
        lambda told: {"files": told.files, "decision_no": told.decision_no, "adopted_on": told.adopted_on},
    ),
    e.GazetteLinked: (
        "gazetted",
        lambda told: {"act_id": told.act_id, "url": told.url, "published_on": told.published_on},
    ),
    e.ConsultationConcluded: ("concluded", lambda told: {"conclusion": told.conclusion}),
    e.ConsultationWithdrawn: ("consultation_withdrawn", lambda told: {"reason": told.reason}),
    e.ConsultationAnnulled: (
        "consultation_annulled",
        lambda told: {"reason": told.reason, "decision_no": told.decision_no},
    ),
}
_KEPT_BACK = frozenset({"withheld", "withdrawn"})
_WHILE_NOT_SHOWN = frozenset({"submitted", "receipted", *_KEPT_BACK})
_ALL = frozenset(name for name, _ in (*CONTRIBUTION.values(), *CONSULTATION.values()))
_TOLD = _ALL - {"withheld", "disputed"}
"""The events of the others say more than everybody may read: a note on what is not shown, the words of a dispute."""


def follow(registry: Registry, contribution: Sequence[StoredEvent], consultation: Sequence[StoredEvent]) -> Journey:
    """The journey of a submitted contribution, by the events of its stream and of its consultation's."""
    told = (restore(registry, stored) for stored in contribution)
    submitted = next(event for event in told if isinstance(event, e.ContributionSubmitted))
    steps = steps_of(registry, contribution, CONTRIBUTION)
    state = _state(steps)
    if state in _KEPT_BACK:
        steps = [step for step in steps if step.step in _WHILE_NOT_SHOWN]
    steps += steps_of(registry, consultation, CONSULTATION)
    return Journey(
        subject_id=contribution[0].stream_id,
        within_id=submitted.consultation_id,
        state=state,
        shown=any(step.step == "published" for step in steps),
        digest=submitted.digest,
        steps=sorted(steps, key=lambda step: step.position),
        told=_TOLD,
    )


def _state(steps: Sequence[Step]) -> str:
    """The last thing that was done to the contribution; what was shown again after an answer is answered."""
    last = steps[-1].step
    answered = any(step.step == "answered" for step in steps)
    if last in {"answer_revised", "dispute_replied"} or (last == "published" and answered):
        return "answered"
    return last

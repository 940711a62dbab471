"""The way of a contribution: from its receipt to the position on it, the report, the act and the gazette.

Steps are events of the contribution's and of its consultation's stream that everybody may know of. Of a contribution
that is not shown, only that it came in, that it is not shown, and the kind of reason.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.consultations import events as e
from domain.kernel.event import Event
from domain.kernel.ids import event_id
from domain.kernel.registry import Registry
from domain.kernel.text import Text
from domain.kernel.vocabulary import LanguageFile
from infra.eventstore.codec import restore
from infra.eventstore.interface import StoredEvent


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened, and the event behind it. Which of the other members are there depends on the step.

    `article` is where the draft changed because of the contribution.
    """

    step: str
    at: datetime
    position: int
    event_id: UUID
    outcome: str = ""
    reason: Text | None = None
    article: str = ""
    withheld_reason: str = ""
    late: bool | None = None
    files: tuple[LanguageFile, ...] = ()
    decision_no: str = ""
    adopted_on: date | None = None
    act_id: str = ""
    url: str = ""
    published_on: date | None = None
    conclusion: str = ""


class Journey(msgspec.Struct, frozen=True):
    """The steps in their order; `state` is what became of the contribution, `shown` whether everybody can read it."""

    contribution_id: UUID
    consultation_id: UUID
    state: str
    shown: bool
    digest: str
    steps: list[Step]

    def at(self, position: int) -> Step | None:
        """The step at a position of the log."""
        return next((step for step in self.steps if step.position == position), None)


Told = Callable[[Any], dict[str, Any]]


def _nothing(_: Any) -> dict[str, Any]:
    return {}


def _position(told: e.PositionRecorded | e.PositionRevised) -> dict[str, Any]:
    return {"outcome": told.outcome, "reason": told.reason, "article": told.article or ""}


_CONTRIBUTION: dict[type[Event], tuple[str, Told]] = {
    e.ContributionSubmitted: ("submitted", _nothing),
    e.ContributionReceipted: ("receipted", _nothing),
    e.ContributionPublished: ("published", _nothing),
    e.ContributionWithheld: ("withheld", lambda told: {"withheld_reason": told.reason_class}),
    e.ContributionWithdrawn: ("withdrawn", _nothing),
    e.PositionRecorded: ("answered", _position),
    e.PositionRevised: ("answer_revised", _position),
    e.AnswerDisputed: ("disputed", _nothing),
    e.DisputeReplied: ("dispute_replied", lambda told: {"reason": told.reply}),
}
_CONSULTATION: dict[type[Event], tuple[str, Told]] = {
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
OWN = frozenset({"submitted", "receipted", "withdrawn"})
"""Steps of the contributor."""
_NOT_FOR_EVERYBODY = frozenset({"withheld", "disputed"})
"""Steps whose events say more than everybody may read: a note on what is not shown, the words of a dispute."""


def follow(registry: Registry, contribution: Sequence[StoredEvent], consultation: Sequence[StoredEvent]) -> Journey:
    """The journey of a submitted contribution, by the events of its stream and of its consultation's."""
    told = [(stored, restore(registry, stored)) for stored in contribution]
    submitted = next(event for _, event in told if isinstance(event, e.ContributionSubmitted))
    steps = [_step(stored, event, _CONTRIBUTION[type(event)]) for stored, event in told if type(event) in _CONTRIBUTION]
    state = _state(steps)
    if state in _KEPT_BACK:
        steps = [step for step in steps if step.step in _WHILE_NOT_SHOWN]
    for stored in consultation:
        event = restore(registry, stored)
        if type(event) in _CONSULTATION:
            steps.append(_step(stored, event, _CONSULTATION[type(event)]))
    return Journey(
        contribution_id=contribution[0].stream_id,
        consultation_id=submitted.consultation_id,
        state=state,
        shown=any(step.step == "published" for step in steps),
        digest=submitted.digest,
        steps=sorted(steps, key=lambda step: step.position),
    )


def for_everybody(step: Step) -> bool:
    """Whether everybody may read what the event behind a step says."""
    return step.step not in _NOT_FOR_EVERYBODY


def _step(stored: StoredEvent, event: Event, kind: tuple[str, Told]) -> Step:
    name, tells = kind
    return Step(
        step=name,
        at=stored.occurred_at,
        position=stored.position,
        event_id=event_id(stored.command_id, stored.stream_id, stored.version),
        **tells(event),
    )


def _state(steps: Sequence[Step]) -> str:
    """The last thing that was done to the contribution; what was shown again after an answer is answered."""
    last = steps[-1].step
    answered = any(step.step == "answered" for step in steps)
    if last in {"answer_revised", "dispute_replied"} or (last == "published" and answered):
        return "answered"
    return last

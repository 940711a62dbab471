"""Commands on a consultation after its window, and the ways out of it."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from domain.consultations.vocabulary import ActId, Conclusion, Outcome
from domain.kernel.command import Command
from domain.kernel.text import Line, Text, Title
from domain.kernel.vocabulary import DecisionNo, Files, Url

Members = Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=1000)]


class GroupContributions(Command, frozen=True, kw_only=True):
    """Put contributions that say the same into a group; with `group_id` they join an existing one."""

    members: Members
    group_id: UUID | None = None
    title: Title | None = None


class UngroupContributions(Command, frozen=True, kw_only=True):
    """Take contributions out of a group that is not answered yet."""

    group_id: UUID
    members: Members
    reason: Text


class AnswerGroup(Command, frozen=True, kw_only=True):
    """Give a group one position; every member then gets it on its own stream."""

    group_id: UUID
    outcome: Outcome
    reason: Text
    article: Line | None = None


class CompleteAnalysis(Command, frozen=True, kw_only=True):
    """State that every admitted contribution has its position; refused while one is missing."""

    summary: Text | None = None


class PublishReport(Command, frozen=True, kw_only=True):
    """Publish the report; refused while an admitted contribution has no position."""

    files: Files
    summary: Text | None = None


class RecordAdoption(Command, frozen=True, kw_only=True):
    """Record that the act was adopted, with its final version."""

    adopted_on: date
    decision_no: DecisionNo
    files: Files
    title: Title | None = None


class LinkGazette(Command, frozen=True, kw_only=True):
    """Say where the Official Gazette holds the act."""

    act_id: ActId
    url: Url
    published_on: date


class ConcludeConsultation(Command, frozen=True, kw_only=True):
    """Finish a reported consultation; `adopted` needs the adopted act, the others a note."""

    conclusion: Conclusion
    note: Text | None = None


class WithdrawConsultation(Command, frozen=True, kw_only=True):
    """Give the consultation up before its report."""

    reason: Text


class AnnulConsultation(Command, frozen=True, kw_only=True):
    """Declare an opened consultation void by a decision."""

    decision_no: DecisionNo
    reason: Text

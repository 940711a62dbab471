"""Events of a consultation after its window: groups, analysis, report, act, and the ways out."""

from datetime import date, datetime
from uuid import UUID

from domain.consultations.vocabulary import ActId, Conclusion, Counts, Outcome
from domain.kernel.event import Event
from domain.kernel.text import Line, Text, Title
from domain.kernel.vocabulary import DecisionNo, LanguageFile, Url


class ContributionsGrouped(Event, frozen=True, kw_only=True):
    """Contributions that say the same are put together, to be answered once; members are added, never counted twice."""

    TOPIC = "consultations.ContributionsGrouped.v1"

    group_id: UUID
    title: Title
    members: tuple[UUID, ...]


class ContributionsUngrouped(Event, frozen=True, kw_only=True):
    """Contributions were taken out of a group that is not answered yet."""

    TOPIC = "consultations.ContributionsUngrouped.v1"

    group_id: UUID
    members: tuple[UUID, ...]
    reason: Text


class GroupAnswered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One position for all members; each member's own stream then records the same one, citing the group."""

    TOPIC = "consultations.GroupAnswered.v1"

    group_id: UUID
    outcome: Outcome
    reason: Text
    members: tuple[UUID, ...]
    article: Line | None = None


class AnalysisCompleted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Every admitted contribution has its position: the counts show it."""

    TOPIC = "consultations.AnalysisCompleted.v1"

    counts: Counts
    summary: Text | None = None


class ReportPublished(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The report is public and holds exactly one position per admitted contribution, proven by `counts`.

    `due_at` is the report's deadline at that moment; `late` says whether it was missed.
    """

    TOPIC = "consultations.ReportPublished.v1"

    counts: Counts
    files: tuple[LanguageFile, ...]
    late: bool
    due_at: datetime | None = None
    summary: Text | None = None


class ActAdopted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The act that was consulted on was adopted; `files` are its final version."""

    TOPIC = "consultations.ActAdopted.v1"

    adopted_on: date
    decision_no: DecisionNo
    files: tuple[LanguageFile, ...]
    title: Title | None = None


class GazetteLinked(Event, frozen=True, kw_only=True):
    """The adopted act stands in the Official Gazette under this number and address."""

    TOPIC = "consultations.GazetteLinked.v1"

    act_id: ActId
    url: Url
    published_on: date


class ConsultationConcluded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The consultation is finished."""

    TOPIC = "consultations.ConsultationConcluded.v1"

    conclusion: Conclusion
    note: Text | None = None


class ConsultationWithdrawn(Event, frozen=True, kw_only=True):
    """The institution gave the consultation up before reporting on it."""

    TOPIC = "consultations.ConsultationWithdrawn.v1"

    reason: Text


class ConsultationAnnulled(Event, frozen=True, kw_only=True):
    """A decision declared the consultation void, whatever it had come to."""

    TOPIC = "consultations.ConsultationAnnulled.v1"

    decision_no: DecisionNo
    reason: Text

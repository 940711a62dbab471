"""Events of a contribution: what somebody said on a consultation, and what became of it.

Who spoke is sealed personal data of `contributor_id`; organisations speak in public, so their names are payload.
"""

from datetime import datetime
from uuid import UUID

from domain.consultations.vocabulary import (
    ArticleComment,
    Channel,
    ContributorKind,
    Outcome,
    WithheldReason,
)
from domain.kernel.event import Event, InitialEvent
from domain.kernel.receipt import receipt_tag
from domain.kernel.text import Line, Prose, Text
from domain.kernel.vocabulary import File, LanguageCode, Sha256


def consultation_tag(consultation_id: UUID) -> str:
    """Boundary of all contributions of one consultation."""
    return f"consultation:{consultation_id}"


class _OfConsultation(Event, frozen=True, kw_only=True):
    """An event that counts in its consultation's report."""

    consultation_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the consultation."""
        return (consultation_tag(self.consultation_id),)


class ContributionDrafted(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody wrote a contribution; nobody but the author sees it before it is submitted.

    Sealed with it: `name`, `email`, `phone`, `address` of `contributor_id`, as far as given, and the names of the
    files, which `attachments` calls attachment-1 and so on.
    """

    TOPIC = "consultations.ContributionDrafted.v1"
    DRAFT = True

    consultation_id: UUID
    contributor_id: UUID
    kind: ContributorKind
    language: LanguageCode
    body: Prose
    title: Line | None = None
    comments: tuple[ArticleComment, ...] = ()
    attachments: tuple[File, ...] = ()
    organisation_id: UUID | None = None
    organisation_name: Line | None = None
    anonymous: bool = False


class ContributionRevised(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The author changed the draft; the fields replace the earlier ones. The names of the files are sealed."""

    TOPIC = "consultations.ContributionRevised.v1"
    DRAFT = True

    language: LanguageCode
    body: Prose
    title: Line | None = None
    comments: tuple[ArticleComment, ...] = ()
    attachments: tuple[File, ...] = ()


class ContributionSubmitted(_OfConsultation, frozen=True, kw_only=True, omit_defaults=True):
    """The contribution counts from here on: it came in at `received_at` within the window.

    `receipt` is the code the contributor keeps; `digest` is the SHA-256 (hex) of the submitted content.
    """

    TOPIC = "consultations.ContributionSubmitted.v1"

    channel: Channel
    language: LanguageCode
    received_at: datetime
    receipt: str
    digest: Sha256
    meeting_id: UUID | None = None

    def tags(self) -> tuple[str, ...]:
        """The boundary of the consultation, and the way from the receipt's code to here."""
        return (consultation_tag(self.consultation_id), receipt_tag(self.receipt))

    @property
    def receipt_code(self) -> str:
        """The code on the contributor's receipt."""
        return self.receipt


class ContributionReceipted(Event, frozen=True, kw_only=True):
    """The contributor was told that the contribution arrived, by this way."""

    TOPIC = "consultations.ContributionReceipted.v1"

    via: Channel


class ContributionPublished(_OfConsultation, frozen=True, kw_only=True, omit_defaults=True):
    """Everybody can read the contribution.

    When it was withheld until now, `withheld` says why, and `outcome` is the position that counts again, if it has one.
    """

    TOPIC = "consultations.ContributionPublished.v1"

    withheld: WithheldReason | None = None
    outcome: Outcome | None = None


class ContributionWithheld(_OfConsultation, frozen=True, kw_only=True, omit_defaults=True):
    """The contribution is not shown and needs no position; its reason class is counted in the report.

    `outcome` is the position that it had already and that counts no longer.
    """

    TOPIC = "consultations.ContributionWithheld.v1"

    reason_class: WithheldReason
    note: Text
    outcome: Outcome | None = None


class ContributionWithdrawn(_OfConsultation, frozen=True, kw_only=True):
    """The contributor took it back while the window was open."""

    TOPIC = "consultations.ContributionWithdrawn.v1"


class PositionRecorded(_OfConsultation, frozen=True, kw_only=True, omit_defaults=True):
    """The institution's one position on the contribution, with a reason in the contributor's language.

    `article` is where the draft changed; `group_id` says that the answer was given to a group.
    """

    TOPIC = "consultations.PositionRecorded.v1"

    outcome: Outcome
    reason: Text
    article: Line | None = None
    group_id: UUID | None = None


class PositionRevised(_OfConsultation, frozen=True, kw_only=True, omit_defaults=True):
    """The position was changed before the report; the earlier one stays readable."""

    TOPIC = "consultations.PositionRevised.v1"

    previous: Outcome
    outcome: Outcome
    reason: Text
    why: Text
    article: Line | None = None


class AnswerDisputed(_OfConsultation, frozen=True, kw_only=True):
    """The contributor does not accept how the contribution was answered."""

    TOPIC = "consultations.AnswerDisputed.v1"

    language: LanguageCode
    grounds: Prose


class DisputeReplied(_OfConsultation, frozen=True, kw_only=True):
    """The institution replied to a dispute; the position stands as recorded."""

    TOPIC = "consultations.DisputeReplied.v1"

    reply: Text

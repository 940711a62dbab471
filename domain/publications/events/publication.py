"""What became true of publications. Files lie under their hashes, so a version is what it was for ever."""

from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Count, DecisionNo
from domain.publications.vocabulary import Concerned, DocumentDay, PublicationKind, PublishedFiles


class DocumentPublished(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Everybody can read the document: its first version."""

    TOPIC = "publications.DocumentPublished.v1"

    kind: PublicationKind
    title: Title
    summary: Text | None = None
    dated: DocumentDay | None = None
    decision_no: DecisionNo | None = None
    concerns: Concerned | None = None
    files: PublishedFiles


class DocumentRevised(Event, frozen=True, kw_only=True):
    """A further version is the one that counts; those before stay beside it. Versions count from 1."""

    TOPIC = "publications.DocumentRevised.v1"

    number: Count
    files: PublishedFiles
    change: Text


class DocumentWithdrawn(Event, frozen=True, kw_only=True):
    """The institution no longer stands by it: it can still be read, with the reason beside it."""

    TOPIC = "publications.DocumentWithdrawn.v1"

    reason: Text


EVENTS: tuple[type[Event], ...] = (DocumentPublished, DocumentRevised, DocumentWithdrawn)

"""Commands on publications."""

from domain.kernel.command import Command
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import DecisionNo
from domain.publications.vocabulary import Concerned, DocumentDay, PublicationKind, PublishedFiles


class PublishDocument(Command, frozen=True, kw_only=True):
    """Put a document before everybody, a file per language; `decision_no` is that of the act which adopted it."""

    kind: PublicationKind
    title: Title
    summary: Text | None = None
    dated: DocumentDay | None = None
    decision_no: DecisionNo | None = None
    concerns: Concerned | None = None
    files: PublishedFiles


class ReviseDocument(Command, frozen=True, kw_only=True):
    """Publish a further version with all of its files, and say what changed."""

    files: PublishedFiles
    change: Text


class WithdrawDocument(Command, frozen=True, kw_only=True):
    """Say that the institution no longer stands by the document, and why."""

    reason: Text

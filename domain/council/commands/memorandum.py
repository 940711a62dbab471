"""Commands on memoranda of cooperation."""

from datetime import date
from uuid import UUID

from domain.council.memorandum_parts import Obligations, Parties
from domain.kernel.command import Command
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Code, DecisionNo, Files


class SignMemorandum(Command, frozen=True, kw_only=True):
    """Put on record what was signed: with whom, what each owes and by when; `review_by`: when to look at it again."""

    title: Title
    parties: Parties
    obligations: Obligations
    signed_on: date
    ends_on: date | None = None
    review_by: date | None = None
    files: Files


class FulfilObligation(Command, frozen=True, kw_only=True):
    """Show that what was owed was done; `organisation_id`: for which party, None where the institution shows it."""

    code: Code
    organisation_id: UUID | None = None
    on: date
    what: Text
    files: Files | None = None


class ReviewMemorandum(Command, frozen=True, kw_only=True):
    """Say how it goes, and by when to look again."""

    findings: Text
    review_by: date | None = None


class EndMemorandum(Command, frozen=True, kw_only=True):
    """It binds nobody any more; what was not done stays on record as not done."""

    decision_no: DecisionNo
    reason: Text

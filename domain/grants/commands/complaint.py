"""Commands on complaints."""

from uuid import UUID

from domain.grants.vocabulary import ComplaintDecision, ComplaintSubject
from domain.kernel.command import Command
from domain.kernel.text import Prose, Text


class FileComplaint(Command, frozen=True, kw_only=True):
    """Complain, on the organisation's mandate, about where one's own application stands in the provisional ranking.

    Or, by `subject`, that the check found it ineligible.
    """

    call_id: UUID
    application_id: UUID
    organisation_id: UUID
    grounds: Prose
    subject: ComplaintSubject = ComplaintSubject.RANKING


class AdmitComplaint(Command, frozen=True, kw_only=True):
    """Take a complaint up."""


class DismissComplaint(Command, frozen=True, kw_only=True):
    """Find a complaint inadmissible, and say why; nobody who judged may: name the commission, none for the check."""

    organisation_id: UUID
    commission_id: UUID | None = None
    reason: Text


class DecideComplaint(Command, frozen=True, kw_only=True):
    """Decide an admitted complaint; nobody who judged may. Upheld or partly: the application is judged anew.

    About a ranking: the commission, which scores it again, is named; about the check, none is.
    """

    organisation_id: UUID
    commission_id: UUID | None = None
    decision: ComplaintDecision
    reason: Text

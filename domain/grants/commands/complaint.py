"""Commands on complaints."""

from uuid import UUID

from domain.grants.vocabulary import ComplaintDecision
from domain.kernel.command import Command
from domain.kernel.text import Prose, Text


class FileComplaint(Command, frozen=True, kw_only=True):
    """Complain about where one's own application stands in the provisional ranking, on the organisation's mandate."""

    call_id: UUID
    application_id: UUID
    organisation_id: UUID
    grounds: Prose


class AdmitComplaint(Command, frozen=True, kw_only=True):
    """Take a complaint up."""


class DismissComplaint(Command, frozen=True, kw_only=True):
    """Find a complaint inadmissible, and say why; nobody of the commission may."""

    commission_id: UUID
    reason: Text


class DecideComplaint(Command, frozen=True, kw_only=True):
    """Decide an admitted complaint; nobody of the commission may. Upheld or partly: the application is scored anew."""

    commission_id: UUID
    decision: ComplaintDecision
    reason: Text

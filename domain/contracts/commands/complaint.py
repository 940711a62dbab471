"""Commands on complaints against a proposed award."""

from uuid import UUID

from domain.contracts.vocabulary import ComplaintDecision
from domain.kernel.command import Command
from domain.kernel.text import Prose, Text


class FileServiceComplaint(Command, frozen=True, kw_only=True):
    """Complain about the proposed award, on the organisation's mandate.

    `contested_id` is the bid that was judged wrongly: the organisation's own, or another one of the ranking.
    """

    call_id: UUID
    bid_id: UUID
    organisation_id: UUID
    contested_id: UUID
    grounds: Prose


class AdmitServiceComplaint(Command, frozen=True, kw_only=True):
    """Take a complaint up."""


class DismissServiceComplaint(Command, frozen=True, kw_only=True):
    """Find a complaint inadmissible, and say why; no evaluator may."""

    evaluation_id: UUID
    reason: Text


class DecideServiceComplaint(Command, frozen=True, kw_only=True):
    """Decide an admitted complaint; no evaluator may. Upheld or partly: the award is set aside."""

    evaluation_id: UUID
    decision: ComplaintDecision
    reason: Text

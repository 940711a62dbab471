"""Commands on complaints against a proposed award, or a disqualification."""

from uuid import UUID

from domain.contracts.vocabulary import ComplaintDecision
from domain.kernel.command import Command
from domain.kernel.text import Prose, Text


class FileServiceComplaint(Command, frozen=True, kw_only=True):
    """Complain about the proposed award, or the own bid's disqualification, on the organisation's mandate.

    `contested_id` is the bid that was judged wrongly: the organisation's own, or another one of the ranking; its own
    where no award is proposed.
    """

    call_id: UUID
    bid_id: UUID
    organisation_id: UUID
    contested_id: UUID
    grounds: Prose


class AdmitServiceComplaint(Command, frozen=True, kw_only=True):
    """Take a complaint up."""


class DismissServiceComplaint(Command, frozen=True, kw_only=True):
    """Find a complaint inadmissible, and say why; neither an evaluator may, nor who has to do with the organisation."""

    organisation_id: UUID
    evaluation_id: UUID
    reason: Text


class DecideServiceComplaint(Command, frozen=True, kw_only=True):
    """Decide an admitted complaint; neither an evaluator may, nor who has to do with the organisation that complains.

    Upheld or partly: the award is set aside.
    """

    organisation_id: UUID
    evaluation_id: UUID
    decision: ComplaintDecision
    reason: Text

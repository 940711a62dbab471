"""Commands on working groups of the Council."""

from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.text import Slug, Text, Title
from domain.kernel.vocabulary import Count, DecisionNo


class FormGroup(Command, frozen=True, kw_only=True):
    """Have a working group of the Council: what for, by which decision."""

    council_id: UUID
    title: Title
    task: Text
    decision_no: DecisionNo


class JoinGroup(Command, frozen=True, kw_only=True):
    """Take part for an organisation, oneself; the secretariat enters whom an institution sends."""

    person_id: UUID
    organisation_id: UUID | None = None
    institution: Slug | None = None


class LeaveGroup(Command, frozen=True, kw_only=True):
    """Take part no more, oneself; the secretariat may end it for somebody."""

    person_id: UUID


class ElectCoordinator(Command, frozen=True, kw_only=True):
    """Put on record that the group chose who coordinates it, and by how many votes of its members."""

    person_id: UUID
    in_favour: Count
    against: Count
    abstained: Count


class DissolveGroup(Command, frozen=True, kw_only=True):
    """Have the group no more, by a decision, and say why."""

    decision_no: DecisionNo
    reason: Text

"""What an agreement with a volunteer is made of: its stages, its tasks, what is reimbursed, who ended it."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.money import Money
from domain.kernel.text import Text
from domain.kernel.vocabulary import Code


def opportunity_tag(opportunity_id: UUID) -> str:
    """Boundary of the places of an opportunity."""
    return f"opportunity:{opportunity_id}"


class AgreementStage(StrEnum):
    """Where an agreement stands; `consent_pending` waits for a guardian. The last six are final."""

    OFFERED = "offered"
    CONSENT_PENDING = "consent_pending"
    SIGNED = "signed"
    ACTIVE = "active"
    COMPLETED = "completed"
    ENDED = "ended"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    LAPSED = "lapsed"


class Side(StrEnum):
    """Who ended an agreement before its last day."""

    VOLUNTEER = "volunteer"
    GUARDIAN = "guardian"
    PROVIDER = "provider"


class Expense(StrEnum):
    """What may be given back to a volunteer: what the work cost them, and nothing else."""

    TRAVEL = "travel"
    MEALS = "meals"
    MATERIALS = "materials"
    ACCOMMODATION = "accommodation"


class Reimbursement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Up to how much of an expense is given back for a day of work. Never pay: there is no kind for it."""

    expense: Expense
    most_a_day: Money


class AgreedTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A task by its code, which entries of hours name, and what it is."""

    code: Code
    what: Text


AgreedTasks = Annotated[tuple[AgreedTask, ...], msgspec.Meta(min_length=1, max_length=20)]
Reimbursements = Annotated[tuple[Reimbursement, ...], msgspec.Meta(max_length=len(Expense))]

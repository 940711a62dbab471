"""Events of a need: what a municipality found that its people lack, and what it has decided to pay for."""

from uuid import UUID

from domain.contracts.facts import NeedFacts
from domain.kernel.event import Event, InitialEvent
from domain.kernel.money import Money
from domain.kernel.text import Text
from domain.kernel.vocabulary import DecisionNo


def need_tag(need_id: UUID) -> str:
    """Boundary of what calls take of a need's budget."""
    return f"service_need:{need_id}"


class NeedAssessed(InitialEvent, frozen=True, kw_only=True):
    """A need was found: which service, where, for how many, how much of it, and what it may cost."""

    TOPIC = "contracts.NeedAssessed.v1"

    facts: NeedFacts


class NeedApproved(Event, frozen=True, kw_only=True):
    """It was decided to buy it for at most `budget`, over all its calls together."""

    TOPIC = "contracts.NeedApproved.v1"

    decision_no: DecisionNo
    budget: Money


class NeedWithdrawn(Event, frozen=True, kw_only=True):
    """It is not bought; calls that are under way go on."""

    TOPIC = "contracts.NeedWithdrawn.v1"

    reason: Text


EVENTS: tuple[type[Event], ...] = (NeedAssessed, NeedApproved, NeedWithdrawn)
"""Every event of a need, in the order of a life."""

"""Commands on needs."""

from domain.contracts.facts import NeedFacts
from domain.kernel.command import Command
from domain.kernel.money import Money
from domain.kernel.text import Text
from domain.kernel.vocabulary import DecisionNo


class AssessNeed(NeedFacts, Command, frozen=True, kw_only=True):
    """State that a service is needed: for whom, where, how much of it, and what it may cost."""


class ApproveNeed(Command, frozen=True, kw_only=True):
    """Decide that the need is bought, for the estimate or for less."""

    decision_no: DecisionNo
    budget: Money | None = None


class WithdrawNeed(Command, frozen=True, kw_only=True):
    """Decide that no (further) call is published for the need, and say why."""

    reason: Text

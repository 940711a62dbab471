"""Commands on a grant that was awarded and recorded elsewhere."""

from datetime import date

from domain.grants.recorded_facts import GrantFacts
from domain.kernel.command import Command
from domain.kernel.money import Money
from domain.kernel.text import Text
from domain.recorded.given import Identifier


class RecordGrant(Command, frozen=True, kw_only=True):
    """Take over a grant that another system recorded; told as history, at the day of its award."""

    facts: GrantFacts


class CorrectRecordedGrant(Command, frozen=True, kw_only=True):
    """Correct the amount or the day of the award of a recorded grant, and say why; what is None stays."""

    reason: Text
    amount: Money | None = None
    awarded_on: date | None = None


class ResolveRecipient(Command, frozen=True, kw_only=True):
    """Look the recipient up in the national register again: whoever holds its identifier there is the recipient.

    `identifier` repeats what is on record, so that it is sure which one is looked up.
    """

    identifier: Identifier


class StrikeRecordedGrant(Command, frozen=True, kw_only=True):
    """Take a grant out of the record that should not be in it: counted twice, or never awarded."""

    reason: Text

"""The money of a measure by source: what is spent was bound before, and nothing is given back twice."""

from domain.action_measures import citations
from domain.action_measures.commands.progress import RecordCommitment, RecordSpending
from domain.action_measures.events.progress import CommitmentRecorded, SpendingRecorded
from domain.action_measures.measure_parts import Line
from domain.action_measures.measure_rescheduling import Rescheduling
from domain.kernel.aggregate import decides
from domain.kernel.amounts import LARGEST
from domain.kernel.context import Context
from domain.kernel.deadline import require_past
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.money import Money


class Spending(Rescheduling):
    """Decisions on money, in every stage: bills come before the beginning and after the end."""

    @decides(RecordCommitment)
    def commit(self, command: RecordCommitment, ctx: Context) -> None:
        """More than was planned shows in public; less than what is spent cannot be."""
        line = self._line(command, ctx)
        committed = line.committed + command.amount
        _require_covered(line.spent, committed)
        self.trigger(
            ctx,
            CommitmentRecorded(
                number=self.transactions + 1,
                line=command.line,
                amount=command.amount,
                committed=committed,
                on=command.on,
                reference=command.reference,
            ),
        )

    @decides(RecordSpending)
    def spend(self, command: RecordSpending, ctx: Context) -> None:
        """Up to what is bound; no more comes back than was spent."""
        line = self._line(command, ctx)
        spent = line.spent + command.amount
        _require_covered(spent, line.committed)
        if spent.amount < 0:
            raise RuleViolated(
                "measure.budget.returned",
                N_("Of this line {spent} are spent; no more can come back."),
                citation=citations.STRATEGY,
                spent=str(line.spent),
            )
        self.trigger(
            ctx,
            SpendingRecorded(
                number=self.transactions + 1,
                line=command.line,
                amount=command.amount,
                spent=spent,
                on=command.on,
                reference=command.reference,
            ),
        )

    def _line(self, command: RecordCommitment | RecordSpending, ctx: Context) -> Line:
        """The line that is meant, where the amount and the day can be."""
        line = self.lines.get(command.line)
        if line is None:
            raise InvalidValue("/line", N_("The measure has no budget line {code}."), code=command.line)
        if command.amount.currency != line.planned.currency:
            raise InvalidValue("/amount/currency", N_("The line is in {currency}."), currency=line.planned.currency)
        if command.amount.amount == 0 or abs(command.amount.amount) > LARGEST:
            raise InvalidValue("/amount/amount", N_("{amount} cannot be meant."), amount=str(command.amount))
        require_past(command.on, "/on", ctx.now)
        return line


def _require_covered(spent: Money, committed: Money) -> None:
    if committed < spent:
        raise RuleViolated(
            "measure.budget.committed",
            N_("{spent} would be spent of a line of which {committed} are bound."),
            citation=citations.STRATEGY,
            spent=str(spent),
            committed=str(committed),
        )

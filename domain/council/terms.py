"""Which days the terms of all Councils take, and how long one may be."""

from datetime import date
from uuid import UUID

from domain.council import citations
from domain.council.commands.council import ConstituteCouncil
from domain.council.events.council import TERMS, CouncilConstituted
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_

TERM = "council.term"


class Terms(Boundary):
    """Every Council's term: there is one Council at a time."""

    def __init__(self) -> None:
        self._taken: list[tuple[date, date]] = []

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """One for the nation."""
        del stream_id, command
        return TERMS

    def apply(self, stream_id: UUID, event: object) -> None:
        """Each begins a term."""
        del stream_id
        if isinstance(event, CouncilConstituted):
            self._taken.append((event.first_day, event.last_day))

    def require_free(self, first_day: date, last_day: date) -> None:
        """Raises: RuleViolated for days on which another Council sits."""
        for first, last in self._taken:
            if first_day <= last and first <= last_day:
                raise RuleViolated(
                    "council.once",
                    N_("There is one Council at a time; another one sits from {first} to {last}."),
                    citation=citations.COUNCIL,
                    first=first.isoformat(),
                    last=last.isoformat(),
                )


def require_term(command: ConstituteCouncil, ctx: Context) -> None:
    """Refuse a term that ends before it begins, and one longer than the rule. Raises: InvalidValue, RuleViolated."""
    first, last, years = command.first_day, command.last_day, ctx.rules.number(TERM)
    if last < first:
        raise InvalidValue("/last_day", N_("The last day lies before the first one."))
    if (last.year - years, last.month, last.day) >= (first.year, first.month, first.day):
        raise RuleViolated(
            TERM,
            N_("The Council sits for {years} years at most."),
            citation=ctx.rules[TERM].citation,
            years=years,
        )

"""How long a term of a licence may be, and from when on it may be renewed."""

from datetime import date

from domain.kernel.context import Context
from domain.kernel.deadline import end_of, local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.licences.vocabulary import Term
from domain.organisations.state import require_period

LONGEST, RENEWAL = "licence.term.max", "licence.renewal.from"


def require_term(term: Term, ctx: Context) -> None:
    """Refuse a term that ends before it begins or is over, and one that is longer than the rule allows.

    Raises: InvalidValue, RuleViolated.
    """
    require_period(term.valid_from, term.valid_until, "/term/valid_until")
    if term.valid_until < local_day(ctx.now) and not ctx.imported:
        raise InvalidValue("/term/valid_until", N_("The period is over."))
    end_of(term.valid_until)  # refuses a day that no clock reaches
    years, first, last = ctx.rules.number(LONGEST), term.valid_from, term.valid_until
    if (last.year - years, last.month, last.day) >= (first.year, first.month, first.day):
        raise RuleViolated(
            LONGEST,
            N_("A licence is for {years} years at most."),
            citation=ctx.rules[LONGEST].citation,
            years=years,
        )


def renewable_from(term: Term, ctx: Context) -> date:
    """So many days before the last one as the rule says, and not before the first."""
    last = term.valid_until.toordinal() - ctx.rules.number(RENEWAL)
    return date.fromordinal(max(last, term.valid_from.toordinal()))

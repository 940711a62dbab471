"""What must be so before everybody may know of an opportunity."""

from datetime import date

from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.volunteering.provider import require_said
from domain.volunteering.vocabulary import Particulars, RiskClass

YOUNGEST, MINOR_RISK = "volunteer.age.min", "volunteer.minor.risk"
OF_AGE = 18
"""Years; the age of majority that rule `volunteer.minor.consent` names."""


def require_publishable(told: Particulars, last_day: date, ctx: Context) -> None:
    """Refuse what would mislead volunteers, or is not for them.

    Raises:
        InvalidValue: it does not say where, or it is over.
        RuleViolated: a language is missing, or it is for ages or at a risk that the rules do not allow.
    """
    for pointer, said in (("title", told.title), ("summary", told.summary), ("tasks", told.tasks)):
        require_said(said, f"/particulars/{pointer}", ctx)
    if told.municipality is None:
        raise InvalidValue("/particulars/municipality", N_("Say in which municipality volunteers are needed."))
    if last_day < local_day(ctx.now):
        raise InvalidValue("/particulars/schedule", N_("The period is over."))
    _require_ages(told, ctx)


def _require_ages(told: Particulars, ctx: Context) -> None:
    least = ctx.rules.number(YOUNGEST)
    if told.min_age is None or told.min_age < least:
        raise RuleViolated(
            YOUNGEST,
            N_("Volunteers are {least} years old at least; say from which age on they are taken."),
            citation=ctx.rules[YOUNGEST].citation,
            least=least,
        )
    allowed = RiskClass(str(ctx.rules[MINOR_RISK].value))
    if told.min_age < OF_AGE and told.risk.degree > allowed.degree:
        raise RuleViolated(
            MINOR_RISK,
            N_("Work at the risk {risk} is not for minors: {allowed} is the most. Take those from {age} years on."),
            citation=ctx.rules[MINOR_RISK].citation,
            risk=told.risk,
            allowed=allowed,
            age=OF_AGE,
        )

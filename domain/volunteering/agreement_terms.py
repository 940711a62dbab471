"""Whether terms may be offered, and to whom: days, reimbursement and insurance, and the age and risk of the work."""

from domain.kernel.amounts import require_once
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.organisations.state import require_period
from domain.volunteering import citations
from domain.volunteering.commands.agreement import OfferAgreement
from domain.volunteering.provider import Provider, require_said
from domain.volunteering.vocabulary import AgeBand, Insurance, Particulars, RiskClass

LONGEST, REIMBURSED = "volunteer.agreement.max", "volunteer.reimbursement.day"
AGE, RISK = "volunteer.age.min", "volunteer.minor.risk"


def require_terms(command: OfferAgreement, provider: Provider, ctx: Context) -> tuple[Insurance, ...]:
    """The provider's policies that cover the days of the agreement.

    Raises: InvalidValue for days, tasks or people that cannot be meant; RuleViolated for too many days, days on which
    nobody is insured, or more money than a day's work may cost the volunteer.
    """
    _require_days(command, ctx)
    require_once((one.code for one in command.tasks), "/tasks", "code")
    for n, one in enumerate(command.tasks):
        require_said(one.what, f"/tasks/{n}/what", ctx)
    if command.supervisor_id == command.person_id:
        raise InvalidValue("/supervisor_id", N_("Nobody supervises themselves."))
    if ctx.actor == command.person_id:
        raise RuleViolated(
            "volunteer.agreement.own",
            N_("Nobody offers an agreement to themselves."),
            citation=citations.VOLUNTARY_WORK,
        )
    _require_no_pay(command, ctx)
    provider.require_insured(command.first_day, command.last_day)
    return tuple(
        one
        for one in provider.insurances
        if one.valid_from <= command.last_day and command.first_day <= one.valid_until
    )


def require_allowed(band: AgeBand, risk: RiskClass, ctx: Context) -> None:
    """Raises: RuleViolated for somebody too young, and for a minor whom work of that risk might harm."""
    least = ctx.rules[AGE]
    if band.least < least.number:
        raise RuleViolated(
            AGE,
            N_("Volunteers are {least} years old at least."),
            citation=least.citation,
            least=least.number,
        )
    allowed = ctx.rules[RISK]
    if band.is_minor and risk.degree > RiskClass(str(allowed.value)).degree:
        raise RuleViolated(
            RISK,
            N_("Minors do no work of the risk class {risk}; at most {allowed}."),
            citation=allowed.citation,
            risk=risk,
            allowed=allowed.value,
        )


def require_age(band: AgeBand, wanted: Particulars) -> None:
    """Raises: RuleViolated for somebody who in no case is as old as is wanted; within a band nobody's age is known."""
    older = [one.least for one in AgeBand if one.least > band.least]
    too_young = wanted.min_age is not None and older and min(older) <= wanted.min_age
    too_old = wanted.max_age is not None and wanted.max_age < band.least
    if too_young or too_old:
        raise RuleViolated(
            "volunteer.opportunity.age",
            N_("The opportunity is for volunteers of another age."),
            citation=citations.VOLUNTARY_WORK,
        )


def _require_days(command: OfferAgreement, ctx: Context) -> None:
    require_period(command.first_day, command.last_day, "/last_day")
    if command.first_day < local_day(ctx.now) and not ctx.imported:
        raise InvalidValue("/first_day", N_("The day is over."))
    longest = ctx.rules[LONGEST]
    if (command.last_day - command.first_day).days >= longest.number:
        raise RuleViolated(
            LONGEST,
            N_("An agreement is for {days} days at most."),
            citation=longest.citation,
            days=longest.number,
        )


def _require_no_pay(command: OfferAgreement, ctx: Context) -> None:
    """Refuse more than the work of a day may cost somebody: what is more would be pay."""
    require_once((one.expense for one in command.reimbursement), "/reimbursement", "expense")
    for n, one in enumerate(command.reimbursement):
        if one.most_a_day.amount <= 0 or one.most_a_day.currency != "EUR":
            raise InvalidValue(
                f"/reimbursement/{n}/most_a_day", N_("An expense is reimbursed up to an amount in euro.")
            )
    most, asked = ctx.rules[REIMBURSED], sum(one.most_a_day.amount for one in command.reimbursement)
    if asked > most.number:
        raise RuleViolated(
            REIMBURSED,
            N_("At most {most} cents are reimbursed for a day, not {asked}: a volunteer is not paid."),
            citation=most.citation,
            most=most.number,
            asked=asked,
        )

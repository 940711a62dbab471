"""What is bought: a service that was found to be needed, where and when it is needed, line by line."""

from collections.abc import Iterator

from domain.contracts.call_window import BIDDING
from domain.contracts.linting.draft import CallDraft, Check, unlawful
from domain.contracts.need import ServiceNeed
from domain.contracts.vocabulary import NeedStage
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import Finding, RuleViolated
from domain.kernel.findings import WARNING
from domain.kernel.message import N_

_NEED, _SERVICE, _PERIOD = "contract.call.need", "contract.call.service", "contract.call.period"


def _need(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 - every check takes both
    need = draft.need
    if need is None:
        yield unlawful(
            "need-missing",
            N_("The call names no need that was assessed and approved."),
            rule=_NEED,
            pointer="/need_id",
        )
        return
    if need.stage is not NeedStage.APPROVED:
        yield unlawful(
            "need-not-approved",
            N_("The need is not approved, or was withdrawn; only an approved one is bought."),
            rule=_NEED,
            pointer="/need_id",
        )
    yield from _needed(draft, need)


def _needed(draft: CallDraft, need: ServiceNeed) -> Iterator[Finding]:
    facts = draft.facts
    if facts.service != need.facts.service:
        yield unlawful(
            "service-not-needed",
            N_("The need is for the service '{service}'."),
            rule=_NEED,
            pointer="/service",
            service=need.facts.service,
        )
    for n, place in enumerate(facts.places or ()):
        if place not in need.facts.places:
            yield unlawful(
                "place-not-needed",
                N_("The need is not for the place '{place}'."),
                rule=_NEED,
                pointer=f"/places/{n}",
                place=place,
            )
    units = {(one.code, one.unit): one.quantity for one in need.facts.lines}
    for n, line in enumerate(facts.lines or ()):
        needed = units.get((line.code, line.unit), 0)
        if line.quantity > needed:
            yield unlawful(
                "units-over-need",
                N_("The line buys {quantity} units; the need was found to be {needed}."),
                rule=_NEED,
                pointer=f"/lines/{n}/quantity",
                severity=WARNING,
                quantity=line.quantity,
                needed=needed,
            )


def _service(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001
    facts = draft.facts
    if facts.service is None or not facts.places:
        yield unlawful(
            "service-missing",
            N_("The call does not say which service it buys, and for which places."),
            rule=_SERVICE,
            pointer="/service" if facts.service is None else "/places",
        )
    if facts.makes_list == bool(facts.lines):
        said = N_("A call that makes a list of providers prices nothing; its lines belong in the calls that follow.")
        missing = N_("The call has no line that can be priced by the unit.")
        yield unlawful(
            "lines-in-list" if facts.makes_list else "lines-missing",
            said if facts.makes_list else missing,
            rule=_SERVICE,
            pointer="/lines",
        )
    if not facts.standards:
        yield unlawful(
            "standards-missing",
            N_("The call sets no standard by which a delivery is measured."),
            rule=_SERVICE,
            pointer="/standards",
            severity=WARNING,
        )


def _period(draft: CallDraft, ctx: Context) -> Iterator[Finding]:
    facts = draft.facts
    if facts.makes_list:
        return
    if facts.first_day is None or facts.last_day is None:
        yield unlawful(
            "period-missing",
            N_("The call does not say on which days the service begins and ends."),
            rule=_PERIOD,
            pointer="/first_day" if facts.first_day is None else "/last_day",
        )
        return
    if facts.last_day < facts.first_day:
        yield unlawful("period-reversed", N_("The service ends before it begins."), rule=_PERIOD, pointer="/last_day")
    try:
        closes_at = draft.closes_at or BIDDING.end(ctx, ctx.now, facts.open_days).due_at
    except RuleViolated:
        return  # the window says what cannot be counted
    if facts.first_day <= local_day(closes_at):
        yield unlawful(
            "period-before-award",
            N_("The service begins on {first_day}, before the time to bid is over."),
            rule=_PERIOD,
            pointer="/first_day",
            first_day=facts.first_day.isoformat(),
        )


def _open_days(draft: CallDraft, ctx: Context) -> Iterator[Finding]:
    yield from BIDDING.lint(ctx, draft.facts.open_days, draft.closes_at)


SERVICE: tuple[Check, ...] = (_need, _service, _period, _open_days)

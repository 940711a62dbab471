"""Who may bid: everybody, the providers of a list, or one organisation for a published reason."""

from collections.abc import Iterator

from domain.contracts.linting.draft import CallDraft, Check, unlawful
from domain.contracts.vocabulary import CallStage, ProcurementMode
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import Finding
from domain.kernel.message import N_

_MODE = "contract.call.mode"


def _mode(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 - every check takes both
    facts = draft.facts
    if facts.mode is None:
        yield unlawful("mode-missing", N_("The call does not say who may bid."), rule=_MODE, pointer="/mode")
        return
    if facts.mode is ProcurementMode.DIRECT and facts.direct is None:
        yield unlawful(
            "direct-unjustified",
            N_("Only one organisation is asked, and no decision says why."),
            rule="contract.call.direct",
            pointer="/direct",
        )
    for field, belongs, given in (
        ("direct", ProcurementMode.DIRECT, facts.direct),
        ("list_id", ProcurementMode.QUALIFIED_LIST, facts.list_id),
    ):
        if given is not None and facts.mode is not belongs:
            yield unlawful(
                "mode-mixed",
                N_("What is said here does not go with the mode '{mode}'."),
                rule=_MODE,
                pointer=f"/{field}",
                mode=facts.mode.value,
            )


def _list(draft: CallDraft, ctx: Context) -> Iterator[Finding]:
    facts, listing = draft.facts, draft.listing
    if facts.makes_list and (facts.list_until is None or facts.list_until <= local_day(ctx.now)):
        yield unlawful(
            "list-without-end",
            N_("The call makes a list of providers, and does not say until which day to come it is valid."),
            rule=_MODE,
            pointer="/list_until",
        )
    if facts.list_id is None:
        return
    if listing is None or listing.stage is not CallStage.LISTED:
        yield unlawful(
            "list-not-published",
            N_("The call names a list of providers that is not published."),
            rule=_MODE,
            pointer="/list_id",
        )
        return
    until = listing.facts.list_until
    if until is not None and until < local_day(ctx.now):
        yield unlawful(
            "list-over",
            N_("The list of providers was valid until {until}."),
            rule=_MODE,
            pointer="/list_id",
            until=until.isoformat(),
        )
    if listing.facts.service != facts.service or not set(facts.places or ()) <= set(listing.facts.places or ()):
        yield unlawful(
            "list-of-another-service",
            N_("The list of providers is for another service, or for other places."),
            rule=_MODE,
            pointer="/list_id",
        )


MODE: tuple[Check, ...] = (_mode, _list)

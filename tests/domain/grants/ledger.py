"""What the national ledger of claims holds of the organisation: its application, and what others promised it."""

from domain.funding_claims import events as e
from domain.funding_claims.claim import FundingClaim
from domain.funding_claims.commands import ReserveClaim
from domain.funding_claims.ledger import Claims
from domain.funding_claims.vocabulary import ClaimFacts
from domain.grants.policies.funding_claims import claim_of, tell_of_application
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from tests.domain.grants.applications import APPLICATION, ORGANISATION, SUBMITTED
from tests.support.given import MINISTRY, built, told

OF = {"organisation_id": ORGANISATION}
CLAIM = claim_of(MINISTRY.tenant_id, APPLICATION)
REPORT = derived_id("test", "report")


def facts() -> ClaimFacts:
    """What the submission reserves."""
    (reaction,) = tell_of_application(told(SUBMITTED, APPLICATION))
    assert isinstance(reaction.command, ReserveClaim)
    return reaction.command.facts


RESERVED = e.ClaimReserved(**OF, institution="mflt", facts=facts(), words=("grate",))


def ledger(*more: Event, others: tuple[Event, ...] = ()) -> Claims:
    """The claim of the application with what became of it, and the history of another one."""
    fold = Claims()
    fold.claims[CLAIM] = built(FundingClaim, (RESERVED, *more), CLAIM)
    if others:
        other = derived_id("test", "another claim")
        fold.claims[other] = built(FundingClaim, others, other)
    return fold

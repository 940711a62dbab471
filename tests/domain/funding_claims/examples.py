"""Claims, their facts and their events, as the tests of the ledger tell them."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.funding_claims import commands as c
from domain.funding_claims import events as e
from domain.funding_claims.claim import FundingClaim
from domain.funding_claims.ledger import Claims
from domain.funding_claims.similarity import words_of
from domain.funding_claims.vocabulary import ClaimFacts, CoFinancing, CostLine, Origin, OriginKind, Similarity
from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.money import Money
from domain.kernel.text import text
from domain.kernel.vocabulary import Contact
from domain.organisations import events as o
from domain.organisations.vocabulary import Holdings
from tests.domain.organisations.examples import REGISTER
from tests.support.given import NATIONAL, built

ORGANISATION = derived_id("test", "organisation")
MINISTRY, MUNICIPALITY = 10, 36
CLOCK = Mandate(Role.CLOCK, "system")
SUPERVISOR = Mandate(Role.OGG_SUPERVISOR, "Appointment 1/2026")
OFFICE = Contact(office="Zyra për grante", email="grante@mflt.example")
REPORT, CONTRACT = derived_id("test", "report"), derived_id("test", "contract")
REASON = text(sq="Arsyeja", sr="Razlog")
TITLE = "Këshillim për gratë që nisin biznes"
ACTIVITY = "Këshillime juridike dhe trajnime për gratë në Prizren"
COSTS = (
    CostLine(category="personnel", amount=Money(600_000)),
    CostLine(category="travel", amount=Money(200_000)),
)


def origin(tenant_id: int = MINISTRY, n: int = 0) -> Origin:
    """The nth application in an institution's log."""
    return Origin(tenant_id=tenant_id, kind=OriginKind.GRANT, stream_id=derived_id("test", "application", tenant_id, n))


def facts(tenant_id: int = MINISTRY, n: int = 0, **changes: Any) -> ClaimFacts:
    """A project of the year 2026."""
    told: dict[str, Any] = {
        "origin": origin(tenant_id, n),
        "title": TITLE,
        "activity": ACTIVITY,
        "first_day": date(2026, 1, 1),
        "last_day": date(2026, 12, 31),
        "costs": COSTS,
        "amount": Money(500_000),
        "contact": OFFICE,
    }
    return ClaimFacts(**(told | changes))


def stream(of: ClaimFacts) -> UUID:
    """The claim that stands for it."""
    return e.claim_id(of.origin.tenant_id, of.origin.stream_id)


def reserve(of: ClaimFacts) -> c.ReserveClaim:
    """The command that enters it."""
    return c.ReserveClaim(organisation_id=ORGANISATION, facts=of)


def reserved(of: ClaimFacts) -> e.ClaimReserved:
    """The event by which it stands in the ledger."""
    slugs = {MINISTRY: "mflt", MUNICIPALITY: "prizren", 55: "sandbox-municipality"}
    return e.ClaimReserved(
        organisation_id=ORGANISATION,
        institution=slugs[of.origin.tenant_id],
        facts=of,
        words=words_of(of.title, of.activity),
    )


ALIKE = Similarity(
    total=1_000_000,
    activity=1_000_000,
    period=1_000_000,
    costs=1_000_000,
    shared_words=words_of(TITLE, ACTIVITY),
    shared_days=365,
    shared_costs=("personnel", "travel"),
)
OURS, THEIRS = facts(), facts(MUNICIPALITY)
OVERLAP = e.overlap_id(stream(OURS), stream(THEIRS))


def found(*, declared: bool = False, ours: ClaimFacts = OURS, theirs: ClaimFacts = THEIRS) -> e.OverlapFound:
    """Ours was reserved after theirs, which is for the same."""
    own, other = ledger((reserved(ours),)), ledger((reserved(theirs),))
    return e.OverlapFound(
        organisation_id=ORGANISATION,
        overlap_id=e.overlap_id(stream(ours), stream(theirs)),
        this=own.claims[stream(ours)].side,
        other=other.claims[stream(theirs)].side,
        similarity=ALIKE,
        threshold=450_000,
        declared=declared,
    )


def ledger(*histories: tuple[Event, ...]) -> Claims:
    """The fold over claims, each with its events from the first."""
    fold = Claims()
    for history in histories:
        first = history[0]
        assert isinstance(first, e.ClaimReserved)
        claim = built(FundingClaim, history, stream(first.facts))
        fold.claims[claim.id] = claim
    return fold


def merged(one: UUID, into: UUID) -> tuple[tuple[UUID, Event], ...]:
    """A merge of two entries of the register, as their streams tell it."""
    gone = o.OrganisationMerged(organisation_id=one, into=into, decision_no="9/2026", holdings=Holdings())
    return (one, gone), (into, o.OrganisationAbsorbed(organisation_id=into, merged_id=one, holdings=Holdings()))


def knowing(boundary: Claims | None = None, **more: Any) -> dict[str, Any]:
    """The facts of a decision in the national log."""
    told = {
        "tenant": NATIONAL,
        "mandate": CLOCK,
        "references": {"institutions": REGISTER},
        "boundary": boundary or Claims(),
    }
    return told | more


SHARE = CoFinancing(institution="prizren", amount=Money(300_000))
"""What the applicant says that the municipality pays: all that the ministry leaves of the costs."""

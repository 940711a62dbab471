"""Bids of two licensed providers, their evaluators and the award, as their events tell them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.contracts.bid import Bid
from domain.contracts.bid_content import priced
from domain.contracts.bids import Bids
from domain.contracts.complaints import Complaints, Heard
from domain.contracts.evaluation import BidEvaluation
from domain.contracts.events import bid as b
from domain.contracts.events import call as e
from domain.contracts.events import complaint as q
from domain.contracts.events import evaluation as v
from domain.contracts.facts import BidContent
from domain.contracts.policies.funding_claims import reserve
from domain.contracts.ranking import rank
from domain.contracts.vocabulary import (
    BidFile,
    Candidate,
    ComplaintDecision,
    Evaluator,
    Subcontractor,
    UnitPrice,
)
from domain.funding_claims import events as f
from domain.funding_claims.claim import FundingClaim
from domain.funding_claims.commands import ReserveClaim
from domain.funding_claims.ledger import Claims
from domain.kernel.context import Mandate
from domain.kernel.deadline import deadline
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.receipt import receipt_code
from domain.licences.entry import LicenceEntry
from domain.licences.events import LicenceEntered, entry_id
from domain.licences.held import Licences
from domain.licences.vocabulary import StaffQualification, Term
from domain.organisations import events as o
from domain.organisations.standing import Standing
from domain.organisations.vocabulary import Certificate, CertificateKind, Officer, Position
from domain.scoring.sealing import sealed
from domain.scoring.vocabulary import Interest
from tests.domain.contracts.tendering import (
    AFTER,
    AWARD_PENDING,
    CALENDAR,
    CALL,
    DURING,
    FACTS,
    FILE,
    ONE,
    OPEN_CALL,
    PUBLISHED_AT,
    REASON,
    RULES,
    TWO,
    call,
)
from tests.domain.organisations.examples import NAME, NGO, claimed
from tests.support.given import ACTOR, MINISTRY, Scenario, built, given, told

BID_ONE, BID_TWO = b.bid_id(CALL, ONE), b.bid_id(CALL, TWO)
BIDDERS = {BID_ONE: ONE, BID_TWO: TWO}
EVALUATION = v.evaluation_id(CALL)
GIVEN = derived_id("test", "mandate")
SALT = "5a" * 16
FIRST, SECOND, THIRD, SPARE = (derived_id("test", "evaluator", n) for n in range(1, 5))
COMMISSIONER = Mandate(Role.COMMISSIONER, "Decision 33/2026")
COMPLAINT_OFFICER = Mandate(Role.COMPLAINT_OFFICER, "Appointment 9/2026")
COMPLAINT = derived_id("test", "service complaint")


def delegate(organisation_id: UUID = ONE) -> Mandate:
    """Who acts for a provider on its own mandate."""
    return Mandate(Role.CSO_DELEGATE, "Statute, Article 9", organisation_id, GIVEN)


def content(hour: int = 1_000, meal: int = 400, **changes: Any) -> BidContent:
    """What a bid says: 4,000 hours and 2,000 meals at these prices in cents."""
    told: dict[str, Any] = {
        "prices": (UnitPrice(code="hours", price=hour), UnitPrice(code="meals", price=meal)),
        "statement": "Kujdes çdo ditë pune, me gjashtë kujdestare të certifikuara.",
        "files": (BidFile(title="Metodologjia", file=FILE),),
        "subcontractors": (Subcontractor(title="Kuzhina Sh.p.k.", does="Ushqimi", share=100_000, identifier=NGO),),
    }
    return BidContent(**told | changes)


CHEAP, DEAR = content(), content(1_150, 500)
CONTENTS = {BID_ONE: CHEAP, BID_TWO: DEAR}


def commitment(of: BidContent, organisation_id: UUID = ONE, call_id: UUID = CALL, salt: str = SALT) -> str:
    """What a bidder seals."""
    return sealed(of, salt, call_id, organisation_id)


def bid_sealed(organisation_id: UUID = ONE, of: BidContent = CHEAP, **changes: Any) -> b.BidSealed:
    """A bid came in."""
    told: dict[str, Any] = {
        "call_id": CALL,
        "organisation_id": organisation_id,
        "commitment": commitment(of, organisation_id),
        "received_at": DURING,
        "receipt": receipt_code(b"\x00" * 16),
        "revision": 1,
        "organisation_name": NAME,
        "municipality": "prizren",
        "identifiers": (NGO,),
        "language": "sq",
    }
    return b.BidSealed(**told | changes)


def of_bid(kind: Any, organisation_id: UUID = ONE, **changes: Any) -> Any:
    """Another event of a bid."""
    return kind(**{"call_id": CALL, "organisation_id": organisation_id} | changes)


def opened(organisation_id: UUID = ONE, of: BidContent = CHEAP, **changes: Any) -> b.BidOpened:
    """The bid was opened."""
    total = of.total(FACTS.lines or (), "EUR")
    found: b.BidOpened = of_bid(b.BidOpened, organisation_id, content=of, salt=SALT, total=total, **changes)
    return found


OWN_LICENCE = derived_id("test", "licence")
LICENCE = {"licence_entry_id": entry_id(10, OWN_LICENCE), "licence_origin": "10:1:12"}


def qualified(organisation_id: UUID = ONE) -> b.BidQualified:
    """The bidder may be awarded."""
    found: b.BidQualified = of_bid(b.BidQualified, organisation_id, **LICENCE)
    return found


WITHDRAWN = of_bid(b.BidWithdrawn, before="sealed", reason=REASON)
DISQUALIFIED = of_bid(b.BidDisqualified, reason=REASON)
REOPENED = of_bid(b.BidReopened, complaint_id=COMPLAINT)


def bid(*events: Event, stream_id: UUID = BID_ONE) -> Bid:
    """A bid to rest on; qualified unless told otherwise."""
    made: Bid = built(Bid, events or (bid_sealed(), opened(), qualified()), stream_id, at=DURING)
    return made


def told_bid(*events: Event) -> Scenario:
    """The first provider's bid with a past."""
    return given(Bid, events or (bid_sealed(),), stream_id=BID_ONE, at=DURING)


def registered(organisation_id: UUID, kinds: tuple[CertificateKind, ...] = tuple(CertificateKind)) -> tuple[Event, ...]:
    """What the register holds of a provider: verified, with certificates."""
    shown = (
        Certificate(
            certificate_id=derived_id("test", kind),
            kind=kind,
            number="ATK-1",
            issued_on=date(2026, 1, 10),
            valid_until=date(2026, 12, 31),
        )
        for kind in kinds
    )
    return (
        claimed(organisation_id=organisation_id),
        o.OrganisationVerified(organisation_id=organisation_id, identifiers=(NGO,), decision_no="4/2026"),
        *(o.CertificateRecorded(organisation_id=organisation_id, certificate=one) for one in shown),
    )


def standing(
    organisation_id: UUID = ONE, *more: Event, certificates: tuple[CertificateKind, ...] = tuple(CertificateKind)
) -> Standing:
    """A provider as the register knows it: verified, with both certificates unless told otherwise."""
    fold = Standing()
    for version, event in enumerate((*registered(organisation_id, certificates), *more), 1):
        event.stamp(organisation_id, version, DURING - timedelta(days=30) + timedelta(minutes=version))
        fold.apply(organisation_id, event)
    return fold


SUSPENDED = o.OrganisationSuspended(organisation_id=ONE, decision_no="5/2026", reason=REASON)


def office(person_id: UUID = ACTOR, organisation_id: UUID = ONE) -> o.OfficerRecorded:
    """The person held an office of the provider once."""
    held = Officer(
        officer_id=derived_id("test", "office"),
        person_id=person_id,
        position=Position.BOARD_MEMBER,
        since=date(2020, 1, 1),
        until=date(2021, 1, 1),
    )
    return o.OfficerRecorded(organisation_id=organisation_id, officer=held)


def licence_entered(organisation_id: UUID = ONE, licence_id: UUID = OWN_LICENCE, **changes: Any) -> LicenceEntered:
    """A licence for day care in both places, for the year unless told otherwise, as the national log holds it."""
    told: dict[str, Any] = {
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
        "places": ("prizren", "suhareke"),
        "capacity": 60,
        "staff": (StaffQualification(role="caregiver", qualification="care_certificate", people=6),),
    }
    return LicenceEntered(
        organisation_id=organisation_id,
        institution="mflt",
        tenant_id=10,
        licence_id=licence_id,
        service="day_care",
        term=Term(**told | changes),
        decision_no="12/2026",
        origin="10:1:12",
        event_id=derived_id("test", "told"),
    )


def licences(organisation_id: UUID = ONE, *more: Event, **changes: Any) -> Licences:
    """The provider's licences: one for day care with what became of it."""
    fold = Licences()
    entry: LicenceEntry = built(
        LicenceEntry,
        (licence_entered(organisation_id, **changes), *more),
        entry_id(10, OWN_LICENCE),
    )
    fold.entries[entry.id] = entry
    return fold


def bids(*told: tuple[UUID, Event]) -> Bids:
    """What the call's bids told; both qualified unless told otherwise."""
    both = tuple(
        (one, event)
        for one, of in BIDDERS.items()
        for event in (bid_sealed(of, CONTENTS[one]), opened(of, CONTENTS[one]), qualified(of))
    )
    fold = Bids()
    for stream, event in told or both:
        fold.apply(stream, event)
    return fold


def complaints(*told: tuple[UUID, Event]) -> Complaints:
    """What the call's complaints told; none unless told otherwise."""
    fold = Complaints()
    for stream, event in told:
        fold.apply(stream, event)
    return fold


def heard(*more: tuple[UUID, Event], of: tuple[tuple[UUID, Event], ...] = ()) -> Heard:
    """The call's bids, both qualified unless told otherwise, with what complaints told."""
    fold = Heard()
    fold.bids = bids(*of)
    for stream, event in more:
        fold.apply(stream, event)
    return fold


EVALUATORS = tuple(
    Evaluator(person_id=one, number=number, employers=(derived_id("test", "former employer"),))
    for number, one in enumerate((FIRST, SECOND, THIRD), 1)
)
APPOINTED = v.EvaluatorsAppointed(
    call_id=CALL,
    decision_no="33/2026",
    evaluators=EVALUATORS,
    alternates=(Evaluator(person_id=SPARE, number=4),),
    public_since=PUBLISHED_AT,
)
PANEL = (FIRST, SECOND, THIRD)
CANDIDATES = (
    Candidate(BID_ONE, ONE, CHEAP.total(FACTS.lines or (), "EUR"), DURING),
    Candidate(BID_TWO, TWO, DEAR.total(FACTS.lines or (), "EUR"), DURING + timedelta(hours=1)),
)
SCORING = v.BidScoringOpened(candidates=CANDIDATES, tie_seed="0b" * 16)
GOOD, FAIR = {"method": 38, "staff": 18}, {"method": 26, "staff": 12}
POINTS = {BID_ONE: FAIR, BID_TWO: GOOD}


def declared(person: UUID, bid_id: UUID = BID_ONE, interest: Interest = Interest.NONE) -> Event:
    """A declaration."""
    return v.EvaluatorInterestDeclared(person_id=person, bid_id=bid_id, interest=interest)


def score(bid_id: UUID, person: UUID, points: dict[str, int], salt: str = SALT) -> str:
    """What an evaluator commits to."""
    return sealed(points, salt, bid_id, person)


def committed(person: UUID, bid_id: UUID, points: dict[str, int], number: int = 1) -> Event:
    """A commitment to points."""
    return v.BidScoreCommitted(person_id=person, bid_id=bid_id, round=number, commitment=score(bid_id, person, points))


def revealed(person: UUID, bid_id: UUID, points: dict[str, int], number: int = 1) -> Event:
    """The points behind it."""
    return v.BidScoreRevealed(person_id=person, bid_id=bid_id, round=number, points=points, salt=SALT)


AT_WORK = (APPOINTED, SCORING)
ALL_DECLARED = tuple(declared(person, one) for one in (BID_ONE, BID_TWO) for person in PANEL)
ALL_COMMITTED = tuple(committed(person, one, POINTS[one]) for one in (BID_ONE, BID_TWO) for person in PANEL)
ALL_REVEALED = tuple(revealed(person, one, POINTS[one]) for one in (BID_ONE, BID_TWO) for person in PANEL)
SEALED_SCORES = (*AT_WORK, *ALL_DECLARED, *ALL_COMMITTED)
KNOWN = (*SEALED_SCORES, *ALL_REVEALED)
RANKING = rank(FACTS, CANDIDATES, {one: [POINTS[one]] * 3 for one in POINTS}, SCORING.tie_seed)
BEST = RANKING[0]
RANKED = v.BidScoringClosed(call_id=CALL, ranking=RANKING)


def evaluation(*events: Event) -> BidEvaluation:
    """An evaluation to rest on; closed unless told otherwise."""
    made: BidEvaluation = built(BidEvaluation, events or (*KNOWN, RANKED), EVALUATION, at=AFTER)
    return made


def told_evaluation(*events: Event) -> Scenario:
    """An evaluation with a past."""
    return given(BidEvaluation, events, stream_id=EVALUATION, at=AFTER)


STANDSTILL = deadline(RULES["contract.standstill"], AFTER, "AwardProposed", CALENDAR)
UNTIL = deadline(RULES["contract.complaint"], AFTER, "AwardProposed", CALENDAR)
AFTER_STANDSTILL = STANDSTILL.due_at + timedelta(hours=9)


def proposed(**changes: Any) -> e.AwardProposed:
    """The award is proposed to the best of the ranking."""
    told: dict[str, Any] = {
        "number": 1,
        "evaluation_id": EVALUATION,
        "ranking": RANKING,
        "bid_id": BEST.bid_id,
        "organisation_id": BEST.organisation_id,
        "contract_id": e.contract_id(CALL, BEST.organisation_id),
        "lines": priced(CONTENTS[BEST.bid_id], FACTS),
        "total": BEST.total,
        "standstill": STANDSTILL,
        "complaints_until": UNTIL,
        "title": FACTS.title,
        "summary": FACTS.summary,
        "first_day": FACTS.first_day,
        "last_day": FACTS.last_day,
        "contact": FACTS.contact,
    }
    return e.AwardProposed(**told | changes)


def of_complaint(kind: Any, **changes: Any) -> Any:
    """An event of a complaint by whoever lost, about the bid that won."""
    loser = next(one for one in BIDDERS if one != BEST.bid_id)
    return kind(**{"call_id": CALL, "bid_id": loser, "contested_id": BEST.bid_id} | changes)


FILED = of_complaint(
    q.ServiceComplaintFiled,
    organisation_id=BIDDERS[next(one for one in BIDDERS if one != BEST.bid_id)],
    proposal=1,
    grounds="Pikët e fituesit janë shumë të larta.",
    decide_by=deadline(RULES["contract.complaint.decide"], AFTER, "ServiceComplaintFiled", CALENDAR),
)
ADMITTED = of_complaint(q.ServiceComplaintAdmitted)
DISMISSED = of_complaint(q.ServiceComplaintDismissed, reason=REASON)
UPHELD = of_complaint(q.ServiceComplaintDecided, decision=ComplaintDecision.UPHELD, reason=REASON, late=False)
REJECTED = of_complaint(q.ServiceComplaintDecided, decision=ComplaintDecision.REJECTED, reason=REASON, late=True)


def claims(*more: Event) -> Claims:
    """The national ledger with the claim of the proposed award, and what became of it."""
    (reaction,) = reserve(told(proposed(), CALL))
    assert isinstance(reaction.command, ReserveClaim)
    first = f.ClaimReserved(
        organisation_id=BEST.organisation_id, institution="mflt", facts=reaction.command.facts, words=("kujdes",)
    )
    fold = Claims()
    fold.claims[CLAIM] = built(FundingClaim, (first, *more), CLAIM)
    return fold


CLAIM = f.claim_id(MINISTRY.tenant_id, e.contract_id(CALL, BEST.organisation_id))


def as_bidder(organisation_id: UUID = ONE, **overrides: Any) -> dict[str, Any]:
    """A delegate of a provider, while the call is open."""
    resting = {"references": {"call": call(*OPEN_CALL)}, "registers": (standing(organisation_id),)}
    return {"mandate": delegate(organisation_id), "now": DURING} | resting | overrides


def as_evaluator(person: UUID = FIRST, of: UUID = ONE, **overrides: Any) -> dict[str, Any]:
    """An evaluator at work."""
    resting = {"references": {"call": call(*AWARD_PENDING)}, "registers": (standing(of),)}
    return {"actor": person, "mandate": COMMISSIONER, "now": AFTER + timedelta(days=1)} | resting | overrides

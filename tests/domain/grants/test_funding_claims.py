"""What grants and the national ledger tell each other, and what nobody signs or pays while the ledger says no."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.funding_claims import commands as c
from domain.funding_claims import events as f
from domain.funding_claims.ledger import Claims
from domain.funding_claims.vocabulary import CoFinancing, Origin, OriginKind, ReleaseReason, Side, Similarity
from domain.grants import DOMAIN
from domain.grants.agreement import GrantAgreement
from domain.grants.commands.agreement import DraftAgreement, PayInstalment, SignAgreement
from domain.grants.commands.application import NoteOverlap
from domain.grants.events import agreement as e
from domain.grants.policies.funding_claims import POLICIES, agreement_id, claim_of
from domain.kernel.command import Command
from domain.kernel.errors import RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Reaction
from domain.kernel.vocabulary import Contact
from tests.domain.grants import agreements as g
from tests.domain.grants import applications as a
from tests.domain.grants.ledger import CLAIM, OF, REPORT, RESERVED, facts, ledger
from tests.domain.grants.stories import CALL, REASON, euro
from tests.support.given import MINISTRY, MUNICIPALITY, SANDBOX, told

SIGN = SignAgreement(
    call_id=CALL,
    application_id=a.APPLICATION,
    organisation_id=a.ORGANISATION,
    decision_no="11/2026",
    signed_on=date(2026, 6, 1),
)
PAY = PayInstalment(call_id=CALL, organisation_id=a.ORGANISATION, number=1, paid_on=date(2026, 7, 2), reference="TRX-1")
SIGNS = (e.AgreementSigned, e.ReportScheduled, e.ReportScheduled)
OWED = derived_id("report", g.AGREEMENT, 1)
RELEASED = f.ClaimReleased(**OF, reason=ReleaseReason.REJECTED)
FOUNDATION = a.CoFinancing(source="Fondacion", amount=euro(1))
OFFICE = Contact(office="Zyra për grante", email="grante@prizren.example")


def asked(event: Event, stream_id: Any) -> list[Reaction]:
    return list(POLICIES[type(event)](told(event, stream_id)))


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (a.SUBMITTED, c.ReserveClaim(organisation_id=a.ORGANISATION, facts=facts())),
        (a.INELIGIBLE, c.ReleaseClaim(reason=ReleaseReason.INELIGIBLE)),
        (a.ELIGIBLE, c.ReopenClaim(organisation_id=a.ORGANISATION)),
        (a.WITHDRAWN, c.ReleaseClaim(reason=ReleaseReason.WITHDRAWN)),
        (a.REJECTED, c.ReleaseClaim(reason=ReleaseReason.REJECTED)),
        (a.AWARDED, c.ReopenClaim(organisation_id=a.ORGANISATION, amount=euro(450_000))),
        (a.RESERVED, c.ReopenClaim(organisation_id=a.ORGANISATION, amount=euro(450_000))),
        (
            a.e.ReservePromoted(**a.OF_CALL, amount=euro(400_000), reason=REASON),
            c.ReopenClaim(organisation_id=a.ORGANISATION, amount=euro(400_000)),
        ),
        (a.e.AwardLapsed(**a.OF_CALL, reason=REASON), c.ReleaseClaim(reason=ReleaseReason.LAPSED)),
        (
            a.e.CoFinancingDeclared(
                **a.OF_CALL, co_financing=a.CoFinancing(source="Komuna", amount=euro(1), institution="prizren")
            ),
            c.AddCoFinancing(co_financing=CoFinancing(institution="prizren", amount=euro(1))),
        ),
        (
            a.e.CoFinancingDeclared(**a.OF_CALL, co_financing=FOUNDATION, elsewhere=euro(7)),
            c.AmendClaim(organisation_id=a.ORGANISATION, elsewhere=euro(7)),
        ),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_becomes_of_an_application_is_told_to_its_claim(event: Event, command: Command) -> None:
    assert asked(event, a.APPLICATION) == [Reaction(CLAIM, command, NATIONAL_TENANT)]


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (
            g.SIGNED,
            c.ConfirmClaim(organisation_id=a.ORGANISATION, contract_id=g.AGREEMENT, amount=g.SIGNED.award),
        ),
        (g.AMENDED, c.AmendClaim(organisation_id=a.ORGANISATION, last_day=g.AMENDED.ends_on)),
        (g.OVERDUE, c.FlagOverdueReport(report_id=OWED, due_on=date(2026, 10, 10))),
        (g.reported(1, late=True, was_overdue=True), c.ClearOverdueReport(report_id=OWED)),
        (
            e.ReportWaived(number=1, organisation_id=a.ORGANISATION, decision_no="15/2026", reason=REASON),
            c.ClearOverdueReport(report_id=OWED),
        ),
        (
            e.AgreementCompleted(call_id=CALL, organisation_id=a.ORGANISATION, paid=euro(1), unpaid=euro(2)),
            c.CloseClaim(unpaid=euro(2)),
        ),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_becomes_of_the_agreement_is_told_to_the_same_claim(event: Event, command: Command) -> None:
    assert asked(event, g.AGREEMENT) == [Reaction(CLAIM, command, NATIONAL_TENANT)]


def test_what_changes_nothing_and_what_older_logs_do_not_say_is_told_to_nobody() -> None:
    older = a.e.CoFinancingDeclared(**a.OF_CALL, co_financing=FOUNDATION)

    assert asked(older, a.APPLICATION) == []
    assert asked(replace(g.AMENDED, organisation_id=None), g.AGREEMENT) == []
    assert asked(g.reported(1), g.AGREEMENT) == []


def test_the_agreements_id_is_settled_with_the_application() -> None:
    draft = DraftAgreement(call_id=CALL, application_id=a.APPLICATION, instalments=g.INSTALMENTS, reports=g.REPORTS)

    assert GrantAgreement.settled_id(10, draft) == agreement_id(a.APPLICATION) == g.AGREEMENT
    assert claim_of(10, a.APPLICATION) != claim_of(36, a.APPLICATION)


def test_the_claim_holds_what_is_compared_and_where_to_ask() -> None:
    told_so = facts()

    assert (told_so.title, told_so.activity, told_so.amount) == (
        a.PROJECT.title,
        a.PROJECT.activity,
        a.PROJECT.requested,
    )
    assert [line.amount for line in told_so.costs] == [line.amount for line in a.PROJECT.costs]
    assert told_so.origin == Origin(tenant_id=10, kind=OriginKind.GRANT, stream_id=a.APPLICATION)
    assert (told_so.co_financing, told_so.elsewhere) == (
        (CoFinancing(institution="prizren", amount=euro(50_000)),),
        None,
    )
    private = replace(a.SUBMITTED, project=a.project(co_financing=(FOUNDATION,)))
    (reserve,) = asked(private, a.APPLICATION)
    assert isinstance(reserve.command, c.ReserveClaim)
    assert (reserve.command.facts.co_financing, reserve.command.facts.elsewhere) == ((), euro(1))
    assert set(POLICIES) <= set(DOMAIN.policies)


def overlap(kind: OriginKind = OriginKind.GRANT) -> f.OverlapFound:
    other = Origin(tenant_id=MUNICIPALITY.tenant_id, kind=kind, stream_id=derived_id("test", "theirs"))
    return f.OverlapFound(
        **OF,
        overlap_id=f.overlap_id(CLAIM, REPORT),
        this=Side(claim_id=CLAIM, institution="mflt", origin=facts().origin),
        other=Side(claim_id=REPORT, institution="prizren", origin=other, contact=OFFICE),
        similarity=Similarity(
            total=800_000, activity=1, period=1, costs=1, shared_words=(), shared_days=1, shared_costs=()
        ),
        threshold=450_000,
        declared=False,
    )


def test_both_sides_of_an_overlap_are_told_in_their_own_logs() -> None:
    found = overlap()
    ours = NoteOverlap(
        overlap_id=found.overlap_id,
        institution="prizren",
        contact="Zyra për grante <grante@prizren.example>",
        similarity=800_000,
    )
    theirs = NoteOverlap(overlap_id=found.overlap_id, institution="mflt", contact="mflt", similarity=800_000)

    assert asked(found, CLAIM) == [
        Reaction(a.APPLICATION, ours, MINISTRY.tenant_id),
        Reaction(derived_id("test", "theirs"), theirs, MUNICIPALITY.tenant_id),
    ]
    assert len(asked(overlap(OriginKind.CONTRACT), CLAIM)) == 1


def signing(*more: Event, **rest: Any) -> dict[str, Any]:
    return g.signing(registers=(a.standing(), ledger(*more, **rest)))


FLAGGED = (RESERVED, f.OverdueReportFlagged(**OF, report_id=REPORT, due_on=date(2026, 2, 1)))


@pytest.mark.parametrize(
    ("resting", "rule"),
    [
        (signing(RELEASED), "funding.claim.reserved"),
        (signing(others=FLAGGED), "funding.report.overdue"),
    ],
    ids=["no claim", "owes another institution a report"],
)
def test_nobody_signs_while_the_ledger_says_no(resting: dict[str, Any], rule: str) -> None:
    g.told(g.AGREED).when(SIGN, **resting).then_refused(RuleViolated, rule=rule)


FOUND = replace(overlap(), other=replace(overlap().other, institution="mkrs"))
AWARDED = f.ClaimAmended(**OF, amount=g.SIGNED.award)
DISMISSED = f.OverlapDismissed(**OF, overlap_id=FOUND.overlap_id, decision_no="8/2026", reason=REASON)


def overlapping(*more: Event, cents: int = 50_000) -> Claims:
    """A second institution pays for the same, and the applicant declared only the first; then what came later."""
    fold = ledger(AWARDED, f.ClaimAmended(**OF, elsewhere=euro(1)), FOUND, *more)
    theirs = replace(RESERVED.facts, co_financing=(), amount=euro(cents))
    elsewhere = replace(RESERVED, institution="mkrs", facts=theirs)
    fold.claims[REPORT] = ledger(others=(elsewhere,)).claims[derived_id("test", "another claim")]
    return fold


def co_financed(institution: str, cents: int) -> f.CoFinancingAdded:
    return f.CoFinancingAdded(**OF, co_financing=CoFinancing(institution=institution, amount=euro(cents)))


ON_LEDGER = [
    ((), "funding.overlap.undeclared"),
    ((co_financed("mkrs", 1),), "funding.overlap.costs"),
    ((co_financed("mkrs", 49_998), co_financed("prizren", 1)), "funding.overlap.costs"),
    ((f.ClaimAmended(**OF, amount=euro(1)), co_financed("mkrs", 1)), "funding.overlap.confirmed"),
]


@pytest.mark.parametrize(("more", "rule"), ON_LEDGER)
def test_nothing_is_signed_or_paid_while_an_overlap_stands(more: tuple[Event, ...], rule: str) -> None:
    registers = (a.standing(), overlapping(*more))
    requested = (*g.IN_FORCE, g.REQUESTED, g.CHECKED)

    g.told(g.AGREED).when(SIGN, **g.signing(registers=registers)).then_refused(RuleViolated, rule=rule)
    g.told(*requested).when(PAY, **g.as_payer(registers=registers)).then_refused(RuleViolated, rule=rule)


@pytest.mark.parametrize(
    "more",
    [
        (DISMISSED,),
        (co_financed("prizren", 1), f.ClaimAmended(**OF, amount=euro(440_000)), co_financed("mkrs", 50_000)),
    ],
    ids=["dismissed", "declared with the true amount, within the costs"],
)
def test_what_is_settled_is_signed_and_paid(more: tuple[Event, ...]) -> None:
    registers = (a.standing(), overlapping(*more))
    requested = (*g.IN_FORCE, g.REQUESTED, g.CHECKED)

    g.told(g.AGREED).when(SIGN, **g.signing(registers=registers)).then_events(*SIGNS)
    g.told(*requested).when(PAY, **g.as_payer(registers=registers)).then_events(e.InstalmentPaid)


def test_a_sandbox_has_no_claim_in_the_ledger() -> None:
    g.told(g.AGREED).when(SIGN, tenant=SANDBOX, **signing(RELEASED)).then_events(*SIGNS)


def test_a_report_owed_to_another_institution_stops_the_payment() -> None:
    owing = g.as_payer(registers=(a.standing(), ledger(others=FLAGGED)))
    requested = (*g.IN_FORCE, g.REQUESTED, g.CHECKED)

    g.told(*requested).when(PAY, **owing).then_refused(RuleViolated, rule="funding.report.overdue")
    later = owing | {"registers": (a.standing(), ledger()), "now": g.RUNNING + timedelta(hours=1)}
    g.told(*requested).when(PAY, **later).then_events(e.InstalmentPaid)

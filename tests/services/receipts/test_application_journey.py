"""The way of an application by its events: from the check to the last report, and no reason, name or sealed value."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from domain.catalogue import REGISTRY
from domain.grants.complaint import complaint_id
from domain.grants.events.ranking import FinalRankingPublished, RanksReleased
from domain.grants.policies.funding_claims import agreement_id
from domain.grants.vocabulary import ComplaintSubject
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from infra.eventstore.interface import StoredEvent
from services.receipts.application_journey import follow, streams
from services.receipts.journey import Journey
from tests.domain.grants import agreements as g
from tests.domain.grants import applications as a
from tests.domain.grants import commissions as k
from tests.domain.grants import complaints as q
from tests.domain.grants.examples import EXAMPLES
from tests.domain.grants.stories import CALL, CANCELLED, EVALUATING, OVER, REASON, VOIDED
from tests.support.given import NOW

FINAL = FinalRankingPublished(commission_id=k.COMMISSION, ranking=q.RANKING, changed=False)
FREE = RanksReleased(commission_id=k.COMMISSION, released=q.RANKING[:1], contested=(k.SECOND,), frozen_until=None)
COMPLAINT = complaint_id(a.APPLICATION, ComplaintSubject.CHECK)


def way(*told: tuple[UUID, Event], of: UUID = a.APPLICATION) -> Journey:
    """The journey of an application whose streams hold these events in this order, after its submission."""
    stored, versions = [], dict.fromkeys(streams(of, CALL), 0)
    for n, (stream, event) in enumerate([(of, one) for one in a.SENT] + list(told), 10):
        versions[stream] = versions.get(stream, 0) + 1
        at, content = NOW + timedelta(minutes=n), REGISTRY.encode(event)
        command = derived_id("journey", n)
        stored.append(
            StoredEvent(7, n, 1, stream, versions[stream], event.TOPIC, at, NOW, command, None, b"{}", content, None)
        )
    submitted = next(one for one in stored if one.type_name == a.SUBMITTED.TOPIC)
    return follow(REGISTRY, submitted, [one for one in stored if one.stream_id in streams(of, CALL)])


def test_the_whole_way_in_the_order_of_the_log() -> None:
    agreement = agreement_id(a.APPLICATION)
    told = [
        *((CALL, one) for one in (*OVER, EVALUATING)),
        (a.APPLICATION, a.INELIGIBLE),
        (COMPLAINT, q.FILED),
        (a.APPLICATION, EXAMPLES[a.e.CheckReopened]),
        (a.APPLICATION, a.ELIGIBLE),
        (k.COMMISSION, k.KNOWN[-1]),
        (CALL, q.PROVISIONAL),
        (CALL, FREE),
        (CALL, FINAL),
        (a.APPLICATION, a.AWARDED),
        *((agreement, one) for one in g.SETTLED),
        (agreement, EXAMPLES[g.e.AgreementCompleted]),
    ]
    found = way(*told)

    assert [step.step for step in found.steps] == [
        "application_submitted",
        "application_checked",
        "complaint_filed",
        "check_reopened",
        "application_checked",
        "ranked",
        "award_released",
        "ranking_final",
        "agreement_signed",
        "instalment_paid",
        "report_submitted",
        "report_accepted",
        "report_submitted",
        "report_accepted",
        "instalment_paid",
        "agreement_completed",
    ]
    assert (found.state, found.subject_id, found.within_id) == ("agreement_completed", a.APPLICATION, CALL)
    assert [step.position for step in found.steps] == sorted(step.position for step in found.steps)
    check, ranked, paid = found.steps[1], found.steps[5], found.steps[9]
    assert (check.outcome, check.until) == ("ineligible", a.COMPLAINTS.due_at)
    assert (ranked.rank, ranked.score, ranked.outcome, ranked.until) == (1, 900_000, "awarded", q.UNTIL.due_at)
    assert (paid.number, paid.amount) == (1, g.PAID.amount)


def test_nothing_of_what_was_said_is_told() -> None:
    secret = "E fshehtë"
    complained = msgspec.structs.replace(q.FILED, grounds=secret)
    reported = msgspec.structs.replace(g.reported(1, g.EXPENSE), narrative=secret)
    found = way(
        (a.APPLICATION, a.INELIGIBLE), (COMPLAINT, complained), (agreement_id(a.APPLICATION), reported), (CALL, FINAL)
    )
    told = msgspec.json.encode(found).decode()

    hidden = (secret, a.PROJECT.title, a.PROJECT.activity, a.SUBMITTED.receipt, str(a.ORGANISATION), str(k.SECOND))
    assert not [one for one in (*hidden, str(REASON.in_language("sq")), g.EXPENSE.title) if one in told]
    assert found.told.isdisjoint(step.step for step in found.steps if step.step != "ranking_final")


@pytest.mark.parametrize(("end", "step"), [(CANCELLED, "call_cancelled"), (VOIDED, "call_voided")])
def test_how_the_call_ends_is_the_end_of_every_application(end: Event, step: str) -> None:
    assert way((CALL, end)).state == step


def test_a_ranking_without_the_application_is_no_step_of_it() -> None:
    elsewhere = derived_id("test", "application of somebody else")
    assert [one.step for one in way((CALL, q.PROVISIONAL), (CALL, FINAL), of=elsewhere).steps] == [
        "application_submitted"
    ]

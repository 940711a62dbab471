"""The fold over all contributions: what counts, and the proof."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from domain.consultations import events as e
from domain.consultations.commands import PublishReport
from domain.consultations.tally import Tally, proof_of
from domain.consultations.vocabulary import Outcome, WithheldReason
from domain.kernel.receipt import receipt_tag
from tests.domain.consultations.stories import (
    ANSWERED,
    BOTH,
    DISPUTED,
    OF_ONE,
    OF_THREE,
    OF_TWO,
    PUBLISHED,
    REASON,
    TAKEN_BACK,
    WITHHELD,
    ZERO,
    submitted,
    tally,
)
from tests.support.given import STREAM, new_id

REVISED = e.PositionRevised(
    consultation_id=STREAM, previous=Outcome.ACCEPTED, outcome=Outcome.NOTED, reason=REASON, why=REASON
)
EVENTS = (PUBLISHED, WITHHELD, TAKEN_BACK, ANSWERED, REVISED, DISPUTED)


def test_nothing_counts_to_zero() -> None:
    assert tally().counts() == ZERO


def test_its_boundary_is_the_consultation() -> None:
    assert Tally.tag(STREAM, PublishReport(files=BOTH)) == f"consultation:{STREAM}"
    assert submitted().tags() == (f"consultation:{STREAM}", receipt_tag(submitted().receipt))


def test_each_is_counted_for_what_became_of_it() -> None:
    counts = tally(
        (OF_ONE, [submitted(), ANSWERED]), (OF_TWO, [submitted(), WITHHELD]), (OF_THREE, [submitted(), TAKEN_BACK])
    ).counts()

    assert (counts.submitted, counts.admitted, counts.withdrawn, counts.answered) == (3, 1, 1, 1)
    assert counts.withheld == {WithheldReason.SPAM: 1}
    assert counts.positions == {Outcome.ACCEPTED: 1}
    assert counts.proof == sha256(f"{OF_ONE} accepted\n".encode()).hexdigest()


def test_a_withheld_one_leaves_its_position_out() -> None:
    counts = tally((OF_ONE, [submitted(), ANSWERED, WITHHELD])).counts()

    assert (counts.admitted, counts.answered, counts.positions) == (0, 0, {})


def test_one_that_is_shown_after_all_counts_again() -> None:
    fold = tally((OF_ONE, [submitted(), WITHHELD, PUBLISHED]))

    assert fold.unanswered() == (OF_ONE,)


def test_the_last_position_counts_and_disputes_change_none() -> None:
    fold = tally((OF_ONE, [submitted(), ANSWERED, REVISED, DISPUTED]))

    assert fold.counts().positions == {Outcome.NOTED: 1}
    assert fold.unanswered() == ()


def test_the_proof_does_not_depend_on_order() -> None:
    pairs = {new_id(n): "noted" for n in range(5)}

    assert proof_of(pairs) == proof_of(dict(reversed(pairs.items())))
    assert proof_of(pairs) != proof_of({**pairs, new_id(0): "accepted"})


@given(st.lists(st.lists(st.sampled_from(EVENTS), max_size=4), max_size=6))
def test_the_counts_always_add_up(stories: list[list[e.Event]]) -> None:
    fold = tally(*((new_id(n), [submitted(), *events]) for n, events in enumerate(stories)))
    counts = fold.counts()

    assert counts.submitted == counts.admitted + sum(counts.withheld.values()) + counts.withdrawn
    assert counts.answered == sum(counts.positions.values())
    assert len(fold.unanswered()) == counts.admitted - counts.answered

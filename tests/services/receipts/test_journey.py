"""The way of a contribution by its events: what everybody may know, in order, and no more."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from domain.catalogue import REGISTRY
from domain.consultations import events as e
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import text
from infra.eventstore.interface import StoredEvent
from services.gateway.contribution_page import STEPS
from services.receipts import application_journey, contribution_journey
from services.receipts.contribution_journey import follow
from services.receipts.journey import Journey
from tests.domain.consultations.stories import ANSWERED, PUBLISHED, REASON, TAKEN_BACK, WITHHELD, drafted, submitted
from tests.support.given import NOW, STREAM

WRITTEN = [drafted(), submitted()]
DISPUTED = e.AnswerDisputed(consultation_id=STREAM, language="sq", grounds="Jo fjala ime")
REPLIED = e.DisputeReplied(consultation_id=STREAM, reply=text(sq="Mbetet"))
REVISED = e.PositionRevised(consultation_id=STREAM, previous="accepted", outcome="rejected", reason=REASON, why=REASON)


def stored(events: list[Event], stream: Any, begin: int) -> list[StoredEvent]:
    return [
        StoredEvent(
            7,
            n,
            1,
            stream,
            version,
            event.TOPIC,
            NOW + timedelta(minutes=n),
            NOW,
            derived_id(n),
            None,
            b"{}",
            REGISTRY.encode(event),
            None,
        )
        for version, (n, event) in enumerate(enumerate(events, begin), 1)
    ]


def way(*events: Event, of_consultation: tuple[Event, ...] = ()) -> Journey:
    own = stored([*WRITTEN, *events], derived_id("contribution"), 10)
    return follow(REGISTRY, own, stored(list(of_consultation), STREAM, 100))


@pytest.mark.parametrize(
    ("events", "state", "shown", "steps"),
    [
        ((), "submitted", False, ["submitted"]),
        ((PUBLISHED,), "published", True, ["submitted", "published"]),
        ((PUBLISHED, ANSWERED), "answered", True, ["submitted", "published", "answered"]),
        ((PUBLISHED, ANSWERED, DISPUTED), "disputed", True, ["submitted", "published", "answered", "disputed"]),
        (
            (PUBLISHED, ANSWERED, DISPUTED, REPLIED),
            "answered",
            True,
            ["submitted", "published", "answered", "disputed", "dispute_replied"],
        ),
        ((PUBLISHED, ANSWERED, REVISED), "answered", True, ["submitted", "published", "answered", "answer_revised"]),
        ((WITHHELD,), "withheld", False, ["submitted", "withheld"]),
        ((PUBLISHED, ANSWERED, WITHHELD), "withheld", False, ["submitted", "withheld"]),
        (
            (PUBLISHED, ANSWERED, WITHHELD, PUBLISHED),
            "answered",
            True,
            ["submitted", "published", "answered", "withheld", "published"],
        ),
        ((PUBLISHED, TAKEN_BACK), "withdrawn", False, ["submitted", "withdrawn"]),
    ],
)
def test_what_became_of_it(events: tuple[Event, ...], state: str, shown: bool, steps: list[str]) -> None:
    found = way(*events)

    assert (found.state, found.shown, [step.step for step in found.steps]) == (state, shown, steps)


def test_nothing_of_what_is_not_for_everybody_is_told() -> None:
    secret = msgspec.structs.replace(WITHHELD, note=text(sq="Fyerje", sr="Uvreda"))
    told = msgspec.json.encode([way(PUBLISHED, ANSWERED, DISPUTED), way(secret)]).decode()

    for hidden in ("Jo fjala ime", "Neni 4", "Fyerje", "Uvreda", str(drafted().contributor_id), submitted().receipt):
        assert hidden not in told
    disputed = way(PUBLISHED, ANSWERED, DISPUTED)
    assert [step.step in disputed.told for step in disputed.steps] == [True, True, True, False]


def test_every_step_has_a_name() -> None:
    of_contribution = (contribution_journey.CONTRIBUTION, contribution_journey.CONSULTATION)
    of_application = (application_journey.OWN, application_journey.OF_CALL)
    kinds = [name for kind in (*of_contribution, *of_application) for name, _ in kind.values()]
    kinds += application_journey.RANKINGS.values()

    assert len(kinds) == len(set(kinds))
    assert set(kinds) == set(STEPS)
    assert {"submitted", "receipted", "withdrawn"} < way().told < set(STEPS)


def test_steps_of_both_streams_are_in_the_order_of_the_log() -> None:
    late = stored([*WRITTEN, PUBLISHED], derived_id("contribution"), 200)
    annulled = e.ConsultationAnnulled(decision_no="1/2026", reason=REASON)

    found = follow(REGISTRY, late, stored([annulled], STREAM, 150))
    assert [step.position for step in found.steps] == [150, 201, 202]
    assert found.at(150) is found.steps[0]
    assert found.at(200) is None

"""Every stored payload this domain ever wrote still reads, and today's writer writes the same bytes."""

from pathlib import Path

import msgspec
import pytest

from domain.kernel.event import Event
from domain.kernel.registry import Registry
from domain.volunteering import DOMAIN
from tests.domain.volunteering.examples import EXAMPLES

GOLDEN = Path(__file__).parents[2] / "golden" / "events"
REGISTRY = Registry(DOMAIN.events, DOMAIN.upcasts)


def test_there_is_one_payload_per_stored_name() -> None:
    assert {path.stem for path in GOLDEN.glob("volunteering.*.json")} == set(REGISTRY.names)


@pytest.mark.parametrize("event", DOMAIN.events, ids=lambda event: event.TOPIC)
def test_a_payload_is_written_and_read_as_ever(event: type[Event]) -> None:
    golden = (GOLDEN / f"{event.TOPIC}.json").read_bytes()

    assert REGISTRY.decode(event.TOPIC, golden) == EXAMPLES[event]
    assert msgspec.json.format(REGISTRY.encode(EXAMPLES[event]), indent=1) + b"\n" == golden

"""Every stored payload that a domain ever wrote still reads, and today's writer writes the same bytes.

A domain shows an example of each of its events, every field filled, in the modules of `tests/domain/<name>` named here.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from domain.catalogue import DOMAINS, REGISTRY
from domain.kernel.event import Event

GOLDEN = Path(__file__).parents[1] / "golden" / "events"
SHOWN: Mapping[str, tuple[str, ...]] = {
    "action_measures": ("examples", "indicator_examples", "monitoring_examples"),
    "consultations": ("examples",),
    "contracts": ("examples",),
    "council": ("examples", "voting", "cooperating"),
    "grants": ("examples",),
    "licences": ("examples",),
    "platforms": ("examples",),
    "publications": ("examples",),
    "succession": ("examples",),
    "volunteering": ("examples",),
    "webhooks": ("examples",),
}
EXAMPLES: Mapping[type[Event], Event] = {
    event: example
    for name, modules in SHOWN.items()
    for module in modules
    for event, example in import_module(f"tests.domain.{name}.{module}").EXAMPLES.items()
}
EVENTS = tuple(dict.fromkeys(event for domain in DOMAINS if domain.name in SHOWN for event in domain.events))


def test_there_is_one_payload_per_stored_name() -> None:
    named = {name for name in REGISTRY.names if name.partition(".")[0] in SHOWN}
    assert {path.stem for name in SHOWN for path in GOLDEN.glob(f"{name}.*.json")} == named


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TOPIC)
def test_a_payload_is_written_and_read_as_ever(event: type[Event]) -> None:
    golden = (GOLDEN / f"{event.TOPIC}.json").read_bytes()

    assert REGISTRY.decode(event.TOPIC, golden) == EXAMPLES[event]
    assert msgspec.json.format(REGISTRY.encode(EXAMPLES[event]), indent=1) + b"\n" == golden


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TOPIC)
def test_an_example_fills_every_field(event: type[Event]) -> None:
    example = EXAMPLES[event]

    assert all(getattr(example, field) not in (None, ()) for field in example.__struct_fields__)

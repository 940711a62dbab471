"""The small files of a kit: what it is read with (rules, calendars, schemas, keys), and the words on it."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate
from domain.kernel.calendar import NonWorkingDay
from domain.kernel.registry import Registry
from domain.rules.pack import RulePack
from domain.rules.working_calendar import WorkingCalendar
from infra.eventstore.codec import restore
from infra.eventstore.interface import StoredEvent
from infra.tlog.note import Verifier

RULES = "rules."
"""How the stored names of rule packs and calendars begin."""


def written_words() -> dict[str, bytes]:
    """What is the same in every kit: how to read it, the form of a leaf, and the verifier."""
    standalone = files("services.audit").joinpath("standalone")
    return {
        "README.md": standalone.joinpath("KIT.md").read_bytes(),
        "LEAF.md": files("infra.eventstore").joinpath("LEAF.md").read_bytes(),
        "verifier/verify.py": standalone.joinpath("verify.py").read_bytes(),
    }


def key_lines(log: Iterable[Verifier], witnesses: Iterable[Verifier]) -> bytes:
    """`log VKEY` and `witness VKEY`, a line each."""
    lines = [*(f"log {one}\n" for one in dict.fromkeys(log)), *(f"witness {one}\n" for one in witnesses)]
    return "".join(lines).encode()


def schemas(registry: Registry) -> bytes:
    """The JSON Schema of each event's payload, by stored name."""
    made = {event.TOPIC: msgspec.json.schema(event) for event in registry.classes}
    return msgspec.json.encode(made, order="sorted")


def rule_files(registry: Registry, national: Sequence[StoredEvent]) -> dict[str, bytes]:
    """Rule packs and all versions of the calendar, of the national log's events whose names begin with `RULES`."""
    streams: dict[UUID, Aggregate] = {}
    calendars: dict[str, Sequence[NonWorkingDay]] = {}
    for stored in national:
        made: Aggregate = restore(registry, stored).mutate(streams.get(stored.stream_id))
        streams[stored.stream_id] = made
        if isinstance(made, WorkingCalendar):
            calendar = made.calendar
            calendars[calendar.version] = [calendar.days[day] for day in sorted(calendar.days)]
    packs = {f"rules/{pack.pack}.json": _pack(pack) for pack in streams.values() if isinstance(pack, RulePack)}
    return {"calendars.json": msgspec.json.encode(calendars), **dict(sorted(packs.items()))}


def _pack(pack: RulePack) -> bytes:
    told: Mapping[str, object] = {
        "pack": pack.pack,
        "state": pack.state,
        "effective_from": getattr(pack, "effective_from", None),
        "rules": list(pack.rules.values()),
    }
    return msgspec.json.encode(told)

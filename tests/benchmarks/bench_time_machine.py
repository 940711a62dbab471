"""Questions about the past of a long log: from stored rows beside a fold of the whole log, and as the log grows."""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any

from infra.database.interface import Connection, Role
from infra.database.migrate import register_types
from projections import audit_queries, consultation_queries, contribution_queries
from projections.as_of import Past
from projections.catalogue import CONSULTATIONS, CONTRIBUTIONS, READ_MODELS, TRAIL
from projections.connections import Connections
from projections.engine import Engine
from projections.history import History, Moment
from projections.keeping import SPAN, Keeper
from projections.raw_log import RawLog
from projections.read_model import ReadModel
from tests.benchmarks.figures import Figure, compared, emit, rounds
from tests.benchmarks.store_setting import Setting, prepared
from tests.projections.story import (
    NOW,
    REGISTRY,
    Story,
    answered,
    attached,
    derived_id,
    drafted,
    e,
    opened,
    planned,
    submitted,
)

EVENTS = 200_000
TENANT = 2
ROUNDS = 3
EARLY, LATE = EVENTS // 10 - 137, EVENTS - 137
"""Positions that are asked for, at no boundary."""
Ask = Callable[[Connection], Awaitable[Any]]


async def run() -> None:
    """Print the figures."""
    async with prepared(3) as setting:
        await register_types(setting.admin, REGISTRY.names)
        await fill(Story(setting.store, TENANT))
        await setting.admin.execute("VACUUM ANALYZE es.event")
        reading, writing = Connections(setting.database, Role.GATEWAY, 8), Connections(setting.database, Role.PROJECTOR)
        log = RawLog(reading)
        engine = Engine(log, REGISTRY, setting.database, READ_MODELS, batch=1_000, connections=writing)
        await engine.catch_up(TENANT)
        await keep(setting, Keeper(writing, History(log, REGISTRY), READ_MODELS))
        await setting.admin.execute("ANALYZE")
        await ask(setting, History(log, REGISTRY))
        await engine.close()
        await reading.close()


async def fill(story: Story) -> None:
    """Consultations of 100 contributions each, one after the other in time."""
    told = 0
    while told < EVENTS:
        consultation, at = derived_id("bench", told), NOW + timedelta(seconds=told)
        appends = [story.append(consultation, planned(f"Projektligji {told}"), attached(), opened(at), at=at)]
        appends += [
            story.append(
                derived_id("bench", told, n),
                drafted(consultation, f"Neni {n} duhet të ndryshohet, sepse afati është i shkurtër."),
                submitted(consultation, at),
                e.ContributionPublished(consultation_id=consultation),
                answered(consultation),
                at=at + timedelta(seconds=n),
            )
            for n in range(100)
        ]
        await story.store.append_many(appends)
        told += 403


async def keep(setting: Setting, keeper: Keeper) -> None:
    """How fast the past is kept, and how much room it takes beside the live rows."""
    began, spans = time.perf_counter(), 0
    while await keeper.step(TENANT):
        spans += 1
    taken = time.perf_counter() - began
    size = "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = $1::regnamespace"
    kept, live = [float(await setting.admin.fetchval(size, schema)) for schema in ("past", "rm")]
    emit(
        Figure(
            name="time_machine.kept",
            value=spans * SPAN / taken,
            unit="events/s",
            baseline="bytes of the live rows; the ratio is of bytes",
            baseline_value=live,
            ratio=kept / live,
            rounds=1,
            note=f"{spans} spans of {SPAN} events, {kept / 1e6:.0f} MB kept beside {live / 1e6:.0f} MB live",
        )
    )


async def ask(setting: Setting, history: History) -> None:
    """Milliseconds of one question, by the way it is answered."""
    folding = Past(setting.database, Role.GATEWAY, history)
    stored = Past(setting.database, Role.GATEWAY, history, stored=True)
    first = derived_id("bench", 0)
    chosen = contribution_queries.Filter(consultation_id=first)
    questions: dict[str, tuple[ReadModel[Any], Ask]] = {
        "consultations": (CONSULTATIONS, lambda c: consultation_queries.consultations(c, NOW)),
        "contributions": (CONTRIBUTIONS, lambda c: contribution_queries.contributions(c, chosen)),
        "audit": (TRAIL, audit_queries.audit_trail),
    }
    late = {"position": Moment(position=LATE), "time": Moment(as_of=NOW + timedelta(seconds=EVENTS // 2))}
    for name, (model, question) in questions.items():
        for kind, moment in late.items():
            sides = {
                "stored": partial(milliseconds, stored, moment, model, question),
                "folded": partial(milliseconds, folding, moment, model, question),
                "early": partial(milliseconds, stored, Moment(position=EARLY), model, question),
            }
            measured = await rounds(sides, ROUNDS)
            report(f"time_machine.{name}.{kind}", measured, "folded", 0.2, f"a fold of {EVENTS} events")
            if kind == "position":
                report(f"time_machine.{name}.growth", measured, "early", 2.0, f"the same question at position {EARLY}")
    await folding.close()
    await stored.close()


def report(name: str, measured: dict[str, list[float]], beside: str, goal: float, baseline: str) -> None:
    """The question from stored rows, held against another way or another moment."""
    emit(
        Figure(
            name=name,
            value=median(measured["stored"]),
            unit="ms",
            baseline=baseline,
            baseline_value=median(measured[beside]),
            ratio=compared(measured["stored"], measured[beside]),
            goal=goal,
            at_most=True,
            rounds=len(measured["stored"]),
            note=f"one page of 50, {EVENTS} events in the log",
        )
    )


async def milliseconds(past: Past, moment: Moment, model: ReadModel[Any], question: Ask) -> float:
    """From the question to its answer."""
    began = time.perf_counter()
    async with past.at(moment, [model], [TENANT]) as connection:
        await question(connection)
    return (time.perf_counter() - began) * 1_000

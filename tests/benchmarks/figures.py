"""What a benchmark reports, and how two sides are measured in one run."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

Side = Callable[[], Awaitable[float]]
"""Measures one side once and returns its figure."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with what it is held against. `ratio` is the median of the ratios of each round.

    `goal` is what the ratio must reach (`at least`) or stay under (`at most`); 0 where nothing was promised.
    """

    name: str
    value: float
    unit: str
    baseline: str
    baseline_value: float
    ratio: float
    goal: float = 0.0
    at_most: bool = False
    rounds: int = 0
    note: str = ""

    @property
    def reached(self) -> bool:
        """Whether the goal is met."""
        return not self.goal or (self.ratio <= self.goal if self.at_most else self.ratio >= self.goal)


def emit(figure: Figure) -> None:
    """Print the figure as one JSON object on a line of its own."""
    shown = msgspec.to_builtins(figure) | {"reached": figure.reached}
    shown |= {k: float(f"{v:.4g}") for k, v in shown.items() if isinstance(v, float)}
    sys.stdout.write(json.dumps(shown) + "\n")
    sys.stdout.flush()


async def rounds(sides: Mapping[str, Side], count: int = 5) -> dict[str, list[float]]:
    """Measure every side `count` times, all sides in every round, in turning order."""
    measured: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for n in range(count):
        for name in names[n % len(names) :] + names[: n % len(names)]:
            measured[name].append(await sides[name]())
    return measured


def compared(values: Sequence[float], baseline: Sequence[float]) -> float:
    """Median of the ratios of the same round."""
    return statistics.median(value / base for value, base in zip(values, baseline, strict=True))


async def per_second(
    callers: int, seconds: float, call: Callable[[int], Awaitable[object]]
) -> tuple[float, list[float]]:
    """Calls per second of `callers` that call again as soon as they are answered, and each call's seconds, sorted."""
    until = time.perf_counter() + seconds
    taken: list[float] = []

    async def caller(n: int) -> None:
        while (began := time.perf_counter()) < until:
            await call(n)
            taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(caller(n) for n in range(callers)))
    return len(taken) / (time.perf_counter() - began), sorted(taken)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the sorted values lie."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

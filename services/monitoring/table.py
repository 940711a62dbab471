"""The figures of a report as a table: a row for each figure, then one for each institution that adds to it."""

from collections.abc import Iterator

import msgspec

from domain.action_measures.monitoring import FrozenFigure, FrozenReport


class FigureLine(msgspec.Struct, frozen=True, kw_only=True):
    """A figure, or what one institution adds to it: `tenant` is '' for the whole, which alone has a `value`."""

    section: str
    query: str
    version: int
    query_hash: str
    unit: str
    tenant: str = ""
    value: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    first_position: int | None = None
    last_position: int | None = None
    events: int | None = None


def lines(frozen: FrozenReport) -> Iterator[FigureLine]:
    """The rows, in the order of the report."""
    for one in frozen.figures:
        whole = FigureLine(
            section=one.section,
            query=one.query.name,
            version=one.query.version,
            query_hash=one.query_hash,
            unit=one.unit,
            value=one.figure.value,
            numerator=one.figure.numerator,
            denominator=one.figure.denominator,
        )
        yield whole
        yield from _institutions(one, whole)


def _institutions(one: FrozenFigure, whole: FigureLine) -> Iterator[FigureLine]:
    counts = {each.tenant: each for each in one.by_institution}
    ranges = {each.tenant: each for each in one.ranges}
    for tenant in sorted(counts.keys() | ranges.keys()):
        adds, lie = counts.get(tenant), ranges.get(tenant)
        yield msgspec.structs.replace(
            whole,
            tenant=tenant,
            value=None,
            numerator=adds.numerator if adds else None,
            denominator=adds.denominator if adds else None,
            first_position=lie.first if lie else None,
            last_position=lie.last if lie else None,
            events=lie.events if lie else None,
        )

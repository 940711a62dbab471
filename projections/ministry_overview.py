"""A ministry's own figures, and what it drafts by kind of act."""

from datetime import datetime

import msgspec

from projections.overview import Figures, Overview, overviews
from projections.reading import ReadConnection

KIND = "ministry"
ACT_KINDS = ("law", "regulation", "administrative_instruction", "concept_document", "strategy", "action_plan")
"""What ministries consult on (Regulation (GRK) No. 05/2016); the rest is summed up as `other`."""


class MinistryOverview(msgspec.Struct, frozen=True):
    """The figures, and per kind of act how many consultations there were of each."""

    overview: Overview
    acts: dict[str, int]


async def ministry_overview(
    connection: ReadConnection, now: datetime, *, year: int | None = None
) -> list[MinistryOverview]:
    """One entry per ministry that the connection may see and that has a consultation, ascending by slug."""
    return [
        MinistryOverview(overview, _acts(overview.total))
        for overview in await overviews(connection, now, kind=KIND, year=year)
    ]


def _acts(figures: Figures) -> dict[str, int]:
    acts = dict.fromkeys((*ACT_KINDS, "other"), 0)
    for kind, number in figures.by_act_kind.items():
        acts[kind if kind in acts else "other"] += number
    return acts

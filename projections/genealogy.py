"""Institutions that went into others: each step with what the logs of both sides say of it."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from domain.succession.vocabulary import TreeHead
from projections.duty_register import CARRIED
from projections.reading import IN_SCOPE, ReadConnection, maker, selected
from projections.succession_register import SuccessionRow


class Step(msgspec.Struct, frozen=True):
    """One institution succeeds another, at once or because it succeeds a successor (`decision_no` is the last one's).

    `how` is how the predecessor ended. `successor_head` is what the predecessor's log names of the successor's,
    `predecessor_head` the other way round. `duties` counts by kind what this successor answers for.
    `passed_at` is when the successor itself had ended and others took its place.
    """

    predecessor: str
    successor: str
    how: str
    decision_no: str
    since: datetime
    successor_head: TreeHead | None
    predecessor_head: TreeHead | None
    taken_at: datetime | None
    passed_at: datetime | None
    duties: dict[str, int]

    @property
    def key(self) -> tuple[str, str, str]:
        """By which steps are in order."""
        return self.since.isoformat(), self.predecessor, self.successor


_DUTIES = f"""SELECT tenant_id, other, kind, count(*) FROM duty_register
    WHERE {IN_SCOPE} AND direction = '{CARRIED}' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""  # noqa: S608 - our own text
_ROWS = f"SELECT {selected(SuccessionRow)} FROM succession_register WHERE {IN_SCOPE}"  # noqa: S608 - our own text


async def steps(connection: ReadConnection, slugs: Mapping[int, str]) -> list[Step]:
    """Every step between institutions in scope, in the order in which they were taken; `slugs` by tenant id."""
    rows = [maker(SuccessionRow)(record) for record in await connection.fetch(_ROWS)]
    duties: dict[tuple[int, str], dict[str, int]] = {}
    for tenant_id, other, kind, count in await connection.fetch(_DUTIES):
        duties.setdefault((tenant_id, other), {})[kind] = count
    taken = {
        (one.slug, slugs.get(row.tenant_id, "")): one for row in rows if row.direction == "from" for one in row.others
    }
    found = []
    for row in rows:
        predecessor = slugs.get(row.tenant_id)
        if row.direction != "to" or predecessor is None:
            continue
        for one in row.others:
            back = taken.get((predecessor, one.slug))
            found.append(
                Step(
                    predecessor=predecessor,
                    successor=one.slug,
                    how=row.how,
                    decision_no=one.decision_no,
                    since=one.since,
                    successor_head=one.head,
                    predecessor_head=back.head if back else None,
                    taken_at=back.since if back else None,
                    passed_at=one.passed_at,
                    duties=duties.get((row.tenant_id, one.slug), {}),
                )
            )
    return sorted(found, key=lambda step: step.key)

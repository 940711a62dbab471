"""What lies before a Council and what it has done: counted from its registers at the moment of the question."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.kernel.deadline import local_day
from projections.reading import IN_SCOPE, ReadConnection

_COUNTED = f"""
WITH met AS (
    SELECT meeting_id, state, begins_at, opened_at, adjourned, motions, minutes_due_at, minutes_at
    FROM council_meeting_register WHERE council_id = $1 AND {IN_SCOPE}
),
moved AS (SELECT motion->>'state' AS state FROM met, jsonb_array_elements(motions) motion),
resolved AS (
    SELECT r.* FROM council_resolution_register r WHERE {IN_SCOPE} AND meeting_id IN (SELECT meeting_id FROM met)
),
done AS (
    SELECT a.* FROM council_action_register a
    WHERE {IN_SCOPE} AND resolution_id IN (SELECT resolution_id FROM resolved)
)
SELECT c.council_id, c.tenant_id, t.slug AS tenant, c.vacant,
    (SELECT count(*) FROM met WHERE state IN ('called', 'agenda_fixed')) AS meetings_called,
    (SELECT min(begins_at) FROM met WHERE state IN ('called', 'agenda_fixed') AND begins_at > $2) AS next_meeting_at,
    (SELECT count(*) FROM met WHERE opened_at IS NOT NULL) AS meetings_opened,
    (SELECT count(*) FROM met WHERE adjourned) AS meetings_adjourned,
    (SELECT count(*) FROM met WHERE minutes_due_at IS NOT NULL AND minutes_at IS NULL) AS minutes_due,
    (SELECT count(*) FROM met WHERE minutes_due_at <= $2 AND minutes_at IS NULL) AS minutes_overdue,
    (SELECT count(*) FROM moved WHERE state = 'tabled') AS motions_open,
    (SELECT count(*) FROM moved WHERE state = 'rejected') AS motions_rejected,
    (SELECT count(*) FROM moved WHERE state = 'lapsed') AS motions_lapsed,
    (SELECT count(*) FROM resolved) AS resolutions,
    (SELECT count(*) FROM resolved WHERE jsonb_exists(outvoted, 'cso')) AS against_all_cso,
    (SELECT count(*) FROM resolved WHERE jsonb_exists(outvoted, 'institutions')) AS against_all_institutions,
    (SELECT count(*) FROM done WHERE closed_at IS NULL) AS actions_open,
    (SELECT count(*) FROM done WHERE closed_at IS NULL AND due < $3) AS actions_overdue,
    (SELECT count(*) FROM done WHERE state = 'fulfilled') AS actions_fulfilled
FROM council_register c JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id)
WHERE c.council_id = $1 AND c.{IN_SCOPE}
"""  # noqa: S608 - our own text


class CouncilWorkload(msgspec.Struct, frozen=True):
    """Counts of one Council. `meetings_adjourned` ended without a quorum; `minutes_due` are not adopted yet.

    `against_all_cso` and `against_all_institutions` are resolutions for which nobody of that side voted.
    """

    tenant_id: int
    council_id: UUID
    tenant: str
    vacant: int
    meetings_called: int
    next_meeting_at: datetime | None
    meetings_opened: int
    meetings_adjourned: int
    minutes_due: int
    minutes_overdue: int
    motions_open: int
    motions_rejected: int
    motions_lapsed: int
    resolutions: int
    against_all_cso: int
    against_all_institutions: int
    actions_open: int
    actions_overdue: int
    actions_fulfilled: int


async def workload(connection: ReadConnection, now: datetime, council_id: UUID) -> CouncilWorkload | None:
    """Of a Council in scope; None where there is none of that id."""
    row = await connection.fetchrow(_COUNTED, council_id, now, local_day(now))
    return None if row is None else msgspec.convert(dict(row), CouncilWorkload)

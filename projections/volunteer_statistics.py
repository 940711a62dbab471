"""Volunteers counted by municipality, age band and gender: of those who consent to statistics, and of nobody else.

The counts are exact; what of them may be known, `domain/volunteering/statistics.py` says.
"""

import msgspec

from domain.volunteering.statistics import VolunteerCell
from domain.volunteering.vocabulary import Purpose
from projections.reading import ReadConnection

_COUNTED = """
SELECT municipality, band AS age_band, gender, count(*) AS volunteers FROM volunteer_register
WHERE jsonb_exists(consents, $1) GROUP BY municipality, band, gender
"""


async def counted(connection: ReadConnection) -> list[VolunteerCell]:
    """Every cell with somebody in it."""
    rows = await connection.fetch(_COUNTED, Purpose.STATISTICS.value)
    return [msgspec.convert(dict(row), VolunteerCell) for row in rows]

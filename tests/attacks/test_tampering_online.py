"""Rows changed by whoever owns the database, triggers off: `pakt audit verify` finds each of them where it stands.

`PAKT_QUALIFY_FLIPS=all` turns every byte of every column of 200 rows; else a sample of them. A byte of every second row
is turned at once: a row counts as found only by what the check says of this row and nothing else can make it say.
"""

import os
import re
from collections import defaultdict
from pathlib import Path

from services.audit.faults import MOST
from services.audit.verify import verify
from tests.attacks.tampering import ROWS, SLUG, administrator, flip, flips, sealed_system
from tests.support.postgres import Cluster

EVERY = 1 if os.environ.get("PAKT_QUALIFY_FLIPS") == "all" else 53
OF_THE_ROW = re.compile(
    r"the event is not the one whose hash was sealed|the events? (up to \d+ are|is) missing"
    rf"|{ROWS} events were sealed, the log has {ROWS - 1}"
)
"""Where every second row is there, a gap begins with the row that is gone."""


async def test_every_byte_of_every_column_online(embedded_cluster: Cluster, tmp_path: Path) -> None:
    missed, tried = [], 0
    async with sealed_system(embedded_cluster, tmp_path / "data") as system, administrator(system) as admin:
        tenant_id = (await system.handler.authority.tenant(SLUG)).tenant_id
        assert [one.fault_count for one in await verify(system, SLUG)] == [0]
        await admin.execute("CREATE TABLE es.event_before AS TABLE es.event")
        together: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        for position, column, byte in await flips(admin, tenant_id):
            together[column, byte, position % 2].append(position)

        for (column, byte, _), positions in list(together.items())[::EVERY]:
            turned = flip(column, byte)
            if (column, byte) == ("position", 0):  # to a number that is free, or the database says no itself
                turned = f"position + {ROWS}"
            where = "tenant_id = $1 AND position = ANY ($2)"
            await admin.execute(f"UPDATE es.event SET {column} = {turned} WHERE {where}", tenant_id, positions)
            [log] = await verify(system, SLUG)
            await admin.execute("TRUNCATE es.event; INSERT INTO es.event SELECT * FROM es.event_before")
            assert log.fault_count <= MOST, "all are told"
            found = {one.position for one in log.faults if one.part == "event" and OF_THE_ROW.fullmatch(one.detail)}
            tried += len(positions)
            missed += [(position, column, byte) for position in positions if position not in found]
            assert {one for one in found if one <= ROWS} <= set(positions), "no other row is blamed"

        assert [one.fault_count for one in await verify(system, SLUG)] == [0]
    print(
        f"online: {tried - len(missed)} of {tried} flipped bytes of {ROWS} rows found by pakt audit verify, each at its row"
    )
    assert missed == []
    assert tried > 100

"""The shortest program that misses nothing: `python -m services.civikos.example URL CLIENT SECRET_FILE TENANT PLACE`.

It follows what is told of an institution's consultations from where the file PLACE says, prints a line per event,
proves that the signed log holds each of them, and ends.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from services.civikos.client.cloud_event import CloudEvent
from services.civikos.client.completeness import place_of
from services.civikos.client.durable import FilePlace
from services.civikos.client.errors import ClientError
from services.civikos.client.feed import Follower
from services.civikos.client.notes import decoded
from services.civikos.client.pakt import Pakt
from services.civikos.client.proof import prove


async def main(url: str, client_id: str, secret: str, tenant: str, place: str) -> None:
    """Print what is new. Raises: ClientError, also when something was left out or is not what stands in the log."""
    told: dict[int, bytes] = {}
    epoch = 1

    async def handle(events: Sequence[CloudEvent]) -> None:
        nonlocal epoch
        for event in events:
            at = place_of(event)
            told[at.position], epoch = decoded(event.text("leafhash")), at.epoch
            sys.stdout.write(f"{at.position} {event.type} {event.subject}\n")

    async with Pakt(url, client_id, secret) as pakt:
        follower = Follower(pakt.feed(tenant=tenant, type="consultations.*"), FilePlace(Path(place)))
        while await follower.step(handle):
            pass
        keys = await pakt.logs.keys()
        log = next(one for one in await pakt.logs.logs() if (one.slug, one.epoch) == (tenant, epoch))
        # What was told last may not be sealed yet.
        while await prove(pakt.logs, keys, log, told) < len(told):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    sys.stdout.write(f"proved {len(told)}\n")


if __name__ == "__main__":
    if len(sys.argv) != len(("", "URL", "CLIENT", "SECRET_FILE", "TENANT", "PLACE")):
        sys.exit(__doc__)
    where, who, secret_file, *rest = sys.argv[1:]
    try:
        asyncio.run(main(where, who, Path(secret_file).read_text(encoding="utf-8").strip(), *rest))
    except (ClientError, OSError) as error:
        sys.exit(str(error))

"""`python -m tests.upgrade.migrating URL`: migrates in step with whoever started it.

Each step is a line on stdout, and begins when a line comes in.
"""

import asyncio
import sys

from infra.database.external import ExternalDatabase
from infra.database.migrate import migrate


def tell(step: str) -> None:
    """Say it, and stand still until we are told to go on."""
    sys.stdout.write(f"{step}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    asyncio.run(migrate(ExternalDatabase(sys.argv[1]), tell=tell))

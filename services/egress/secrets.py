"""Whether the key is there that the secrets of endpoints follow from: another one would sign what nobody can verify."""

import asyncio

from services.bootstrap import System
from services.egress.endpoints import Endpoints
from services.settings import endpoint_key_file


async def without_secret(system: System) -> int:
    """How many endpoints have lost their secrets with the key's file; 0 while it is there. Raises: Unavailable."""
    if await asyncio.to_thread(endpoint_key_file(system.settings).exists):
        return 0
    endpoints = Endpoints(system.store, system.registry)
    await endpoints.up_to_date()
    return len(endpoints)

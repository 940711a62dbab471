"""What the doctor says inside of a running system."""

from services.bootstrap import System
from services.doctor import inside
from services.finding import Finding


async def looked_at(system: System, what: str) -> Finding:
    """What it says of one thing."""
    return next(one for one in [found async for found in inside(system)] if one.what == what)

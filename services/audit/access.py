"""Looks from the console: put on record in the institution's log like an auditor's over HTTP.

Whoever shows a token looks on an auditor's mandate, and is refused without one. Whoever shows none is the operator. The
machine is theirs and they could read its files, so they go on where the record cannot be made: a damaged log must still
be examined. What they do by `pakt` is on record all the same wherever a log can be written.
"""

from collections.abc import Sequence
from uuid import uuid4

from domain.kernel.errors import PaktError
from services.bootstrap import System
from services.command_handling.accesses import Look, put_on_record
from services.command_handling.request import OPERATOR, Principal


async def record_look(system: System, slugs: Sequence[str], look: Look, token: str | None) -> list[str]:
    """Record the look in the log of each institution; answers why it could not be, where the operator looks.

    Raises:
        StreamNotFound: no such institution.
        TokenRefused: the token is not one of this installation, or no longer.
        NotPermitted: the person holds no auditor's mandate there now; MandateNotInForce names it.
        Unavailable: a person's look cannot be stored.
    """
    asker = OPERATOR if token is None else Principal(system.tokens.verify(token).person_id)
    request_id, missed = uuid4(), []
    for slug in slugs:
        tenant = await system.handler.authority.tenant(slug)
        try:
            await put_on_record(system.handler, tenant, asker, look, request_id)
        except PaktError as error:
            if token is not None:
                raise
            missed.append(f"{slug}: {error}")
    return missed

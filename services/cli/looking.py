"""The system as audit commands have it: the look is on record before anything is read."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from services.cli.exits import Misused
from services.cli.options import settings_of_existing

if TYPE_CHECKING:
    from services.bootstrap import System

Token = Annotated[
    str | None,
    Parameter(help="An auditor's token, or a file that holds one; without it the operator is put on record."),
]
EVERYWHERE = "all"
"""In place of a slug: every institution that is no sandbox."""


@asynccontextmanager
async def looking(
    data: Path | None,
    token: str | None,
    tenant: str,
    what: str,
    *,
    export: bool = False,
    before: dict[str, int] | None = None,
    **parameters: object,
) -> AsyncIterator["System"]:
    """The started system, once the log of each institution that is looked at says so.

    `before` gets the position at which each of the logs ended before it said so.
    """
    from domain.kernel.errors import NotPermitted  # noqa: PLC0415
    from domain.tenants.commands import Act  # noqa: PLC0415
    from infra.identity.tokens import TokenRefused  # noqa: PLC0415
    from services.audit.access import record_look  # noqa: PLC0415
    from services.bootstrap import assemble  # noqa: PLC0415
    from services.command_handling.accesses import Look  # noqa: PLC0415

    said = {name: str(value) for name, value in parameters.items() if value is not None}
    look = Look(f"pakt audit {what}", Act.EXPORT if export else Act.REPLAY, said)
    async with assemble(settings_of_existing(data)) as system:
        slugs = [tenant]
        if tenant == EVERYWHERE:
            institutions = (await system.handler.authority.national(fresh=True)).institutions
            slugs = [slug for slug, one in institutions.items() if not one.sandbox]
        if before is not None:
            for slug in slugs:
                found = await system.handler.authority.tenant(slug)
                before[slug] = await system.store.head(found.tenant_id)
        try:
            missed = await record_look(system, slugs, look, _read(token))
        except (TokenRefused, NotPermitted) as error:
            raise Misused(f"--token: {error}") from error
        for one in missed:
            print(f"pakt: this look is not on record in {one}", file=sys.stderr)  # noqa: T201
        yield system


def _read(token: str | None) -> str | None:
    """The token itself, or what stands in the file of that name: others see the words of a command."""
    if token is None or len(token) > 255 or not Path(token).is_file():  # noqa: PLR2004 - longer than any file's name
        return token
    return Path(token).read_text(encoding="utf-8").strip()

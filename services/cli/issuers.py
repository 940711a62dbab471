"""`pakt issuers`: the keys by which institutions sign certificates."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from services.cli.exits import DONE, Misused, complete
from services.cli.options import Data, said, settings_of_existing
from services.cli.output import say

if TYPE_CHECKING:
    from domain.kernel.context import Tenant
    from services.bootstrap import System
    from services.certificates.rings import IssuerRings

app = App(name="issuers", help="The keys by which institutions sign certificates of volunteering.")
Institution = Annotated[str, Parameter(name="--tenant", help="Slug of the institution.")]
Reason = Annotated[str, Parameter(help="Why, for whoever reads the log later.", validator=said)]


@app.command(name="list")
def list_keys(*, tenant: Institution, data: Data = None) -> int:
    """List the institution's keys in the order of their making: the last one signs.

    For example:

    * `pakt issuers list --tenant mflt`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            rings, institution = await _rings(system, tenant)
            for key, retired in (await rings.retired(institution)).items():
                say(f"{key} {'retired' if retired else 'trusted'}")
        return DONE

    return complete(work())


@app.command
def rotate(*, tenant: Institution, reason: Reason, data: Data = None) -> int:
    """Let a new key sign the institution's certificates from now on; what older ones signed stays valid.

    For example:

    * `pakt issuers rotate --tenant mflt --reason "yearly rotation"`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            rings, institution = await _rings(system, tenant)
            say(await rings.rotate(institution, reason))
        return DONE

    return complete(work())


@app.command
def retire(public_key: str, /, *, tenant: Institution, reason: Reason, data: Data = None) -> int:
    """Say that somebody else got a key: what it signed counts where the log held it before, and nowhere else.

    For example:

    * `pakt issuers retire 3b6a27bc... --tenant mflt --reason "a backup was stolen"`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            rings, institution = await _rings(system, tenant)
            found = [key for key in await rings.retired(institution) if key.startswith(public_key)]
            if len(found) != 1:
                raise Misused(f"{len(found)} keys begin with {public_key}: `pakt issuers list` shows them")
            await rings.retire(institution, found[0], reason)
            say(found[0])
        return DONE

    return complete(work())


async def _rings(system: "System", slug: str) -> "tuple[IssuerRings, Tenant]":
    """Raises: Misused where there is no such institution."""
    from services.certificates.rings import IssuerRings  # noqa: PLC0415

    if slug not in (await system.handler.authority.national(fresh=True)).institutions:
        raise Misused(f"there is no institution {slug}")
    return IssuerRings(system.handler, system.issuing), await system.handler.authority.tenant(slug)

"""`pakt export`: what everybody may see, in the forms of open standards."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from services.cli.exits import DONE, Misused, complete
from services.cli.moments import time_of
from services.cli.options import Data, Json, settings_of_existing
from services.cli.output import print_json, say

if TYPE_CHECKING:
    from services.bootstrap import System

app = App(name="export", help="Write what everybody may see to a file, in the form of an open standard.")


@app.command(name="360giving")
def threesixty(
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"), help="Where to write it, such as grants.json.")],
    tenant: Annotated[str | None, Parameter(help="Slug of the institution [all but sandboxes].")] = None,
    format: Annotated[Literal["json", "csv"], Parameter(help="A package, or a table.")] = "json",  # noqa: A002 - the option's word
    as_of: Annotated[str | None, Parameter(help="What had happened by this time.")] = None,
    known_at: Annotated[str | None, Parameter(help="What had been recorded by this time.")] = None,
    language: Annotated[Literal["sq", "sr", "en"], Parameter(help="Of names and of what it says of itself.")] = "en",
    data: Data = None,
    json: Json = False,
) -> int:
    """Write grants as 360Giving 1.4: those that institutions awarded, and those of others that they have on record.

    The same moment gives the same bytes.

    For example:

    * `pakt export 360giving -o grants.json`
    * `pakt export 360giving --tenant prizren --format csv --as-of 2026-01-01T00:00:00Z -o prizren.csv`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415

        cut = time_of("--as-of", as_of), time_of("--known-at", known_at)
        async with assemble(settings_of_existing(data)) as system:
            size = await _write(system, output.absolute(), tenant, format, cut, language)
        if json:
            print_json({"output": str(output), "bytes": size})
        else:
            say(f"{output}, {size:,} bytes")
        return DONE

    return complete(work())


async def _write(
    system: "System",
    output: Path,
    tenant: str | None,
    form: str,
    cut: tuple[datetime | None, datetime | None],
    language: str,
) -> int:
    """Bring the registers up to date and write the file beside its name, then in its place. Returns its size."""
    from projections.history import Moment  # noqa: PLC0415
    from services.gateway.desk import Reads  # noqa: PLC0415
    from services.gateway.public_scope import Scope  # noqa: PLC0415
    from services.gateway.routes.open_data import written_as  # noqa: PLC0415

    reads = Reads(system)
    aside, size = output.with_name(f"{output.name}.part"), 0
    try:
        window = Scope(reads).within(tenant)
        for tenant_id in await window.scope.tenants(tenant):
            await system.engine.catch_up(tenant_id)
        chunks = written_as(window, await window.then(Moment(None, *cut)), form, language)
        with aside.open("wb") as file:
            async for chunk in chunks:
                size += file.write(chunk)
        aside.replace(output)
    except OSError as error:
        raise Misused(f"{output} cannot be written: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)
        await reads.close()
    return size

"""`pakt export`: what everybody may see, in the forms of open standards."""

from collections.abc import AsyncIterator, Callable
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
    from services.gateway.desk import Then
    from services.gateway.public_scope import Window

app = App(name="export", help="Write what everybody may see to a file, in the form of an open standard.")
Output = Annotated[Path, Parameter(name=("--output", "-o"), help="Where to write it, such as grants.json.")]
Tenant = Annotated[str | None, Parameter(help="Slug of the institution [all but sandboxes].")]
AsOf = Annotated[str | None, Parameter(help="What had happened by this time.")]
KnownAt = Annotated[str | None, Parameter(help="What had been recorded by this time.")]
Language = Annotated[Literal["sq", "sr", "en"], Parameter(help="Of names and of what it says of itself.")]
Chunks = Callable[["Window", "Then"], AsyncIterator[bytes]]
"""`(what is public of an institution or of all, moment)` -> the bytes to write."""


@app.command(name="360giving")
def threesixty(
    *,
    output: Output,
    tenant: Tenant = None,
    format: Annotated[Literal["json", "csv"], Parameter(help="A package, or a table.")] = "json",  # noqa: A002 - the option's word
    as_of: AsOf = None,
    known_at: KnownAt = None,
    language: Language = "en",
    data: Data = None,
    json: Json = False,
) -> int:
    """Write grants as 360Giving 1.4: those that institutions awarded, and those of others that they have on record.

    The same moment gives the same bytes.

    For example:

    * `pakt export 360giving -o grants.json`
    * `pakt export 360giving --tenant prizren --format csv --as-of 2026-01-01T00:00:00Z -o prizren.csv`
    """

    def chunks(window: "Window", then: "Then") -> AsyncIterator[bytes]:
        from services.gateway.routes.open_data import written_as  # noqa: PLC0415

        return written_as(window, then, format, language)

    return _export(chunks, output, tenant, (as_of, known_at), data, json=json)


@app.command
def ocds(
    *,
    output: Output,
    tenant: Tenant = None,
    form: Annotated[Literal["releases", "records"], Parameter(help="Each stage, or each process whole.")] = "releases",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    language: Language = "en",
    data: Data = None,
    json: Json = False,
) -> int:
    """Write contracting processes as one package of OCDS 1.1.5.

    The same moment gives the same bytes.

    For example:

    * `pakt export ocds -o releases.json`
    * `pakt export ocds --tenant prizren --form records -o prizren.json`
    """

    def chunks(window: "Window", then: "Then") -> AsyncIterator[bytes]:
        from services.gateway.routes.open_contracting import written_whole  # noqa: PLC0415

        return written_whole(window, then, form, language)

    return _export(chunks, output, tenant, (as_of, known_at), data, json=json)


@app.command
def iati(
    *,
    output: Output,
    tenant: Tenant = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Write the measures of strategies as activities of IATI 2.03, in every language that they are told in.

    The same moment gives the same bytes.

    For example:

    * `pakt export iati -o activities.xml`
    * `pakt export iati --tenant prizren --as-of 2026-07-01T00:00:00Z -o prizren.xml`
    """

    def chunks(window: "Window", then: "Then") -> AsyncIterator[bytes]:
        from services.gateway.routes.iati import written_whole  # noqa: PLC0415

        return written_whole(window, then)

    return _export(chunks, output, tenant, (as_of, known_at), data, json=json)


def _export(
    chunks: Chunks,
    output: Path,
    tenant: str | None,
    times: tuple[str | None, str | None],
    data: Path | None,
    *,
    json: bool,
) -> int:
    place = output.absolute()

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415

        cut = time_of("--as-of", times[0]), time_of("--known-at", times[1])
        async with assemble(settings_of_existing(data)) as system:
            size = await _write(system, place, tenant, cut, chunks)
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
    cut: tuple[datetime | None, datetime | None],
    chunks: Chunks,
) -> int:
    """Bring the registers up to date and write the file beside its name, then in its place. Returns its size."""
    from projections.history import Moment  # noqa: PLC0415
    from services.gateway.desk import Reads  # noqa: PLC0415
    from services.gateway.public_scope import Scope  # noqa: PLC0415

    reads = Reads(system)
    aside, size = output.with_name(f"{output.name}.part"), 0
    try:
        window = Scope(reads).within(tenant)
        for tenant_id in await window.scope.tenants(tenant):
            await system.engine.catch_up(tenant_id)
        then = await window.then(Moment(None, *cut))
        with aside.open("wb") as file:
            async for chunk in chunks(window, then):
                size += file.write(chunk)
        aside.replace(output)
    except OSError as error:
        raise Misused(f"{output} cannot be written: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)
        await reads.close()
    return size

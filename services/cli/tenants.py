"""`pakt tenant`: one institution with its whole log, from one installation into another."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from services.cli.exits import DIFFERENT, DONE, Misused, complete
from services.cli.options import Data, Json, settings_of_existing
from services.cli.output import complain, print_json, say, told

if TYPE_CHECKING:
    from infra.tlog.note import Verifier

app = App(name="tenant", help="An institution with its whole log: taken out of one installation, brought into another.")


@app.command
def export(
    slug: Annotated[str, Parameter(help="Slug of the institution, such as prizren.")],
    /,
    *,
    to: Annotated[Path, Parameter(help="File to write, or a folder in which it is named after its last position.")],
    keys_to: Annotated[
        Path | None, Parameter(help="Also write the tenant's keys, to a file of their own that only you can read.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Write an institution's log to one file, with everything of it that cannot be made again, while it is served.

    In it: events, trees and heads with their cosignatures, keys of persons as they are wrapped, erasures, work, files.
    Not in it: read models, and the tenant's keys, without which the personal data cannot be read: they go into the
    file of --keys-to. Carry the two apart. Appends to this one institution wait while its last events are signed. The
    export is put on record in the institution's log first.

    For example:

    * `pakt tenant export prizren --to /mnt/prizren.pakt --keys-to /mnt/keys/prizren.keys`
    * `pakt tenant export mj --to /mnt/exports`
    """

    async def work() -> int:
        from domain.tenants.commands import Act  # noqa: PLC0415
        from infra.keys.interface import KeyRefused  # noqa: PLC0415
        from services.audit.access import record_look  # noqa: PLC0415
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.command_handling.accesses import Look  # noqa: PLC0415
        from services.transfer.keys import taken  # noqa: PLC0415
        from services.transfer.outgoing import Outgoing  # noqa: PLC0415
        from services.transfer.parcel import ParcelRefused  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            look = Look("pakt tenant export", Act.EXPORT, {"keys": "yes" if keys_to else "no"})
            for missed in await record_look(system, [slug], look, None):
                complain(f"this export is not on record in {missed}")
            try:
                if keys_to is not None and keys_to.exists():
                    raise Misused(f"{keys_to} is there already: name another file, or remove it")
                keys = None if keys_to is None else await taken(system, slug)
                done = await Outgoing(system, slug, told).write(to.absolute())
                if keys is not None and keys_to is not None:
                    keys.write(keys_to)
            except (ParcelRefused, KeyRefused) as error:
                raise Misused(str(error)) from error
        if json:
            print_json(done)
        else:
            say(f"{done.events} events of {done.origin} and {done.files} files: {done.path}, {done.bytes:,} bytes")
            if keys_to is not None:
                say(f"its keys: {keys_to}. Carry them apart, and destroy the file when the import is done")
        return DONE

    return complete(work())


@app.command(name="import")
def bring(
    file: Annotated[Path, Parameter(help="File that `pakt tenant export` wrote.")],
    /,
    *,
    keys: Annotated[Path | None, Parameter(help="File that --keys-to wrote; needed in another installation.")] = None,
    vkey: Annotated[
        tuple[str, ...],
        Parameter(help="Key of the installation it comes from, as `pakt keys list` prints it there.", negative=()),
    ] = (),
    data: Data = None,
    json: Json = False,
) -> int:
    """Bring an institution in, in which nothing has been written here; nothing is served before everything is verified.

    Each event is hashed anew and compared with the trees, each head with its signature and those of known witnesses;
    the first thing that is wrong is named, and nothing was changed then. Who was erased there or here stays erased. The
    log begins a new epoch, as after a restore. The projector makes the read models. What was interrupted is repeated.

    Exit code 1: the institution is here, and something did not come along, which is said.

    For example:

    * `pakt tenant import prizren.pakt`
    * `pakt tenant import prizren.pakt --keys prizren.keys --vkey prizren.example+a1b2c3d4+AbCd...`
    """

    async def work() -> int:
        from infra.keys.interface import KeyRefused  # noqa: PLC0415
        from infra.keys.travelling import TenantKeys  # noqa: PLC0415
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.transfer.incoming import Incoming  # noqa: PLC0415
        from services.transfer.parcel import ParcelRefused  # noqa: PLC0415

        known = _verifiers(vkey)
        async with assemble(settings_of_existing(data)) as system:
            try:
                came = None if keys is None else TenantKeys.read(keys)
                done = await Incoming(system, told, came, known).bring(file)
            except (ParcelRefused, KeyRefused) as error:
                raise Misused(str(error)) from error
        if json:
            print_json(done)
        else:
            say(f"{done.slug}: {done.events} events of {done.origin}, {done.persons} persons' keys, {done.files} files")
            say(f"it goes on in epoch {done.epoch}; the projector makes its read models")
            if done.erased:
                say(f"{done.erased} persons who were erased since are erased here too")
        if done.seen > done.events:
            complain(f"{done.seen} events were seen of it, the export has {done.events}: what came after is lost")
        for left in done.left:
            complain(f"not brought along: {left}")
        return DIFFERENT if done.left or done.seen > done.events else DONE

    return complete(work())


def _verifiers(vkeys: tuple[str, ...]) -> "list[Verifier]":
    from infra.tlog.note import NoteRefused, Verifier  # noqa: PLC0415

    try:
        return [Verifier.parse(one) for one in vkeys]
    except NoteRefused as error:
        raise Misused(f"--vkey: {error}") from error

"""`pakt tenant move`: one institution to another of the installation's servers, while it is written to."""

from typing import Annotated

from cyclopts import Parameter

from services.cli.exits import DONE, complete
from services.cli.options import Data, Json, settings_of_existing
from services.cli.output import print_json, say, told


def move(
    slug: Annotated[str, Parameter(help="Slug of the institution, such as prizren.")],
    /,
    *,
    to: Annotated[str, Parameter(help="Node that shall keep it: a name of PAKT_NODES, or main for home.")],
    forget: Annotated[
        bool, Parameter(help="Also take its log away where it was; without, it stays there unused.", negative=())
    ] = False,
    data: Data = None,
    json: Json = False,
) -> int:
    """Move an institution to another server of this installation while everybody works.

    Copies, catches up, and compares the root over both logs before anything is decided; only for that last part appends
    to this one institution wait. Cut short, run it again: until the switch the institution is where it was. Keys of
    persons never stay behind. Run again with --forget, it takes away the log that an earlier move has left.

    For example:

    * `pakt tenant move prizren --to east`
    * `pakt tenant move prizren --to main --forget --json`
    """

    async def work() -> int:
        from domain.catalogue import REGISTRY  # noqa: PLC0415
        from domain.kernel.errors import StreamNotFound  # noqa: PLC0415
        from infra.database.registry import tenant_named  # noqa: PLC0415
        from services.databases import choose_database  # noqa: PLC0415
        from services.placement.move import Move, Step  # noqa: PLC0415
        from services.waiting import require_schema  # noqa: PLC0415

        async def step(done: Step) -> None:
            told(done, 0, 0)

        database = choose_database(settings_of_existing(data))
        await database.start()
        try:
            await require_schema(database, REGISTRY.names)
            tenant_id = await tenant_named(database, slug)
            if tenant_id is None:
                raise StreamNotFound
            told(f"moving {slug} to {to}; cut short, it is run again", 0, 0)
            done = await Move(database, tenant_id, to, step).run(forget=forget)
        finally:
            await database.stop()
        if json:
            print_json(done)
        elif done.root:
            say(f"{slug} is on {to}: {done.events} events, root {done.root}; appends waited {done.blocked} s")
        else:
            say(f"{slug} is on {to}: it was there")
        if done.left and not json:
            say(f"its log is still on {', '.join(done.left)}, where nobody looks: --forget takes it away")
        return DONE

    return complete(work())

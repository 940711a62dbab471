"""`pakt epoch`: what to do after a restore."""

from typing import Annotated

from cyclopts import App, Parameter

from services.cli.exits import DIFFERENT, DONE, complete
from services.cli.options import Data, Json, said, settings_of_existing
from services.cli.output import print_json, print_table, say

app = App(name="epoch", help="Logs that were restored to less than others have seen of them.")


@app.command
def check(*, data: Data = None, json: Json = False) -> int:
    """List the logs that end before what was published of them; exit code 1 when there are any.

    For example:

    * `pakt epoch check`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.epochs import Epochs  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            found = await Epochs(system).rewound()
        if json:
            print_json(found)
        elif not found:
            say("no log ends before what was published of it")
        else:
            rows = [(one.origin, one.stands, one.seen) for one in found]
            print_table("Rewound logs", ("log", "is sealed up to", "was published up to"), rows)
        return DIFFERENT if found else DONE

    return complete(work())


@app.command
def begin(
    *,
    reason: Annotated[str, Parameter(help="What happened, for whoever reads the log later.", validator=said)],
    every: Annotated[
        bool,
        Parameter(help="Also of logs of which nothing proves a rewind: the safe choice.", negative=()),
    ] = False,
    data: Data = None,
    json: Json = False,
) -> int:
    """Begin a new epoch of each rewound log: its transparency log starts anew, and its first event names the old head.

    Run it after a restore, before `pakt up`, which refuses rewound logs. Cut short, run it again.

    For example:

    * `pakt epoch begin --reason "disk lost, restored from the backup of 3 May"`
    * `pakt epoch begin --every --reason "restored to 3 May, 14:00"`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.epochs import Epochs  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            begun = await Epochs(system).begin(reason, every=every)
            left = await Epochs(system).rewound()
        if json:
            print_json(begun)
        elif not begun:
            say("no new epoch was needed")
        else:
            rows = [(one.tenant, one.epoch, one.after_position, one.old_size) for one in begun]
            print_table("Epochs begun", ("institution", "epoch", "after position", "was seen up to"), rows)
        if left:
            say(f"{left[0].origin} is still shorter than what was published: restore a backup of the database first")
        return DIFFERENT if left else DONE

    return complete(work())

"""`pakt witness`: cosign the logs of others. Needs no database and none of Pakt's settings."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from services.cli.exits import DIFFERENT, DONE, Misused, complete
from services.cli.options import Json, number
from services.cli.output import print_json, print_table, say

app = App(name="witness")

State = Annotated[Path | None, Parameter(help="The witness's own folder: its key, what it cosigned, its evidence.")]
Vkeys = tuple[str, ...]


@app.default
def witness(
    *,
    state: State = None,
    name: Annotated[
        str | None, Parameter(help="Name of its key, such as witness.example/w1; for the first start.")
    ] = None,
    log: Annotated[Vkeys, Parameter(help="Key of a log, named as its origin; may be given again.", negative=())] = (),
    prefix: Annotated[
        Vkeys, Parameter(help="Key of an installation: for every origin below its name.", negative=())
    ] = (),
    host: Annotated[str | None, Parameter(help="Address to listen on [127.0.0.1].")] = None,
    port: Annotated[
        int | None, Parameter(help="Port to listen on; 0 takes a free one [8100].", converter=number)
    ] = None,
    config: Annotated[Path | None, Parameter(help="TOML file with state, name, host, port, logs and prefixes.")] = None,
) -> int:
    """Run a witness (C2SP tlog-witness) until SIGTERM or Ctrl-C.

    Prints `cosigner VKEY`, by which others verify it, and `ready http://HOST:PORT` when it serves.

    For example:

    * `pakt witness --state /var/lib/witness --name witness.example/w1 --prefix pakt.example+4e5f6a7b+AY…`
    * `pakt witness --config witness.toml`
    """

    async def work() -> int:
        from services.witness.configuration import ConfigurationError, configure  # noqa: PLC0415
        from services.witness.ledger import StateRefused  # noqa: PLC0415
        from services.witness.run import run  # noqa: PLC0415

        try:
            where = str(state) if state else None
            settled = configure(config, state=where, name=name, host=host, port=port, logs=log, prefixes=prefix)
            await run(settled, say)
        except (ConfigurationError, StateRefused, OSError) as error:
            raise Misused(str(error)) from error
        return DONE

    return complete(work())


@app.command
def evidence(*, state: State = None, json: Json = False) -> int:
    """List what a witness keeps against the logs: both signed checkpoints, and how the second was shown.

    `two roots` proves by itself that the log signed two histories. Ends with 1 when there is any.

    For example:

    * `pakt witness evidence --state /var/lib/witness`
    * `pakt witness evidence --state /var/lib/witness --json`
    """

    async def work() -> int:
        from infra.tlog.note import NoteRefused  # noqa: PLC0415
        from services.witness.state import evidence_of  # noqa: PLC0415

        if state is None or not state.is_dir():
            raise Misused("no witness has its state there: --state FOLDER")
        try:
            found = list(evidence_of(state).all())
        except NoteRefused as error:
            raise Misused(f"the evidence in {state} was changed: {error}") from error
        if json:
            print_json(found)
        elif not found:
            say("nothing is kept against any log")
        else:
            says = {True: "two roots", False: "not proved to have grown"}
            rows = [(one.origin, one.cosigned_size, one.shown_size, says[one.two_roots], one.folder) for one in found]
            print_table("Evidence", ("log", "cosigned size", "shown size", "what", "folder"), rows)
        return DIFFERENT if found else DONE

    return complete(work())

"""Entry point of `pakt`: one application, its exit codes, and what is said when something goes wrong."""

import sys
from collections.abc import Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError

from services.cli import (
    appointing,
    backups,
    checking,
    civikos,
    dumps,
    epochs,
    exporting,
    history,
    importing,
    indicators,
    issuers,
    keys,
    open_data,
    placing,
    processes,
    promise,
    recorder,
    running,
    tenants,
    verifying,
    witness,
    witnesses,
)
from services.cli.exits import DIFFERENT, DONE, HURRIED, MISUSED, OPEN, SCHEMA, UNREACHABLE
from services.cli.output import complain

EPILOGUE = f"""\
Exit codes: {DONE} done; {DIFFERENT} done, with something to look at (a line was not imported, rows differ, a check
failed); {MISUSED} the call cannot be taken; {UNREACHABLE} the database or the log cannot be reached or used;
{OPEN} nothing is decided yet; {SCHEMA} the database's schema is older or newer than this version of Pakt;
{HURRIED} stopped at once by a second SIGTERM (Ctrl-C: {HURRIED - 13}).

Settings come from a TOML file (PAKT_SETTINGS), from the environment, which wins over it (PAKT_DATA, PAKT_DATABASE_URL
and so on, and OTEL_*), and from options, which win over both. `pakt settings` lists them.
"""

app = App(
    name="pakt",
    help="Pakt runs the cooperation between a government and its civil society.",
    help_format="markdown",
    help_epilogue=EPILOGUE,
    version=lambda: version("pakt"),
    result_action="return_value",
)
for command in (
    running.up,
    running.migrate,
    running.seed,
    appointing.appoint,
    running.doctor,
    running.settings,
    running.bench,
    history.rebuild,
):
    app.command(command)
for process in (processes.gateway, processes.projector, processes.worker, processes.sealer, processes.egress):
    app.command(process)
history.app.command(promise.promise)
history.app.command(exporting.export)
app.command(importing.app)
app.command(open_data.app)
checking.app.command(dumps.dump)
checking.app.command(dumps.verify)
app.command(checking.app)
app.command(indicators.app)
history.app.command(recorder.recorder)
history.app.command(verifying.verify)
app.command(history.app)
app.command(keys.app)
app.command(issuers.app)
app.command(epochs.app)
app.command(backups.app)
app.command(backups.restore)
tenants.app.command(placing.move)
app.command(tenants.app)
app.command(witness.app)
app.command(civikos.app)
history.app.command(witnesses.witnesses)


def run(arguments: Sequence[str]) -> int:
    """The exit code of one call."""
    try:
        code = app(list(arguments), exit_on_error=False, print_error=False)
    except CycloptsError as error:
        complain(str(error))
        return MISUSED
    return code if isinstance(code, int) else DONE


def main() -> None:
    """Run the call of this process."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

"""`pakt civikos`: a platform of civil society that is simulated. Needs an address of Pakt, no database, no settings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from services.cli.exits import DIFFERENT, DONE, Misused, OutOfReach, complete
from services.cli.options import number
from services.cli.output import complain, say

if TYPE_CHECKING:
    from services.civikos.simulation.run import Setting

app = App(name="civikos", help="Behave as a platform that works through the API.")

State = Annotated[Path, Parameter(help="The platform's own folder: what it knows, where it is in the feed, its key.")]
Names = tuple[str, ...]


@app.command
def simulate(  # noqa: PLR0913 - the options of a command
    *,
    url: Annotated[str, Parameter(help="Address of Pakt, such as https://pakt.example.")],
    client_id: Annotated[str, Parameter(help="The API client as which it works.")],
    secret_file: Annotated[Path, Parameter(help="File with the client's secret and nothing else.")],
    state: State,
    members: Annotated[Path, Parameter(help="CSV of its members: number, title, scheme, identifier.")],
    tenant: Annotated[
        Names, Parameter(help="Slug of an institution to follow; all, but no sandboxes, without one.", negative=())
    ] = (),
    host: Annotated[str, Parameter(help="Address to listen on for webhooks.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Port to listen on; 0 takes a free one.", converter=number)] = 0,
    public_url: Annotated[str, Parameter(help="Address at which Pakt reaches it; as it listens, without one.")] = "",
    witness: Annotated[str, Parameter(help="Name under which it cosigns logs; without one it does not.")] = "",
) -> int:
    """Receive webhooks, follow the feed, pass consultations on to members, hand in their comments, cosign logs.

    Prints `ready http://HOST:PORT` once webhooks can come in; `/standing` there says how things stand, `/proof` proves
    what came by the signed logs. Ends on SIGTERM or Ctrl-C, or with 1 when Pakt left something out or said two things.
    Pakt refuses to call it at an address of a private network, unless PAKT_EGRESS_ALLOW there says otherwise.

    `members.csv`: `number,title,scheme,identifier` and a line each, such as `M-1,Rinia Aktive,XK-NGO,5110001-1`.

    For example:

    * `pakt civikos simulate --url http://127.0.0.1:8000 --client-id ID --secret-file civikos.secret --state civikos
      --members members.csv --tenant sandbox-ministry`
    """

    async def work() -> int:
        from services.civikos.simulation.members import read_directory  # noqa: PLC0415
        from services.civikos.simulation.run import Setting  # noqa: PLC0415

        try:
            setting = Setting(
                url=url,
                client_id=client_id,
                secret=secret_file.read_text().strip(),
                state=state,
                members=read_directory(members),
                tenants=tenant,
                host=host,
                port=port,
                public_url=public_url.rstrip("/"),
                witness=witness,
            )
        except (OSError, ValueError) as error:
            raise Misused(str(error)) from error
        return await _at_work(setting)

    return complete(work())


async def _at_work(setting: "Setting") -> int:
    """The platform until it is stopped. Raises: Misused, OutOfReach."""
    from services.civikos.client.errors import ClientError, NoToken, Unreachable  # noqa: PLC0415
    from services.civikos.simulation.run import run  # noqa: PLC0415

    try:
        await run(setting, say)
    except NoToken as error:
        raise Misused(f"{error} Look at --client-id and --secret-file.") from error
    except Unreachable as error:
        raise OutOfReach(f"{error}; does Pakt serve at {setting.url}?") from error
    except ClientError as error:
        complain(str(error))
        return DIFFERENT
    return DONE


@app.command
def witness_key(
    *, state: State, name: Annotated[str, Parameter(help="Name under which it cosigns, such as civikos.example/w1.")]
) -> int:
    """Print the key by which others verify its cosignatures; made when there is none yet.

    For example:

    * `PAKT_WITNESSES="- $(pakt civikos witness-key --state civikos --name civikos.example/w1)"`
    """

    async def work() -> int:
        from services.civikos.simulation.witnessing import cosigner_of  # noqa: PLC0415

        try:
            say(cosigner_of(state, name).vkey)
        except (OSError, ValueError) as error:
            raise Misused(str(error)) from error
        return DONE

    return complete(work())

"""`pakt up`, `migrate`, `seed`, `doctor`, `settings` and `bench`."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from services.cli.exits import DIFFERENT, DONE, MISUSED, Misused, complete
from services.cli.options import Data, HealthPort, Host, Json, Port, SettingsFile, configured, settings_for
from services.cli.output import complain, print_json, print_table, say, shown

PartName = Literal["gateway", "projector", "worker", "sealer", "egress"]


def up(
    *,
    data: Data = None,
    host: Host = None,
    port: Port = None,
    health_port: HealthPort = None,
    settings: SettingsFile = None,
    without: Annotated[
        tuple[PartName, ...],
        Parameter(help="Leave this part to processes of its own; may be given several times.", negative=()),
    ] = (),
    demo: Annotated[bool, Parameter(help="Load the shipped institutions, rules and demo people.")] = True,
) -> int:
    """Bring the whole system up, with its own database unless PAKT_DATABASE_URL names one.

    It brings the schema up to date; where PAKT_DATABASE_URL is no administrator's, `pakt migrate` has done so before.

    Prints `ready http://HOST:PORT` when it serves, writes demo credentials to DATA/credentials.json, and stops
    cleanly on SIGTERM or Ctrl-C; a second one stops it at once.

    With the demo, its own database and an address of this machine alone, webhooks may reach this machine, too, unless
    PAKT_EGRESS_ALLOW says which networks they may reach.

    For example:

    * `pakt up`
    * `pakt up --data /var/lib/pakt --port 8080`
    * `pakt up --without gateway`, and beside it `pakt gateway --port 8001` and `pakt gateway --port 8002`
    """

    async def work() -> int:
        from services import up as system  # noqa: PLC0415
        from services.part_names import Part  # noqa: PLC0415

        parts = frozenset(Part) - {Part(name) for name in without}
        if not parts:
            raise Misused("nothing is left to run")
        chosen = settings_for(data, host=host, port=port, health_port=health_port, settings=settings)
        await system.up(chosen, parts, demo=demo, tell=say)
        return DONE

    return complete(work())


def migrate(*, data: Data = None, settings: SettingsFile = None, json: Json = False) -> int:
    """Bring the database's schema up to date, while processes of the version before go on.

    Of an external database PAKT_DATABASE_URL is the administrator's here, whom no process needs: a user who owns it,
    makes roles (CREATEROLE) and stands above row-level security (BYPASSRLS). Roles get PAKT_DATABASE_ROLE_PASSWORD.

    Any number may run at once: one applies, the others wait. Says each step on stderr. Killed at any point it is run
    again. Ends with 5 when the schema is newer than this version.

    For example:

    * `pakt migrate`
    * `PAKT_DATABASE_URL=postgresql://owner@db/pakt pakt migrate --json`
    """

    async def work() -> int:
        from domain.catalogue import REGISTRY  # noqa: PLC0415
        from infra.database.migrate import migrate as apply  # noqa: PLC0415
        from services.databases import choose_database  # noqa: PLC0415

        chosen = settings_for(data, settings=settings)
        database = choose_database(chosen)
        await database.start()
        try:
            done = await apply(
                database, REGISTRY.names, role_password=chosen.database_role_password or None, tell=complain
            )
        finally:
            await database.stop()
        if json:
            print_json(done)
        else:
            say(f"{len(done.applied)} applied, {done.skipped} already there")
        return DONE

    return complete(work())


def seed(
    *,
    without: Annotated[
        tuple[str, ...], Parameter(help="Institution in whose log nothing is written: it is imported.", negative=())
    ] = (),
    data: Data = None,
    settings: SettingsFile = None,
    demo: Annotated[
        bool, Parameter(help="Also the strategy of 2013-2017, and people and organisations to try Pakt as.")
    ] = True,
    json: Json = False,
) -> int:
    """Load the shipped institutions, two sandboxes, rules, calendar and a demo; what is there already stays as it is.

    With the demo, tokens of its people are written to DATA/credentials.json: leave it out where people work. At the
    end the key that signs is entered in the log, as a start does it where there is a log already.

    For example:

    * `pakt seed`
    * `pakt seed --without prizren`
    * `pakt seed --no-demo --data /var/lib/pakt`, and then `pakt appoint`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.importing.plans import import_shipped  # noqa: PLC0415
        from services.process import settle_keys  # noqa: PLC0415
        from services.seeding.credentials import write_credentials  # noqa: PLC0415
        from services.seeding.seed import seed as load  # noqa: PLC0415

        async with assemble(settings_for(data, settings=settings)) as system:
            try:
                done = await load(system, without, demo=demo)
            except KeyError as error:
                raise Misused(f"--without {error}: no such institution ships, or it is the first") from None
            await settle_keys(system)
            path = system.settings.data / "credentials.json"
            if demo:
                await import_shipped(system)
                write_credentials(path, system.tokens)
        if json:
            print_json(done)
        else:
            where = f"see {path}" if demo else "`pakt appoint` makes their administrators"
            say(f"{done.tenants} tenants: {done.stored} commands stored, {done.present} were there; {where}")
        return DONE

    return complete(work())


def doctor(*, data: Data = None, settings: SettingsFile = None, json: Json = False) -> int:
    """Look at everything that could be wrong and say what to do about it.

    For example:

    * `pakt doctor`
    * `pakt doctor --json`
    """

    async def work() -> int:
        from services.doctor import examine, of_settings  # noqa: PLC0415
        from services.settings import SettingsError  # noqa: PLC0415

        try:
            chosen = settings_for(data, settings=settings)
            findings = [of_settings(()), *[finding async for finding in examine(chosen)]]
        except SettingsError as error:
            findings = [of_settings(str(error).splitlines())]
        if json:
            print_json(findings)
        else:
            rows = [("LOOK" if not one.ok else "soon" if one.soon else "ok", one.what, one.detail) for one in findings]
            print_table("", ("", "what", "detail"), rows)
        return DONE if all(one.ok for one in findings) else DIFFERENT

    return complete(work())


def settings(*, data: Data = None, settings: SettingsFile = None, json: Json = False) -> int:
    """List every setting as it is in force, secrets masked, and where it was set: option, variable, file or default.

    For example:

    * `pakt settings`
    * `pakt settings --settings /etc/pakt/pakt.toml --json`
    """

    async def work() -> int:
        found = configured(data, settings=settings).effective()
        if json:
            print_json(found)
        else:
            print_table("", ("setting", "value", "source"), [(one.name, shown(one.value), one.source) for one in found])
        return DONE

    return complete(work())


def bench(*arguments: str) -> int:
    """Measure, beside baselines taken in the same run: one JSON object per figure. Needs the source tree.

    For example:

    * `pakt bench`
    * `pakt bench append`
    """
    root = Path(__file__).parents[2]
    if not (root / "tests" / "benchmarks" / "__main__.py").exists():
        say("pakt: the benchmarks are part of the source tree, not of the installed package")
        return MISUSED
    return subprocess.run([sys.executable, "-m", "tests.benchmarks", *arguments], check=False, cwd=root).returncode  # noqa: S603

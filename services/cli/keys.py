"""`pakt keys`: the keys that sign the logs, and those that sign tokens."""

import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from services.cli.exits import DONE, Misused, complete
from services.cli.options import Data, Json, said, settings_for, settings_of_existing
from services.cli.output import print_json, say
from services.cli.token_keys import app as tokens

if TYPE_CHECKING:
    from services.bootstrap import System
    from services.keyring import KeyRing

app = App(name="keys", help="The keys that sign the logs: made, rotated and retired, each time by an event.")
app.command(tokens)
Reason = Annotated[str, Parameter(help="Why, for whoever reads the log later.", validator=said)]


@app.command(name="list")
def list_keys(*, data: Data = None, json: Json = False) -> int:
    """List the keys that ever signed, in the order of their making: state, public half, and the same as a vkey.

    `pakt witness --prefix`, and the verifiers of kits and receipts, take the vkey.

    For example:

    * `pakt keys list`
    * `pakt keys list --json`
    """

    async def work() -> int:
        import msgspec  # noqa: PLC0415

        from infra.tlog.note import Verifier  # noqa: PLC0415
        from services.bootstrap import assemble  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            known = await _ring(system).known()
            name = system.settings.log_name
        vkeys = [str(Verifier(name, bytes.fromhex(key.public_key))) for key in known]
        if not (known or json):
            say("no key has signed yet")
        elif json:
            print_json([msgspec.structs.asdict(key) | {"vkey": vkey} for key, vkey in zip(known, vkeys, strict=True)])
        else:
            for key, vkey in zip(known, vkeys, strict=True):  # a key on a line of its own, which no terminal folds
                say(f"{key.state}, private half {'here' if key.held else 'not here'}\n{key.public_key}\n{vkey}\n")
        return DONE

    return complete(work())


@app.command
def prepare(*, data: Data = None) -> int:
    """Make the key files of a new installation, without a database: for where DATA/keys cannot be written later.

    They belong into the Secret that is mounted at DATA/keys, and into the backup apart from the database's. Files that
    are there stay. Keys of institutions and of their certificates follow from one of them, `root.secret`.

    For example:

    * `pakt keys prepare --data ./new`
    * `kubectl create secret generic pakt-keys --from-file ./new/keys`
    """

    async def work() -> int:
        import asyncio  # noqa: PLC0415

        from services.bootstrap import prepare_keys  # noqa: PLC0415

        settings = settings_for(data)
        await asyncio.to_thread(prepare_keys, settings)
        folder = settings.data / "keys"
        for name in sorted(path.name for path in folder.iterdir() if path.is_file()):
            say(f"{folder / name}")
        return DONE

    return complete(work())


@app.command
def make(*, data: Data = None) -> int:
    """Make the first key and enter it in the national log. `pakt up` does so by itself; made before, it stays.

    For example:

    * `pakt keys make --data /var/lib/pakt`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415

        async with assemble(settings_for(data)) as system:
            ring = await _seeded_ring(system)
            await ring.settle()
            say((await ring.known())[-1].public_key)
        return DONE

    return complete(work())


@app.command
def rotate(*, reason: Reason, data: Data = None) -> int:
    """Let a new key sign from now on; running sealers notice it. What older keys signed stays valid.

    With PAKT_SIGNING_KEY set, put the new key into that file first: this enters it in the log. Else a new file is made
    in DATA/keys. Witnesses cosign nothing of it before each is given the new key as well.

    For example:

    * `pakt keys rotate --reason "yearly rotation"`
    """

    async def work() -> int:
        import asyncio  # noqa: PLC0415

        from infra.tlog.note import Verifier  # noqa: PLC0415
        from services.bootstrap import assemble, make_signing_key  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            ring = await _seeded_ring(system)
            if not await ring.unentered():
                if system.settings.signing_key is not None:
                    raise Misused(f"put the new key into {system.settings.signing_key}: it holds the one that signs")
                await asyncio.to_thread(make_signing_key, system.settings)
            made = await ring.rotate(reason)
            say(made)
            if system.settings.witnesses:
                vkey = Verifier(system.settings.log_name, bytes.fromhex(made))
                hint = f"pakt: the witnesses refuse it until each is started again with --prefix {vkey} besides the old"
                print(hint, file=sys.stderr)  # noqa: T201
        return DONE

    return complete(work())


@app.command
def retire(public_key: str, /, *, reason: Reason, data: Data = None) -> int:
    """Say in the log that nothing which this key signs from now on is to be trusted, as when somebody else got it.

    For example:

    * `pakt keys retire 3b6a27bc... --reason "the server was broken into"`
    """

    async def work() -> int:
        from services.bootstrap import assemble  # noqa: PLC0415

        async with assemble(settings_of_existing(data)) as system:
            found = [key.public_key for key in await _ring(system).known() if key.public_key.startswith(public_key)]
            if len(found) != 1:
                raise Misused(f"{len(found)} keys begin with {public_key}: `pakt keys list` shows them")
            await _ring(system).retire(found[0], reason)
            say(found[0])
        return DONE

    return complete(work())


async def _seeded_ring(system: "System") -> "KeyRing":
    """The ring, once there is a log that can hold it. Raises: Misused."""
    if not (await system.handler.authority.national(fresh=True)).institutions:
        raise Misused("there is no institution yet whose log could name the key: `pakt seed` first")
    return _ring(system)


def _ring(system: "System") -> "KeyRing":
    from services.keyring import KeyRing  # noqa: PLC0415

    return KeyRing(system.handler, system.signing)

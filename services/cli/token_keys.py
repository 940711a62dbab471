"""`pakt keys tokens`: the keys that sign bearer tokens. They are files in DATA/keys, and change by no event."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from services.cli.exits import DONE, Misused, complete
from services.cli.options import Data, Json, number, settings_of_existing
from services.cli.output import print_json, say

LONGEST = 366
"""Days for which a token may be valid: nobody takes back a single one."""
_DAY = 86_400

app = App(name="tokens", help="Bearer tokens of people, and the keys that sign them: listed, rotated, retired.")


@app.command
def issue(
    person: UUID,
    /,
    *,
    name: Annotated[str, Parameter(help="What the person is called; pages show it.")],
    days: Annotated[int, Parameter(help=f"How long it is valid, at most {LONGEST} days.", converter=number)] = 30,
    data: Data = None,
) -> int:
    """Print a bearer token by which a person signs in. What they may do is no part of it: mandates say so.

    Whoever has the token is that person until it expires: hand it over so that nobody else sees it. A single one cannot
    be taken back; `rotate` and then `retire` end all that were signed before.

    For example:

    * `pakt keys tokens issue 0c4e7d1a-8a5b-4c59-9d2f-3f1f0c9f7a11 --name "Arta Gashi" --days 90`
    """

    async def work() -> int:
        from infra.identity.tokens import TokenIssuer  # noqa: PLC0415
        from services.settings import token_key_file  # noqa: PLC0415

        if not 1 <= days <= LONGEST:
            raise Misused(f"--days {days}: a token is valid for 1 to {LONGEST} days")
        issuer = TokenIssuer.open(token_key_file(settings_of_existing(data)))
        say(issuer.issue(person, name, days * _DAY))
        return DONE

    return complete(work())


@app.command(name="list")
def list_keys(*, data: Data = None, json: Json = False) -> int:
    """List the keys that are believed, oldest first: the last one signs.

    For example:

    * `pakt keys tokens list`
    """

    async def work() -> int:
        from infra.identity.token_keys import TokenKeys  # noqa: PLC0415
        from services.settings import token_key_file  # noqa: PLC0415

        keys = TokenKeys.open(token_key_file(settings_of_existing(data)))
        shown = [
            {"key_id": one.key_id, "made_at": _time(one.made_at), "signs": one is keys.signing}
            for one in keys.believed.values()
        ]
        if json:
            print_json(shown)
        else:
            for one in shown:
                say(f"{one['key_id']} {'signs' if one['signs'] else 'verifies'}, made {one['made_at'] or 'before'}")
        return DONE

    return complete(work())


@app.command
def rotate(*, data: Data = None) -> int:
    """Let a new key sign from now on. What older keys signed before stays valid until it expires.

    For example:

    * `pakt keys tokens rotate`
    """

    async def work() -> int:
        from infra.identity import token_keys  # noqa: PLC0415
        from services.settings import token_key_file  # noqa: PLC0415

        say(token_keys.rotate(token_key_file(settings_of_existing(data))))
        return DONE

    return complete(work())


@app.command
def retire(key_id: str, /, *, data: Data = None) -> int:
    """Let no token of a key be believed any more, as when somebody else got it. The one that signs is rotated first.

    Running gateways follow within a minute. Everybody whose token it signed needs a new one.

    For example:

    * `pakt keys tokens retire dLMFlCHys7sC7QlzBIPl`
    """

    async def work() -> int:
        from infra.identity import token_keys  # noqa: PLC0415
        from services.settings import token_key_file  # noqa: PLC0415

        file = token_key_file(settings_of_existing(data))
        found = [one for one in token_keys.TokenKeys.open(file).believed if one.startswith(key_id)]
        if len(found) != 1:
            raise Misused(f"{len(found)} keys begin with {key_id}: `pakt keys tokens list` shows them")
        try:
            token_keys.retire(file, found[0])
        except token_keys.KeyUnknown as error:
            raise Misused(f"{found[0]} signs at present: `pakt keys tokens rotate` first") from error
        say(found[0])
        return DONE

    return complete(work())


def _time(seconds: int) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds else None

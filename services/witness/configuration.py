"""How a witness is told what to do: a TOML file, options of the command, or both; options win, lists are joined.

state = "/var/lib/witness"
name = "witness.example/w1"       # of its key; needed once, when the key is made
port = 8100
logs = ["log.example/a+0a1b2c3d+AY…"]
prefixes = ["pakt.example+4e5f6a7b+AY…"]
"""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from infra.tlog.note import NoteRefused, Verifier

PORT = 8100


class ConfigurationError(ValueError):
    """A configuration that cannot be meant."""


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`logs` are verifier keys named as the logs' origins, `prefixes` keys for every origin below their names."""

    state: str = ""
    name: str = ""
    host: str = "127.0.0.1"
    port: int = PORT
    logs: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


def configure(file: Path | None, **given: Any) -> Configuration:
    """The file's configuration with what was given beside it and is not None. Raises: ConfigurationError."""
    try:
        read = msgspec.convert(tomllib.loads(file.read_text()) if file else {}, Configuration)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{file}: {error}") from error
    changed = {name: value for name, value in given.items() if value is not None}
    for name in ("logs", "prefixes"):
        changed[name] = (*getattr(read, name), *changed.get(name, ()))
    made = msgspec.structs.replace(read, **changed)
    if not made.state:
        raise ConfigurationError("a witness needs a state folder: --state FOLDER")
    if not (made.logs or made.prefixes):
        raise ConfigurationError("a witness needs to know a log's key: --log VKEY or --prefix VKEY")
    return made


def verifiers(vkeys: tuple[str, ...]) -> list[Verifier]:
    """The keys. Raises: ConfigurationError, naming the one that is none."""
    try:
        return [Verifier.parse(one) for one in vkeys]
    except NoteRefused as error:
        raise ConfigurationError(str(error)) from error

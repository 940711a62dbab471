"""What somebody has set, and where: an option wins over the environment, which wins over a file."""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import msgspec

from services.settings import SECRETS, Settings

PREFIX = "PAKT_"
SETTINGS_FILE = "PAKT_SETTINGS"
DEFAULT = "default"
_FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}


class Given(msgspec.Struct, frozen=True):
    """A value as it was set, and where: `PAKT_PORT`, `FILE:port`, `option --port`."""

    value: object
    source: str


class Sources:
    """Reads what was set. `problems` grow on the way; `unknown` are variables that look like settings and are none."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self.problems: list[str] = []

    def read(self, options: Mapping[str, object]) -> dict[str, Given]:
        """What was set of each field, by its name; an option that is None was not given."""
        chosen = options.get("settings") or self._environment.get(SETTINGS_FILE)
        found = self._of_file(Path(str(chosen))) if chosen else {}
        found |= self._of_environment()
        for name in _FIELDS:
            if (value := options.get(name)) is not None:
                found[name] = Given(value, f"option --{name.replace('_', '-')}")
        return found

    def unknown(self) -> Iterator[tuple[str, str]]:
        """Variables that begin like settings and are none, each with the setting that may be meant, or nothing."""
        known = [variable(name) for name in _FIELDS] + [f"{variable(name)}_FILE" for name in SECRETS] + [SETTINGS_FILE]
        for name in sorted(self._environment):
            if name.startswith(PREFIX) and name not in known:
                yield name, next(iter(difflib.get_close_matches(name, known, 1, 0.88)), "")

    def _of_environment(self) -> dict[str, Given]:
        found = {}
        for name in _FIELDS:
            if (value := self._environment.get(variable(name))) is not None:
                found[name] = Given(value, variable(name))
        for name in SECRETS:
            there = f"{variable(name)}_FILE"
            if (path := self._environment.get(there)) is not None:
                self._once(found, name, there)
                found |= self._in_file(name, path, there)
        return found

    def _of_file(self, path: Path) -> dict[str, Given]:
        try:
            keys = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}")
            return {}
        except tomllib.TOMLDecodeError as error:
            self.problems.append(f"{path}: is no TOML: {error}")
            return {}
        found: dict[str, Given] = {}
        for key, value in keys.items():
            secret = key.removesuffix("_file")
            if key in _FIELDS:
                found[key] = Given(value, f"{path}:{key}")
            elif key.endswith("_file") and secret in SECRETS:
                self._once(keys, secret, f"{path}:{key}")
                found |= self._in_file(secret, str(value), f"{path}:{key}")
            else:
                self.problems.append(f"{path}:{key}: there is no such setting{_meant(key)}")
        return found

    def _once(self, given: Mapping[str, object], name: str, there: str) -> None:
        if name in given:
            self.problems.append(f"{there}: {name} is given itself too; which of them is meant?")

    def _in_file(self, name: str, path: str, source: str) -> dict[str, Given]:
        """A secret from a file of its own, without the line's end."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{source}: {path} cannot be read: {getattr(error, 'strerror', None) or error}")
            return {}
        return {name: Given(text.rstrip("\r\n"), f"{source} ({path})")}


def variable(name: str) -> str:
    """The environment's name of a field."""
    return f"{PREFIX}{name.upper()}"


def converted(name: str, given: Given) -> object:
    """The value in the field's type. Text may stand for a number in the environment alone.

    Raises: ValueError, saying what was expected.
    """
    kind = _FIELDS[name].type
    wanted = {one for one in get_args(kind) or (kind,) if one is not type(None)}
    try:
        if Path in wanted:
            return Path(msgspec.convert(str(given.value) if isinstance(given.value, Path) else given.value, str))
        return msgspec.convert(given.value, kind, strict=given.source != variable(name))
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def _meant(key: str) -> str:
    name = key.removesuffix("_file")
    close = difflib.get_close_matches(name, _FIELDS, 1)
    ending = "_file" if name != key and close and close[0] in SECRETS else ""
    return f": is {close[0]}{ending} meant?" if close else ""

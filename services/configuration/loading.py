"""The settings of a process, from all sources, checked as a whole."""

from collections.abc import Mapping

import msgspec

from services.configuration.checks import contradictions, wrong
from services.configuration.sources import DEFAULT, Given, Sources, converted
from services.settings import Settings, SettingsError, masked


class Effective(msgspec.Struct, frozen=True):
    """A setting as it is in force: secrets masked, None where there is none; `source` is where it was set."""

    name: str
    value: str | int | None
    source: str


class Configured(msgspec.Struct, frozen=True):
    """Settings in force, where each was set, and what is to be said of variables that are none."""

    settings: Settings
    sources: Mapping[str, str]
    warnings: tuple[str, ...]

    def effective(self) -> list[Effective]:
        """Every setting, for people."""
        shown = masked(self.settings)
        return [Effective(name, value, self.sources.get(name, DEFAULT)) for name, value in shown.items()]


def configure(environment: Mapping[str, str] | None = None, **options: object) -> Configured:
    """The settings of `options` (those that are None were not given), the environment and the file `settings` names.

    Raises: SettingsError with every problem at once, each with where it was set.
    """
    sources = Sources(environment)
    given = sources.read(options)
    values, problems = _converted(given)
    problems = [*sources.problems, *problems]
    filled = {field.name: field.default for field in msgspec.structs.fields(Settings)} | values
    if not problems:
        problems += [f"{_where(name, given)}: {why}" for name, why in contradictions(filled)]
    if problems:
        raise SettingsError("\n".join(problems))
    meant = [f"{name} is no setting: is {close} meant?" for name, close in sources.unknown() if close]
    settings = Settings(**values)  # type: ignore[arg-type]
    return Configured(settings, {name: one.source for name, one in given.items()}, tuple(meant))


def load_settings(environment: Mapping[str, str] | None = None, **options: object) -> Settings:
    """As `configure`, without where they come from."""
    return configure(environment, **options).settings


def _converted(given: Mapping[str, Given]) -> tuple[dict[str, object], list[str]]:
    values: dict[str, object] = {}
    problems: list[str] = []
    for name, one in given.items():
        try:
            value = converted(name, one)
        except ValueError as error:
            problems.append(f"{one.source}: {error}{_linked(one)}")
            continue
        if problem := wrong(name, value):
            problems.append(f"{one.source}: {problem}")
        else:
            values[name] = value
    return values, problems


def _where(name: str, given: Mapping[str, Given]) -> str:
    return given[name].source if name in given else name


def _linked(given: Given) -> str:
    """Kubernetes gives every pod a variable `NAME_PORT` for each service: one named pakt hides this setting."""
    linked = given.source == "PAKT_PORT" and str(given.value).startswith("tcp://")
    return " (set by Kubernetes for a service named pakt: enableServiceLinks: false)" if linked else ""

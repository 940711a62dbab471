"""The chart rendered by a real helm, and what is asked of the manifests that come out."""

import json
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from referencing import Registry, Resource

ROOT = Path(__file__).parents[2]
CHART = ROOT / "helm" / "pakt"
TOOLS = ROOT / ".venv" / "helm"
EXAMPLES = ("one-server", "ministry", "nation")
RELEASE = "pakt"
Manifest = dict[str, Any]


class Refused(Exception):
    """Helm did not render; the message is what it said."""


class Helm:
    """One release of helm."""

    def __init__(self, program: Path) -> None:
        self._program = program

    def run(self, *arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [str(self._program), *arguments], input=given, capture_output=True, text=True, check=False, timeout=60
        )
        if done.returncode:
            raise Refused(done.stderr + done.stdout)
        return done.stdout

    def template(self, example: str, values: Mapping[str, Any] | None = None) -> str:
        """The rendered chart: an example's values, and over them those given."""
        files = ("-f", str(CHART / f"values-{example}.yaml"), "-f", "-")
        return self.run("template", RELEASE, str(CHART), *files, given=json.dumps(values or {}, ensure_ascii=False))


def manifests(text: str) -> list[Manifest]:
    """The documents. Raises: yaml.YAMLError, also for a key that stands twice."""
    return [one for one in yaml.load_all(text, _Strict) if one]


class _Strict(yaml.CSafeLoader):
    """YAML as Kubernetes takes it: no key twice."""


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    if len(set(keys)) != len(keys):
        raise yaml.constructor.ConstructorError(None, None, f"a key stands twice among {keys}", node.start_mark)
    return dict(zip(keys, [loader.construct_object(value, deep=True) for _, value in node.value], strict=True))


_Strict.add_constructor("tag:yaml.org,2002:map", _mapping)


def faults(manifest: Manifest) -> list[str]:
    """What is wrong with one manifest by the schema of its kind; unknown kinds are a fault."""
    validator = _validator(manifest["apiVersion"], manifest["kind"])
    if validator is None:
        return [f"no schema for {manifest['apiVersion']} {manifest['kind']}"]
    name = f"{manifest['kind']} {manifest['metadata']['name']}"
    return [f"{name}: {one.json_path}: {one.message[:300]}" for one in validator.iter_errors(manifest)]


@cache
def _validator(api: str, kind: str) -> jsonschema.protocols.Validator | None:
    custom = Path(__file__).parent / "schemas" / f"{api.replace('/', '_')}_{kind}.json"
    if custom.exists():
        return jsonschema.Draft202012Validator(json.loads(custom.read_text()))
    group, _, version = api.rpartition("/")
    name = f"{kind.lower()}-{group.partition('.')[0]}-{version}.json" if group else f"{kind.lower()}-{version}.json"
    with zipfile.ZipFile(TOOLS / "schemas.zip") as schemas:
        if name not in schemas.namelist():
            return None
        schema = json.loads(schemas.read(name))
    return jsonschema.Draft202012Validator(schema, registry=_definitions())


@cache
def _definitions() -> Registry[Any]:
    with zipfile.ZipFile(TOOLS / "schemas.zip") as schemas:
        definitions = Resource.from_contents(json.loads(schemas.read("_definitions.json")))
    return definitions @ Registry()


def of_kind(rendered: list[Manifest], *kinds: str) -> list[Manifest]:
    return [one for one in rendered if one["kind"] in kinds]


def pods(rendered: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Every pod that the chart brings: a name to tell it by, and its `metadata` and `spec`."""
    for one in rendered:
        name = f"{one['kind']} {one['metadata']['name']}"
        if one["kind"] == "Pod":
            yield name, one
        elif one["kind"] == "CronJob":
            yield name, one["spec"]["jobTemplate"]["spec"]["template"]
        elif one["kind"] in ("Deployment", "StatefulSet", "Job"):
            yield name, one["spec"]["template"]


def containers(pod: Manifest) -> list[Manifest]:
    return [*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]]


def selects(selector: Manifest, pod: Manifest) -> bool:
    """Whether a label selector takes the pod."""
    labels = pod["metadata"]["labels"]
    exact = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    among = all(
        one["operator"] == "In" and labels.get(one["key"]) in one["values"]
        for one in selector.get("matchExpressions", ())
    )
    return exact and among

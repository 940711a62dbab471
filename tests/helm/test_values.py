"""Values: the schema refuses by name what is wrong, and what it accepts makes manifests that Kubernetes accepts."""

import copy
import json
import os
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from services.configuration.loading import load_settings
from services.settings import Settings
from tests.helm.accepted import accepted
from tests.helm.chart import CHART, EXAMPLES, Helm, Manifest, Refused, containers, faults, manifests, of_kind, pods

EXAMPLES_BY_CHANCE = int(os.environ.get("PAKT_CHART_EXAMPLES", "25"))
PHASES = (Phase.explicit, Phase.generate)
"""Values are read as they were found: each smaller one would be two more runs of helm."""
SCHEMA = json.loads((CHART / "values.schema.json").read_text())
UNSET = {"PAKT_SIGNING_KEY", "PAKT_BROKER_URL", "PAKT_WITNESS_QUORUM"}
"""Left out where the values say nothing of them, and the backup's: a database in a cluster is copied by its operator."""
UNSET |= {"PAKT_NODES"}  # the chart knows one server
UNSET |= {"PAKT_BACKUP_URL", "PAKT_BACKUP_SECONDS", "PAKT_BACKUP_HOURS", "PAKT_BACKUP_DAYS"}
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text())


def objects(schema: Any, path: str = "") -> Iterator[tuple[str, Manifest]]:
    """Every schema of an object, by its place."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield path, schema
        for key, inner in schema.items():
            yield from objects(inner, f"{path}/{key}")
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects(inner, path)


def leaves(values: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(values, dict) and values:
        for key, inner in values.items():
            yield from leaves(inner, (*path, key))
    else:
        yield path


def placed(path: tuple[str, ...], value: object) -> Manifest:
    for key in reversed(path):
        value = {key: value}
    return value  # type: ignore[return-value]


def merged(below: Any, above: Any) -> Any:
    """As helm lays values over each other."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return below | {key: merged(below.get(key), value) for key, value in above.items()}


def example_values(name: str) -> Manifest:
    return merged(DEFAULTS, yaml.safe_load((CHART / f"values-{name}.yaml").read_text()))


def test_no_object_takes_what_it_does_not_know() -> None:
    open_ones = [path for path, one in objects(SCHEMA) if one.get("additionalProperties", True) is True]

    assert open_ones == ["/properties/global"], "that one is helm's own"


@pytest.mark.parametrize("path", sorted(leaves(DEFAULTS)), ids=".".join)
def test_a_value_of_a_wrong_type_is_refused_by_name(path: tuple[str, ...]) -> None:
    values = copy.deepcopy(example_values("ministry"))
    for wrong in ({"no": ["such"]}, [[]]):
        found = list(
            jsonschema.Draft7Validator(SCHEMA).iter_errors(merged(values, placed(path, None) and placed(path, wrong)))
        )
        assert any(path[-1] in [str(part) for part in one.absolute_path] or path[-1] in one.message for one in found), (
            path
        )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("settings.sealWithin", "soon"),
        ("settings.publicUrl", "http://pakt.example.org"),
        ("settings.witnessQuorum", "most"),
        ("image.tag", 3),
        ("processes.gateway.replicas", 0),
        ("processes.gateway.replicas", 1.5),
        ("processes.gateway.autoscaling.by", "work"),
        ("processes.worker.resources.limits.memory", "a lot"),
        ("network.clients", [{"cidr": "0.0.0.0/0"}]),
        ("network.database", [{}]),
        ("network.webhooks.except", ["10.0.0.0/8"]),
        ("pod.user", 0),
        ("pod.labels", {"app.kubernetes.io/name": "mine"}),
        ("cronJobs.verify.schedule", "every night"),
        ("secrets.database", {"url": "postgresql://pakt:secret@db/pakt"}),
        ("secrets.database", {"urlKey": "url"}),
        ("database.host", ""),
        ("database.host", "owner:secret@db"),
        ("database.name", "pakt?user=owner"),
        ("operators.rabbitmq.replicas", 2),
        ("httpRoute", {"enabled": True, "parents": []}),
        ("witness", {"enabled": True, "name": "witness.example/w1"}),
        ("misspelt", True),
    ],
)
def test_helm_refuses_by_name_what_cannot_be_meant(path: str, value: object, helm3: Helm, helm4: Helm) -> None:
    for helm in (helm3, helm4):
        with pytest.raises(Refused) as refused:
            helm.template("ministry", placed(tuple(path.split(".")), value))
        names = {path.rpartition(".")[2], *(value if isinstance(value, dict) else ())}
        assert any(name in str(refused.value) for name in names)


def test_the_settings_of_the_chart_are_those_of_the_system(rendered: list[Manifest]) -> None:
    known = {f"PAKT_{name.upper()}" for name in Settings.__struct_fields__}
    (settings,) = (one["data"] for one in of_kind(rendered, "ConfigMap") if one["metadata"]["name"] == "pakt")
    given_to = {
        variable["name"]
        for _, pod in pods(rendered)
        for container in containers(pod)
        for variable in container.get("env", ())
    }
    ours = {name for name in {*settings, *given_to} if name.startswith("PAKT_")}

    assert ours <= known
    assert known - ours <= UNSET, "a setting that the chart does not know of"
    loaded = load_settings(settings)
    assert (str(loaded.data), loaded.host, loaded.health_port) == ("/var/lib/pakt", "0.0.0.0", 8081)


def test_the_defaults_are_the_systems_own() -> None:
    own = Settings()
    same = {
        "seal_within": "sealWithin",
        "stop_within": "stopWithin",
        "request_seconds": "requestSeconds",
        "threesixty_prefix": "threesixtyPrefix",
    }
    same |= {"ocid_prefix": "ocidPrefix", "iati_prefix": "iatiPrefix", "open_data_licence": "openDataLicence"}
    same |= {"max_body_bytes": "maxBodyBytes", "max_upload_bytes": "maxUploadBytes"}
    same |= {"max_waiting_appends": "maxWaitingAppends", "poll_milliseconds": "pollMilliseconds"}

    assert {name: getattr(own, name) for name in same} == {
        name: DEFAULTS["settings"][ours] for name, ours in same.items()
    }


@settings(max_examples=EXAMPLES_BY_CHANCE, suppress_health_check=list(HealthCheck), deadline=None, phases=PHASES)
@given(name=st.sampled_from(EXAMPLES), values=accepted(SCHEMA, DEFAULTS))
@example(name="ministry", values={"settings": {"maxUploadBytes": 1 << 30, "maxWaitingAppends": 1_000_000}})
@example(name="nation", values={"database": {"sslMode": "verify-full"}, "trust": {"configMap": "ca"}})
@example(
    name="ministry", values={"secrets": {"administrator": {"name": "123", "urlKey": "on"}}, "image": {"tag": "1e3"}}
)
def test_no_value_that_the_schema_accepts_makes_an_invalid_manifest(
    name: str, values: Manifest, helm3: Helm, helm4: Helm
) -> None:
    refusals = [one.message for one in VALIDATOR.iter_errors(merged(example_values(name), values))]
    if refusals:
        for helm in (helm3, helm4):
            with pytest.raises(Refused, match="schema"):
                helm.template(name, values)
        return
    texts = [[line for line in helm.template(name, values).splitlines() if line.strip()] for helm in (helm3, helm4)]

    assert texts[0] == texts[1]
    rendered = manifests("\n".join(texts[0]))
    assert [fault for one in rendered if one["kind"] != "RabbitmqCluster" for fault in faults(one)] == []
    (environment,) = (one["data"] for one in of_kind(rendered, "ConfigMap") if one["metadata"]["name"] == "pakt")
    assert all(isinstance(value, str) for value in environment.values())

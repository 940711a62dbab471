"""The chart renders under helm 3 and helm 4 alike, into manifests that Kubernetes and the operators would take."""

import tomllib

import pytest
import yaml

from infra.database.interface import Role
from tests.helm.chart import CHART, EXAMPLES, ROOT, Helm, Manifest, Refused, faults, of_kind
from tests.helm.conftest import EVERYTHING


@pytest.mark.parametrize("example", EXAMPLES)
def test_both_lint_it_strictly_and_render_the_same(example: str, helm3: Helm, helm4: Helm) -> None:
    texts = []
    for helm in (helm3, helm4):
        said = helm.run("lint", "--strict", str(CHART), "-f", str(CHART / f"values-{example}.yaml"))
        assert "0 chart(s) failed" in said
        texts.append([line for line in helm.template(example, EVERYTHING).splitlines() if line.strip()])

    assert texts[0] == texts[1]


def test_every_manifest_is_valid_by_the_schema_of_its_kind(rendered: list[Manifest]) -> None:
    custom = of_kind(rendered, "RabbitmqCluster")  # its schema is under another licence and not kept here

    assert [fault for one in rendered if one not in custom for fault in faults(one)] == []


def test_a_fault_is_found_in_each_kind_that_is_rendered(rendered: list[Manifest]) -> None:
    for one in rendered:
        if one["kind"] != "RabbitmqCluster":
            top = next(iter(key for key in one if key not in ("apiVersion", "kind", "metadata")), "spec")
            assert faults(one | {top: 7}), f"{one['kind']} takes anything"
            assert faults(one | {"misspelt": {}}), f"{one['kind']} takes what it does not know"


def test_names_are_unique(rendered: list[Manifest]) -> None:
    named = [(one["apiVersion"], one["kind"], one["metadata"]["name"]) for one in rendered]

    assert len(set(named)) == len(named)


def test_the_versions_are_those_of_the_package() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert (chart["version"], chart["appVersion"]) == (package, package)
    assert "dependencies" not in chart


def test_without_values_nothing_is_guessed(helm3: Helm, helm4: Helm) -> None:
    for helm in (helm3, helm4):
        with pytest.raises(Refused) as refused:
            helm.run("template", "pakt", str(CHART))
        assert all(name in str(refused.value) for name in ("publicUrl", "logName", "objectUrl", "repository", "host"))


def test_the_operators_database_acknowledges_by_quorum_and_keeps_one_role(helm4: Helm) -> None:
    (cluster,) = of_kind(_nation(helm4), "Cluster")
    spec = cluster["spec"]
    (role,) = spec["managed"]["roles"]

    expected = {"method": "any", "number": 1, "dataDurability": "required", "failoverQuorum": True}
    assert (spec["instances"], spec["postgresql"]["synchronous"]) == (3, expected)
    assert role["name"] == spec["bootstrap"]["initdb"]["owner"]
    assert (role["superuser"], role["createrole"]) == (False, True)
    assert role["name"] not in set(Role), "the migration makes those: only who made a role may set it up"
    assert "barmanObjectStore" not in str(cluster)


def test_processes_use_what_the_operators_make(helm4: Helm) -> None:
    (worker,) = (one for one in of_kind(_nation(helm4), "Deployment") if one["metadata"]["name"] == "pakt-worker")
    taken = {
        one["name"]: one["valueFrom"]["secretKeyRef"]
        for one in worker["spec"]["template"]["spec"]["containers"][0]["env"]
    }

    (settings,) = (one["data"] for one in of_kind(_nation(helm4), "ConfigMap") if one["metadata"]["name"] == "pakt")

    assert settings["PAKT_DATABASE_URL"] == "postgresql://pakt-postgres-rw.default.svc:5432/pakt?sslmode=require"
    assert taken["PAKT_DATABASE_ROLE_PASSWORD"] == {"name": "pakt-database", "key": "role-password"}
    assert taken["PAKT_BROKER_URL"] == {"name": "pakt-rabbitmq-default-user", "key": "connection_string"}


def _nation(helm: Helm) -> list[Manifest]:
    from tests.helm.chart import manifests

    return manifests(helm.template("nation"))

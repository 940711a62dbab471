"""What an IT office asks of every pod: restricted, bounded, watched, without secrets in it, and with few ways out."""

import json
import re
from urllib.parse import urlsplit

import pytest

from tests.helm.chart import Manifest, containers, of_kind, pods, selects

PROCESSES = ("gateway", "projector", "worker", "sealer", "egress")
SECRETS = {"PAKT_DATABASE_ROLE_PASSWORD", "PAKT_BROKER_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
ADMINISTRATORS = ("pakt-administrator", "pakt-postgres-app")
"""Secrets with the address of the database's administrator: of the values, and of the operator."""


def test_each_process_is_a_deployment_that_runs_its_command(rendered: list[Manifest]) -> None:
    commands = {
        one["metadata"]["name"]: containers(one["spec"]["template"])[0]["args"]
        for one in of_kind(rendered, "Deployment")
    }

    for name in PROCESSES:
        assert commands[f"pakt-{name}"] == [name]


def test_every_pod_is_restricted(rendered: list[Manifest]) -> None:
    for name, pod in pods(rendered):
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["runAsUser"] >= 1000, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert spec["automountServiceAccountToken"] is False, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec), name
        allowed = {"emptyDir", "projected", "configMap", "secret"}
        assert all(set(volume) - {"name"} <= allowed for volume in spec.get("volumes", ())), name
        for container in containers(pod):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "runAsNonRoot": True,
                "capabilities": {"drop": ["ALL"]},
            }, name


def test_every_container_is_bounded(rendered: list[Manifest]) -> None:
    for name, pod in pods(rendered):
        for container in containers(pod):
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]), name
            assert "memory" in container["resources"]["limits"], name
        for volume in pod["spec"].get("volumes", ()):
            assert "emptyDir" not in volume or volume["emptyDir"]["sizeLimit"], name


def test_what_serves_is_probed_and_outlives_the_loss_of_a_node(rendered: list[Manifest]) -> None:
    budgets = [one["spec"] for one in of_kind(rendered, "PodDisruptionBudget")]
    for one in of_kind(rendered, "Deployment", "StatefulSet"):
        pod, name = one["spec"]["template"], one["metadata"]["name"]
        container = containers(pod)[0]
        assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container), name
        assert "readyz" not in str(container["livenessProbe"]), "no dependency's trouble restarts a process"
        ports = {port["name"] for port in container["ports"]}
        assert all(container[probe]["httpGet"]["port"] in ports for probe in container if probe.endswith("Probe")), name
        assert sum(selects(budget["selector"], pod) for budget in budgets) == 1, name
        assert all(budget["maxUnavailable"] == 1 for budget in budgets)


def test_secrets_come_by_reference_alone(rendered: list[Manifest]) -> None:
    assert of_kind(rendered, "Secret") == []
    for name, pod in pods(rendered):
        for container in containers(pod):
            for variable in container.get("env", ()):
                secret = variable["name"] in SECRETS or variable["name"] == "PAKT_DATABASE_URL"
                assert ("valueFrom" in variable) is secret, f"{name}: {variable['name']}"
    settings = [key for one in of_kind(rendered, "ConfigMap") for key in one["data"]]
    assert not SECRETS & set(settings)
    assert not re.search(r"(amqps?|postgres(ql)?)://[^ ]*:[^ ]*@", json.dumps(rendered))


def test_the_migration_alone_gets_the_databases_administrator(rendered: list[Manifest]) -> None:
    """Everything else knows where the database is, and the password of roles that own nothing (decision 0053)."""
    holders = [one["metadata"]["name"] for one in rendered if any(f'"{s}"' in json.dumps(one) for s in ADMINISTRATORS)]
    (settings,) = (one["data"] for one in of_kind(rendered, "ConfigMap") if one["metadata"]["name"] == "pakt")
    (migration,) = (one["spec"] for one in of_kind(rendered, "Job") if one["metadata"]["name"] == "pakt-migration")
    taken = {one["name"]: one for one in containers(migration["template"])[0]["env"]}

    assert [name for name in holders if name != "pakt-postgres"] == ["pakt-migration"]  # the Cluster has made it
    assert taken["PAKT_DATABASE_URL"]["valueFrom"]["secretKeyRef"]["name"] in ADMINISTRATORS
    assert urlsplit(settings["PAKT_DATABASE_URL"]).username is None
    for name, pod in pods(rendered):
        for container in containers(pod):
            given = {one["name"] for one in container.get("env", ())}
            assert "PAKT_DATABASE_URL" not in given or name == "Job pakt-migration", name


def test_keys_are_mounted_where_nobody_can_write_them(rendered: list[Manifest]) -> None:
    for name, pod in pods(rendered):
        mounts = {mount["name"]: mount for one in containers(pod) for mount in one.get("volumeMounts", ())}
        if "keys" in mounts:
            (volume,) = (one for one in pod["spec"]["volumes"] if one["name"] == "keys")
            assert mounts["keys"] == {"name": "keys", "mountPath": "/var/lib/pakt/keys", "readOnly": True}, name
            assert volume["projected"]["defaultMode"] == 0o440, "the group that the pod is in reads them"


def test_no_account_has_a_token(rendered: list[Manifest]) -> None:
    assert all(one["automountServiceAccountToken"] is False for one in of_kind(rendered, "ServiceAccount"))
    assert of_kind(rendered, "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding") == []


def test_the_schema_is_migrated_before_anything_else_is_there(rendered: list[Manifest]) -> None:
    (job,) = (one for one in of_kind(rendered, "Job") if one["metadata"]["name"] == "pakt-migration")
    needed = [one for one in rendered if one["metadata"]["name"] == "pakt-migration"]
    container = containers(job["spec"]["template"])[0]

    assert container["args"] == ["migrate"]
    assert "envFrom" not in container, "the settings of the release are not there yet"
    assert {one["metadata"]["annotations"]["helm.sh/hook"] for one in needed} == {"pre-install,pre-upgrade"}
    weights = {one["kind"]: int(one["metadata"]["annotations"]["helm.sh/hook-weight"]) for one in needed}
    assert weights.pop("Job") > max(weights.values())


def test_the_test_verifies_a_log(rendered: list[Manifest]) -> None:
    (pod,) = of_kind(rendered, "Pod")

    assert pod["metadata"]["annotations"]["helm.sh/hook"] == "test"
    assert pod["spec"]["containers"][0]["args"][:3] == ["audit", "verify", "--tenant"]


def policies_of(rendered: list[Manifest], pod: Manifest, way: str) -> list[Manifest]:
    found = [one["spec"] for one in of_kind(rendered, "NetworkPolicy") if way in one["spec"]["policyTypes"]]
    return [spec for spec in found if selects(spec["podSelector"], pod)]


@pytest.mark.parametrize("way", ["Ingress", "Egress"])
def test_every_pod_is_denied_what_no_rule_allows(way: str, rendered: list[Manifest]) -> None:
    for name, pod in pods(rendered):
        assert policies_of(rendered, pod, way), name


def test_only_the_egress_process_reaches_what_is_outside(rendered: list[Manifest]) -> None:
    for name, pod in pods(rendered):
        rules = [rule for spec in policies_of(rendered, pod, "Egress") for rule in spec.get("egress", ())]
        peers = [peer for rule in rules for peer in rule["to"]]
        assert all(rule["to"] and rule["ports"] for rule in rules), name
        broad = [
            peer["ipBlock"] for peer in peers if "ipBlock" in peer and int(peer["ipBlock"]["cidr"].split("/")[1]) < 8
        ]
        if pod["metadata"]["labels"]["app.kubernetes.io/component"] != "egress":
            assert broad == [], name
        else:
            assert [one["cidr"] for one in broad] == ["0.0.0.0/0", "::/0"]
            assert {"169.254.0.0/16", "10.0.0.0/8", "127.0.0.0/8"} <= set(broad[0]["except"])


def test_nobody_comes_in_but_to_ports_that_serve(rendered: list[Manifest]) -> None:
    for name, pod in pods(rendered):
        served = {port["containerPort"] for one in containers(pod) for port in one.get("ports", ())}
        for spec in policies_of(rendered, pod, "Ingress"):
            for rule in spec.get("ingress", ()):
                assert rule["from"], name
                assert {port["port"] for port in rule["ports"]} <= served, name


def test_a_process_is_given_longer_to_end_than_it_takes(rendered: list[Manifest]) -> None:
    """By README: a worker is gone within 45 seconds, the others within 25, of which the gateway has `stopWithin`."""
    for one in of_kind(rendered, "Deployment"):
        name = one["metadata"]["labels"]["app.kubernetes.io/component"]
        if name in PROCESSES:
            assert one["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] >= (50 if name == "worker" else 30)

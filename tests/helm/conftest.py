"""Helm itself: fetched once, by hash; where it cannot be had, the tests are skipped with the reason."""

import os
import subprocess
import sys

import pytest

from tests.helm.chart import CHART, EXAMPLES, ROOT, TOOLS, Helm, Manifest, manifests


@pytest.fixture(scope="session")
def tools() -> None:
    """PAKT_REQUIRE=helm makes a failure of what would be a skip."""
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "fetch_helm.py")], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = done.stderr.strip() or "helm cannot be fetched"
        if "helm" in os.environ.get("PAKT_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def helm3(tools: None) -> Helm:
    return Helm(TOOLS / "helm3")


@pytest.fixture(scope="session")
def helm4(tools: None) -> Helm:
    return Helm(TOOLS / "helm4")


EVERYTHING = {
    "witness": {
        "enabled": True,
        "name": "witness.example/w1",
        "prefixes": ["pakt.example.org+88914259+AUy1q/atefv1q7zK/MJp2FzSZR7UuIW1hp8kGu3wpbop"],
    },
    "seed": {"enabled": True},
    "trust": {"configMap": "ca"},
    "secrets": {"keys": {"folders": [{"key": "mj", "path": "issuers/mj/signing.1.pem"}]}},
    "ingress": {"enabled": True, "className": "nginx", "annotations": {"a": "b"}},
    "httpRoute": {"enabled": True, "parents": [{"name": "state"}]},
    "certificate": {"enabled": True, "issuer": {"name": "ca"}},
}
"""What the examples leave off."""


@pytest.fixture(scope="session", params=[*EXAMPLES, "everything"])
def rendered(request: pytest.FixtureRequest, helm4: Helm) -> list[Manifest]:
    """The manifests of each example, and of the nation with everything on."""
    everything = request.param == "everything"
    return manifests(helm4.template("nation" if everything else request.param, EVERYTHING if everything else {}))


@pytest.fixture(scope="session")
def schema() -> Manifest:
    import json

    return json.loads((CHART / "values.schema.json").read_text())

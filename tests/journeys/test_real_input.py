"""Real input through a running installation: 978 rule documents and 61 contributions, every one accounted for."""

import json
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.running import SHARED, Up, every, start_pakt

DOCKETS = SHARED / "consultations" / "us_rule_dockets_2023_03_04.jsonl"
FEEDBACK = SHARED / "consultations" / "eu_ai_roadmap_feedback.json"
EXPECTED = SHARED / "consultations" / "expected.json"
DOCUMENTS = "mj"
ROADMAP = "mesti"
COORDINATOR = "consultation_coordinator"

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.skipif(not DOCKETS.exists(), reason=f"the real data is not in {SHARED}"),
]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up(tmp_path_factory.mktemp("real") / "data")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXPECTED.read_bytes())
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports") / "dockets.report.jsonl"


def dockets(report: Path) -> list[str]:
    order = ["import", "consultations", str(DOCKETS), "--tenant", DOCUMENTS, "--mapping", "us_rule_dockets"]
    return [*order, "--report", str(report), "--json"]


@pytest.fixture(scope="module")
def imported(system: Up, report: Path) -> dict[str, Any]:
    """The documents, imported after two runs that were killed on the way."""
    auditor = system.client(DOCUMENTS, "auditor")
    for killed_at in (150, 900):
        run = start_pakt(*dockets(report), data=system.data)
        _until_events(auditor, killed_at, run)
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=30)
    done = system.pakt(*dockets(report))
    assert done.returncode == 1, "two lines cannot be imported: there is something to look at"
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def _until_events(auditor: httpx.Client, count: int, run: "subprocess.Popen[str]") -> None:
    while run.poll() is None:
        newest = auditor.get("/audit", params={"limit": 1}).json()["items"]
        if newest and newest[0]["position"] >= count:
            return


def test_every_document_is_accounted_for(imported: dict[str, Any], report: Path, expected: dict[str, Any]) -> None:
    told = [json.loads(line) for line in report.read_bytes().splitlines()]
    refused = {one["source_id"]: one["reason"] for one in told if one["outcome"] == "refused"}

    assert imported["lines"] == expected["records"] == 978
    assert imported["imported"] + imported["present"] == 976
    assert imported["present"] > 0, "what the killed runs had stored is found, not stored again"
    assert (imported["incomplete"], imported["refused"]) == (0, 2)
    assert sorted(refused) == expected["windows_ending_before_they_start"]
    assert all("before it starts" in reason for reason in refused.values())


def test_nothing_is_there_twice(system: Up, imported: dict[str, Any], expected: dict[str, Any]) -> None:
    rows = every(system.client(DOCUMENTS, "auditor"), "/consultations", at_least=imported["position"])
    states = Counter(row["state"] for row in rows)
    withdrawn = sorted(row["source_id"] for row in rows if row["state"] == "withdrawn")

    assert len(rows) == len({row["source_id"] for row in rows}) == 976
    assert withdrawn == expected["withdrawn"]
    assert states["closed"] + states["open"] == expected["with_window"] - 2
    assert states["planned"] == 978 - expected["with_window"] - len(withdrawn)


def test_open_windows_of_the_past_are_counted_as_of_then(
    system: Up, imported: dict[str, Any], expected: dict[str, Any]
) -> None:
    auditor = system.client(DOCUMENTS, "auditor")
    for instant, open_then in expected["open_at"].items():
        rows = every(auditor, "/consultations", as_of=instant, state="open")
        found = sorted(row["source_id"] for row in rows)

        assert (len(found), found[:5], found[-5:]) == (open_then["count"], open_then["first"], open_then["last"])


def test_imported_history_is_marked_as_such(system: Up, imported: dict[str, Any]) -> None:
    auditor = system.client(DOCUMENTS, "auditor")
    (row,) = every(auditor, "/consultations", source_id="DEA-2023-0028-0001", at_least=imported["position"])
    entries = every(auditor, "/audit", q=f"stream:{row['consultation_id']}")

    assert {entry["source"] for entry in entries} == {"us-rule-dockets"}
    for entry in entries:
        assert datetime.fromisoformat(entry["occurred_at"]).year == 2023
        assert datetime.fromisoformat(entry["recorded_at"]) > datetime(2026, 1, 1, tzinfo=UTC)


def test_the_replay_of_it_all_is_the_same_twice_and_as_shown(system: Up, imported: dict[str, Any]) -> None:
    replays = [system.pakt("audit", "replay", "--tenant", DOCUMENTS, "--json") for _ in range(2)]
    first, second = (json.loads(replay.stdout) for replay in replays)

    assert [replay.returncode for replay in replays] == [0, 0]
    assert second["position"] == first["position"] + 1  # the second look is on record, too
    told = [{m["name"]: (m["rows"], m["checksum"]) for m in replay["read_models"]} for replay in (first, second)]
    assert {name for name in told[0] if told[0][name] != told[1][name]} == {"audit_trail"}
    for model in (*first["read_models"], *second["read_models"]):
        assert model["differing_rows"] == model["unexplained_rows"] == 0


def test_the_librarys_own_recorder_reads_the_same(system: Up, imported: dict[str, Any]) -> None:
    done = system.pakt("audit", "recorder", "--tenant", DOCUMENTS, "--json")
    told = json.loads(done.stdout)

    assert (done.returncode, told["difference"]) == (0, None), done.stderr
    assert told["events"] == told["head"] > 2_000
    assert told["streams"] > 976


def test_a_neighbour_sees_nothing_of_it(system: Up, imported: dict[str, Any]) -> None:
    assert every(system.client("prizren", "auditor"), "/consultations") == []


def test_61_contributions_are_submitted_answered_and_reported(system: Up, tmp_path: Path) -> None:
    order = ["--tenant", ROADMAP, "--mapping", "eu_feedback", "--json"]
    roadmap = system.pakt("import", "consultations", str(FEEDBACK), *order, "--report", str(tmp_path / "roadmap"))
    assert json.loads(roadmap.stdout)["imported"] == 1
    officer = system.client(ROADMAP, COORDINATOR)
    shown = json.loads(roadmap.stdout)["position"]
    (consultation,) = every(officer, "/consultations", source="eu-have-your-say", at_least=shown)
    consultation_id, report = consultation["consultation_id"], tmp_path / "feedback"
    order += ["--consultation", consultation_id, "--report", str(report)]
    done = system.pakt("import", "contributions", str(FEEDBACK), *order)
    summary = json.loads(done.stdout)
    remarks = {one["line"]: one["remarks"] for one in map(json.loads, report.read_bytes().splitlines())}

    assert (summary["lines"], summary["imported"], summary["refused"]) == (61, 61, 0)
    assert {line: len(said) for line, said in remarks.items()} == {1: 2, 18: 1}
    again = json.loads(system.pakt("import", "contributions", str(FEEDBACK), *order).stdout)
    assert (again["imported"], again["present"], again["commands"]) == (0, 61, 0)

    path = f"/consultations/{consultation_id}/contributions"
    contributions = every(officer, path, at_least=summary["position"])
    assert len(contributions) == 61
    refused = _post(officer, f"/consultations/{consultation_id}/complete-analysis", {})
    assert refused.status_code == 422, "no report before every contribution has its position"
    for one in contributions:
        position = {
            "consultation_id": consultation_id,
            "outcome": "noted",
            "reason": {one["language"]: {"text": "Taken into account in the impact assessment."}},
        }
        answered = _post(officer, f"/contributions/{one['contribution_id']}/position", position)
        assert answered.status_code in (200, 201), answered.text
    assert _post(officer, f"/consultations/{consultation_id}/complete-analysis", {}).status_code in (200, 201)
    published = _post(officer, f"/consultations/{consultation_id}/publish-report", {"files": _report_files(officer)})
    assert published.status_code in (200, 201), published.text

    position = published.json()["last_position"]
    (after,) = every(officer, "/consultations", source="eu-have-your-say", at_least=position)
    assert after["state"] == "reported"
    withheld_or_withdrawn = after["withheld"] + after["withdrawn"]
    assert (after["submitted"], withheld_or_withdrawn, after["answered"]) == (61, 0, 61)


def _report_files(officer: httpx.Client) -> list[dict[str, Any]]:
    files = []
    for language in ("sq", "sr"):
        data = f"Report of the consultation ({language})\n".encode()
        stored = officer.post("/files", content=data, headers={"Content-Type": "text/plain"})
        assert stored.status_code == 201, stored.text
        files.append({"language": language, "file": stored.json() | {"file_name": f"report-{language}.txt"}})
    return files


def _post(client: httpx.Client, path: str, body: dict[str, Any]) -> httpx.Response:
    return client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})

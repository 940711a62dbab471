"""Publications over HTTP: every version stays downloadable under the hash that the register told of it."""

import hashlib
from typing import Any

from services.bootstrap import System
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.system import project

BASE = "/v1/tenants/opm"
WORDS = {code: {"text": words} for code, words in (("sq", "Strategjia"), ("sr", "Strategija"))}


async def stored(caller: Caller, officer: dict[str, str], said: bytes) -> dict[str, Any]:
    """A file of the Office, as commands name it."""
    sent = officer | {"content-type": "application/pdf"}
    answer = await caller.client.post(f"{BASE}/files", content=b"%PDF-1.7\n" + said, headers=sent)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told | {"file_name": "strategjia.pdf"}


async def test_every_version_stays_under_its_hash(system: System, caller: Caller) -> None:
    officer = caller.bearer("opm", "council_secretary")
    first, second = [await stored(caller, officer, said) for said in (b"one", b"two")]

    def of(file: dict[str, Any], *languages: str) -> list[dict[str, Any]]:
        return [{"language": code, "file": file} for code in languages]

    document = {"kind": "strategy", "title": WORDS, "files": of(first, "sq", "sr")}
    half = await caller.post(f"{BASE}/publications", document | {"files": of(first, "sq")}, **officer)
    assert (half.status_code, half.headers["content-type"], half.json()["rule"]) == (422, PROBLEM, "publication.files")
    made = await caller.post(f"{BASE}/publications", document, **officer)
    assert made.status_code == 201, made.text
    publication = made.json()["stream_id"]
    at = f"{BASE}/publications/{publication}"
    for path, body in (
        ("revise", {"files": of(second, "sq", "sr"), "change": WORDS}),
        ("withdraw", {"reason": WORDS}),
    ):
        answer = await caller.post(f"{at}/{path}", body, **officer)
        assert answer.status_code == 200, answer.text
    await project(system, "opm")

    here = f"/v1/public/publications/{publication}"
    seen = (await caller.get(here)).json()
    assert (seen["state"], seen["tenant"], [one["number"] for one in seen["versions"]]) == ("withdrawn", "opm", [1, 2])
    for version, file in zip(seen["versions"], (first, second), strict=True):
        told = version["files"][0]["file"]["sha256"]
        got = await caller.get(f"{here}/files/{told}")
        assert (got.status_code, hashlib.sha256(got.content).hexdigest()) == (200, told) == (200, file["sha256"])
    assert (await caller.get(f"{here}/files/{'0' * 64}")).status_code == 404
    assert [
        one["publication_id"] for one in (await caller.get("/v1/public/publications?kind=strategy")).json()["items"]
    ] == [publication]
    assert (await caller.get("/v1/public/publications?kind=minutes")).json()["items"] == []
    assert (await caller.get("/v1/public/publications?tenant=prizren")).json()["items"] == []
    elsewhere = caller.bearer("prizren", "administrator")
    assert (await caller.get(f"/v1/tenants/prizren/publications/{publication}", **elsewhere)).status_code == 404
    assert (await caller.get(at, **officer)).json()["reason"]["sq"]["text"] == "Strategjia"

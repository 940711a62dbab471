"""One code, from the submission to the gazette: every step over HTTP, every receipt verified without Pakt."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.consultations import commands as c
from tests.services.gateway.scenario import opened
from tests.support.sealed import log_signer, sealed

TENANT = "mj"
SCRIPT = Path("services/audit/standalone/verify_receipt.py").absolute()

pytestmark = pytest.mark.journey


def verify(folder: Path, receipt: str, *arguments: str) -> int:
    (folder / "receipt").write_text(receipt)
    command = [sys.executable, "-I", str(SCRIPT), str(folder / "receipt"), *arguments]
    return subprocess.run(command, capture_output=True, check=False).returncode


def both(said: str) -> dict[str, Any]:
    return {language: {"text": said} for language in ("sq", "sr")}


async def test_from_the_submission_to_the_gazette(story, tmp_path: Path) -> None:
    caller, officer = story.caller, story.caller.bearer(TENANT, "consultation_coordinator")
    consultation = await opened(story.system, TENANT)
    files = [
        one for one in (await public(story, consultation))["documents"][0]["files"] if one["language"] in {"sq", "sr"}
    ]

    async def send(path: str, body: dict[str, Any], **who: str) -> dict[str, Any]:
        done = await caller.post(f"/v1/tenants/{TENANT}{path}", body, **(who or officer))
        assert done.status_code in {200, 201}, done.text
        answer: dict[str, Any] = done.json()
        return answer

    voice = {"consultation_id": str(consultation), "language": "sq", "body": "Neni 3 duhet të mbrojë të miturit."}
    sent = await send("/contributions", voice, **caller.token())
    code, stream = sent["receipt_code"], sent["stream_id"]
    promise = await caller.get(f"/v1/public/receipts/{code}")
    assert promise.headers["pakt-receipt"] == "promised"

    story.on(2018, 12, 3)
    await story.by_the_clock(TENANT, c.CloseConsultation(), consultation)
    position = {"consultation_id": str(consultation), "outcome": "accepted", "reason": both("Pranohet"), "article": "3"}
    await send(f"/contributions/{stream}/position", position)
    at = f"/consultations/{consultation}"
    await send(f"{at}/complete-analysis", {})
    await send(f"{at}/publish-report", {"files": files})
    await send(f"{at}/record-adoption", {"adopted_on": "2018-12-03", "decision_no": "11/2018", "files": files})
    gazette = {"act_id": "06/L-099", "url": "https://gzk.rks-gov.net/a", "published_on": "2018-12-03"}
    await send(f"{at}/link-gazette", gazette)
    await sealed(story.system, TENANT)

    journey = (await caller.get(f"/v1/public/receipts/{code}/journey")).json()
    steps = {step["step"]: step for step in journey["steps"]}
    assert list(steps) == ["submitted", "published", "answered", "reported", "adopted", "gazetted"]
    assert (journey["state"], journey["shown"]) == ("answered", True)
    assert (steps["answered"]["outcome"], steps["answered"]["article"]) == ("accepted", "3")
    assert steps["gazetted"]["act_id"] == "06/L-099"
    key = str(log_signer(story.system, TENANT).verifier)
    for step in journey["steps"]:
        receipt = await caller.get(step["receipt"])
        assert verify(tmp_path, receipt.text, "--key", key) == 0, step
        assert f'"position": {step["position"]}' in said(tmp_path, key)
    proof = await caller.get(f"/v1/public/receipts/{code}")
    (tmp_path / "proof").write_text(proof.text)
    assert verify(tmp_path, promise.text, "--key", key, "--proof", str(tmp_path / "proof")) == 0
    page = await caller.get(f"/my-contribution?code={code}", **{"accept-language": "sr"})
    assert "Akt objavljen u Službenom listu" in page.text and "06/L-099" in page.text


def said(folder: Path, key: str) -> str:
    command = [sys.executable, "-I", str(SCRIPT), str(folder / "receipt"), "--key", key]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


async def public(story, consultation: UUID) -> Any:
    return await story.see(TENANT, f"/v1/public/consultations/{consultation}")

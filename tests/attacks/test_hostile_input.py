"""Input that was made to break something, and what an open address must not show."""

import io
import struct
import zipfile

import pytest

from domain.kernel.vocabulary import MediaType
from services.bootstrap import System
from services.gateway import media
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.gateway.scenario import opened
from tests.support.system import project

TENANT = "mj"
BASE = f"/v1/tenants/{TENANT}"


@pytest.mark.parametrize(
    "term",
    [
        "created:>0001-01-01T00:00:00%2B14:00",
        "created:0001-01-01T00:00:00%2B14:00",
        "occurred:<9999-12-31T23:59:59-14:00",
    ],
)
async def test_a_time_at_the_end_of_the_calendar_is_no_filter(caller: Caller, term: str) -> None:
    answer = await caller.get(f"{BASE}/audit?q={term}", **caller.bearer(TENANT, "auditor"))

    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)


@pytest.mark.parametrize(
    ("field", "value"), [("language", "sq\n"), ("contributor", {"phone": "044 123 456\n"}), ("language", "\nsq")]
)
async def test_no_line_feed_hides_at_the_end_of_a_code(
    system: System, caller: Caller, field: str, value: object
) -> None:
    consultation_id = await opened(system, TENANT)
    body = {"consultation_id": str(consultation_id), "language": "sq", "body": "Neni 4.", field: value}
    answer = await caller.post(f"{BASE}/contributions", body, **caller.token())

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-value")


async def test_an_archive_of_half_a_million_names_is_not_listed(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Listing it takes seconds, in which nobody is served."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, *([0] * 8), 1, *([0] * 6)) + b"a"
    names = entry * 500_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65_535, 65_535, len(names), 30, 0)
    bomb = b"PK\x03\x04" + b"\0" * 26 + names + end
    listed: list[io.BytesIO] = []
    monkeypatch.setattr(zipfile, "ZipFile", lambda file: listed.append(file) or zipfile.BadZipFile)

    headers = caller.token() | {"content-type": MediaType.DOCX.value}
    answer = await caller.client.post(f"{BASE}/files", content=bomb, headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/file-type-mismatch")
    assert not media.fits(MediaType.XLSX, bomb)
    assert not listed


async def test_a_sandbox_is_seen_by_name_and_never_among_the_institutions(system: System, caller: Caller) -> None:
    real, tried = await opened(system, TENANT), await opened(system, "sandbox-ministry")
    for tenant in (TENANT, "sandbox-ministry"):
        await project(system, tenant)

    async def ids(path: str) -> list[str]:
        return [one["consultation_id"] for one in (await caller.get(path)).json()["items"]]

    assert await ids("/v1/public/consultations") == [str(real)]
    assert await ids("/v1/public/consultations?tenant=sandbox-ministry") == [str(tried)]
    assert (await caller.get(f"/v1/public/consultations/{tried}")).json()["tenant"] == "sandbox-ministry"
    assert (await caller.get(f"/v1/public/consultations/{tried}/contributions")).status_code == 200
    national = (await caller.get("/v1/national/overview", **caller.bearer("opm", "ogg_supervisor"))).json()
    assert national["total"]["consultations"] == 1
    assert not [slug for slug in national["positions"] if slug.startswith("sandbox")]


@pytest.mark.parametrize("header", ["authorization", "idempotency-key"])
async def test_a_header_that_decides_something_is_sent_once(caller: Caller, header: str) -> None:
    values = caller.bearer(TENANT, "consultation_coordinator") | {"idempotency-key": "k"}
    twice = [*values.items(), (header, values[header])]
    body = {"title": {"sq": {"text": "x"}, "sr": {"text": "x"}}, "act_kind": "law"}

    command = await caller.client.post(f"{BASE}/consultations", json=body, headers=twice)
    query = await caller.client.get(f"{BASE}/consultations", headers=twice)

    assert (command.status_code, command.headers["content-type"], command.json()["header"]) == (400, PROBLEM, header)
    assert (query.status_code, query.headers["content-type"]) == (400, PROBLEM)


async def test_a_delegate_reads_what_everybody_reads(system: System, caller: Caller) -> None:
    consultation = await opened(system, TENANT)
    await project(system, TENANT)
    delegate = caller.bearer(TENANT, "cso_delegate")

    for path in ("consultations", f"consultations/{consultation}", f"files/{'0' * 64}"):
        assert (await caller.get(f"{BASE}/{path}", **delegate)).status_code == 403, path
    assert (await caller.get(f"/v1/public/consultations/{consultation}", **delegate)).status_code == 200

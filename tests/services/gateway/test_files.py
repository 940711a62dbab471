"""Files: what is looked at when one comes in, who gets it back, and which ones a command may name."""

import hashlib
import io
import zipfile
from typing import Any

from services.bootstrap import System
from tests.services.gateway.client import Caller
from tests.services.gateway.scenario import PDF, planned

TENANT = "mj"
BASE = f"/v1/tenants/{TENANT}"


async def test_files_are_what_they_say_and_are_only_given_to_be_saved(system: System, caller: Caller) -> None:
    officer = caller.bearer(TENANT, "drafting_officer")
    stored = await caller.client.post(
        f"{BASE}/files", content=PDF, headers=officer | {"content-type": "application/pdf"}
    )
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert (stored.status_code, stored.json()) == (
        201,
        {"sha256": sha256, "size": len(PDF), "media_type": "application/pdf"},
    )
    given = await caller.get(stored.headers["location"], **officer)
    assert (given.content, given.headers["content-type"]) == (PDF, "application/octet-stream")
    assert given.headers["content-disposition"] == f'attachment; filename="{sha256[:16]}.pdf"'
    assert given.headers["x-content-type-options"] == "nosniff"
    known = await caller.get(stored.headers["location"], **officer, **{"if-none-match": given.headers["etag"]})
    assert known.status_code == 304
    elsewhere = await caller.get(f"/v1/tenants/mesti/files/{sha256}", **caller.bearer("mesti", "auditor"))
    assert elsewhere.status_code == 404


def archive(*names: str, first: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        if first:
            file.writestr("mimetype", first)
        for name in names:
            file.writestr(name, b"x")
    return made.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"


FILES = (
    ("application/pdf", PDF, 201),
    ("application/pdf", b"MZ\x90\x00", 422),
    ("application/pdf", b"", 422),
    ("image/png", b"\x89PNG\r\n\x1a\n\x00", 201),
    ("image/png", PDF, 422),
    ("image/jpeg", b"\xff\xd8\xff\xe0", 201),
    (DOCX, archive("[Content_Types].xml", "word/document.xml"), 201),
    (DOCX, archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), 422),
    (DOCX, archive("word/document.xml"), 422),
    (DOCX, b"PK\x03\x04 and no more", 422),
    (ODT, archive("content.xml", first=ODT.encode()), 201),
    (ODT, archive("content.xml", first=DOCX.encode()), 422),
    ("text/plain", "Përshëndetje".encode(), 201),
    ("text/plain", b"\xff\xfe", 422),
    ("text/plain", b"a\x00b", 422),
    ("text/csv", b"a;b\n1;2\n", 201),
    ("text/html", b"<!doctype html><p>x</p>", 201),
    ("text/html", b"no tags", 422),
    ("message/rfc822", b"From: a@example.org\r\nSubject: x\r\n\r\ntext", 201),
    ("message/rfc822", b"no header", 422),
    ("application/x-msdownload", b"MZ", 415),
    ("application/zip", archive("a"), 415),
    ("", PDF, 415),
)


async def test_a_file_is_looked_at(caller: Caller) -> None:
    for media_type, data, status in FILES:
        headers = caller.bearer(TENANT, "drafting_officer") | {"content-type": media_type}
        answer = await caller.client.post(f"{BASE}/files", content=data, headers=headers)

        assert answer.status_code == status, (media_type, data[:20], answer.text)


async def test_a_command_may_name_only_files_that_are_there_as_it_says(system: System, caller: Caller) -> None:
    first = await planned(system, TENANT)
    officer = caller.bearer(TENANT, "drafting_officer")
    headers = officer | {"content-type": "application/pdf"}
    sha256 = (await caller.client.post(f"{BASE}/files", content=PDF, headers=headers)).json()["sha256"]
    right = {"sha256": sha256, "media_type": "application/pdf", "size": len(PDF), "file_name": "akt.pdf"}

    async def attach(**changed: Any) -> Any:
        body = {"kind": "draft", "files": [{"language": "sq", "file": right | changed}]}
        return (await caller.post(f"{BASE}/consultations/{first}/documents", body, **officer)).json()

    for changed, pointer in (
        ({"sha256": "0" * 64}, "sha256"),
        ({"size": 1}, "size"),
        ({"media_type": "image/png"}, "media_type"),
    ):
        assert (await attach(**changed))["errors"][0]["pointer"] == f"/files/0/file/{pointer}"
    assert (await attach())["version"] == 2

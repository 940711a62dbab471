"""What was carried away before an erasure, and what is made after it: kits, receipts and the past that is kept.

Nothing of it says who somebody was, before the erasure or after. What remains, and until when, stands in decision 0011.
"""

import base64
import io
import re
import zipfile
from pathlib import Path
from uuid import UUID

import asyncpg
import pypdf

from domain.kernel.ids import derived_id
from infra.database.interface import Role
from projections.catalogue import READ_MODELS
from projections.keeping import Keeper
from services.audit.export import export
from services.bootstrap import System
from services.sealer.run import make_sealer
from tests.services.gateway.client import Caller
from tests.services.gateway.scenario import opened
from tests.support.system import project

TENANT = "mj"
PERSON = derived_id("test", "carried away")
CONTROL = "Kontrolli qe duhet te gjendet"
"""What was said is public record: the search must find it, or it finds nothing at all."""
CANARIES = {
    "name": "Kanarina Erzmann",
    "email": "kanarina@erzmann.example",
    "phone": "+383 44 000 7731",
    "address": "Rr. Kanarinave 7731, Gjakovë",
    "file": "kanarina-erzmann-cv.pdf",
}
SPAN = 1
ENCODED = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
TABLES = "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'past'::regnamespace AND c.relkind = 'r'"


def words(raw: bytes) -> set[str]:
    """Which of the canaries, and of the control, stand in these bytes, or in base64 within them."""
    held = [raw, *(base64.b64decode(found[: len(found) // 4 * 4]) for found in ENCODED.findall(raw))]
    return {word for word in (*CANARIES.values(), CONTROL) if any(word.encode() in one for one in held)}


async def contribution(caller: Caller, consultation: UUID) -> str:
    """The code of a receipt for what a person with a name, an address and a file has said."""
    headers = caller.token(PERSON)
    file = await caller.client.post(
        f"/v1/tenants/{TENANT}/files", content=b"%PDF-1.7 x", headers=headers | {"content-type": "application/pdf"}
    )
    who = {name: CANARIES[name] for name in ("name", "email", "phone", "address")}
    sent = {
        "consultation_id": str(consultation),
        "language": "sq",
        "body": CONTROL,
        "contributor": who,
        "attachments": [file.json() | {"file_name": CANARIES["file"]}],
    }
    answer = await caller.post(f"/v1/tenants/{TENANT}/contributions", sent, **headers)
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["receipt_code"]
    return code


async def settle(system: System, tenant_id: int) -> None:
    """Seal, publish, fold, and keep the past at every few positions."""
    sealer = make_sealer(system)
    while head := await sealer.sealing.seal(tenant_id, 1_000):
        await sealer.publisher.publish(head.tree, head.size)
    await project(system, TENANT)
    keeper = Keeper(system.engine.connections, system.engine.history, READ_MODELS, SPAN)
    while await keeper.step(tenant_id):
        pass


async def receipts(caller: Caller, code: str) -> dict[str, bytes]:
    """Every form in which a receipt is handed out, printed ones as their text and properties."""
    address, found = f"/v1/public/receipts/{code}", dict[str, bytes]()
    for form in ("", "/journey"):
        for accept in ("text/plain", "application/json"):
            answer = await caller.get(address + form, accept=accept)
            assert answer.status_code in {200, 406}, answer.text
            found[f"{form} {accept}"] = answer.content
    for language in ("sq", "sr", "sr-Cyrl", "en"):
        answer = await caller.get(f"{address}/receipt.pdf", **{"accept-language": language})
        assert answer.status_code == 200, answer.text
        read = pypdf.PdfReader(io.BytesIO(answer.content))
        said = " ".join(page.extract_text() for page in read.pages) + str(read.metadata)
        found[f"pdf {language}"] = answer.content + re.sub(r"\s+", " ", said).encode()
    return found


async def kit(system: System, path: Path) -> dict[str, bytes]:
    await export(system, TENANT, path)
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


async def past(system: System) -> dict[str, bytes]:
    """Every row of every table of the kept past, as the superuser reads it."""
    admin = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
    try:
        tables = [row[0] for row in await admin.fetch(TABLES)]
        return {
            table: "\n".join(row[0] for row in await admin.fetch(f"SELECT t::text FROM {table} t")).encode()
            for table in tables
        }
    finally:
        await admin.close()


def found_in(files: dict[str, bytes]) -> set[str]:
    return {word for content in files.values() for word in words(content)}


async def test_nothing_that_is_carried_away_or_kept_says_who_it_was(
    system: System, caller: Caller, tmp_path: Path
) -> None:
    tenant_id = (await system.handler.authority.tenant(TENANT)).tenant_id
    code = await contribution(caller, await opened(system, TENANT))
    assert words(base64.b64encode(b"x" * 12 + CANARIES["name"].encode())) == {CANARIES["name"]}
    await settle(system, tenant_id)
    shown = (await caller.get(f"/v1/tenants/{TENANT}/subjects/{PERSON}", **caller.token(PERSON))).text
    assert set(CANARIES.values()) <= words(shown.encode()), "readable while the key is there"
    before = await kit(system, tmp_path / "before.zip"), await receipts(caller, code), await past(system)

    asked = {"subject_id": str(PERSON), "ground": "consent_withdrawn"}
    erased = await caller.post(f"/v1/tenants/{TENANT}/erasures", asked, **caller.token(PERSON))
    assert erased.status_code == 201, erased.text
    await settle(system, tenant_id)
    after = await kit(system, tmp_path / "after.zip"), await receipts(caller, code), await past(system)

    for when in (before, after):
        hits = [found_in(files) for files in when]
        assert [one - {CONTROL} for one in hits] == [set(), set(), set()]
        assert CONTROL in hits[0] and CONTROL in hits[2], "what was said stays, so the search can find"
        assert all(code.encode() in one for name, one in when[1].items() if name.startswith("pdf")), "as here"
    shown = (await caller.get(f"/v1/tenants/{TENANT}/subjects/{PERSON}", **caller.token(PERSON))).text
    assert found_in({"shown": shown.encode()}) == set()
    lines = [files["events/000000.ndjson"].splitlines() for files, _, _ in (before, after)]
    assert lines[1][: len(lines[0])] == lines[0], "the log is as it was: sealed bytes, of which nobody has the key"
    assert any(b'"pii":"' in line for line in lines[0])
    print(
        f"carried: 0 of {len(CANARIES)} canaries in {sum(map(len, before))} files before, {sum(map(len, after))} after"
    )

"""A promise, then a proof, at one address; verified by a program that knows nothing of Pakt; nothing of others."""

import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.vocabulary import WithheldReason
from domain.kernel.receipt import receipt_code
from domain.kernel.text import text
from infra.eventstore.leaf import entry_of
from infra.tlog.merkle import leaf_hash
from infra.tlog.note import Note
from infra.tlog.promise import Promise
from infra.tlog.proof import HEAD, TlogProof
from infra.trees.interface import Quorum
from services.receipts.receipt import Receipts
from tests.services.gateway.client import STRANGER
from tests.services.gateway.scenario import opened, planned
from tests.support.consultation import contributed
from tests.support.sealed import OTHER_WITNESS, WITNESS, cosigned, grown, log_signer, origin_of, position_of, sealed
from tests.support.system import send

OWN, OTHER = "mj", "mesti"
TOPIC = e.ContributionSubmitted.TOPIC
TWO_OF_TWO = Quorum(2, (WITNESS.verifier, OTHER_WITNESS.verifier))


@pytest.fixture
async def code(system, caller):
    """The code that a stranger gets for a contribution over HTTP."""
    consultation = await opened(system, OWN)
    body = {"consultation_id": str(consultation), "language": "sq", "body": "Neni 4."}
    answer = await caller.post(f"/v1/tenants/{OWN}/contributions", body, **caller.token())
    assert answer.status_code == 201, answer.text
    return answer.json()["receipt_code"]


async def mine(system, code):
    [stored] = [
        one for one in await system.store.read_log(await tenant_id(system), 0, 1000) if code.encode() in one.data
    ]
    return stored


async def tenant_id(system, slug=OWN):
    return (await system.handler.authority.tenant(slug)).tenant_id


def vkey(system, slug=OWN):
    return str(log_signer(system, slug).verifier)


async def test_a_promise_becomes_a_proof_at_the_same_address(system, caller, code, verify):
    address = f"/v1/public/receipts/{code}"
    stored = await mine(system, code)

    before = await caller.get(address)
    promise = Promise.parse(Note.parse(before.text).text)
    assert (before.status_code, before.headers["pakt-receipt"], before.headers["retry-after"]) == (200, "promised", "2")
    assert before.headers["content-type"] == "text/plain; charset=utf-8"
    assert (promise.log, promise.position) == (origin_of(system, OWN), stored.position)
    assert stored.recorded_at - promise.promised_at < timedelta(seconds=1)
    assert promise.due_by - promise.promised_at == timedelta(seconds=61)
    assert (await caller.get(address)).content == before.content
    assert (await caller.get(address, **{"if-none-match": before.headers["etag"]})).status_code == 304
    assert verify(before.text, "--key", vkey(system), "--now", f"{promise.promised_at:%Y-%m-%dT%H:%M:%SZ}")[0] == 4

    head = await sealed(system, OWN)
    after = await caller.get(address, **{"if-none-match": before.headers["etag"]})
    assert (after.status_code, after.headers["pakt-receipt"]) == (200, "sealed")
    assert "retry-after" not in after.headers
    assert after.headers["etag"] != before.headers["etag"]
    assert after.text.startswith(HEAD)
    status, said = verify(after.text, "--key", vkey(system))
    assert (status, '"type": "consultations.ContributionSubmitted.v1"' in said) == (0, True)
    assert verify(before.text, "--key", vkey(system), "--proof", after.text)[0] == 0

    await cosigned(system, head, WITNESS, datetime.now(UTC))
    witnessed = await caller.get(address)
    assert verify(witnessed.text, "--key", vkey(system), "--witness", str(WITNESS.verifier), "--quorum", "1")[0] == 0
    assert verify(after.text, "--key", vkey(system), "--witness", str(WITNESS.verifier), "--quorum", "1")[0] == 1


async def test_the_same_as_json(system, caller, code):
    await sealed(system, OWN)
    asked = await caller.get(f"/v1/public/receipts/{code.lower().replace('-', '')}", accept="application/json")
    plain = await caller.get(f"/v1/public/receipts/{code}")

    shown = asked.json()
    assert (shown["state"], shown["text"], shown["witnesses"], shown["public"]) == ("sealed", plain.text, [], False)
    assert shown["event_id"] in {event["id"] for event in (await replayed(system, caller, code))}


async def replayed(system, caller, code):
    """The events of the command's answer, asked for again with its key."""
    stored = await mine(system, code)
    consultation = system.registry.restore(stored.type_name, stored.data, stored.stream_id, stored.version, 0)
    body = {"consultation_id": str(consultation.consultation_id), "language": "sq", "body": "Neni 4."}
    answer = await caller.post(
        f"/v1/tenants/{OWN}/contributions", body, **caller.token(), **{"idempotency-key": "key-0"}
    )
    assert answer.headers["idempotent-replayed"] == "true"
    assert answer.json()["receipt_code"] == code
    return answer.json()["events"]


async def test_where_an_event_was_taken_there_is_no_receipt_of_the_next(system, caller, code):
    gone = (await mine(system, code)).position - 1
    async with system.database.connect() as admin:
        await admin.execute("SET session_replication_role = replica; ALTER TABLE es.event DISABLE TRIGGER ALL")
        tenant = await admin.fetchval("SELECT tenant_id FROM es.tenant WHERE slug = $1", OWN)
        await admin.execute("DELETE FROM es.event WHERE tenant_id = $1 AND position = $2", tenant, gone)
    answer = await caller.get(f"/v1/tenants/{OWN}/events/{gone}/receipt", **caller.bearer(OWN, "auditor"))
    assert answer.status_code == 404, answer.text


async def test_who_may_have_a_receipt(system, caller, code):
    position = (await mine(system, code)).position
    address = f"/v1/tenants/{OWN}/events/{position}/receipt"

    for reader in ("auditor", "administrator", "consultation_coordinator"):
        assert (await caller.get(address, **caller.bearer(OWN, reader))).status_code == 200
    assert (await caller.get(address, **caller.token(STRANGER))).status_code == 200  # who contributed
    refused = [
        await caller.get(address, **caller.bearer(OTHER, "auditor")),
        await caller.get(address, **caller.bearer(OWN, "drafting_officer")),
        await caller.get(address, **caller.token(uuid4())),
        await caller.get(f"/v1/tenants/{OWN}/events/{position}0000/receipt", **caller.bearer(OWN, "auditor")),
        await caller.get(f"/v1/tenants/{OWN}/events/0/receipt", **caller.bearer(OWN, "auditor")),
        await caller.get(f"/v1/tenants/{OWN}/events/{1 << 80}/receipt", **caller.bearer(OWN, "auditor")),
        await caller.get(f"/v1/tenants/{OTHER}/events/1/receipt", **caller.bearer(OWN, "auditor")),
        await caller.get("/v1/tenants/no-such/events/1/receipt", **caller.bearer(OWN, "auditor")),
    ]
    assert {answer.status_code for answer in refused} == {404}
    assert len({answer.json()["detail"] for answer in refused}) == 1
    assert (await caller.get(address)).status_code == 401


async def test_what_a_draft_says_is_its_authors(system, caller, verify):
    consultation = await opened(system, OWN)
    draft = {"consultation_id": str(consultation), "language": "sq", "body": "Ende e fshehtë"}
    made = await caller.post(f"/v1/tenants/{OWN}/contributions/drafts", draft, **caller.token())
    assert made.status_code == 201, made.text
    address = f"/v1/tenants/{OWN}/events/{made.json()['first_position']}/receipt"
    await sealed(system, OWN)

    own = await caller.get(address, **caller.token())
    others = await caller.get(address, **caller.bearer(OWN, "auditor"))
    assert "\nextra " in own.text and verify(own.text, "--key", vkey(system))[0] == 0
    assert "\nextra " not in others.text
    assert verify(others.text, "--key", vkey(system)) == (
        2,
        "the receipt holds no entry: it was made for a reader who may not see it\n",
    )


@pytest.mark.parametrize("path", ["", "/journey", "/steps/1", "/receipt.pdf"])
async def test_a_code_that_nobody_has_opens_nothing(system, caller, code, path):
    for guess in (
        receipt_code(bytes(16)),
        code[:-1],
        code + "A",
        "x",
        "%27--",
        code.replace(code[0], "%00", 1),
        "ABCD-EFGH-IJKL-MNOP",
    ):
        answer = await caller.get(f"/v1/public/receipts/{guess}{path}")
        assert answer.status_code == 404, (guess, answer.text)


async def test_a_receipt_on_paper(system, caller, code, monkeypatch):
    await sealed(system, OWN)
    position = (await mine(system, code)).position
    for address, who in (
        (f"/v1/public/receipts/{code}/receipt.pdf", {}),
        (f"/v1/tenants/{OWN}/events/{position}/receipt.pdf", caller.bearer(OWN, "auditor")),
    ):
        first = await caller.get(address, **who, **{"accept-language": "sr-Cyrl"})
        again = await caller.get(f"{address}?lang=sr-Cyrl", **who)
        assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf")
        assert (first.headers["content-language"], first.content) == ("sr-Cyrl", again.content)
        known = await caller.get(f"{address}?lang=sr-Cyrl", **who, **{"if-none-match": first.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
        assert (await caller.get(f"{address}?lang=xx", **who)).status_code == 400
    assert (await caller.get(address, **caller.bearer(OTHER, "auditor"))).status_code == 404

    monkeypatch.setitem(sys.modules, "typst", None)
    missing = await caller.get(f"/v1/public/receipts/{code}/receipt.pdf")
    assert (missing.status_code, missing.json()["type"]) == (501, "/problems/not-printable")


async def test_codes_do_not_follow_from_ids(system):
    consultation = await opened(system, OWN)
    sent = [await contributed(system, OWN, consultation, key=n) for n in range(20)]
    tenant = await tenant_id(system)
    streams = [await system.store.read_stream(tenant, stream) for stream in sent]
    codes = [system.registry.restore(s[1].type_name, s[1].data, s[1].stream_id, 2, 0).receipt for s in streams]

    assert len(set(codes)) == 20
    assert all(any(a[n] != b[n] for n in range(34)) for a in codes for b in codes if a is not b)
    async with system.database.connect() as admin:
        tags = [row[0] for row in await admin.fetch("SELECT tag FROM es.event_tag WHERE tag LIKE 'receipt:%'")]
    assert len(tags) == 20
    assert not [tag for tag in tags for code in codes if code in tag]


async def test_each_step_has_a_receipt_and_tells_what_is_public(system, caller, code, verify):
    stored = await mine(system, code)
    withheld = c.WithholdContribution(
        consultation_id=UUID((await journey(caller, code))["consultation_id"]),
        reason_class=WithheldReason.PERSONAL_DATA_OF_OTHERS,
        note=text(sq="Përmban emra", sr="Sadrži imena"),
    )
    await send(system, OWN, "consultation_coordinator", withheld, stored.stream_id)
    await sealed(system, OWN)

    shown = await journey(caller, code)
    assert (shown["tenant"], shown["state"], shown["shown"]) == (OWN, "withheld", False)
    assert [step["step"] for step in shown["steps"]] == ["submitted", "withheld"]
    assert shown["steps"][1]["withheld_reason"] == "personal_data_of_others"
    assert "Përmban" not in str(shown) and str(STRANGER) not in str(shown) and "Neni 4." not in str(shown)
    own, hidden = [await caller.get(step["receipt"]) for step in shown["steps"]]
    assert verify(own.text, "--key", vkey(system))[0] == 0
    assert hidden.text.startswith(HEAD) and "\nextra " not in hidden.text
    other = await caller.get(f"/v1/public/receipts/{code}/steps/1")
    assert other.status_code == 404  # an event of the log that is no step of this contribution


async def journey(caller, code):
    answer = await caller.get(f"/v1/public/receipts/{code}/journey")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_receipt_is_of_the_position_it_names(system, caller, code):
    position = await position_of(system, OWN, (await mine(system, code)).stream_id, TOPIC)
    await sealed(system, OWN, up_to=position - 1)

    answer = await caller.get(f"/v1/public/receipts/{code}")
    assert answer.headers["pakt-receipt"] == "promised"


async def test_a_proof_rests_on_the_first_checkpoint_that_enough_witnesses_saw(system, caller, code, verify):
    stored = await mine(system, code)
    receipts = Receipts(system.trees, system.signing, system.settings.log_name, timedelta(seconds=60), TWO_OF_TWO)
    first = await sealed(system, OWN)
    await planned(system, OWN, "Tjetër")
    second = await grown(system, first, OWN)
    await planned(system, OWN, "Edhe një")
    third = await grown(system, second, OWN)
    assert first.size < second.size < third.size

    async def now():
        found = await receipts.of(OWN, stored)
        keys = ("--key", vkey(system), "--witness", str(WITNESS.verifier), "--witness", str(OTHER_WITNESS.verifier))
        public = verify(found.text, *keys, "--quorum", "2")[0] == 0
        assert verify(found.text, *keys)[0] == 0
        assert found.public == public
        return found.size, public

    assert await now() == (first.size, False)
    await cosigned(system, second, WITNESS, datetime.now(UTC))
    assert await now() == (first.size, False)
    for by in (WITNESS, OTHER_WITNESS):
        await cosigned(system, third, by, datetime.now(UTC))
    assert await now() == (third.size, True)
    await cosigned(system, second, OTHER_WITNESS, datetime.now(UTC))
    assert await now() == (second.size, True)


async def test_after_a_restore_receipts_are_of_the_new_epoch(system, caller, code, verify):
    address = f"/v1/public/receipts/{code}"
    promise = (await caller.get(address)).text
    await sealed(system, OWN)
    async with system.database.connect() as admin:
        await admin.execute("UPDATE es.tenant_lock SET epoch = 2 WHERE tenant_id = $1", await tenant_id(system))
    await planned(system, OWN, "Pas")
    await sealed(system, OWN, epoch=2)

    proof = (await caller.get(address)).text
    assert f"\n{origin_of(system, OWN, 2)}\n" in proof
    assert verify(proof, "--key", vkey(system))[0] == 0
    assert verify(promise, "--key", vkey(system), "--proof", proof)[0] == 0


async def test_a_log_that_changes_or_drops_an_event_breaks_its_promise(system, caller, code, verify):
    stored = await mine(system, code)
    promise = (await caller.get(f"/v1/public/receipts/{code}")).text
    late = datetime.now(UTC) + timedelta(hours=1)
    key = ("--key", vkey(system), "--witness", str(WITNESS.verifier))

    dropped = await sealed(system, OWN, up_to=stored.position - 1)
    note = await cosigned(system, dropped, WITNESS, late)
    status, said = verify(promise, *key, "--checkpoint", str(note))
    assert (status, said.split(":")[0]) == (1, "broken")
    assert (
        verify(promise, *key, "--checkpoint", str(Note.parse(dropped.note)), "--now", f"{late:%Y-%m-%dT%H:%M:%SZ}")[0]
        == 4
    )


async def test_a_log_with_another_event_in_its_place_breaks_its_promise(system, caller, code, verify):
    stored = await mine(system, code)
    promise = (await caller.get(f"/v1/public/receipts/{code}")).text
    other = msgspec.structs.replace(stored, data=stored.data.replace(b"sq", b"sr"))
    head = await sealed(system, OWN, forged={stored.position: leaf_hash(entry_of(other))})

    answered = (await caller.get(f"/v1/public/receipts/{code}")).text
    assert verify(answered, "--key", vkey(system))[0] == 1  # the log cannot prove what it does not hold
    hashes = await system.trees.prove_inclusion(head.tree, stored.position - 1, head.size)
    evidence = TlogProof(stored.position - 1, hashes, head.cosigned, entry_of(other))
    status, said = verify(promise, "--key", vkey(system), "--proof", str(evidence))
    assert (status, said) == (1, f"broken: position {stored.position} holds another entry\n")

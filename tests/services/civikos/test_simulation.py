"""The simulated platform's door and memory: what comes in by any way, any number of times, is known once."""

import base64
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest
import standardwebhooks

from services.civikos.client.cloud_event import read_event
from services.civikos.client.webhook import Receiver
from services.civikos.simulation.inbox import FEED, WEBHOOK, Comment, Inbox, Known
from services.civikos.simulation.members import read_directory
from services.civikos.simulation.receiving import Door, create_app
from services.civikos.simulation.witnessing import cosigner_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OPENED = "xk.pakt.consultations.ConsultationOpened.v1"


def event(number: int, *, tenant: str = "mj", **more: str) -> bytes:
    told = {
        "specversion": "1.0",
        "id": f"event-{number}",
        "source": "/v1/tenants/mj",
        "type": OPENED,
        "subject": f"consultation-{number}",
        "tenant": tenant,
        "epoch": 1,
        "sequence": f"{number:016d}",
        "leafhash": base64.b64encode(bytes(32)).decode(),
    }
    return msgspec.json.encode(told | more)


def signed(body: bytes, message: str, at: float | None = None) -> dict[str, str]:
    sent = int(time.time() if at is None else at)
    signature = standardwebhooks.Webhook(SECRET).sign(message, datetime.fromtimestamp(sent, UTC), body.decode())
    return {"webhook-id": message, "webhook-timestamp": str(sent), "webhook-signature": signature}


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    made = Inbox(tmp_path / "inbox.sqlite")
    yield made
    made.close()


@pytest.fixture
async def door(inbox: Inbox) -> AsyncIterator[httpx.AsyncClient]:
    async def proving() -> int:
        return 7

    opened = Door()
    opened.receiver = Receiver([SECRET])
    transport = httpx.ASGITransport(create_app(opened, inbox, inbox.standing, proving), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://civikos") as client:
        yield client


async def test_a_webhook_is_on_disk_when_it_is_acknowledged(door: httpx.AsyncClient, inbox: Inbox) -> None:
    body = event(1)

    assert (await door.post("/webhooks", content=body, headers=signed(body, "event-1"))).status_code == 204
    assert inbox.waiting() == [Known("event-1", "mj", OPENED, "consultation-1")]
    assert (await door.get("/standing")).json()["by_webhook"] == 1
    assert (await door.get("/proof")).json() == {"proved": 7}


async def test_what_nobody_should_act_on_changes_nothing(door: httpx.AsyncClient, inbox: Inbox) -> None:
    body, now = event(1), time.time()
    unsigned = {name: value for name, value in signed(body, "event-1").items() if name != "webhook-signature"}
    broken = b'{"specversion":"1.0"}'
    for status, sent, headers in (
        (401, body, {}),
        (401, body, unsigned),
        (401, event(2), signed(body, "event-1")),
        (401, body, signed(body, "event-1", now - 400)),
        (401, body, signed(body, "event-1", now + 400)),
        (400, broken, signed(broken, "broken")),
        (400, broken, signed(broken, "broken")),
        (413, b" " * 70_000, signed(body, "event-1")),
    ):
        assert (await door.post("/webhooks", content=sent, headers=headers)).status_code == status
    assert inbox.standing().events == 0

    headers = signed(body, "event-1")
    assert [(await door.post("/webhooks", content=body, headers=headers)).status_code for _ in range(2)] == [204, 409]
    assert (await door.post("/webhooks", content=body, headers=signed(body, "event-1", now + 5))).status_code == 204
    assert inbox.standing().events == 1


async def test_before_it_has_a_key_nothing_gets_in(inbox: Inbox) -> None:
    async def proving() -> int:
        return 0

    transport = httpx.ASGITransport(create_app(Door(), inbox, inbox.standing, proving), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://civikos") as client:
        assert (
            await client.post("/webhooks", content=event(1), headers=signed(event(1), "event-1"))
        ).status_code == 401


def test_an_event_is_one_whichever_way_it_comes_and_is_followed_once(inbox: Inbox) -> None:
    first, second = read_event(event(1)), read_event(event(2))
    for events, way in (([first], WEBHOOK), ([first, second], FEED), ([second], WEBHOOK), ([first, second], FEED)):
        inbox.take(events, way)
    said = [Comment(f"key-{n}", "mj", "consultation-1", "mandate", "member", "sq", "Po") for n in range(3)]
    for known in inbox.waiting():
        inbox.handled(known, said)
    inbox.take([first], FEED)

    standing = inbox.standing()
    assert (standing.events, standing.by_both, standing.unhandled, standing.comments) == (2, 2, 0, 3)
    assert inbox.leaves("mj", 1) == [(n, base64.b64encode(bytes(32)).decode()) for n in (1, 2)]


def test_what_members_say_is_kept_until_it_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "inbox.sqlite"
    inbox = Inbox(path)
    inbox.take([read_event(event(1))], FEED)
    said = [Comment(f"key-{n}", "mj" if n < 3 else "mf", "c", "mandate", "member", "sq", "Po") for n in range(5)]
    inbox.handled(inbox.waiting()[0], said, reported=True)
    inbox.close()

    inbox = Inbox(path)
    assert inbox.unsent(10) == said[3:], "one institution at a time"
    inbox.answered([(said[3], "code", ""), (said[4], "", "/problems/rule-violated")])
    assert inbox.unsent(2) == said[:2]
    standing = inbox.standing()
    assert (standing.submitted, standing.refused, standing.reports) == (1, 1, 1)
    inbox.close()


def test_a_key_has_one_name_for_ever(tmp_path: Path) -> None:
    made = cosigner_of(tmp_path, "civikos.example/w1")

    assert cosigner_of(tmp_path, "civikos.example/w1").vkey == made.vkey
    with pytest.raises(ValueError):
        cosigner_of(tmp_path, "civikos.example/w2")


def test_members_are_read_from_a_table(tmp_path: Path) -> None:
    table = tmp_path / "members.csv"
    table.write_text("number,title,scheme,identifier\nM-1,Organizata,XK-NGO,5120001\n")
    (line,) = read_directory(table)
    assert (line.number, line.identifier) == ("M-1", "5120001")

    table.write_text("number,title,scheme,identifier\nM-1,Organizata,XX,5120001\n")
    with pytest.raises(ValueError):
        read_directory(table)

    table.write_text("nr,title,identifier\nM-1,Organizata,5120001\n")
    with pytest.raises(ValueError, match="number,title,scheme,identifier; it lacks number, scheme"):
        read_directory(table)

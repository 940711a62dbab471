"""A platform's directory over HTTP: a file is answered line by line, none spoils another, and a repeat does nothing."""

import time
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Scope
from domain.platforms.events.member import member_id
from services.bootstrap import System
from services.gateway.directory_file import CSV, NDJSON
from services.platforms import directory_sync
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.clients import bearer, mandated, registered
from tests.support.organisations import number_of, verified
from tests.support.system import project

SYNC = "/v1/tenants/opm/member-directory/sync"
LIST = "/v1/tenants/opm/member-directory"


def line(n: int, **changes: Any) -> dict[str, Any]:
    facts = {"number": f"C-{n}", "title": f"Organizata {n}", "scheme": "XK-NGO", "identifier": number_of(n).value}
    return facts | changes


async def sent(
    caller: Caller, client: dict[str, str], content: bytes | list[Any], key: str, query: str = "", kind: str = NDJSON
) -> httpx.Response:
    data = content if isinstance(content, bytes) else b"\n".join(msgspec.json.encode(one) for one in content)
    headers = client | {"content-type": kind, "idempotency-key": key}
    return await caller.client.post(f"{SYNC}{query}", content=data, headers=headers)


def told(answer: httpx.Response) -> list[tuple[str, str | None]]:
    assert answer.status_code == 200, answer.text
    return [(one["outcome"], one.get("fault")) for one in answer.json()["lines"]]


async def head(system: System) -> int:
    return await system.store.head(NATIONAL_TENANT)


async def test_three_hundred_and_one_members_at_once_and_only_once(system: System, caller: Caller) -> None:
    await verified(system.handler, 301)
    client_id = await registered(system, Scope.MEMBERS)
    client, everybody = bearer(system, client_id), [line(n) for n in range(301)]
    before = await head(system)

    dry = await sent(caller, client, everybody, "dry", "?dry_run=true")
    assert told(dry) == [("listed", None)] * 301
    assert (dry.json()["sync_id"], await head(system)) == (None, before)
    began = time.perf_counter()
    first = await sent(caller, client, everybody, "k1")
    assert time.perf_counter() - began < 60
    assert told(first) == told(dry)
    assert await head(system) == before + 303  # each member, and that the file came and what became of it
    again = await sent(caller, client, everybody, "k1")
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    assert "idempotent-replayed" not in first.headers
    assert await head(system) == before + 303
    other = await sent(caller, client, everybody[:1], "k1")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")

    changed = [line(0, title="Emri i ri"), *everybody[1:299], {"number": "C-299", "delisted": True}]
    second = await sent(caller, client, changed, "k2", "?complete=true")
    assert second.json()["counts"] == {"listed": 0, "amended": 1, "unchanged": 298, "delisted": 1, "refused": 0}
    assert second.json()["delisted"] == ["C-300"]
    assert (await sent(caller, client, changed, "k2", "?complete=true")).content == second.content
    back = await sent(caller, client, everybody, "k3")
    assert back.json()["counts"] == {"listed": 2, "amended": 1, "unchanged": 298, "delisted": 0, "refused": 0}


async def test_a_bad_line_is_refused_and_the_others_count(system: System, caller: Caller) -> None:
    await verified(system.handler, 8)
    client = bearer(system, client_id := await registered(system, Scope.MEMBERS))
    lines = [
        line(0),
        line(1),
        line(2, number="C-1"),  # whose is C-1?
        line(3, identifier="599999"),
        line(4, number="C-40"),
        line(4, number="C-41"),  # one organisation, two numbers
        line(5, title='=HYPERLINK("http://x")'),
        line(6, joined_on="2999-01-01"),
        {"number": "C-70", "delisted": True},
        line(7, unknown="x"),
        {"number": "C-71"},
        line(7, number="C-73", joined_on="0001-01-01"),
    ]
    data = b"\n".join(msgspec.json.encode(one) for one in lines) + b'\n{"number": "C-72", "titl'

    answer = await sent(caller, client, data, "k", "?complete=true")

    expected = [None, "number_twice", "number_twice", "unknown_identifier", "organisation_twice", "organisation_twice"]
    expected += ["formula", "in_future", "unknown_number", *["unreadable"] * 4]
    assert [fault for _, fault in told(answer)] == expected
    assert all(one.get("detail") for one in answer.json()["lines"][1:])
    assert answer.json()["held_back"] is True
    await project(system, "opm")
    [kept] = (await caller.get(LIST, **client)).json()["items"]
    assert (kept["number"], kept["member_id"], kept["state"]) == ("C-0", str(member_id(client_id, "C-0")), "listed")
    same = await sent(caller, client, data, "k", "?complete=true")
    assert same.json() == answer.json()
    sq = await sent(caller, client | {"accept-language": "sq"}, data, "k", "?complete=true")
    assert "formulë" in sq.json()["lines"][6]["detail"]


async def test_a_table_and_its_half_lines(system: System, caller: Caller) -> None:
    await verified(system.handler, 3)
    client = bearer(system, await registered(system, Scope.MEMBERS))
    table = (
        "\ufeffnumber,title,scheme,identifier,joined_on,delisted\r\n"
        f'C-0,"Organizata, e para",XK-NGO,{number_of(0).value},2019-07-17,\r\n'
        f"C-1,@SUM(1),XK-NGO,{number_of(1).value},,\r\n"
        f"C-2,Organizata 2,XK-NGO\r\n"
        f"C-3,Organizata 3,XK-NGO,{number_of(2).value},17.7.2019,\r\n"
    ).encode()

    answer = await sent(caller, client, table, "k", kind=CSV)

    assert told(answer) == [("listed", None), ("refused", "formula"), *[("refused", "unreadable")] * 2]
    assert [one["number"] for one in answer.json()["lines"]] == ["C-0", "C-1", "C-2", "C-3"]
    gone = await sent(caller, client, b"number,delisted\nC-0,true\n", "k2", kind=CSV)
    assert told(gone) == [("delisted", None)]


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("application/pdf", b"%PDF", 415),
        (CSV, b"title\nOrganizata\n", 400),
        (CSV, b'number,title\nC-1,"open', 400),
        (CSV, b"number,number\nC-1,C-2\n", 400),
        (CSV, "number,title\nC-1,Prishtinë\n".encode("cp1252"), 400),
        ("application/json", b'{"items": {}}', 400),
        ("application/json", b'{"items": [', 400),
        (NDJSON, b"\n".join([b'{"number": "C-1", "delisted": true}'] * 10_000), 422),
    ],
)
async def test_what_cannot_be_parted_into_lines_changes_nothing(
    system: System, caller: Caller, kind: str, content: bytes, status: int
) -> None:
    client, before = bearer(system, await registered(system, Scope.MEMBERS)), await head(system)

    answer = await sent(caller, client, content, "k", kind=kind)

    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert await head(system) == before
    if status == 422:
        assert answer.json()["rule"] == "directory.lines"


async def test_an_empty_file_delists_nobody(system: System, caller: Caller) -> None:
    client = bearer(system, await registered(system, Scope.MEMBERS))

    empty = await sent(caller, client, b"", "k", "?complete=true")

    assert (empty.status_code, empty.json()["rule"]) == (422, "directory.complete")
    no_key = await caller.client.post(SYNC, content=b"", headers=client | {"content-type": NDJSON})
    assert (no_key.status_code, no_key.json()["type"]) == (400, "/problems/idempotency-key-required")


async def test_a_directory_is_its_clients_own(system: System, caller: Caller) -> None:
    organisations = await verified(system.handler, 1)
    own_id = await registered(system, Scope.MEMBERS)
    own = bearer(system, own_id)
    other = bearer(system, await registered(system, Scope.MEMBERS, title="Another"))
    assert told(await sent(caller, own, [line(0)], "k")) == [("listed", None)]
    theirs = await sent(caller, other, [{"number": "C-0", "delisted": True}, line(0)], "k")
    assert told(theirs) == [("refused", "number_twice")] * 2
    assert told(await sent(caller, other, [{"number": "C-0", "delisted": True}], "k2")) == [
        ("refused", "unknown_number")
    ]
    mandate = await mandated(system, own_id, organisations[0])
    await project(system, "opm")

    member = f"{LIST}/{member_id(own_id, 'C-0')}"
    assert (await caller.get(member, **own)).json()["mandates"] == [str(mandate)]
    assert (await caller.get(member, **other)).status_code == 404
    assert (await caller.get(f"{LIST}?client_id={own_id}", **other)).json()["items"] == []
    officer = caller.bearer("opm", "registrar")
    assert [one["number"] for one in (await caller.get(LIST, **officer)).json()["items"]] == ["C-0"]
    assert (await sent(caller, officer, [line(0)], "k")).status_code == 403
    assert (await sent(caller, bearer(system, own_id, Scope.FEED), [line(0)], "k")).status_code == 403
    elsewhere = "/v1/tenants/mj/member-directory/sync"
    wrong = await caller.client.post(
        elsewhere, content=b"", headers=own | {"content-type": NDJSON, "idempotency-key": "k"}
    )
    assert wrong.status_code == 404
    narrow = bearer(system, await registered(system, Scope.MEMBERS, tenants=("mj",)))
    assert (await sent(caller, narrow, [line(0)], "k")).status_code == 404


async def test_what_was_cut_off_goes_on_where_it_stood(
    system: System, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after some lines: the repeat answers for them as for those that it does itself."""
    await verified(system.handler, 5)
    client = bearer(system, await registered(system, Scope.MEMBERS))
    lines, sending = [line(n) for n in range(5)], directory_sync.DirectorySyncing._line
    left = iter(range(3))

    async def dying(self: Any, principal: Any, step: Any, key: UUID) -> Any:
        if next(left, None) is None:
            raise ConnectionError
        return await sending(self, principal, step, key)

    monkeypatch.setattr(directory_sync.DirectorySyncing, "_line", dying)
    assert (await sent(caller, client, lines, "k")).status_code == 500
    monkeypatch.setattr(directory_sync.DirectorySyncing, "_line", sending)
    before = await head(system)

    answer = await sent(caller, client, lines, "k")

    assert told(answer) == [("listed", None)] * 5
    assert await head(system) == before + 3  # the two that were left, and what became of the file


async def test_an_organisation_moves_to_another_number(system: System, caller: Caller) -> None:
    await verified(system.handler, 3)
    client = bearer(system, await registered(system, Scope.MEMBERS))
    await sent(caller, client, [line(0), line(1)], "k")

    moved = await sent(caller, client, [line(1, number="C-0"), line(2, number="C-1")], "k2")
    assert told(moved) == [("amended", None)] * 2
    swapped = await sent(caller, client, [line(2, number="C-0"), line(1, number="C-1")], "k3")
    assert told(swapped) == [("refused", "organisation_twice")] * 2
    freed = await sent(caller, client, [{"number": "C-0", "delisted": True}, line(1, number="C-9")], "k4")
    assert told(freed) == [("delisted", None), ("listed", None)]

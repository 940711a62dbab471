"""Contracting processes over HTTP: packages page by page, records, and a feed that loses nothing."""

import random
from typing import Any

import msgspec
import pytest

from domain.contracts.events.bid import BidSealed
from domain.contracts.events.call import QualificationBegun
from projections.history import NOW
from services.bootstrap import System
from services.gateway.desk import Reads
from services.gateway.public_scope import Scope
from services.gateway.routes.open_contracting import written_whole
from services.open_data.ocds_merge import compiled
from services.open_data.ocds_schema import verdict
from tests.projections.contracting_by_chance import LifeByChance
from tests.projections.recorded_contracts_by_chance import RecordedContractsByChance
from tests.projections.story import Story
from tests.services.gateway.client import Caller
from tests.support.system import project

TENANTS = ("prizren", "mflt", "mesti")


class Log:
    """Tells into the log of one institution what becomes of contracts."""

    def __init__(self, system: System, slug: str, tenant_id: int) -> None:
        self.system, self.slug = system, slug
        self.story = Story(system.store, tenant_id)
        self.contracts = RecordedContractsByChance(tenant_id)

    @classmethod
    async def of(cls, system: System, slug: str) -> "Log":
        return cls(system, slug, (await system.handler.authority.tenant(slug)).tenant_id)

    async def append(self, turns: int) -> None:
        for _ in range(turns):
            stream, events = self.contracts.next()
            await self.story.tell(stream, *events)

    async def tell(self, turns: int) -> None:
        await self.append(turns)
        await project(self.system, self.slug)


async def asked(caller: Caller, path: str, **headers: str) -> Any:
    answer = await caller.get(path, **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def crawl(caller: Caller, kind: str, query: str = "") -> list[dict[str, Any]]:
    """Every page, by the links from one to the next."""
    found, path = list[dict[str, Any]](), f"/v1/public/ocds/{kind}?limit=7{query}"
    while path:
        page = await asked(caller, path)
        assert verdict(page).errors == 0 or page[kind] == []
        found += page[kind]
        path = page.get("links", {}).get("next", "")
    return found


async def test_pages_hold_every_release_once_and_are_valid(system: System, caller: Caller) -> None:
    logs = [await Log.of(system, slug) for slug in TENANTS]
    for log in logs:
        await log.tell(20)
    national = await crawl(caller, "releases")
    by_tenant = [await crawl(caller, "releases", f"&tenant={log.slug}") for log in logs]

    assert len({one["id"] for one in national}) == len(national) > 30
    assert sorted(one["id"] for own in by_tenant for one in own) == sorted(one["id"] for one in national)
    for log, own in zip(logs, by_tenant, strict=True):
        assert {one["id"].partition("-")[0] for one in own} == {log.slug}
        assert [one for one in national if one in own] == own


async def test_the_way_back_shows_the_same_pages(system: System, caller: Caller) -> None:
    log = await Log.of(system, "prizren")
    await log.tell(24)
    pages, path = list[Any](), "/v1/public/ocds/releases?limit=5"
    while path:
        pages.append(await asked(caller, path))
        path = pages[-1].get("links", {}).get("next", "")
    back, path = [pages[-1]], pages[-1]["links"]["prev"]
    while path:
        back.append(await asked(caller, path))
        path = back[-1].get("links", {}).get("prev", "")

    assert [page["releases"] for page in reversed(back)] == [page["releases"] for page in pages]
    assert "prev" not in pages[0]["links"]
    assert "next" not in pages[-1]["links"]


async def test_records_tell_each_process_whole(system: System, caller: Caller) -> None:
    for slug in TENANTS:
        await (await Log.of(system, slug)).tell(15)
    releases, records = await crawl(caller, "releases"), await crawl(caller, "records")
    own: dict[str, list[Any]] = {}
    for one in releases:
        own.setdefault(one["ocid"], []).append(one)

    assert [one["ocid"] for one in records] == list(own)
    for record in records:
        assert record["releases"] == own[record["ocid"]]
        assert record["compiledRelease"] == compiled(record["releases"])
        alone = await asked(caller, f"/v1/public/ocds/records/{record['ocid']}")
        assert alone["records"] == [record]


async def test_one_release_is_found_by_its_id(system: System, caller: Caller) -> None:
    await (await Log.of(system, "prizren")).tell(5)
    for release in await crawl(caller, "releases"):
        package = await asked(caller, f"/v1/public/ocds/releases/{release['id']}")

        assert package["releases"] == [release]
        assert verdict(package).errors == 0


@pytest.mark.parametrize("path", ["releases/prizren-1-1", "releases/x", "records/ocds-pakt01-1", "records/x"])
async def test_what_is_not_there_is_not_found(system: System, caller: Caller, path: str) -> None:
    await project(system, "prizren")

    assert (await caller.get(f"/v1/public/ocds/{path}")).status_code == 404


async def test_a_feed_gives_everything_once_whatever_comes_meanwhile(system: System, caller: Caller) -> None:
    logs = [await Log.of(system, slug) for slug in TENANTS]
    chance, seen = random.Random(5), list[str]()
    path = "/v1/public/ocds/feed?limit=3"
    for turn in range(60):
        if turn < 12:
            await chance.choice(logs).tell(5)
        page = await asked(caller, path)
        seen += [one["id"] for one in page["data"]]
        path = page["next_page"]["path"]
    while page["data"]:
        page = await asked(caller, path)
        seen += [one["id"] for one in page["data"]]
        path = page["next_page"]["path"]

    assert len(seen) == len(set(seen))
    assert sorted(seen) == sorted(one["id"] for one in await crawl(caller, "releases"))


async def test_a_log_that_lags_behind_is_not_passed_over(system: System, caller: Caller) -> None:
    slow, fast = [await Log.of(system, slug) for slug in TENANTS[:2]]
    await slow.append(10)
    await fast.tell(10)
    first = await asked(caller, "/v1/public/ocds/feed?limit=200")
    await project(system, slow.slug)
    later = await asked(caller, first["next_page"]["path"])

    assert {one["id"].partition("-")[0] for one in first["data"]} == {fast.slug}
    assert {one["id"].partition("-")[0] for one in later["data"]} == {slow.slug}


async def test_an_offset_of_the_feed_goes_on_in_the_packages(system: System, caller: Caller) -> None:
    await (await Log.of(system, "prizren")).tell(15)
    page = await asked(caller, "/v1/public/ocds/feed?limit=4")
    onward = await asked(caller, f"/v1/public/ocds/releases?limit=4&offset={page['next_page']['offset']}")
    everything = await crawl(caller, "releases")

    assert [one["id"] for one in page["data"]] == [one["id"] for one in everything[:4]]
    assert onward["releases"] == everything[4:8]


@pytest.mark.parametrize(
    "query", ["offset=x", "offset=", "limit=0", "limit=201", "tenant=nowhere", "cursor=x", "as_of=7"]
)
async def test_a_question_that_cannot_be_meant_is_refused(system: System, caller: Caller, query: str) -> None:
    answer = await caller.get(f"/v1/public/ocds/releases?{query}")

    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_an_offset_serves_only_the_logs_that_it_counts(system: System, caller: Caller) -> None:
    await (await Log.of(system, "prizren")).tell(5)
    offset = (await asked(caller, "/v1/public/ocds/feed?tenant=prizren"))["next_page"]["offset"]

    assert (await caller.get(f"/v1/public/ocds/feed?offset={offset}")).status_code == 400
    assert (await caller.get(f"/v1/public/ocds/records?tenant=prizren&offset={offset}")).status_code == 400


async def test_a_package_says_who_publishes_it(system: System, caller: Caller) -> None:
    await (await Log.of(system, "prizren")).tell(5)
    english, serbian = [
        await asked(caller, "/v1/public/ocds/releases?tenant=prizren", **{"accept-language": tag})
        for tag in ("en", "sr-Cyrl")
    ]

    assert english["uri"].startswith("urn:uuid:")
    assert english["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert english["publisher"]["uid"] == "ocds-pakt01:org:prizren"
    assert english["publisher"]["name"] != serbian["publisher"]["name"]
    assert english["releases"] == serbian["releases"]


async def test_rebuilding_makes_the_same_bytes(system: System, caller: Caller) -> None:
    log = await Log.of(system, "prizren")
    await log.tell(20)
    paths = [f"/v1/public/ocds/{kind}?tenant=prizren" for kind in ("releases", "records", "feed")]
    before = [(await caller.get(path)).content for path in paths]
    rebuilt = await system.engine.rebuild(log.story.tenant_id, "release_register")

    assert rebuilt.differing_rows == 0
    assert [(await caller.get(path)).content for path in paths] == before


async def test_the_past_is_told_as_it_was(system: System, caller: Caller) -> None:
    log = await Log.of(system, "prizren")
    await log.tell(10)
    before = await caller.get("/v1/public/ocds/releases?tenant=prizren&limit=200")
    known_at = (await system.store.read_log(log.story.tenant_id, await system.store.head(log.story.tenant_id) - 1, 1))[
        0
    ]
    await log.tell(10)
    moment = known_at.recorded_at.isoformat().replace("+", "%2B")
    then = await caller.get(f"/v1/public/ocds/releases?tenant=prizren&limit=200&known_at={moment}")

    assert then.json()["releases"] == before.json()["releases"]
    assert "prizren=" in then.headers["pakt-positions"]


async def test_a_reader_who_has_it_is_told_so(system: System, caller: Caller) -> None:
    log = await Log.of(system, "prizren")
    await log.tell(5)
    for kind in ("releases", "records", "feed"):
        tag = (await caller.get(f"/v1/public/ocds/{kind}")).headers["etag"]

        assert (await caller.get(f"/v1/public/ocds/{kind}", **{"if-none-match": tag})).status_code == 304


async def test_a_whole_package_is_what_its_pages_are(system: System, caller: Caller) -> None:
    for slug in TENANTS:
        await (await Log.of(system, slug)).tell(12)
    reads = Reads(system)
    window = Scope(reads).within(None)
    for kind in ("releases", "records"):
        chunks = [chunk async for chunk in written_whole(window, await window.then(NOW), kind, "en")]
        package = msgspec.json.decode(b"".join(chunks))

        assert verdict(package).errors == 0
        assert package[kind] == await crawl(caller, kind)
    await reads.close()


async def test_a_bid_is_nowhere_before_the_opening_is_over(system: System, caller: Caller) -> None:
    log, sealed = await Log.of(system, "prizren"), list[str]()
    for number in range(12):
        for stream, events in LifeByChance(9, number).turns():
            if isinstance(events[0], QualificationBegun):
                break
            sealed += [str(event.organisation_id) for event in events if isinstance(event, BidSealed)]
            await log.story.tell(stream, *events)
    await project(system, "prizren")
    asked_for = ("releases?limit=200", "records?limit=50")
    public = [(await caller.get(f"/v1/public/ocds/{path}&tenant=prizren")).text for path in asked_for]

    assert len(sealed) >= 10
    assert [one for one in sealed if any(one in text for text in public)] == []

"""Calls as opportunities of CommonGrants: valid by the protocol's own schemas, for everybody, at any moment."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from domain.grants.commands.grant_call import CancelCall
from domain.grants.vocabulary import ApplicantKind
from domain.kernel.money import Money
from domain.kernel.text import title
from projections.grant_call_queries import PublicGrantCall
from services.bootstrap import System
from services.open_data.common_grants import opportunity
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.grant import OFFICER, WORDS, call_facts, published_call
from tests.support.system import project, send

SCHEMAS = Path(__file__).parents[1] / "open_data" / "schemas" / "common_grants_0.4.0.json"
LIST = "/v1/public/common-grants/opportunities"


@cache
def validator(name: str) -> Draft202012Validator:
    schemas = msgspec.json.decode(SCHEMAS.read_bytes())
    resources = [(key, Resource(schema, DRAFT202012)) for key, schema in schemas.items()]
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schemas[name], registry=Registry().with_resources(resources), format_checker=checker)


def require_valid(name: str, document: Any) -> None:
    faults = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator(name).iter_errors(document)
    ]
    assert faults == []


async def test_calls_are_listed_validly_the_last_changed_first(system: System, caller: Caller) -> None:
    first = await published_call(system, "mj", target_group=WORDS, award_min=Money(12_345))
    second = await published_call(system, "prizren")
    for slug in ("mj", "prizren"):
        await project(system, slug)
    answer = await caller.get(LIST)
    body = answer.json()

    require_valid("Paginated.yaml", body)
    for item in body["items"]:
        require_valid("OpportunityBase.yaml", item)
    assert [item["id"] for item in body["items"]] == [str(second), str(first)]
    assert body["paginationInfo"] == {"page": 1, "pageSize": 100, "totalItems": 2, "totalPages": 1}
    told = body["items"][1]
    assert told["status"]["value"] == "open"
    assert told["funding"] == {
        "totalAmountAvailable": {"amount": "60000.00", "currency": "EUR"},
        "minAwardAmount": {"amount": "123.45", "currency": "EUR"},
        "maxAwardAmount": {"amount": "10000.00", "currency": "EUR"},
    }
    assert [kind["value"] for kind in told["acceptedApplicantTypes"]] == ["organization"]
    assert told["customFields"]["institution"]["value"] == "mj"
    assert (await caller.get(LIST, **{"if-none-match": answer.headers["etag"]})).status_code == 304

    for query, ids in (("page=2&pageSize=1", [first]), ("page=3&pageSize=1", []), ("tenant=mj", [first])):
        page = (await caller.get(f"{LIST}?{query}")).json()
        assert [item["id"] for item in page["items"]] == [str(one) for one in ids]


async def test_one_is_shown_validly_in_the_readers_language(system: System, caller: Caller) -> None:
    call_id = await published_call(system, "mj")
    await project(system, "mj")
    albanian, english = [
        (await caller.get(f"{LIST}/{call_id}", **{"accept-language": tag})).json() for tag in ("sq", "en")
    ]

    for body in (albanian, english):
        require_valid("Ok.yaml", body)
        require_valid("OpportunityBase.yaml", body["data"])
    assert english["data"]["keyDates"]["postDate"]["name"] == "The call was published"
    assert albanian["data"]["keyDates"]["postDate"]["name"] != "The call was published"
    assert (await caller.get(f"{LIST}/{uuid4()}")).status_code == 404


async def test_a_cancelled_call_has_a_status_of_its_own(system: System, caller: Caller) -> None:
    call_id = await published_call(system, "mj")
    before = system.clock.now().isoformat().replace("+", "%2B")
    await send(system, "mj", OFFICER, CancelCall(reason=WORDS), call_id)
    await project(system, "mj")
    now, then = [(await caller.get(f"{LIST}/{call_id}{at}")).json()["data"] for at in ("", f"?known_at={before}")]

    require_valid("OpportunityBase.yaml", now)
    assert (now["status"]["value"], now["status"]["customValue"]) == ("custom", "cancelled")
    assert then["status"]["value"] == "open"


@pytest.mark.parametrize(
    "query", ["page=0", "pageSize=0", "pageSize=201", "page=x", "tenant=nowhere", "limit=5", "as_of=7"]
)
async def test_a_question_that_cannot_be_meant_is_refused(caller: Caller, query: str) -> None:
    answer = await caller.get(f"{LIST}?{query}")

    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"].startswith(PROBLEM)


@pytest.mark.parametrize(
    ("is_open", "published", "status"), [(True, 0, "open"), (False, 0, "closed"), (False, 1, "forecasted")]
)
def test_what_is_to_come_is_forecasted_and_what_is_over_is_closed(is_open: bool, published: int, status: str) -> None:
    now = datetime(2026, 3, 16, 9, tzinfo=UTC)
    facts = call_facts(UUID(int=1), UUID(int=2), eligible=tuple(ApplicantKind))
    call = PublicGrantCall(
        tenant_id=1, call_id=UUID(int=3), state="published", version=1, year=2026, title=title(sq="A"), purpose="culture",
        facts=facts, drafted_at=now, changed_at=now, published_at=now + timedelta(days=published),
        closes_at=now + timedelta(days=20), is_open=is_open, tenant="mj",
    )  # fmt: skip
    told = opportunity(call, now, "sr-Cyrl", "https://pakt.example.org/")

    require_valid("OpportunityBase.yaml", told)
    assert told["status"]["value"] == status
    assert told["source"] == f"https://pakt.example.org/v1/public/grant-calls/{UUID(int=3)}"
    assert {kind["value"] for kind in told["acceptedApplicantTypes"]} == {"organization", "individual", "custom"}

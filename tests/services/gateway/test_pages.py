"""Pages for people, headers on every response, and the files of others that ship with Pakt."""

import json
import re

import httpx
import msgspec
import pytest
from litestar import Litestar

from services.gateway import vendor
from services.gateway.pages import STATIC
from services.gateway.schema import described
from tests.services.gateway.client import Caller
from tests.services.gateway.test_permissions import OPEN, STREAMING, addresses, filled

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("asked", "language", "word"),
    [
        ({"accept-language": "sq"}, "sq", "Gjuha"),
        ({"accept-language": "sr"}, "sr", "Jezik"),
        ({"accept-language": "sr-Cyrl"}, "sr-Cyrl", "Језик"),
        ({"accept-language": "de, en;q=0.1"}, "en", "Language"),
        ({}, "en", "Language"),
    ],
)
async def test_the_first_page_speaks_the_readers_language(
    client: httpx.AsyncClient, asked: dict[str, str], language: str, word: str
) -> None:
    page = await client.get("/", headers=asked)

    assert (page.status_code, page.headers["content-language"]) == (200, language)
    assert f'<html lang="{language}">' in page.text
    assert word in page.text


async def test_the_language_can_be_chosen_by_hand(client: httpx.AsyncClient) -> None:
    chosen = await client.get("/?lang=sr", headers={"accept-language": "sq"})

    assert chosen.headers["content-language"] == "sr"


async def test_a_host_name_cannot_write_into_the_page(client: httpx.AsyncClient) -> None:
    page = await client.get("/", headers={"host": 'x"><script>alert(1)</script>'})

    assert "<script>" not in page.text


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/status", "/problems", "/problems/not-found"])
async def test_no_page_asks_another_server(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(path)
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert addresses
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    assert re.search(r"<script(?! src=)", page.text) is None
    assert " style=" not in page.text
    for address in addresses:
        if address.startswith("/static/"):
            found = await client.get(address)
            assert found.status_code == 200, address
            assert found.headers["content-type"].count("charset") <= 1


async def test_scripts_run_on_the_documentation_only(client: httpx.AsyncClient) -> None:
    policies = {
        path: (await client.get(path)).headers["content-security-policy"]
        for path in ("/", "/docs", "/docs/status", "/healthz")
    }

    assert "script-src" not in policies["/"] + policies["/docs"]
    assert "script-src 'self';" in policies["/docs/status"]
    assert policies["/healthz"] == "default-src 'none'; frame-ancestors 'none'"
    assert not any("unsafe-eval" in policy or "http" in policy for policy in policies.values())


async def test_every_response_carries_the_headers(app: Litestar, caller: Caller) -> None:
    answers = [await caller.get("/nothing"), await caller.client.options("/v1/public/overdue")]
    for method, path, _ in addresses(app):
        if path not in STREAMING:
            answers.append(await caller.client.request(method, filled(path, "mj")))
    for answer in answers:
        shown = {name: answer.headers.get(name) for name in ALWAYS}
        assert shown == ALWAYS, answer.request.url
        assert answer.headers["content-security-policy"]
        assert answer.headers["cache-control"]
        assert answer.headers["x-request-id"]


async def test_nothing_but_the_listed_files_is_served(client: httpx.AsyncClient) -> None:
    for path in (
        "../app.py",
        "..%2fapp.py",
        "vendor/manifest.json",
        "vendor/swagger-ui/LICENSE",
        "",
        "pakt.css/",
        "/etc/passwd",
    ):
        answer = await client.get(f"/static/{path}")
        assert answer.status_code == 404 or answer.text.startswith(":root"), path


def test_vendored_files_are_those_of_the_manifest() -> None:
    assert vendor.differences() == []
    assert sum(path.stat().st_size for path in STATIC.rglob("*") if path.is_file()) < 3_000_000


async def test_the_description_describes_each_answer_by_its_own_fields(app: Litestar) -> None:
    """Two answers of one name would be described as one of them, or as neither."""
    schemas = described(app)["components"]["schemas"]
    answers = {h.opt[key] for _, _, h in addresses(app) for key in ("shows", "lists") if h.opt.get(key)}

    assert answers
    assert {
        answer
        for answer in answers
        if set(schemas[answer.__name__]["properties"]) != {one.encode_name for one in msgspec.structs.fields(answer)}
    } == set()


async def test_every_operation_stands_under_a_heading(caller: Caller) -> None:
    drawn = (await caller.get("/openapi.json")).json()
    under = {
        (path, method): operation.get("tags", [])
        for path, methods in drawn["paths"].items()
        for method, operation in methods.items()
    }

    assert [where for where, tags in under.items() if len(tags) != 1] == []
    assert under["/v1/tenants/{tenant}/consultations/{id}", "get"] == ["consultations"]
    assert under["/v1/tenants/{tenant}/audit", "get"] == ["platform"]


async def test_a_heading_has_a_description_that_needs_no_other(caller: Caller) -> None:
    drawn = (await caller.get("/openapi.json")).json()
    headings = {operation["tags"][0] for item in drawn["paths"].values() for operation in item.values()}
    parts = {heading: (await caller.get(f"/docs/{heading}/openapi.json")).json() for heading in headings}

    together = {(path, method) for part in parts.values() for path, item in part["paths"].items() for method in item}
    assert together == {(path, method) for path, item in drawn["paths"].items() for method in item}
    for part in parts.values():
        schemas = part["components"]["schemas"]
        assert set(re.findall(r'"#/([^"]+)"', json.dumps(part))) == {f"components/schemas/{name}" for name in schemas}
        assert all(schemas[name] == drawn["components"]["schemas"][name] for name in schemas)


async def test_what_is_no_heading_has_no_documentation(caller: Caller) -> None:
    for path in ("/docs/nothing", "/docs/nothing/openapi.json", "/docs/%3Cscript%3E"):
        answer = await caller.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found"), path


async def test_the_description_names_every_address(app: Litestar, caller: Caller) -> None:
    drawn = (await caller.get("/openapi.json")).json()
    told = ("/v1", "/healthz", "/readyz", "/oauth", "/.well-known")
    hidden = {path for path in OPEN if not path.startswith(told)}
    drawn_paths = {re.sub(r"{(\w+)}", r"{\1}", path) for path in drawn["paths"]}

    expected = {re.sub(r"{(\w+):\w+}", r"{\1}", path) for _, path, _ in addresses(app) if path not in hidden}
    assert drawn_paths == expected
    operations = [one for item in drawn["paths"].values() for one in item.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(one["security"] in ([], [{"bearer": []}], [{}, {"bearer": []}]) for one in operations)
    assert all(one.get("summary") or one.get("description") for one in operations)
    assert drawn == msgspec.json.decode(msgspec.json.encode(described(app)))

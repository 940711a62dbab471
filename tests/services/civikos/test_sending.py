"""Requests that meet servers of every mood: tokens, tries, quotas."""

import asyncio
import base64
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from services.civikos.client.errors import NoToken, Refused, Unreachable
from services.civikos.client.operations import CONTRIBUTE, LOGS
from services.civikos.client.retrying import Patience
from services.civikos.client.sending import Sender, Sent
from services.civikos.client.tokens import AccessTokens

COMMAND = Sent(operation=CONTRIBUTE, path={"tenant": "mj"}, content=b"{}", key="key-1")
PROBLEM = {"type": "/problems/rule-violated", "title": "A rule", "status": 422, "detail": "Too late", "rule": "x.y"}


class Server:
    """Answers requests in turn; the last answer stays. Tokens are `token-1`, `token-2`…"""

    def __init__(self, *answers: httpx.Response | Exception, lives: float = 600) -> None:
        self.answers: Iterator[Any] = iter(answers)
        self.requests: list[httpx.Request] = []
        self.token_requests: list[httpx.Request] = []
        self.denied: httpx.Response | None = None
        self.lives = lives

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            self.token_requests.append(request)
            token = {"access_token": f"token-{len(self.token_requests)}", "token_type": "Bearer"}
            return self.denied or httpx.Response(200, json=token | {"expires_in": self.lives})
        self.requests.append(request)
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def sender(server: Server, pauses: list[float] | None = None, **more: Any) -> Sender:
    http = httpx.AsyncClient(transport=httpx.MockTransport(server), base_url="http://pakt")

    async def sleep(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)

    tokens = AccessTokens(http, "civi kos", "p:1", scopes=["feed", "witness"])
    return Sender(http, tokens, patience=Patience(tries=4), sleep=sleep, **more)


async def test_a_request_goes_with_a_token_that_is_asked_for_once() -> None:
    server = Server(*(httpx.Response(200) for _ in range(10)))
    asked = sender(server)

    await asyncio.gather(*(asked.send(COMMAND) for _ in range(10)))

    (asked_for,) = server.token_requests
    assert base64.b64decode(asked_for.headers["authorization"].removeprefix("Basic ")) == b"civi+kos:p%3A1"
    assert asked_for.content == b"grant_type=client_credentials&scope=feed+witness"
    assert {one.headers["authorization"] for one in server.requests} == {"Bearer token-1"}
    assert {one.headers["idempotency-key"] for one in server.requests} == {"key-1"}
    assert {one.url.path for one in server.requests} == {"/v1/tenants/mj/contributions"}


async def test_what_passes_is_tried_again_with_the_same_key_and_body() -> None:
    pauses: list[float] = []
    server = Server(
        httpx.ConnectError("refused"), httpx.Response(503, headers={"retry-after": "3"}), httpx.Response(201)
    )

    answer = await sender(server, pauses).send(COMMAND)

    assert answer.status_code == 201
    assert len(pauses) == 2 and pauses[1] == 3.0
    assert {(one.headers["idempotency-key"], one.content) for one in server.requests} == {("key-1", b"{}")}


async def test_a_problem_is_raised_with_its_rule_and_not_tried_again() -> None:
    server = Server(httpx.Response(422, json=PROBLEM))

    with pytest.raises(Refused) as refused:
        await sender(server).send(COMMAND)

    assert (refused.value.problem.status, refused.value.problem.rule) == (422, "x.y")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [(lambda: httpx.ReadTimeout("slow"), Unreachable), (lambda: httpx.Response(502, text="x"), Refused)],
)
async def test_it_gives_up_in_the_end(answer: Callable[[], Any], error: type[Exception]) -> None:
    server = Server(*(answer() for _ in range(4)))

    with pytest.raises(error):
        await sender(server, []).send(Sent(operation=LOGS))

    assert len(server.requests) == 4


async def test_a_token_that_is_no_longer_good_is_replaced_once() -> None:
    server = Server(httpx.Response(401), httpx.Response(200), httpx.Response(401), httpx.Response(401, json=PROBLEM))
    asked = sender(server)

    assert (await asked.send(COMMAND)).status_code == 200
    with pytest.raises(Refused):
        await asked.send(COMMAND)

    tokens = [one.headers["authorization"] for one in server.requests]
    assert tokens == ["Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-3"]


async def test_a_token_is_replaced_before_its_end() -> None:
    now = [0.0]
    server = Server()
    http = httpx.AsyncClient(transport=httpx.MockTransport(server), base_url="http://pakt")
    tokens = AccessTokens(http, "a", "b", clock=lambda: now[0])

    told = []
    for now[0] in (0.0, 539.0, 541.0, 1_000.0):
        told.append(await tokens.current())

    assert told == ["token-1", "token-1", "token-2", "token-2"]
    assert server.token_requests[0].content == b"grant_type=client_credentials"


async def test_a_client_that_gets_no_token_is_told_why() -> None:
    server = Server()
    server.denied = httpx.Response(401, json={"error": "invalid_client", "error_description": "no such secret"})

    with pytest.raises(NoToken) as denied:
        await sender(server).send(COMMAND)

    assert denied.value.code == "invalid_client"
    assert server.requests == []


async def test_an_authorization_server_that_is_away_is_waited_for() -> None:
    server = Server()
    server.denied = httpx.Response(503, text="away")

    with pytest.raises(Unreachable):
        await sender(server, []).send(COMMAND)

    assert len(server.token_requests) == 4


async def test_an_empty_quota_is_waited_for_before_the_next_request() -> None:
    pauses: list[float] = []
    server = Server(httpx.Response(200, headers={"ratelimit": '"client";r=0;t=9'}), httpx.Response(200))
    asked = sender(server, pauses)

    await asked.send(COMMAND)
    assert pauses == []
    await asked.send(COMMAND)

    (pause,) = pauses
    assert 8 < pause <= 9

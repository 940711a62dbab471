"""What is another platform's, or another member's, is to a client what is not there at all."""

from typing import Any
from uuid import uuid4

import pytest

from domain.kernel.manifest import Scope
from services.bootstrap import System
from tests.services.gateway.client import Caller
from tests.services.gateway.scenario import opened
from tests.support.clients import MEMBER, OTHER_MEMBER, bearer, mandated, registered

BASE = "/v1/tenants/mj"
WORDS = {code: {"text": words} for code, words in (("sq", "Grupi punues"), ("sr", "Radna grupa"))}


async def answered(caller: Caller, path: str, body: dict[str, Any], client: dict[str, str]) -> tuple[int, Any]:
    """The status and all of the answer but the request's own id."""
    answer = await caller.post(path, body, **client)
    told = answer.json()
    told.pop("instance", None)
    return answer.status_code, told


async def test_contributions_of_a_member_are_not_there_for_who_speaks_for_another(
    system: System, caller: Caller
) -> None:
    """Neither that there is a draft nor whose it is; who speaks for both is told which mandate is the wrong one."""
    consultation = str(await opened(system, "mj"))
    one, two = [await registered(system, Scope.CONTRIBUTIONS, title=name) for name in ("One", "Two")]
    own = bearer(system, one, mandate_id=await mandated(system, one, MEMBER))
    wrong = bearer(system, one, mandate_id=await mandated(system, one, OTHER_MEMBER))
    other = bearer(system, two, mandate_id=await mandated(system, two, OTHER_MEMBER))
    said = {"consultation_id": consultation, "organisation_id": str(MEMBER), "language": "sq", "body": "Teksti"}
    draft = (await caller.post(f"{BASE}/contributions/drafts", said, **own)).json()["stream_id"]
    handed_in = (await caller.post(f"{BASE}/contributions", said | {"channel": "api"}, **own)).json()["stream_id"]
    named = {"consultation_id": consultation}

    for deed in ("submit", "withdraw"):
        missing = await answered(caller, f"{BASE}/contributions/{uuid4()}/{deed}", named, other)
        assert missing[0] == 404
        for stream in (draft, handed_in):
            assert await answered(caller, f"{BASE}/contributions/{stream}/{deed}", named, other) == missing
            status, told = await answered(caller, f"{BASE}/contributions/{stream}/{deed}", named, wrong)
            assert (status, told["rule"]) == (422, "client.mandate")
    assert (await answered(caller, f"{BASE}/contributions/{draft}/submit", named, own))[0] == 200


@pytest.mark.parametrize("scopes", [(Scope.NOMINATIONS,), tuple(Scope)])
async def test_nominations_of_a_platform_are_not_there_for_another(
    system: System, caller: Caller, scopes: tuple[Scope, ...]
) -> None:
    officer = caller.bearer("mj", "consultation_coordinator")
    call = {"purpose": "working_group", "title": WORDS, "task": WORDS, "places": 1, "until": "2199-12-31"}
    asked = (await caller.post(f"{BASE}/nomination-calls", call, **officer)).json()["stream_id"]
    own = bearer(system, await registered(system, *scopes, title="One"))
    other = bearer(system, await registered(system, *scopes, title="Two"))
    person = {"call_id": asked, "full_name": "Arta Berisha"}
    nomination = (await caller.post(f"{BASE}/nominations", person, **own)).json()["stream_id"]
    named = {"call_id": asked}

    missing = await answered(caller, f"{BASE}/nominations/{uuid4()}/withdraw", named, other)

    assert missing[0] == 404
    assert await answered(caller, f"{BASE}/nominations/{nomination}/withdraw", named, other) == missing
    assert (await answered(caller, f"{BASE}/nominations/{nomination}/withdraw", named, own))[0] == 200

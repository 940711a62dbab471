"""A number is written in the digits 0 to 9: in addresses, parameters and headers, whatever other scripts have."""

from urllib.parse import quote

import pytest

from services.bootstrap import System
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.gateway.test_log import seal
from tests.support.system import project

TENANT = "/v1/tenants/mj"
ONES = {"arabic": "\u0661", "devanagari": "\u0967", "wide": "\uff11", "mixed": "1\u0661", "superscript": "\u00b9"}
UNUSUAL = {**ONES, "underscore": "1_0", "sign": "+1", "space": " 1", "zero before": "01"}
ADDRESSES = (f"{TENANT}/events/{{}}/receipt", "/v1/public/log/mj/{}/checkpoint")
PARAMETERS = (
    f"{TENANT}/consultations?limit={{}}",
    f"{TENANT}/consultations?as_of={{}}",
    f"{TENANT}/consultations?at_least={{}}",
    f"{TENANT}/diff?from={{}}",
    f"{TENANT}/diff?from=1&to={{}}",
    f"{TENANT}/events/stream?after={{}}",
    f"{TENANT}/audit?q=position:{{}}",
)


@pytest.mark.parametrize("written", UNUSUAL)
async def test_an_address_with_a_number_of_another_form_is_none(system: System, caller: Caller, written: str) -> None:
    auditor = caller.bearer("mj", "auditor")
    await seal(system)
    for address in ADDRESSES:
        assert (await caller.get(address.format("1"), **auditor)).status_code == 200, address
        answer = await caller.get(address.format(quote(UNUSUAL[written])), **auditor)
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM), address


@pytest.mark.parametrize("written", ONES)
async def test_a_parameter_with_digits_of_another_script_is_refused(
    system: System, caller: Caller, written: str
) -> None:
    auditor = caller.bearer("mj", "auditor")
    await project(system, "mj")
    for address in PARAMETERS:
        answer = await caller.get(address.format(quote(ONES[written])), **auditor)
        assert (answer.status_code, answer.headers["content-type"]) in {(400, PROBLEM), (422, PROBLEM)}, address


async def test_a_header_with_digits_of_another_script_is_refused(caller: Caller) -> None:
    auditor = caller.bearer("mj", "auditor")
    headers = [*auditor.items(), ("last-event-id", "\u00b9".encode("latin-1"))]
    answer = await caller.client.get(f"{TENANT}/events/stream", headers=headers)

    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)

"""Contracts recorded elsewhere, from import to correction, as their institution and everybody see them."""

from pathlib import Path
from typing import Any

from domain.contracts.commands.recorded_contract import CorrectRecordedContract
from domain.kernel.money import Money
from domain.kernel.text import text
from services.bootstrap import System
from services.importing.files import import_file
from services.importing.run import Summary
from tests.services.gateway.client import Caller
from tests.services.importing.procurement import ROW, order
from tests.support.system import project, send

WHY = {"sq": {"text": "Çmimi ishte gabim."}, "sr": {"text": "Cena je bila pogrešna."}}


async def imported(system: System, folder: Path, tenant: str, *prices: str) -> Summary:
    """A register of a row for each price."""
    file = folder / f"{tenant}-2011.csv"
    rows = [[*ROW[:1], str(n), *ROW[2:9], price, *ROW[10:]] for n, price in enumerate(prices, 1)]
    file.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows), encoding="utf-8")
    summary = await import_file(system, order(file, tenant))
    await project(system, tenant)
    return summary


async def sums(caller: Caller, address: str, **more: Any) -> list[dict[str, Any]]:
    answer = await caller.get(address, **more)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_what_was_imported_is_shown_and_sums_up_exactly(system: System, caller: Caller, tmp_path: Path) -> None:
    summary = await imported(system, tmp_path, "prizren", "9845.700000000001", "2.821,50")
    await imported(system, tmp_path, "mflt", "0.000000000001")
    officer = caller.bearer("prizren", "finance_officer")
    own = await sums(caller, "/v1/tenants/prizren/recorded-contract-sums", **officer)
    of_all = await sums(caller, "/v1/public/recorded-contract-sums")
    of_one = await sums(caller, "/v1/public/recorded-contract-sums?tenant=prizren&year=2011")

    assert (summary.imported, summary.unread) == (2, 1)
    assert (own[0]["contracts"], own[0]["priced"], own[0]["price"], own[0]["unread"]) == (2, 1, "9845.700000000001", 1)
    assert (of_all[0]["contracts"], of_all[0]["price"]) == (3, "9845.700000000002")
    assert of_one == own

    listed = (await caller.get("/v1/public/recorded-contracts?tenant=prizren&consortium=true")).json()["items"]
    assert {one["contract_id"]: one["price"] for one in listed} == {
        "2011/1": {"money": {"amount": 984_570, "currency": "EUR"}, "exact": "9845.700000000001"},
        "2011/2": None,
    }
    (unread,) = [one["unread"] for one in listed if one["contract_id"] == "2011/2"]
    assert [(cell["row"], cell["column"], cell["text"]) for cell in unread] == [(2, 10, "2.821,50")]


async def test_a_correction_counts_from_then_on_and_the_past_stays(
    system: System, caller: Caller, tmp_path: Path
) -> None:
    await imported(system, tmp_path, "prizren", "9845.700000000001")
    before = system.clock.now().isoformat().replace("+", "%2B")
    (listed,) = (await caller.get("/v1/public/recorded-contracts?tenant=prizren")).json()["items"]
    where = f"/v1/tenants/prizren/recorded-contracts/{listed['recorded_contract_id']}"
    correct = {"price": {"amount": 984_500, "currency": "EUR"}, "reason": WHY}
    done = await caller.post(f"{where}/correct", correct, **caller.bearer("prizren", "finance_officer"))
    assert done.status_code == 200, done.text
    await project(system, "prizren")

    (now,) = await sums(caller, "/v1/public/recorded-contract-sums")
    (then,) = await sums(caller, f"/v1/public/recorded-contract-sums?known_at={before}")
    shown = (await caller.get(where, **caller.bearer("prizren", "auditor"))).json()
    assert (now["price"], then["price"]) == ("9845.00", "9845.700000000001")
    assert shown["corrections"][0]["price"]["exact"] == "9845.700000000001"
    assert shown["priced"] == "9845.00"


async def test_who_pays_corrects_and_only_who_buys_strikes(system: System, caller: Caller, tmp_path: Path) -> None:
    await imported(system, tmp_path, "prizren", "5")
    (listed,) = (await caller.get("/v1/public/recorded-contracts?tenant=prizren")).json()["items"]
    where = f"/v1/tenants/prizren/recorded-contracts/{listed['recorded_contract_id']}"

    for role in ("finance_officer", "auditor", "grant_officer"):
        refused = await caller.post(f"{where}/strike", {"reason": WHY}, **caller.bearer("prizren", role))
        assert refused.status_code == 403, role
    assert (await caller.get("/v1/tenants/prizren/recorded-contracts")).status_code == 401
    correct = CorrectRecordedContract(
        reason=text(sq="Çmimi ishte gabim.", sr="Cena je bila pogrešna."), price=Money(600)
    )
    answer = await send(system, "prizren", "finance_officer", correct, listed["recorded_contract_id"])
    assert answer.version == 2

"""Grants in the forms of open standards, from import to download, for everybody and at any moment."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from domain.grants.commands.recorded_grant import CorrectRecordedGrant
from domain.kernel.money import Money
from domain.kernel.text import text
from services.bootstrap import System
from services.importing.files import import_file
from services.importing.kind import Order
from services.importing.run import Summary
from services.open_data.threesixty_columns import grant_of
from services.open_data.threesixty_schema import verdict
from tests.services.gateway.client import Caller
from tests.services.open_data.samples import FOLDER, SAMPLES, needs_samples, record
from tests.support.system import project, send

MAPPINGS = {"samples/wolfson-2014.json": "threesixty_day_first"}
WHERE = {"samples/abct.json": "mflt", "samples/lloyds-2010-2015.json": "prizren", "samples/wolfson-2014.json": "mesti"}
WHY = text(sq="Shuma ishte gabim.", sr="Iznos je bio pogrešan.", en="The amount was wrong.")
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


async def imported(system: System, file: Path, tenant: str, mapping: str = "threesixty") -> Summary:
    summary = await import_file(system, Order("grants", file, tenant, mapping, file.with_suffix(".report")))
    await project(system, tenant)
    return summary


async def recorded(system: System, folder: Path, tenant: str, *records: dict[str, Any]) -> Summary:
    file = folder / f"{tenant}.json"
    file.write_bytes(msgspec.json.Encoder(decimal_format="number").encode({"grants": records}))
    return await imported(system, file, tenant)


async def package(client: httpx.AsyncClient, **parameters: str) -> dict[str, Any]:
    answer = await client.get("/v1/public/grants/360giving.json", params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = _decode(answer.content)
    return found


def amounts(grants: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {grant["id"]: grant["amountAwarded"] for grant in grants}


@needs_samples
async def test_every_real_grant_is_accounted_for_and_told_again_validly(
    system: System, caller: Caller, tmp_path: Path
) -> None:
    expected = msgspec.json.decode((FOLDER / "expected.json").read_bytes())["files"]
    total = Decimal(0)
    for name in SAMPLES:
        (tmp_path / Path(name).name).write_bytes((FOLDER / name).read_bytes())
        mapping = MAPPINGS.get(name, "threesixty")
        summary = await imported(system, tmp_path / Path(name).name, WHERE[name], mapping)
        wanted = Decimal(expected[name]["total"]["GBP"])
        found = verdict(await package(caller.client, tenant=WHERE[name]))

        assert (summary.lines, summary.imported, summary.refused) == (expected[name]["grants"],) * 2 + (0,)
        assert (found.grants, found.errors, found.total) == (expected[name]["grants"], 0, {"GBP": wanted})
        total += wanted
    nation = verdict(await package(caller.client))

    assert (nation.grants, nation.errors, nation.total) == (1_090, 0, {"GBP": total})


@needs_samples
async def test_the_table_tells_the_same_as_the_package(system: System, caller: Caller, tmp_path: Path) -> None:
    (tmp_path / "wolfson.json").write_bytes((FOLDER / SAMPLES[2]).read_bytes())
    await imported(system, tmp_path / "wolfson.json", "mesti", "threesixty_day_first")
    answer = await caller.get("/v1/public/grants/360giving.csv?tenant=mesti")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))

    assert answer.headers["content-type"].startswith("text/csv")
    assert [grant_of(row) for row in rows] == [
        (grant, []) for grant in (await package(caller.client, tenant="mesti"))["grants"]
    ]


async def test_a_table_is_imported_like_a_package(system: System, caller: Caller, tmp_path: Path) -> None:
    await recorded(system, tmp_path, "mflt", record(), record(id="360G-example-2", title="=1+1"))
    table = tmp_path / "table.csv"
    table.write_bytes((await caller.get("/v1/public/grants/360giving.csv?tenant=mflt")).content)
    summary = await imported(system, table, "prizren", "threesixty_csv")

    assert (summary.imported, summary.remarked) == (2, 0)
    packages = [await package(caller.client, tenant=slug) for slug in ("mflt", "prizren")]
    mflt, prizren = [sorted(found["grants"], key=lambda grant: grant["id"]) for found in packages]
    assert mflt == prizren


async def test_bad_lines_are_reported_with_place_and_reason_and_the_rest_goes_in(
    system: System, tmp_path: Path
) -> None:
    summary = await recorded(
        system,
        tmp_path,
        "mflt",
        record(),
        record(id="2", amountAwarded="5000"),
        record(id="3", amountAwarded=Decimal("0.001")),
        record(id="4", recipientIndividual={"id": "1", "name": "Agim"}, recipientOrganization=None),
        record(),
        record(id="6", url="www.example.org"),
    )
    told = [msgspec.json.decode(line) for line in (tmp_path / "mflt.report").read_bytes().splitlines()]

    assert (summary.imported, summary.refused, summary.remarked) == (2, 4, 1)
    assert {one["line"]: one.get("reason", "").partition(":")[0] for one in told} == {
        2: "/amountAwarded",
        3: "/amountAwarded",
        4: "/recipientIndividual",
        5: "line 1 has the same id",
        6: "",
    }
    assert "Agim" not in (tmp_path / "mflt.report").read_text()


async def test_a_grant_that_is_on_record_is_not_recorded_from_another_file(system: System, tmp_path: Path) -> None:
    await recorded(system, tmp_path, "mflt", record())
    again = tmp_path / "again.csv"
    again.write_text(
        "Identifier,Title,Description,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Recipient Org:Name,"
        "Funding Org:Identifier,Funding Org:Name\n360G-example-1,T,D,GBP,5,2014-06-06,1,A,2,B\n"
    )
    summary = await imported(system, again, "mflt", "threesixty_csv")
    (told,) = [msgspec.json.decode(line) for line in again.with_suffix(".report").read_bytes().splitlines()]

    assert (summary.imported, summary.refused) == (0, 1)
    assert told["reason"].startswith("record: ")


async def test_the_past_is_told_as_it_was_and_its_bytes_stay_the_same(
    system: System, caller: Caller, tmp_path: Path
) -> None:
    summary = await recorded(system, tmp_path, "mflt", record(), record(id="360G-example-2", awardDate="2016-01-01"))
    before = system.clock.now().isoformat()
    listed = (await caller.get("/v1/public/recorded-grants?tenant=mflt&grant_id=360G-example-1")).json()["items"]
    correct = CorrectRecordedGrant(reason=WHY, amount=Money(100, "GBP"))
    await send(system, "mflt", "grant_officer", correct, listed[0]["recorded_grant_id"])
    await project(system, "mflt")

    now, then, early = [
        await package(caller.client, tenant="mflt", **at)
        for at in ({}, {"known_at": before}, {"as_of": "2015-01-01T00:00:00Z"})
    ]
    assert summary.imported == 2
    assert amounts(now["grants"]) == {"360G-example-1": 1, "360G-example-2": Decimal("17759.96")}
    assert amounts(then["grants"]) == dict.fromkeys(("360G-example-1", "360G-example-2"), Decimal("17759.96"))
    assert list(amounts(early["grants"])) == ["360G-example-1"]

    address = f"/v1/public/grants/360giving.json?known_at={before.replace('+', '%2B')}"
    again = await caller.get(address)
    assert (await caller.get(address)).content == again.content
    assert "mflt=" in again.headers["pakt-positions"]


async def test_what_was_struck_is_told_no_longer(system: System, caller: Caller, tmp_path: Path) -> None:
    await recorded(system, tmp_path, "mflt", record(), record(id="360G-example-2"))
    officer = caller.bearer("mflt", "grant_officer")
    listed = (await caller.get("/v1/tenants/mflt/recorded-grants?grant_id=360G-example-1", **officer)).json()["items"]
    strike = {"reason": {"sq": {"text": "Dy herë"}, "sr": {"text": "Dvaput"}}}
    where = f"/v1/tenants/mflt/recorded-grants/{listed[0]['recorded_grant_id']}"
    done = await caller.post(f"{where}/strike", strike, **officer)
    await project(system, "mflt")

    assert done.status_code == 200, done.text
    assert list(amounts((await package(caller.client, tenant="mflt"))["grants"])) == ["360G-example-2"]
    public = (await caller.get(f"/v1/public/recorded-grants/{listed[0]['recorded_grant_id']}")).json()
    assert (public["state"], public["struck_reason"]["sq"]["text"]) == ("struck", "Dy herë")
    assert (await caller.get(where, **officer)).json()["state"] == "struck"


async def test_a_package_says_who_publishes_it_and_that_its_prefix_is_provisional(
    system: System, caller: Caller, tmp_path: Path
) -> None:
    await recorded(system, tmp_path, "mflt", record())
    english, serbian = [
        (await caller.get("/v1/public/grants/360giving.json?tenant=mflt", **{"accept-language": tag})).json()
        for tag in ("en", "sr-Cyrl")
    ]

    assert english["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert english["publisher"]["identifier"] == "360G-pakt:org:mflt"
    assert english["title"] == f"Grants: {english['publisher']['name']}"
    assert "The prefix 360G-pakt of identifiers is provisional" in english["description"]
    assert serbian["title"] != english["title"]
    assert serbian["grants"] == english["grants"]


async def test_a_reader_who_has_it_is_told_so(system: System, caller: Caller, tmp_path: Path) -> None:
    await recorded(system, tmp_path, "mflt", record())
    for form in ("json", "csv"):
        address = f"/v1/public/grants/360giving.{form}?tenant=mflt"
        tag = (await caller.get(address)).headers["etag"]

        assert (await caller.get(address, **{"if-none-match": tag})).status_code == 304
    await recorded(system, tmp_path, "prizren", record(id="2"))
    assert (await caller.get(address, **{"if-none-match": tag})).status_code == 304
    await recorded(system, tmp_path, "mflt", record(id="2"))
    assert (await caller.get(address, **{"if-none-match": tag})).status_code == 200


async def test_no_tenant_reads_of_anothers_grants(system: System, caller: Caller, tmp_path: Path) -> None:
    await recorded(system, tmp_path, "mflt", record())
    await project(system, "prizren")
    officer = caller.bearer("prizren", "grant_officer")

    assert (await caller.get("/v1/tenants/prizren/recorded-grants", **officer)).json()["items"] == []
    assert (await caller.get("/v1/tenants/mflt/recorded-grants", **officer)).status_code == 404
    assert (await package(caller.client, tenant="prizren"))["grants"] == []


@pytest.mark.parametrize("query", ["tenant=nowhere", "tenant=%00", "as_of=7", "known_at=x", "limit=5"])
async def test_a_question_that_cannot_be_meant_is_refused(caller: Caller, query: str) -> None:
    answer = await caller.get(f"/v1/public/grants/360giving.json?{query}")

    assert answer.status_code in (400, 404, 422)
    assert answer.headers["content-type"].startswith("application/problem+json")

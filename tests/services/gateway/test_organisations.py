"""Organisations over HTTP: from a claim by anybody to a page for everybody, with their people behind names' seals."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.consultations.commands import PublishContribution
from domain.kernel.deadline import local_day
from domain.kernel.ids import derived_id
from domain.kernel.text import text
from domain.organisations import commands as c
from domain.organisations.vocabulary import Identifier, Scheme
from domain.rules.commands import OverrideRule
from infra.eventstore.codec import decode_metadata
from services.bootstrap import System
from services.work.failures import Failures
from services.worker.policies import Policies
from tests.services.gateway.client import PROBLEM, STRANGER, Caller
from tests.services.gateway.scenario import opened
from tests.support.system import project, send

BASE, PUBLIC = "/v1/tenants/opm/organisations", "/v1/public/organisations"
ARTA, BESA = derived_id("test", "arta"), derived_id("test", "besa")
REASON = text(sq="Arsye", sr="Razlog")
CLAIM: dict[str, Any] = {
    "legal_name": {"sq": {"text": "Qendra për Rini"}, "sr": {"text": "Centar za mlade"}},
    "legal_form": "association",
    "municipality": "prizren",
    "identifiers": [{"scheme": "XK-NGO", "value": "5112345-6"}],
    "contact": {"office": "Zyra", "email": "zyra@qendra.example"},
}
PROOF = {"decision_no": "ZQM 4/2026", "identifiers": [{"scheme": "XK-NGO", "value": "5112345-6"}]}


async def registered(system: System, caller: Caller, number: str = "5112345-6") -> str:
    """A verified organisation that Besa's token claimed."""
    made = (await caller.post(BASE, CLAIM, **caller.token())).json()["stream_id"]
    proof = c.VerifyOrganisation(decision_no="1/2026", identifiers=(Identifier(Scheme.NGO, number),))
    await send(system, "opm", "registrar", proof, UUID(made))
    await project(system, "opm")
    return str(made)


async def mandated(system: System, organisation: str, person: UUID = ARTA) -> None:
    mandate = c.MandateRepresentative(
        person_id=person,
        full_name="Arta Berisha",
        email="arta@qendra.example",
        legal_basis="Statuti, neni 12",
        valid_from=local_day(system.clock.now()),
    )
    await send(system, "opm", "registrar", mandate, UUID(organisation))
    await project(system, "opm")


async def test_from_a_claim_by_anybody_to_an_entry_for_everybody(system: System, caller: Caller) -> None:
    anybody, registrar = caller.token(), caller.bearer("opm", "registrar")
    sent = await caller.post(BASE, CLAIM, **anybody)
    assert sent.status_code == 201, sent.text
    where, made = sent.headers["location"], sent.json()["stream_id"]
    await project(system, "opm")

    own = await caller.get(where, **anybody)
    assert (own.status_code, own.json()["state"], own.json()["municipality"]) == (200, "claimed", "prizren")
    assert own.json().keys() & {"tenant_id", "searched", "numbers"} == set()
    mine = await caller.get("/v1/tenants/opm/me/organisations", **anybody)
    assert [one["organisation_id"] for one in mine.json()["items"]] == [made]
    assert (await caller.get(f"{PUBLIC}/{made}")).status_code == 404, "a claim is nobody else's business"
    assert (await caller.get(where, **caller.token(ARTA))).status_code == 404
    waiting = await caller.get(f"{BASE}?state=claimed&number=51 12345-6", **registrar)
    assert [one["organisation_id"] for one in waiting.json()["items"]] == [made]

    refused = await caller.post(f"{BASE}/{made}/verify", PROOF, **anybody)
    assert refused.status_code == 404, refused.text
    done = await caller.post(f"{BASE}/{made}/verify", PROOF, **registrar)
    assert done.status_code == 200, done.text
    await project(system, "opm")
    page = (await caller.get(f"{PUBLIC}/{made}")).json()
    assert (page["organisation"]["state"], page["organisation"]["tenant"]) == ("verified", "opm")
    assert (page["dealings"], page["more"]) == ([], False)
    listed = (await caller.get(f"{PUBLIC}?text=qendra&municipality=prizren")).json()["items"]
    assert [one["organisation_id"] for one in listed] == [made]


async def test_a_refusal_names_its_rule_and_nothing_changes(system: System, caller: Caller) -> None:
    made = await registered(system, caller)
    registrar = caller.bearer("opm", "registrar")
    head = await system.store.head(1)
    endless = {"kind": "tax", "number": "ATK-1", "issued_on": "2026-01-01"}

    answer = await caller.post(f"{BASE}/{made}/certificates", endless, **registrar)
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM), answer.text
    assert (answer.json()["rule"], bool(answer.json()["citation"])) == ("organisation.certificate.ends", True)
    elsewhere = await caller.post("/v1/tenants/mj/organisations", CLAIM, **caller.token())
    assert elsewhere.status_code == 404, "only the national tenant has the register that a claim rests on"
    twice = await caller.post(BASE, CLAIM, **caller.token())
    assert twice.status_code == 201
    taken = await caller.post(f"{BASE}/{twice.json()['stream_id']}/verify", PROOF, **registrar)
    assert (taken.json()["rule"], made in taken.json()["detail"]) == ("organisation.identifier", True)
    assert await system.store.head(1) == head + 1, "the second claim and nothing else"


async def test_what_expires_soon_is_asked_by_a_parameter(system: System, caller: Caller) -> None:
    made = await registered(system, caller)
    today = local_day(system.clock.now())
    for n, days in enumerate((20, 50)):
        organisation = made if not n else await registered(system, caller, "5198765-4")
        shown = c.RecordCertificate(
            kind="tax", number=str(n), issued_on=today, valid_until=today + timedelta(days=days)
        )
        await send(system, "opm", "registrar", shown, UUID(organisation))
    await project(system, "opm")

    for path, headers in ((BASE, caller.bearer("opm", "registrar")), (PUBLIC, {})):
        soon = (await caller.get(f"{path}?expiring_within=30", **headers)).json()["items"]
        assert [one["organisation_id"] for one in soon] == [made]
    assert (await caller.get(f"{PUBLIC}?expiring_within=-1")).status_code == 400
    assert (await caller.get(f"{PUBLIC}?officer_id={ARTA}")).status_code == 400, "no question for the public"


async def recorded_officer(system: System, organisation: str, person: UUID = BESA) -> None:
    officer = c.RecordOfficer(
        person_id=person,
        full_name="Besa Krasniqi",
        position="chair",
        since=local_day(system.clock.now()),
    )
    await send(system, "opm", "registrar", officer, UUID(organisation))
    await project(system, "opm")


async def test_names_are_opened_for_the_registrar_and_the_organisation_itself(system: System, caller: Caller) -> None:
    made = await registered(system, caller)
    await recorded_officer(system, made)
    await mandated(system, made)
    where = f"{BASE}/{made}/people"

    for headers in (caller.bearer("opm", "registrar"), caller.token(ARTA)):
        answer = await caller.get(where, **headers)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
        [officer], [representative] = answer.json()["officers"], answer.json()["representatives"]
        assert (officer["full_name"], officer["position"], officer["person_id"]) == (
            "Besa Krasniqi",
            "chair",
            str(BESA),
        )
        assert (representative["full_name"], representative["email"]) == ("Arta Berisha", "arta@qendra.example")
    others = (caller.bearer("mj", "administrator"), caller.bearer("opm", "auditor"))
    for headers in (caller.token(), caller.token(BESA), *others):
        assert (await caller.get(where, **headers)).status_code == 404
    entry = await caller.get(f"{PUBLIC}/{made}")
    assert entry.json()["organisation"]["tenures"] == [], "officers are not public, as long as no rule says so"
    assert not {"Besa", "Arta", str(BESA), str(ARTA)} & set(entry.text.split('"'))


async def test_where_the_law_makes_officers_public_positions_are_shown(system: System, caller: Caller) -> None:
    made = await registered(system, caller)
    await recorded_officer(system, made)
    public = OverrideRule(
        rule="organisation.officers.public", value="positions", reason="Ligj i ri", decision_no="Vendimi 9/2026"
    )
    await send(system, "opm", "legal_officer", public)

    for shown in (
        (await caller.get(f"{PUBLIC}/{made}")).json()["organisation"],
        (await caller.get(PUBLIC)).json()["items"][0],
    ):
        [tenure] = shown["tenures"]
        assert (tenure["position"], tenure.keys() & {"person_id", "officer_id"}) == ("chair", set())


async def test_an_erased_officer_has_no_name_and_the_office_stays(system: System, caller: Caller) -> None:
    made = await registered(system, caller)
    await recorded_officer(system, made)
    erase = {"subject_id": str(BESA), "ground": "objection"}
    done = await caller.post("/v1/tenants/opm/erasures", erase, **caller.token(BESA))
    assert done.status_code == 201, done.text
    await project(system, "opm")

    answer = await caller.get(f"{BASE}/{made}/people", **caller.bearer("opm", "registrar"))
    [officer] = answer.json()["officers"]
    assert (officer["full_name"], officer["position"]) == (None, "chair")
    assert "Krasniqi" not in answer.text
    again = {"person_id": str(BESA), "full_name": "Besa", "position": "treasurer", "since": "2026-01-01"}
    refused = await caller.post(f"{BASE}/{made}/officers", again, **caller.bearer("opm", "registrar"))
    assert (refused.status_code, "rule" in refused.json()) == (422, True), "about the erased nothing is sealed any more"


async def test_a_representative_of_the_organisation_speaks_for_it_in_every_institution(
    system: System, caller: Caller
) -> None:
    made = await registered(system, caller)
    said = {"language": "sq", "body": "Neni 3.", "organisation_id": made, "organisation_name": "Qendra për Rini"}
    contributions = {}
    for tenant in ("mj", "mesti"):
        consultation = await opened(system, tenant)
        body = said | {"consultation_id": str(consultation)}
        before = await caller.post(f"/v1/tenants/{tenant}/contributions", body, **caller.token(ARTA))
        assert before.json()["rule"] == "contribution.mandate"
        contributions[tenant] = body
    await mandated(system, made)
    me = (await caller.get("/v1/me", **caller.token(ARTA))).json()
    held = {(seat["tenant"], one["role"], one["organisation_id"]) for seat in me["seats"] for one in seat["mandates"]}
    assert {("opm", "cso_delegate", made), ("mj", "cso_delegate", made), ("prizren", "cso_delegate", made)} <= held
    here = (await caller.get("/v1/tenants/mj/me", **caller.token(ARTA))).json()
    assert [one["basis"] for one in here["mandates"]] == ["Statuti, neni 12"]

    for tenant, body in contributions.items():
        sent = await caller.post(f"/v1/tenants/{tenant}/contributions", body, **caller.token(ARTA))
        assert sent.status_code == 201, sent.text
        tenant_id = (await system.handler.authority.tenant(tenant)).tenant_id
        [stored] = await system.store.read_log(tenant_id, sent.json()["last_position"] - 1, 1)
        assert decode_metadata(stored.metadata).on_behalf_of == UUID(made)
        publish = PublishContribution(consultation_id=UUID(body["consultation_id"]))
        await send(system, tenant, "drafting_officer", publish, UUID(sent.json()["stream_id"]))
        await project(system, tenant)
    other = said | {"organisation_id": str(derived_id("another")), "consultation_id": body["consultation_id"]}
    assert (await caller.post("/v1/tenants/mesti/contributions", other, **caller.token(ARTA))).json()["rule"] == (
        "contribution.mandate"
    )

    page = (await caller.get(f"{PUBLIC}/{made}")).json()
    assert {(one["tenant"], one["kind"], one["state"]) for one in page["dealings"]} == {
        ("mj", "contribution", "published"),
        ("mesti", "contribution", "published"),
    }
    listed = (await caller.get(f"{PUBLIC}/{made}/dealings?tenant=mj&kind=contribution")).json()["items"]
    assert [one["tenant"] for one in listed] == ["mj"]

    suspend = c.SuspendOrganisation(decision_no="5/2026", reason=REASON)
    await send(system, "opm", "registrar", suspend, UUID(made))
    again = await caller.post("/v1/tenants/mj/contributions", contributions["mj"], **caller.token(ARTA))
    assert again.json()["rule"] == "contribution.mandate", "a suspended organisation is not spoken for"


async def test_a_merged_entry_is_found_under_the_one_that_goes_on(system: System, caller: Caller) -> None:
    gone, survivor = await registered(system, caller), await registered(system, caller, "5198765-4")
    merge = {"into": survivor, "decision_no": "6/2026"}
    done = await caller.post(f"{BASE}/{gone}/merge", merge, **caller.bearer("opm", "registrar"))
    assert done.status_code == 200, done.text
    await project(system, "opm")
    assert (await caller.get(f"{PUBLIC}/{gone}")).json()["organisation"]["merged_into"] == survivor
    await Policies(system, Failures(system.engine.connections, system.auditing)).run_once()
    await project(system, "opm")

    for asked in (gone, survivor):
        entry = (await caller.get(f"{PUBLIC}/{asked}")).json()["organisation"]
        assert (entry["organisation_id"], entry["absorbed"]) == (survivor, [gone])
        assert {one["value"] for one in entry["identifiers"]} == {"5112345-6", "5198765-4"}
    own = await caller.get(f"{BASE}/{gone}", **caller.bearer("opm", "registrar"))
    assert own.json()["organisation_id"] == survivor
    late = await caller.post(f"{BASE}/{gone}/amend", {"contact": CLAIM["contact"]}, **caller.bearer("opm", "registrar"))
    assert late.json()["type"] == "/problems/illegal-transition"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"legal_form": "club"}, 422),
        ({"municipality": "Prizren!"}, 422),
        ({"identifiers": [{"scheme": "XK-NGO", "value": "<b>"}]}, 422),
        ({"identifiers": [{"scheme": "XK-CR", "value": "1"}]}, 422),
        ({"legal_name": {"sq": {"text": ""}}}, 422),
        ({"claimant_id": str(ARTA)}, 422),
        ({"municipality": "mj"}, 422),
    ],
)
async def test_what_cannot_be_meant_changes_nothing(
    system: System, caller: Caller, change: dict[str, Any], status: int
) -> None:
    head = await system.store.head(1)

    answer = await caller.post(BASE, CLAIM | change, **caller.token(STRANGER))
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    assert await system.store.head(1) == head

"""Canaries in nominations: whom a platform names, by an id that the log gives them, and why one was not taken."""

from uuid import UUID, uuid4

from domain.kernel.ids import derived_id
from domain.platforms.commands.nomination import DeclineNominee, NominatePerson
from tests.support.canaries import NATION, Planter, Subject

NOMINEES = 6
WORDS = {code: {"text": words} for code, words in (("sq", "Grupi punues"), ("sr", "Radna grupa"))}


async def plant_nominees(planter: Planter) -> list[Subject]:
    """Named by a platform with a token of its own; every second one is declined."""
    officer = planter.as_officer("consultation_coordinator")
    asked = {"purpose": "working_group", "title": WORDS, "task": WORDS, "places": NOMINEES, "until": "2199-12-31"}
    call = (await planter.post("/nomination-calls", asked, officer))["stream_id"]
    platform = await _platform(planter)
    named = [Subject(derived_id("test", "nominee", n)) for n in range(NOMINEES)]
    for n, subject in enumerate(named):
        await _nominate(planter, subject, call, platform, declined=bool(n % 2))
    return named


async def _nominate(planter: Planter, subject: Subject, call: str, platform: dict[str, str], *, declined: bool) -> None:
    officer = planter.as_officer("consultation_coordinator")
    person = {
        "call_id": call,
        "full_name": subject.word(NominatePerson),
        "email": f"{subject.word(NominatePerson)}@example.org",
        "statement": subject.word(NominatePerson),
    }
    made = (await planter.post("/nominations", person, platform))["stream_id"]
    if declined:
        because = {"call_id": call, "reason": subject.word(DeclineNominee)}
        await planter.post(f"/nominations/{made}/decline", because, officer)
    state = (await planter.get(f"/aggregates/{made}", planter.as_officer("administrator"))).json()["state"]
    subject.id = UUID(state["nominee_id"])


async def _platform(planter: Planter) -> dict[str, str]:
    """Headers of a client that may nominate."""
    administrator = planter.as_officer("administrator", NATION)
    granted = {"title": "CiviKos", "scopes": ["nominations"], "tenants": ["all"]}
    client = (await planter.post("/api-clients", granted, administrator, NATION))["stream_id"]
    here = f"{planter.url}/v1/tenants/{NATION}/api-clients/{client}/secrets"
    keyed = administrator | {"Idempotency-Key": str(uuid4())}
    secret = (await planter.client.post(here, json={}, headers=keyed)).json()["secret"]
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    issued = await planter.client.post(f"{planter.url}/oauth/token", data=form)
    return {"Authorization": f"Bearer {issued.json()['access_token']}"}

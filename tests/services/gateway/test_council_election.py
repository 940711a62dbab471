"""An election of the Council by 301 organisations: each votes once, nobody else does, and anybody counts again alone."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.council.commands import election as c
from domain.council.commands.council import ConstituteCouncil, FillSeat
from domain.council.vocabulary import Seat, Side
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, NotPermitted, PaktError, RuleViolated
from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact
from domain.organisations import commands as o
from domain.organisations.vocabulary import Identifier, LegalForm, Scheme
from domain.tenants.seed import MANDATES_FROM
from infra.clock import FixedClock, SystemClock
from services.bootstrap import System
from services.command_handling.request import Answer
from tests.services.gateway.client import Caller
from tests.support.institution import Institution
from tests.support.postgres import Cluster
from tests.support.sealed import log_signer, sealed
from tests.support.system import project, seeded_system

VOTERS, SEATS, TWICE = 301, 3, 40
UNVERIFIED, SUSPENDED, REMOVED, SILENT = range(VOTERS, VOTERS + 4)
SECRETARY, REGISTRAR = "council_secretary", "registrar"
SCRIPT = Path("services/audit/standalone/count_votes.py").absolute()
REASON = text(sq="Vendim i regjistrit.", sr="Odluka registra.")
PUBLIC = "/v1/public/council-elections"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(SystemClock().now())


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


def organisation(n: int) -> UUID:
    return derived_id("test", "voter", n)


def person(n: int) -> UUID:
    return derived_id("test", "representative", n)


class Nation(Institution):
    """The national log with its organisations; three more have no vote, and one more does not use it in time."""

    async def enter(self, n: int, *, verified: bool = True) -> None:
        """Claimed, and verified and represented."""
        proved = (Identifier(Scheme.NGO, f"{5_200_000 + n}-1"),)
        claim = o.ClaimOrganisation(
            legal_name=title(sq=f"Organizata {n}", sr=f"Organizacija {n}"),
            legal_form=LegalForm.ASSOCIATION,
            municipality="prizren",
            identifiers=proved,
            contact=Contact(office="Zyra", email="zyra@voter.example"),
        )
        await self.as_person(person(n), claim, organisation(n))
        if not verified:
            return
        await self.as_official(
            REGISTRAR, o.VerifyOrganisation(decision_no="1/2026", identifiers=proved), organisation(n)
        )
        mandate = o.MandateRepresentative(
            person_id=person(n),
            full_name="Arta Hoxha",
            email="arta@voter.example",
            legal_basis="Statuti",
            valid_from=MANDATES_FROM,
        )
        await self.as_official(REGISTRAR, mandate, organisation(n))

    async def vote(self, n: int, chosen: Sequence[UUID], election: UUID, *, by: UUID | None = None) -> Answer:
        command = c.CastVote(election_id=election, organisation_id=organisation(n), candidates=tuple(chosen))
        return await self.as_person(by or person(n), command)


async def many(work: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """The outcomes, sixteen at a time: answers and refusals."""
    room = asyncio.Semaphore(16)

    async def one(some: Coroutine[Any, Any, Any]) -> Any:
        async with room:
            return await some

    return await asyncio.gather(*map(one, work), return_exceptions=True)


async def refused(work: Any) -> PaktError:
    with pytest.raises(PaktError) as caught:
        await work
    return caught.value


async def nominated(nation: Nation, election: UUID) -> list[UUID]:
    """Five who were named by five organisations, of whom four stand."""
    people = [derived_id("test", "stands", n) for n in range(5)]
    for n, one in enumerate(people):
        named = c.NominateCandidate(organisation_id=organisation(n), person_id=one)
        await nation.as_person(person(n), named, election)
        if n < 4:
            await nation.as_person(one, c.AcceptNomination(public_name=f"Kandidati {n}"), election)
    return people[:4]


def choice(n: int, people: Sequence[UUID]) -> list[UUID]:
    """Whom organisation `n` votes for: one or two of four, so that nobody is far ahead."""
    return [people[n % 4], people[(n + 1) % 4]] if n % 3 else [people[n % 4]]


def count(folder: Path, sheet: Any, *arguments: str) -> tuple[int, str]:
    path = folder / "sheet.json"
    path.write_text(json.dumps(sheet))
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, path, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.stderr == "", done.stderr
    return done.returncode, done.stdout.strip()


async def without_a_vote(nation: Nation, people: Sequence[UUID], election: UUID) -> None:
    """Not verified, suspended, removed; and nobody for others."""
    decided: dict[int, Command] = {
        SUSPENDED: o.SuspendOrganisation(decision_no="2/2026", reason=REASON),
        REMOVED: o.RemoveOrganisation(decision_no="3/2026", reason=REASON),
    }
    for n, command in decided.items():
        await nation.as_official(REGISTRAR, command, organisation(n))
    assert isinstance(await refused(nation.vote(UNVERIFIED, people[:1], election)), NotPermitted)
    for n in decided:
        assert isinstance(await refused(nation.vote(n, people[:1], election)), NotPermitted | RuleViolated)
    assert isinstance(await refused(nation.vote(1, people[:1], election, by=person(2))), NotPermitted | RuleViolated)


async def voted(nation: Nation, people: Sequence[UUID], election: UUID) -> None:
    """Everybody once, whatever they try."""
    # the first forty vote twice at once, for others each time
    rivals = [nation.vote(n, chosen, election) for n in range(TWICE) for chosen in (choice(n, people), people[:3])]
    outcomes = await many(rivals)
    assert Counter(isinstance(one, Answer) for one in outcomes) == {True: TWICE, False: TWICE}
    assert {one.rule for one in outcomes if not isinstance(one, Answer)} == {"council.vote.once"}
    outcomes = await many([nation.vote(n, choice(n, people), election) for n in range(TWICE, VOTERS)])
    assert all(isinstance(one, Answer) for one in outcomes)
    assert len({one.receipt_code for one in outcomes}) == len(outcomes)
    again = await refused(nation.vote(VOTERS - 1, people[:3], election))
    assert (isinstance(again, RuleViolated), getattr(again, "rule", "")) == (True, "council.vote.once")


async def test_301_organisations_vote_once_each_and_anybody_counts_again(
    system: System, caller: Caller, clock: FixedClock, tmp_path: Path
) -> None:
    nation = Nation(system, clock, NATIONAL_SLUG)
    for n in range(VOTERS + 4):  # a mandate governs, so one after the other
        await nation.enter(n, verified=n != UNVERIFIED)
    term = ConstituteCouncil(decision_no="05/96", first_day=nation.today, last_day=nation.today + timedelta(days=1000))
    council = (await nation.as_official(SECRETARY, term)).stream_id
    opened = c.OpenElection(council_id=council, seats=SEATS, decision_no="4/2026")
    election = (await nation.as_official(SECRETARY, opened)).stream_id
    people = await nominated(nation, election)
    early = await refused(nation.vote(1, people[:1], election))
    assert isinstance(early, IllegalTransition)

    nation.pass_days(30)
    await nation.by_the_clock(c.OpenVoting(), election)
    await without_a_vote(nation, people, election)
    await voted(nation, people, election)
    nation.pass_days(30)
    late = await refused(nation.vote(SILENT, people[:1], election))
    assert (isinstance(late, RuleViolated), getattr(late, "rule", "")) == (True, "council.election.voting")
    await nation.by_the_clock(c.CountVotes(), election)
    await project(system, NATIONAL_SLUG)
    row = (await caller.get(f"{PUBLIC}/{election}")).json()
    assert (row["state"], row["ballots"]) == ("counted", VOTERS)
    assert sum(one["elected"] for one in row["tallies"]) == SEATS
    named = (await caller.get(f"{PUBLIC}/{election}/candidates")).json()["candidates"]
    assert [one["public_name"] for one in named] == [*(f"Kandidati {n}" for n in range(4)), None]
    first = UUID(row["tallies"][0]["person_id"])
    seat = FillSeat(
        seat=Seat(side=Side.CSO, number=1),
        person_id=first,
        organisation_id=organisation(int(people.index(first))),
        election_id=election,
    )
    await nation.as_official(SECRETARY, seat, council)
    sheet = f"{PUBLIC}/{election}/count-sheet"
    assert count(tmp_path, (await caller.get(sheet)).json())[0] == 4

    await sealed(system, NATIONAL_SLUG)
    told = (await caller.get(sheet)).json()
    (mine,) = (await caller.get(f"{PUBLIC}/{election}/ballots?organisation_id={organisation(7)}")).json()["items"]
    key = str(log_signer(system, NATIONAL_SLUG).verifier)
    assert count(tmp_path, told, "--key", key, "--receipt", mine["receipt"]) == (0, "equal")
    proof = await caller.get(f"/v1/public/receipts/{mine['receipt']}")
    assert (proof.status_code, proof.headers["pakt-receipt"], "\nextra " in proof.text) == (200, "sealed", True)

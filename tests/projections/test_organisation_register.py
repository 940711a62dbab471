"""Given events of organisations, then the rows of organisation_register, and what the register shows to whom."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.consultations.events import ContributionPublished
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.text import title
from domain.organisations import events as e
from domain.organisations.vocabulary import Certificate, CertificateKind, Holdings, Identifier, Scheme
from infra.database.interface import Role
from projections import dealings as dealing_queries
from projections import organisation_queries
from projections.as_of import Past
from projections.catalogue import ORGANISATIONS
from projections.engine import Engine
from projections.history import History, Moment
from projections.organisation_queries import Filter
from projections.organisation_register import Representative, Ruling, Tenure
from tests.domain.organisations.examples import (
    BENEFIT,
    CERTIFIED,
    CLAIMANT,
    DECISION,
    FISCAL,
    IN_OFFICE,
    JOINED,
    MEMBERSHIP,
    NGO,
    OFFICER,
    OTHER,
    PERSON,
    REASON,
    REFUSED,
    REINSTATED,
    REMOVED,
    STATUS,
    SUSPENDED,
    TAX,
    claimed,
    mandated,
    verified,
)
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import (
    NOW,
    OTHER_TENANT,
    REGISTRY,
    TENANT,
    Story,
    answered,
    attached,
    drafted,
    opened,
    planned,
    submitted,
)
from tests.support.given import STREAM

DAY = timedelta(days=1)
THIRD = derived_id("test", "third organisation")


@pytest.fixture
def story(memory) -> Story:
    return Story(memory, NATIONAL_TENANT)


async def rows(database, engine: Engine):
    await engine.catch_up(NATIONAL_TENANT)
    return {row.organisation_id: row for row in await live_rows(database, ORGANISATIONS, NATIONAL_TENANT)}


async def test_an_entry_from_claim_to_removal(database, engine: Engine, story: Story):
    await story.tell(STREAM, claimed(), at=NOW, source="ngo-register", source_id="7")
    claim = (await rows(database, engine))[STREAM]
    assert (claim.state, claim.public, claim.claimant_id, claim.claimed_at) == ("claimed", False, CLAIMANT, NOW)
    assert (claim.numbers, claim.source, claim.source_id) == (("51123456", "600123456"), "ngo-register", "7")

    renamed = title(sq="Emri i ri")
    amended = e.OrganisationAmended(
        organisation_id=STREAM, legal_name=renamed, identifiers=(NGO,), former_identifiers=(FISCAL,)
    )
    await story.tell(STREAM, amended, verified(identifiers=(NGO,)), at=NOW + DAY)
    entry = (await rows(database, engine))[STREAM]
    assert (entry.state, entry.public, entry.verified_at) == ("verified", True, NOW + DAY)
    assert (entry.legal_name, entry.identifiers, entry.numbers) == (renamed, (NGO,), ("51123456",))
    assert entry.rulings == (Ruling("verified", DECISION, NOW + DAY),)

    ended = (
        e.CertificateRevoked(
            organisation_id=STREAM, certificate_id=TAX.certificate_id, revoked_on=date(2026, 3, 1), reason=REASON
        ),
        e.PublicBenefitEnded(
            organisation_id=STREAM, status_id=STATUS.status_id, decision_no=DECISION, last_day=date(2026, 3, 2)
        ),
        e.OfficerEnded(organisation_id=STREAM, officer_id=OFFICER.officer_id, until=date(2026, 3, 3)),
        e.MembershipEnded(organisation_id=STREAM, network="civikos", until=date(2026, 3, 4)),
        e.RepresentativeRevoked(organisation_id=STREAM, mandate_id=mandated().mandate_id),
    )
    await story.tell(STREAM, CERTIFIED, BENEFIT, IN_OFFICE, JOINED, mandated())
    full = (await rows(database, engine))[STREAM]
    assert (full.certificates, full.public_benefit, full.officers) == ((TAX,), (STATUS,), (OFFICER,))
    assert (full.memberships, full.tenures) == ((MEMBERSHIP,), (Tenure("chair", OFFICER.since),))
    given = mandated()
    assert full.representatives == (
        Representative(given.mandate_id, PERSON, given.legal_basis, given.valid_from, given.valid_to),
    )

    await story.tell(STREAM, *ended, at=NOW + 3 * DAY)
    over = (await rows(database, engine))[STREAM]
    assert over.certificates[0].revoked_on == date(2026, 3, 1)
    assert over.public_benefit[0].valid_until == date(2026, 3, 2)
    assert (over.officers[0].until, over.tenures[0].until) == (date(2026, 3, 3), date(2026, 3, 3))
    assert over.memberships[0].until == date(2026, 3, 4)
    assert over.representatives[0].revoked_at == NOW + 3 * DAY

    await story.tell(STREAM, SUSPENDED, REINSTATED, REMOVED, at=NOW + 4 * DAY)
    gone = (await rows(database, engine))[STREAM]
    assert (gone.state, gone.public, gone.version) == ("removed", True, 16)
    assert [one.made for one in gone.rulings] == ["verified", "suspended", "reinstated", "removed"]
    assert gone.rulings[-1].reason == REASON


async def test_of_two_entries_of_one_body_the_surviving_one_shows_everything(database, engine: Engine, story: Story):
    holdings = Holdings(identifiers=(FISCAL,), certificates=(TAX,), officers=(OFFICER,), absorbed=(THIRD,))
    await story.tell(OTHER, claimed(organisation_id=OTHER, identifiers=(NGO,)), verified(OTHER, (NGO,)))
    await story.tell(STREAM, claimed(identifiers=(FISCAL,)), verified(identifiers=(FISCAL,)), CERTIFIED)
    merged = e.OrganisationMerged(organisation_id=STREAM, into=OTHER, decision_no=DECISION, holdings=holdings)
    await story.tell(STREAM, merged)
    await rows(database, engine)
    async with reading_in_public(database, NATIONAL_TENANT) as connection:
        waiting = await organisation_queries.public_organisation(connection, STREAM)
        assert waiting is not None
        assert (waiting.organisation_id, waiting.state, waiting.merged_into) == (STREAM, "merged", OTHER)

    await story.tell(OTHER, e.OrganisationAbsorbed(organisation_id=OTHER, merged_id=STREAM, holdings=holdings))
    survivor = (await rows(database, engine))[OTHER]
    assert (survivor.identifiers, survivor.certificates, survivor.absorbed) == ((NGO, FISCAL), (TAX,), (STREAM, THIRD))
    async with reading_in_public(database, NATIONAL_TENANT) as connection:
        for asked in (OTHER, STREAM, THIRD):
            found = await organisation_queries.public_organisation(connection, asked)
            assert found is not None
            assert found.organisation_id == OTHER
        by_number = await organisation_queries.public_organisations(connection, NOW, Filter(number=FISCAL.value))
        assert [one.organisation_id for one in by_number.items if one.state == "verified"] == [OTHER]
    async with reading(database, NATIONAL_TENANT) as connection:
        own = await organisation_queries.organisation(connection, STREAM)
        assert own is not None
        assert own.organisation_id == OTHER


def certificate(n: int, until: date, **changes) -> e.CertificateRecorded:
    held = Certificate(
        certificate_id=derived_id("certificate", n),
        kind=changes.get("kind", CertificateKind.TAX),
        number=str(n),
        issued_on=date(2026, 1, 1),
        valid_until=until,
        revoked_on=changes.get("revoked_on"),
    )
    return e.CertificateRecorded(organisation_id=changes["of"], certificate=held)


async def test_what_expires_soon_is_found(database, engine: Engine, story: Story):
    today = NOW.date()
    held = {
        "soon": [(1, today + 30 * DAY, {})],
        "today": [(2, today, {})],
        "later": [(3, today + 31 * DAY, {})],
        "over": [(4, today - DAY, {})],
        "renewed": [(5, today + DAY, {}), (6, today + 90 * DAY, {})],
        "revoked": [(7, today + DAY, {"revoked_on": today})],
        "other kind": [(8, today + DAY, {}), (9, today + 90 * DAY, {"kind": CertificateKind.REGISTRATION})],
    }
    ids = {name: derived_id("organisation", name) for name in held}
    for name, certificates in held.items():
        stream = ids[name]
        events = [certificate(n, until, of=stream, **changes) for n, until, changes in certificates]
        await story.tell(stream, claimed(organisation_id=stream), verified(stream), *events)
    await rows(database, engine)

    async with reading(database, NATIONAL_TENANT) as connection:

        async def expiring(days: int) -> set[str]:
            page = await organisation_queries.organisations(connection, NOW, Filter(expiring_within=days))
            return {name for name, stream in ids.items() if stream in {one.organisation_id for one in page.items}}

        assert await expiring(30) == {"soon", "today", "other kind"}
        assert await expiring(31) == {"soon", "today", "other kind", "later"}
        assert await expiring(0) == {"today"}


async def test_the_register_is_searched(database, engine: Engine, story: Story):
    names = {STREAM: "Qendra për Rini", OTHER: "Ђаци", THIRD: "Shoqata e grave"}
    for n, (stream, name) in enumerate(names.items()):
        number = Identifier(Scheme.NGO, f"511234{n}-5")
        told = claimed(
            organisation_id=stream,
            legal_name=title(sq=name),
            identifiers=(number,),
            municipality="peje" if n else "prizren",
            claimant_id=CLAIMANT if n else PERSON,
        )
        await story.tell(stream, told, at=NOW + n * DAY)
    await story.tell(STREAM, verified(identifiers=(Identifier(Scheme.NGO, "5112340-5"),)), JOINED, IN_OFFICE)
    await rows(database, engine)

    async with reading(database, NATIONAL_TENANT) as connection:

        async def found(**chosen) -> set[str]:
            page = await organisation_queries.organisations(connection, NOW, Filter(**chosen))
            return {names[one.organisation_id] for one in page.items}

        assert await found() == set(names.values())
        assert await found(text="per rini") == {"Qendra për Rini"}
        assert await found(text="dac") == {"Ђаци"}
        assert await found(number="51 12341/5") == {"Ђаци"}
        assert await found(state="verified") == await found(network="civikos") == {"Qendra për Rini"}
        assert await found(municipality="peje") == {"Ђаци", "Shoqata e grave"}
        assert await found(legal_form="institute") == set()
        assert await found(officer_id=PERSON) == {"Qendra për Rini"}
        assert await found(network="nobody") == set()
        first = await organisation_queries.organisations(connection, NOW, limit=2)
        rest = await organisation_queries.organisations(connection, NOW, limit=2, after=first.next)
        assert len({one.organisation_id for one in (*first.items, *rest.items)}) == 3
        mine = await organisation_queries.own_organisations(connection, PERSON, [THIRD])
        assert {one.organisation_id for one in mine.items} == {STREAM, THIRD}
        assert await organisation_queries.organisation(connection, PERSON) is None
    async with reading(database, TENANT) as connection:
        assert (await organisation_queries.organisations(connection, NOW)).items == []


async def test_the_public_sees_entries_and_nobody_in_them(database, engine: Engine, story: Story):
    await story.tell(STREAM, claimed(), verified(), CERTIFIED, IN_OFFICE, mandated())
    await story.tell(OTHER, claimed(organisation_id=OTHER))
    refused = e.ClaimRefused(organisation_id=THIRD, decision_no=REFUSED.decision_no, reason=REASON)
    await story.tell(THIRD, claimed(organisation_id=THIRD), refused)
    await rows(database, engine)

    async with reading_in_public(database, NATIONAL_TENANT) as connection:
        page = await organisation_queries.public_organisations(connection, NOW)
        assert [(one.organisation_id, one.tenant, one.state) for one in page.items] == [
            (STREAM, "tenant-1", "verified")
        ]
        (entry,) = page.items
        assert (entry.certificates, entry.tenures) == ((TAX,), (Tenure("chair", OFFICER.since),))
        assert str(PERSON) not in repr(entry)
        for unseen in (OTHER, THIRD):
            assert await organisation_queries.public_organisation(connection, unseen) is None
    for forbidden in ("officers", "representatives", "claimant_id", "findings", "claimed_at"):
        async with reading_in_public(database, NATIONAL_TENANT) as connection:
            with pytest.raises(Exception, match="permission denied"):
                await connection.fetch(f"SELECT {forbidden} FROM organisation_register")
            await connection.execute("ROLLBACK; BEGIN")


async def test_an_organisation_as_it_was(database, memory, engine: Engine, story: Story):
    await story.tell(STREAM, claimed(), at=NOW)
    await story.tell(STREAM, verified(), at=NOW + DAY)
    await story.tell(STREAM, SUSPENDED, at=NOW + 2 * DAY)
    await rows(database, engine)
    past = Past(database, Role.GATEWAY, History(memory, REGISTRY))
    public = Past(database, Role.PUBLIC, History(memory, REGISTRY))

    for moment, state in (
        (Moment(as_of=NOW), "claimed"),
        (Moment(as_of=NOW + DAY), "verified"),
        (Moment(position=3), "suspended"),
    ):
        async with past.at(moment, [ORGANISATIONS], [NATIONAL_TENANT]) as then:
            (row,) = (await organisation_queries.organisations(then, NOW)).items
            assert row.state == state
        async with public.at(moment, [ORGANISATIONS], [NATIONAL_TENANT], shared=True) as then:
            found = await organisation_queries.public_organisations(then, NOW)
            assert [one.state for one in found.items] == [state] * (state != "claimed")
    await past.close()
    await public.close()


async def test_dealings_are_what_organisations_publicly_had_to_do_with_institutions(database, memory, engine: Engine):
    consultation, hidden = derived_id("consultation"), derived_id("hidden consultation")

    async def contribute(told: Story, about: UUID, name: str, published: bool = True, **changes) -> UUID:
        stream = derived_id("contribution", told.tenant_id, name)
        events = [drafted(about, name, **{"organisation_id": STREAM} | changes), submitted(about, NOW)]
        if published:
            events += [e_published(about), answered(about)]
        await told.tell(stream, *events)
        return stream

    def e_published(about: UUID):
        return ContributionPublished(consultation_id=about)

    expected = {}
    for tenant_id in (TENANT, OTHER_TENANT):
        told = Story(memory, tenant_id)
        await told.tell(consultation, planned(), attached(), opened())
        await told.tell(hidden, planned("Fshehtë"))
        expected[tenant_id] = await contribute(told, consultation, "ours")
        await contribute(told, consultation, "not published", published=False)
        await contribute(told, consultation, "anonymous", anonymous=True)
        await contribute(told, consultation, "a citizen", organisation_id=None)
        await contribute(told, hidden, "on what is not public")
        await engine.catch_up(tenant_id)

    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        page = await dealing_queries.dealings(connection, [STREAM, OTHER])
        assert {(one.tenant_id, one.dealing_id) for one in page.items} == set(expected.items())
        (one, _) = page.items
        assert (one.kind, one.about_id, one.state, one.at, one.amount) == (
            "contribution",
            consultation,
            "answered",
            NOW,
            None,
        )
        assert one.title == planned().title
        first = await dealing_queries.dealings(connection, [STREAM], limit=1)
        rest = await dealing_queries.dealings(connection, [STREAM], limit=1, after=first.next)
        assert first.items + rest.items == page.items
        other = dealing_queries.Filter(kind="grant")
        assert (await dealing_queries.dealings(connection, [STREAM], other)).items == []
        assert (await dealing_queries.dealings(connection, [OTHER])).items == []
    async with reading_in_public(database, TENANT) as connection:
        assert [one.tenant for one in (await dealing_queries.dealings(connection, [STREAM])).items] == ["tenant-2"]

"""Looks from the console: a token's holder needs a mandate, the operator is on record as what he is."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.kernel.errors import MandateNotInForce, NotPermitted, StreamNotFound, Unavailable
from domain.tenants.commands import Act
from infra.clock import FixedClock
from infra.eventstore.codec import decode_metadata
from infra.eventstore.interface import Append
from infra.identity.tokens import TokenRefused
from services.audit.access import record_look
from services.bootstrap import System
from services.command_handling.accesses import Look
from services.command_handling.request import OPERATOR
from tests.services.gateway.audits import ARTA, BESIM, appointed, looks, stored
from tests.support.postgres import Cluster
from tests.support.system import seeded_system

MJ, PRIZREN, MESTI = "mj", "prizren", "mesti"
FROM, TO = date(2026, 12, 1), date(2026, 12, 31)
LOOK = Look("pakt audit export", Act.EXPORT, {"begin": "2026-01-01"})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 12, 15, 9, tzinfo=UTC))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


async def test_an_auditors_export_is_on_record_in_every_institution_it_is_about(system: System) -> None:
    mandate_id = await appointed(system, ARTA, (MJ, PRIZREN), FROM, TO)
    token = system.tokens.issue(ARTA, "Arta", 600)
    assert await record_look(system, (MJ, PRIZREN), LOOK, token) == []

    for tenant in (MJ, PRIZREN):
        [look] = await looks(system, tenant)
        assert (look.act, look.what, look.mandate_id) == (Act.EXPORT, "pakt audit export", mandate_id)
        assert look.parameters == {"begin": "2026-01-01"}
        assert decode_metadata((await stored(system, tenant))[-1].metadata).actor == ARTA


async def test_a_token_without_a_mandate_looks_at_nothing(system: System, clock: FixedClock) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    arta, besim = (system.tokens.issue(who, "x", 600) for who in (ARTA, BESIM))
    for slug, token, refusal in (
        (MESTI, arta, NotPermitted),
        (MJ, besim, NotPermitted),
        (MJ, arta[:-4] + "AAAA", TokenRefused),
        ("nowhere", arta, StreamNotFound),
    ):
        with pytest.raises(refusal):
            await record_look(system, (slug,), LOOK, token)
    clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    with pytest.raises(MandateNotInForce, match="2026-12-31"):
        await record_look(system, (MJ,), LOOK, arta)
    assert [await looks(system, tenant) for tenant in (MJ, MESTI)] == [[], []]


async def test_the_operator_is_on_record_as_the_operator(system: System) -> None:
    assert await record_look(system, (MJ,), LOOK, None) == []

    [look] = await looks(system, MJ)
    metadata = decode_metadata((await stored(system, MJ))[-1].metadata)
    assert look.mandate_id is None
    assert (metadata.actor, metadata.role) == (OPERATOR.person_id, "operator")


async def test_where_nothing_can_be_stored_the_operator_goes_on_and_a_token_does_not(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)

    async def down(append: Append) -> Any:
        raise Unavailable("The database")

    monkeypatch.setattr(system.store, "append", down)
    [missed] = await record_look(system, (MJ,), LOOK, None)
    assert missed.startswith("mj: ")
    with pytest.raises(Unavailable):
        await record_look(system, (MJ,), LOOK, system.tokens.issue(ARTA, "Arta", 600))

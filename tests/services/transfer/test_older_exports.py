"""Exports of releases before this one: what they hold is brought in, and what has no place here is named.

Each is taken from a kept release as its code left it: its tables have the columns of then, and so have the rows.
"""

from pathlib import Path

import msgspec
import pytest

from infra.tlog.note import Verifier
from services.audit.verify import verify
from services.backup.progress import silent
from services.bootstrap import System, assemble
from services.settings import Settings
from services.transfer.incoming import Incoming
from services.transfer.keys import taken
from services.transfer.outgoing import Outgoing
from services.transfer.parcel import Parcel, ParcelRefused
from tests.services.transfer.test_transfer import signed_again
from tests.support.postgres import Cluster
from tests.support.releases import Release, releases, restored
from tests.support.system import project

SLUG = "mj"

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("release", releases(), ids=[one.name for one in releases()])
async def test_an_export_of_an_older_schema_is_brought_in(
    release: Release, here: System, embedded_cluster: Cluster, tmp_path: Path
) -> None:
    folder = tmp_path / "then"
    folder.mkdir()
    database = await restored(embedded_cluster, release, folder)
    try:
        async with assemble(Settings(data=folder), database=database, migrated=True) as then:
            sent = await Outgoing(then, SLUG, silent).write(tmp_path / "mj.pakt")
            older = signed_again(Path(sent.path), then, migration=len(release.migrations)).rename(
                tmp_path / "older.pakt"
            )
            keys, name = await taken(then, SLUG), then.settings.log_name
            vkey = Verifier(name, then.signing.verifiers("x")[0].public)
            lacking = _with_a_column(Path(sent.path), then)
    finally:
        await embedded_cluster.drop(database)

    with pytest.raises(ParcelRefused, match=r"es\.command has no column gone here"):
        await Incoming(here, silent, keys, [vkey]).bring(lacking)
    brought = await Incoming(here, silent, keys, [vkey]).bring(older)

    tenant_id = (await here.handler.authority.tenant(SLUG)).tenant_id
    assert brought.events == sent.events == await here.store.head(tenant_id) - 2
    assert [fault for one in await verify(here, SLUG) for fault in one.faults] == []
    assert await project(here, SLUG) == sent.events + 2
    said = [
        value
        for event in await here.store.read_log(tenant_id, 0, 10_000)
        for fields in (await here.vault.open(event)).values()
        for value in fields.values()
    ]
    assert any("kanarina" in value for value in said)


def _with_a_column(path: Path, then: System) -> Path:
    """As a version would write it that had a column which this one has not."""
    with Parcel.opened(path) as parcel:
        parts = tuple(
            msgspec.structs.replace(part, columns={**part.columns, "gone": "text"})
            if part.name == "es.command"
            else part
            for part in parcel.manifest.parts
        )
    return signed_again(path, then, parts=parts)

"""The institutions of the national register, and the tenants that come of them."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.kernel.ids import NATIONAL_TENANT
from domain.tenants import events as e
from infra.database.interface import Connection
from infra.database.provision import provision_tenant
from projections.read_model import Key, ReadModel, Stored, folds

_names = msgspec.json.Encoder(order="sorted").encode


class DirectoryRow(msgspec.Struct, frozen=True):
    """An institution; `tenant_id` is the national tenant's, whose log tells of it, `institution_id` its own.

    `state` is active, merged, split or dissolved; `successors` are slugs.
    """

    tenant_id: int
    slug: str
    institution_id: int
    code: str
    kind: str
    names: dict[str, str]
    languages: tuple[str, ...]
    sandbox: bool
    state: str = "active"
    decision_no: str = ""
    successors: tuple[str, ...] = ()


Row = DirectoryRow


def _named(_event: Stored, told: Any) -> Iterable[Key]:
    return ((told.slug,),)


def _sources(_event: Stored, told: e.InstitutionsMerged) -> Iterable[Key]:
    return [(slug,) for slug in dict.fromkeys(told.sources)]


class TenantDirectory(ReadModel[DirectoryRow]):
    """Folds the register of institutions in the national log."""

    name = "tenant_directory"
    table = "tenant_directory"
    row = DirectoryRow
    key = ("slug",)
    kept = True
    only_tenant = NATIONAL_TENANT

    @folds(e.InstitutionRegistered, keys=_named, begins=True)
    def registered(self, _row: Row | None, event: Stored, told: e.InstitutionRegistered) -> Row:
        """A new tenant."""
        return Row(
            tenant_id=event.tenant_id,
            slug=told.slug,
            institution_id=told.tenant_id,
            code=told.code,
            kind=told.kind,
            names=msgspec.to_builtins(told.names),
            languages=told.languages,
            sandbox=told.sandbox,
        )

    @folds(e.InstitutionRenamed, keys=_named)
    def renamed(self, row: Row, _event: Stored, told: e.InstitutionRenamed) -> Row:
        """Another name."""
        return replace(row, names=msgspec.to_builtins(told.names), decision_no=told.decision_no)

    @folds(e.InstitutionsMerged, keys=_sources)
    def merged(self, row: Row, _event: Stored, told: e.InstitutionsMerged) -> Row:
        """Gone into another."""
        return replace(row, state="merged", successors=(told.into,), decision_no=told.decision_no)

    @folds(e.InstitutionSplit, keys=_named)
    def split(self, row: Row, _event: Stored, told: e.InstitutionSplit) -> Row:
        """Shared out."""
        return replace(row, state="split", successors=told.successors, decision_no=told.decision_no)

    @folds(e.InstitutionDissolved, keys=_named)
    def dissolved(self, row: Row, _event: Stored, told: e.InstitutionDissolved) -> Row:
        """Ended."""
        return replace(row, state="dissolved", decision_no=told.decision_no)

    async def after_write(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Make each institution known to the store, in the transaction that stores its row."""
        for row in rows:
            await provision_tenant(
                connection,
                row.institution_id,
                row.slug,
                row.kind,
                sandbox=row.sandbox,
                state=row.state,
                names=_names(row.names),
            )

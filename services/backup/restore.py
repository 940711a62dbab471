"""A whole installation from its backup, checked before anybody is served by it."""

import shutil
from datetime import datetime
from pathlib import Path

import msgspec

from infra.database.interface import DatabaseError
from infra.objectstore.interface import Archive
from services.backup.beside import bring_back
from services.backup.progress import Told
from services.backup.recovery import Recovery
from services.backup.repository import Label, Repository, systems
from services.backup.target import Position, Target
from services.databases import database_folder
from services.settings import Settings


class RestoredLog(msgspec.Struct, frozen=True):
    """A log as it stands now: its last position, the epoch that was begun, and what its verification found wrong."""

    tenant: str
    position: int
    epoch: int
    faults: int


class Restored(msgspec.Struct, frozen=True):
    """From which base backup an installation was restored, how many files beside it came back, and each log."""

    base: str
    files: int
    logs: tuple[RestoredLog, ...]


class Restoration:
    """One restore into an empty data folder, that of `settings`."""

    def __init__(self, settings: Settings, archive: Archive, told: Told) -> None:
        self._settings, self._archive, self._told = settings, archive, told
        self._folder = database_folder(settings.data)

    async def run(self, target: Target, *, keys: Path | None, system: str | None = None) -> Restored:
        """Restore, take over erasures, begin new epochs, verify every log.

        Raises:
            DatabaseError: there is something already, no backup fits, keys are missing, or what is stored is damaged.
            Unavailable: the backup store cannot be reached.
        """
        repository = await chosen(self._archive, system)
        self._require_room(keys)
        return await self._restored(repository, target, keys)

    async def _restored(self, repository: Repository, target: Target, keys: Path | None) -> Restored:
        try:
            label = await self._recovered(repository, target)
            self._told("bringing back files", 0, 0)
            files = await bring_back(repository, self._settings.data)
            if keys is not None:
                shutil.copytree(keys, self._settings.data / "keys", dirs_exist_ok=True)
            logs = await self._checked(f"restored from base backup {label.name} to {_said(target)}")
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)  # the next try finds the folder as empty as this one
            raise
        return Restored(label.name, files, logs)

    def _require_room(self, keys: Path | None) -> None:
        """Raises: DatabaseError before anything is fetched."""
        if self._settings.database_url:
            raise DatabaseError(
                "a restore makes a new server in the data folder: unset PAKT_DATABASE_URL, and name it again afterwards"
            )
        found = keys or self._settings.data / "keys"
        if not found.is_dir() or not any(found.iterdir()):
            raise DatabaseError(
                f"{found} has no keys: they are not part of a backup, and without them what is sealed in it cannot be "
                "read; name the folder of the installation's keys by --keys"
            )
        self._settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._folder.mkdir(mode=0o700)
        except FileExistsError:
            raise DatabaseError(
                f"{self._settings.data} holds a database already, or another restore is making one: name an empty "
                "folder by --data"
            ) from None

    async def _recovered(self, repository: Repository, target: Target) -> Label:
        labels = await repository.labels()
        if not labels:
            raise DatabaseError("the backup store holds no base backup of this system")
        recovery = Recovery(repository, self._folder, self._told)
        if isinstance(target, Position):
            self._told(f"finding position {target.position} of {target.tenant}", 0, 0)
            await recovery.to(labels[-1], {})
            found = await recovery.transaction_of(target.tenant, target.position)
            recovery.clear()
            if found is None:
                raise DatabaseError(f"the backup does not reach position {target.position} of {target.tenant}")
            label = before(labels, found[1])
            await recovery.to(label, {"recovery_target_xid": found[0]})
        elif isinstance(target, datetime):
            label = before(labels, target)
            await recovery.to(label, {"recovery_target_time": target.isoformat()})
        else:
            label = labels[-1]
            await recovery.to(label, {})
        return label

    async def _checked(self, reason: str) -> tuple[RestoredLog, ...]:
        from services.audit.verify import verify  # noqa: PLC0415 - imports the whole system
        from services.bootstrap import assemble  # noqa: PLC0415
        from services.epochs import Epochs  # noqa: PLC0415
        from services.process import require_whole  # noqa: PLC0415

        self._told("erasing again, and beginning new epochs", 0, 0)
        async with assemble(self._settings, upgrading=lambda step: self._told(step, 0, 0)) as system:
            begun = {one.tenant: one.epoch for one in await Epochs(system).begin(reason, every=True)}
            await require_whole(system)
            logs = []
            institutions = (await system.handler.authority.national(fresh=True)).institutions
            for done, slug in enumerate(sorted(institutions), 1):
                self._told("verifying logs", done, len(institutions))
                faults = sum(one.fault_count for one in await verify(system, slug))
                position = await system.store.head(institutions[slug].tenant_id)
                logs.append(RestoredLog(slug, position, begun.get(slug, 1), faults))
        return tuple(logs)


async def chosen(archive: Archive, system: str | None) -> Repository:
    """The repository of the one system of which the store holds anything, or of the named one.

    Raises: DatabaseError when there is none, or several and none is named.
    """
    held = await systems(archive)
    if system is None and len(held) == 1:
        return Repository(archive, held[0])
    if system in held:
        return Repository(archive, str(system))
    if not held:
        raise DatabaseError("the backup store is empty: look at PAKT_BACKUP_URL or --from")
    raise DatabaseError(f"the backup store holds systems {', '.join(held)}: name one of them by --system")


def before(labels: list[Label], moment: datetime) -> Label:
    """The last base backup that was complete at the moment. Raises: DatabaseError when the first is later."""
    fitting = [label for label in labels if label.ended_at <= moment]
    if not fitting:
        raise DatabaseError(
            f"no backup reaches back to {moment.isoformat()}: the first moment that can be restored is "
            f"{labels[0].ended_at.isoformat()}"
        )
    return fitting[-1]


def _said(target: Target) -> str:
    if target is None:
        return "all there was"
    return target.isoformat() if isinstance(target, datetime) else f"position {target.position} of {target.tenant}"

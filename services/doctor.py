"""Everything that could be wrong with an installation, looked at one by one, each with what to do about it."""

import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from domain.kernel.errors import PaktError, Unavailable
from domain.kernel.ids import NATIONAL_TENANT
from domain.tenants.register import Institution
from infra.clock import SystemClock
from infra.database.administration import administers
from infra.database.interface import Database, DatabaseError, Role
from infra.database.lending import fetch_over
from infra.database.migrate import compare_schema
from infra.database.scope import scope
from infra.keys.access import is_open_to_others
from services.audit.witnesses import logs_of
from services.bootstrap import System, assemble, open_broker
from services.cosignatures import cosigning
from services.databases import choose_database, database_folder
from services.egress.secrets import without_secret
from services.epochs import Epochs, current
from services.finding import Finding
from services.health import said_apart
from services.peers import certificates
from services.room import room
from services.settings import Settings, endpoint_key_file
from services.succession import uncarried
from services.work.failures import Failures
from services.work.figures import backlogs

FOLDER_OF_COPIES = "file://"
"""How PAKT_BACKUP_URL begins where the copies go to a disk of this machine; the process that copies writes there."""
UNSEALED = 60.0
"""Seconds a log may grow without a seal before the doctor minds; one that nobody uses need not be sealed."""
UNWITNESSED = timedelta(minutes=1)
"""How long a signed head may wait for its cosignatures before the doctor minds."""
LATE = 300.0
"""Seconds that work may be due before the doctor minds."""
COPY_LATE = timedelta(minutes=15)
"""How old the newest copy of the database's log may be before the doctor minds; it is noted each minute."""
BEHIND = 1_000
"""Events a read model may be behind before the doctor minds."""
APART = timedelta(seconds=2)
"""By how much the clocks of process and database may differ before the doctor minds; tokens are given five seconds."""
_EXAMPLE = re.compile(r"(^|\.)example(\.(com|net|org))?$")
_SILENT = "is it running, and is the network open to it? see PAKT_BROKER_URL"
_BROKER_SAYS = {
    "403": "it refuses user or password of PAKT_BROKER_URL: put the right ones there, or `rabbitmqctl change_password`",
    "530": "it has no such virtual host for that user: `rabbitmqctl add_vhost`, `set_permissions`, or PAKT_BROKER_URL",
}
"""What to do about RabbitMQ's own codes of refusal (AMQP 0-9-1, reply codes)."""
_LAGS = """
SELECT c.tenant_id, c.name, l.position - c.position AS behind
FROM es.checkpoint c JOIN LATERAL (
    SELECT e.position FROM es.event e WHERE e.tenant_id = c.tenant_id ORDER BY e.position DESC LIMIT 1) l ON true
WHERE c.tenant_id = ANY ($1) AND l.position - c.position > $2 ORDER BY behind DESC LIMIT 20
"""
_UNSEALED = """
SELECT s.slug, e.position - coalesce(t.size, 0) AS events,
       extract(epoch FROM e.recorded_at - first.recorded_at)::int AS seconds
FROM es.tenant_lock l JOIN es.tenant s ON s.tenant_id = l.tenant_id
JOIN LATERAL (
    SELECT x.position, x.recorded_at FROM es.event x
     WHERE x.tenant_id = l.tenant_id ORDER BY x.position DESC LIMIT 1) e ON true
LEFT JOIN es.tree t ON t.tenant_id = l.tenant_id AND t.kind = 'events' AND t.epoch = l.epoch
JOIN es.event first ON first.tenant_id = l.tenant_id AND first.position = coalesce(t.size, 0) + 1
WHERE l.tenant_id = ANY ($1) AND e.recorded_at - first.recorded_at > make_interval(secs => $2)
ORDER BY first.recorded_at LIMIT 20
"""
_GIVEN_UP = """
SELECT tenant_id, kind, subject, reason FROM es.work
WHERE tenant_id = ANY ($1) AND state = 'failed' ORDER BY tenant_id, made_at, kind, subject LIMIT 20
"""
_ON_THE_WAY = """
SELECT l.tenant_id, l.state::text AS state,
       EXISTS (SELECT FROM es.event e WHERE e.tenant_id = l.tenant_id) AS written
FROM es.tenant_lock l WHERE l.tenant_id = ANY ($1) AND l.state IN ('m', 'i') ORDER BY l.tenant_id
"""
_COPIES = "SELECT kind, made_at FROM es.backup WHERE tenant_id = $1"
_PARKED = "SELECT tenant_id, name, stream_id, error FROM es.parked WHERE tenant_id = ANY ($1) ORDER BY 1, 2, 3 LIMIT 20"


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at folder, keys, certificates, broker, database, clock, files, logs, read models and work, in that order."""
    async for finding in _before_the_database(settings):
        yield finding
    if not settings.database_url and not database_folder(settings.data).exists():
        yield Finding(ok=False, what="database", detail="there is none: is --data right? `pakt up` makes it")
        return
    database = choose_database(settings)
    try:
        await database.start()
        compared = await compare_schema(database)
        compared.refuse_newer()
        missing = compared.missing
        behind = f"{len(missing)} migrations are missing: run `pakt migrate`"
        detail = behind if missing else "reachable, schema up to date"
        yield Finding(ok=not missing, what="database", detail=detail)
        if settings.database_url:
            yield await _administrator(database)
        if not missing:
            async with assemble(settings, database=database, migrated=True) as system:
                async for finding in around(system):
                    yield finding
                async for finding in inside(system):
                    yield finding
    except (DatabaseError, PaktError) as error:
        yield Finding(ok=False, what="database", detail=str(error))
    finally:
        await database.stop()


async def _before_the_database(settings: Settings) -> AsyncIterator[Finding]:
    """Disks, keys, the name of the logs, certificates and the broker."""
    yield room(settings.data)
    if settings.backup_url.startswith(FOLDER_OF_COPIES):
        yield room(Path(settings.backup_url.removeprefix(FOLDER_OF_COPIES)), written=False)
    yield _keys(settings)
    if _EXAMPLE.search(settings.log_name):
        advice = "an example's name (RFC 2606), and it stands in the origin of every log for ever: give them your own"
        yield Finding(ok=True, what="name of the logs", soon=True, detail=f"{settings.log_name}: {advice}")
    async for held in certificates(settings, SystemClock().now()):
        yield held
    if settings.broker_url:
        yield await _broker(settings)


async def _administrator(database: Database) -> Finding:
    """Processes need no administrator: what is done to one of them should not be done to the whole database."""
    theirs = [node for node in database.nodes if await administers(database.dsn(Role.ADMIN, node))]
    where = f"the address of {', '.join(theirs)} is" if len(database.nodes) > 1 else "PAKT_DATABASE_URL is"
    advice = "no process needs that: leave the user out of what processes get, keep it for `pakt migrate` and operators"
    detail = f"{where} an administrator's: {advice}" if theirs else "not among the settings, as it should be"
    return Finding(ok=True, what="administrator of the database", soon=bool(theirs), detail=detail)


def of_settings(problems: Sequence[str]) -> Finding:
    """What is wrong with the settings themselves; nothing else is looked at then."""
    return _none("settings", list(problems), "", "can be meant; `pakt settings` lists them")


def _keys(settings: Settings) -> Finding:
    """Keys, tokens and passwords can be read by whoever runs Pakt only."""
    folder = settings.data / "keys"
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    paths += [path for path in (settings.data / "credentials.json", settings.signing_key) if path and path.is_file()]
    open_ones = [str(path) for path in paths if is_open_to_others(path.stat())]
    detail = f"chmod 600 {' '.join(open_ones)}" if open_ones else f"{len(paths)} files, closed to others"
    return Finding(ok=not open_ones, what=f"keys in {folder}", detail=detail)


async def _broker(settings: Settings) -> Finding:
    broker = open_broker(settings)
    try:
        await broker.check()
    except Unavailable as error:
        reason = str(error.__cause__)
        code = re.search(r"\((\d{3})\)", reason)
        return Finding(
            ok=False, what="broker", detail=f"{_BROKER_SAYS.get(code[1] if code else '', _SILENT)} ({reason})"
        )
    finally:
        await broker.stop()
    return Finding(ok=True, what="broker", detail="reachable, and lets us in")


async def around(system: System) -> AsyncIterator[Finding]:
    """Look at what a running system rests on beside its database's rows."""
    yield await _clock(system)
    yield await _objects(system)


async def _clock(system: System) -> Finding:
    """Deadlines, tokens and seals are judged by this process's clock, what is stored is dated by the database's."""
    async with system.reading.borrow(NATIONAL_TENANT) as lent:
        asked = system.clock.now()
        there: datetime = await lent.fetchval("SELECT clock_timestamp()")
        answered = system.clock.now()
    ahead = there - (asked + (answered - asked) / 2)
    apart = f"the database's clock is {said_apart(ahead)} this process's"
    advice = "have both machines keep time (chrony, systemd-timesyncd): deadlines and tokens are judged by it"
    ok = abs(ahead) <= APART + (answered - asked) / 2
    return Finding(ok=ok, what="clock", detail=apart if ok else f"{apart}: {advice}")


async def _objects(system: System) -> Finding:
    """Files can be stored, are given back as they were, and can be taken away."""
    probe = b"pakt doctor " + os.urandom(16)
    part, what = system.objects.within(NATIONAL_TENANT), "files"
    try:
        name = await part.put(probe)
        found = await part.get(name)
        await part.remove(name)
    except PaktError as error:
        where = system.settings.object_url or str(system.settings.data / "objects")
        reason = str(error.__cause__ or error).strip().partition("\n")[0]
        advice = "is there room, may it be written, do AWS_* name who may?"
        return Finding(ok=False, what=what, detail=f"{where} cannot be written and read: {advice} ({reason})")
    return Finding(ok=found == probe, what=what, detail="stored, given back and taken away")


async def inside(system: System) -> AsyncIterator[Finding]:
    """Look at the logs and at what is made of them."""
    institutions = (await system.handler.authority.national(fresh=True)).institutions
    tenants = [one.tenant_id for one in institutions.values()]
    advice = "run `pakt seed --no-demo`, or `pakt seed` for a demonstration"
    detail = f"{len(tenants)} registered" if tenants else advice
    yield Finding(ok=bool(tenants), what="institutions", detail=detail)
    if not tenants:
        return
    over = partial(fetch_over, system.auditing, tenants)
    behind = [f"{r['name']} of tenant {r['tenant_id']}: {r['behind']}" for r in await over(_LAGS, BEHIND)]
    unsealed = [f"{r['slug']}: {r['events']} events, {r['seconds']} s" for r in await over(_UNSEALED, UNSEALED)]
    parked = [f"{r['name']} of tenant {r['tenant_id']}: {r['stream_id']}" for r in await over(_PARKED)]
    given_up = [f"{r['kind']} {r['subject']} of tenant {r['tenant_id']}: {r['reason']}" for r in await over(_GIVEN_UP)]
    yield await _on_the_way(system, {one.tenant_id: slug for slug, one in institutions.items()})
    yield await _secrets(system)
    yield _none("read models", behind, "events behind; is a projector running?", "up to date")
    yield _none("seals", unsealed, "is a sealer running, and does its log say why it does not sign?", "up to date")
    rewound = [
        f"{one.origin} is sealed to {one.stands}, was published to {one.seen}" for one in await Epochs(system).rewound()
    ]
    yield _none("rewound logs", rewound, "after a restore: `pakt epoch begin --reason ...`")
    yield await _witnesses(system)
    yield await _copies(system)
    yield _none("parked streams", parked, "see `pakt rebuild`")
    yield await _duties(system, [one for one in institutions.values() if one.successors])
    late = [one for one in await backlogs(system.auditing, tenants, system.clock.now()) if one.late > LATE]
    waiting = [f"{b.kind} of tenant {b.tenant_id}: {b.waiting}, the oldest due for {b.late:.0f} s" for b in late]
    yield _none("work waiting", waiting, "is a worker running, and an egress for webhooks?", "done in time")
    failed = await Failures(system.engine.connections, system.auditing).all(tenants)
    refused = [
        f"{f.kind} {f.subject} of tenant {f.tenant_id}: {f.reason}{'' if f.retry_at else ' (not tried again)'}"
        for f in failed
    ]
    yield _none("failed work", refused, "")
    yield _none("work given up", given_up, "an administrator has it tried again: POST …/failed-work/retry")


async def _on_the_way(system: System, slugs: Mapping[int, str]) -> Finding:
    """No import and no move was cut short: who is on the way is closed, or has a second copy of persons' keys."""
    found: list[str] = []
    for node in system.database.nodes:
        async with system.auditing.at(node) as lent, scope(lent, tenants=list(slugs)) as connection:
            for tenant_id, state, written in await connection.fetch(_ON_THE_WAY, list(slugs)):
                kept_by = system.database.placement(tenant_id)
                found.append(_cut_short(slugs[tenant_id], node, kept_by, closed=state == "m", written=written))
    return _none("institutions on their way", found, "if nothing of that runs now, it was cut short")


def _cut_short(slug: str, node: str, kept_by: str, *, closed: bool, written: bool) -> str:
    if closed and not written:
        return (
            f"{slug} is closed to writing for an import: repeat `pakt tenant import`, or give it up by "
            f"`pakt tenant move {slug} --to {node}`"
        )
    if closed and kept_by == node:
        return (
            f"{slug} is closed to writing on {node} for a move: repeat `pakt tenant move {slug}`, or leave it there by "
            f"--to {node}"
        )
    what = "closed to writing" if kept_by == node else "copied, keys of persons too,"
    return f"{slug} is {what} on {node} by a move: repeat it, or `pakt tenant move {slug} --to {kept_by}`"


async def _secrets(system: System) -> Finding:
    """What webhooks are signed with is what their receivers verify with."""
    endpoints, path = await without_secret(system), endpoint_key_file(system.settings)
    advice = f"{path} is missing, restore it from the backup: {endpoints} endpoint(s) verify by what follows from it"
    return Finding(ok=not endpoints, what="secrets of webhooks", detail=advice if endpoints else "none is lost")


async def _duties(system: System, ended: list[Institution]) -> Finding:
    """Nothing that an ended institution had to do is nobody's."""
    missing = {one.slug: len(await uncarried(system, one.tenant_id)) for one in ended}
    found = [f"{slug}: {number}" for slug, number in missing.items() if number]
    return _none("duties of ended institutions", found, "that no successor answers for yet; is a worker running?")


async def _witnesses(system: System) -> Finding:
    if not system.quorum.number:
        detail = "checkpoints are not witnessed: nobody outside notices a second history; see PAKT_WITNESSES"
        return Finding(ok=True, what="witnesses", detail=detail)
    held = await cosigning(system.audited_trees, current(await logs_of(system)), system.quorum)
    late = system.clock.now() - UNWITNESSED
    waiting = [
        f"{one.origin}: {one.size} sealed, {one.public} public, lacking {', '.join(one.lacking)}"
        for one in held
        if one.waiting_since is not None and one.waiting_since < late
    ]
    advice = "do they run, and know the key that signs? `pakt audit witnesses --compare` asks them"
    fine = f"no checkpoint waits for its cosignatures, {system.quorum.number} of {len(system.quorum.witnesses)}"
    return _none("witnesses", waiting[:20], advice, fine)


async def _copies(system: System) -> Finding:
    """A base backup a day, and the log behind it: as `pakt backup run` notes them."""
    settings = system.settings
    if not settings.backup_url:
        detail = "Pakt takes none: does somebody else copy the database? see PAKT_BACKUP_URL"
        return Finding(ok=True, what="backups", detail=detail)
    async with system.auditing.borrow(NATIONAL_TENANT) as lent, scope(lent, tenants=(NATIONAL_TENANT,)) as connection:
        made = {row["kind"]: row["made_at"] for row in await connection.fetch(_COPIES, NATIONAL_TENANT)}
    now, allowed = system.clock.now(), {"base": timedelta(hours=2 * settings.backup_hours), "log": COPY_LATE}
    late = [
        f"{kind}: {f'the newest is of {made[kind].isoformat()}' if kind in made else 'no copy was ever noted'}"
        for kind, within in allowed.items()
        if kind not in made or made[kind] < now - within
    ]
    return _none("backups", late, "does `pakt backup run` run, and what does it say?", "a base backup and the log")


def _none(what: str, found: list[str], advice: str, fine: str = "none") -> Finding:
    detail = "; ".join([*found, advice] if advice else found) if found else fine
    return Finding(ok=not found, what=what, detail=detail)

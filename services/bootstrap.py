"""The composition root: the only module that names concrete adapters and puts the system together."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from domain.catalogue import DOMAINS, REGISTRY
from domain.erasure.events import SubjectErased
from domain.kernel.registry import Registry
from domain.volunteering.commands.check_in import RegisterPhone, SubmitCheckIns
from domain.volunteering.events.programme import ProgrammeAdopted
from domain.webhooks.commands import AmendEndpoint, RegisterEndpoint
from infra.broker.dramatiq_queue import QUEUE, DramatiqBroker
from infra.broker.interface import Broker
from infra.broker.queues import Queues
from infra.clock import Clock, SystemClock
from infra.database.interface import Database, DatabaseError, Role
from infra.database.migrate import Tell
from infra.egress.interface import Egress
from infra.egress.reach import Reach, networks
from infra.eventstore.postgres import Limits, PostgresEventStore
from infra.identity.interface import ClientUses
from infra.identity.postgres import PostgresClientUses
from infra.identity.tenant_uses import PostgresTenantUses
from infra.identity.tokens import TokenIssuer
from infra.keys.deriving import DerivingKey
from infra.keys.files import FileKeys, make_root
from infra.keys.interface import IssuerKeys, KeyRefused, SigningKeys, TakenKeys
from infra.keys.issuers import FileIssuerKeys
from infra.keys.postgres import PostgresSubjectKeys
from infra.keys.signing import FileSigningKeys
from infra.keys.signing import make_signing_key as make_key_file
from infra.objectstore.interface import NamedObjects, ObjectStore
from infra.objectstore.obstore import local_named, local_objects, s3_named, s3_objects
from infra.standard_webhooks.endpoint_keys import EndpointKeys
from infra.trees.interface import Cosigning, Quorum, TreeKeeper, Trees
from infra.trees.postgres import PostgresTreeKeeper, PostgresTrees
from infra.witnesses.interface import Witness, addresses
from infra.work.interface import WorkList
from infra.work.postgres import PostgresWorkList
from projections.catalogue import READ_MODELS
from projections.connections import Connections
from projections.engine import Engine
from projections.raw_log import RawLog
from services.budgets import Budgets
from services.certificates.rings import IssuerRings
from services.check_in.passes import PassOffice
from services.check_in.proofs import Proofs
from services.command_handling.endpoint_proof import EndpointProof
from services.command_handling.execute import CommandHandler
from services.databases import choose_database
from services.erasure.erase import Eraser
from services.erasure.own_events import OwnEvents
from services.erasure.register import Register
from services.erasure.restore import destroy_registered
from services.erasure.uploads import Uploads
from services.receipts.receipt import Receipts
from services.schema import settle_schema, upgrade
from services.settings import Settings, base_address, endpoint_key_file, token_key_file
from services.vault import Vault


@dataclass(frozen=True, slots=True)
class System:
    """Everything a process may need, wired; parts a process does not use have cost it nothing but their objects.

    `reading` lends connections of the gateway's role (one tenant), `public` of the role that reads over tenants,
    `auditing` of the auditor's, `sealing` of the sealer's. `trees` reads sealed logs as the gateway
    does, `audited_trees` as an auditor, `keeper` grows them, `copies` are their heads outside the database.
    `endpoint_keys` sign what webhooks are told.
    `working` lends connections of the projector's role to background work, `queues` carry messages about it.
    A checkpoint that `quorum` has cosigned is public.
    """

    settings: Settings
    database: Database
    store: PostgresEventStore
    registry: Registry
    handler: CommandHandler
    vault: Vault
    tenant_keys: TakenKeys
    eraser: Eraser
    passes: PassOffice
    objects: ObjectStore
    engine: Engine
    tokens: TokenIssuer
    uses: ClientUses
    budgets: Budgets
    signing: SigningKeys
    issuing: IssuerKeys
    trees: Cosigning
    receipts: Receipts
    clock: Clock
    reading: Connections
    public: Connections
    auditing: Connections
    quorum: Quorum
    sealing: Connections
    copies: NamedObjects
    dumps: NamedObjects
    audited_trees: Trees
    keeper: TreeKeeper
    endpoint_keys: EndpointKeys
    working: Connections
    works: WorkList
    queues: Queues


async def _ready(database: Database, settings: Settings, migrated: bool, upgrading: Tell | None) -> Database:
    """The database with this version's schema: known to be there when `migrated`, else brought there.

    What people work on is upgraded only where `upgrading` is somebody, who is told each step; else an empty database
    gets the schema, and types that are new are registered.
    Where the address is no administrator's, nothing is brought and all of it must be there.

    Raises: SchemaNewer, SchemaOlder, RoleRefused; NotAdministrator where only types are missing.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    if upgrading is not None:
        await upgrade(settings, database, upgrading)
    elif not migrated:
        await settle_schema(settings, database)
    return database


@asynccontextmanager
async def assemble(
    settings: Settings,
    *,
    database: Database | None = None,
    migrated: bool = False,
    upgrading: Tell | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[System]:
    """The system, started; stopped in reverse order at the end.

    `database` is one that somebody else starts and stops; `migrated` and `upgrading` are as `_ready` has them.

    Raises: DatabaseError when it cannot be used, or its schema is another version's; Unavailable when nobody is let in.
    """
    async with AsyncExitStack() as stack:
        database = await _ready(database or await _own_database(settings, stack), settings, migrated, upgrading)
        store = await _store(settings, database, stack)
        lent, working, clock = _lending(database, stack), _working(database, stack), clock or SystemClock()
        signing, trees = _signing_keys(settings), PostgresTrees(lent[Role.GATEWAY])
        tenant_keys, vault = _vault(settings, lent[Role.GATEWAY])
        handler, objects = CommandHandler(store, REGISTRY, DOMAINS, vault, clock), _objects(settings)
        eraser = _eraser(settings, handler, vault, objects, lent[Role.GATEWAY])
        await destroy_registered(eraser)
        tokens, issuing = _token_issuer(settings), FileIssuerKeys(settings.data / "keys" / "issuers")
        passes = PassOffice(signing, settings.log_name, tokens.secret("check-in"))
        _tell_handler(handler, eraser, passes, issuing, reach_of(settings))
        yield System(
            settings=settings,
            database=database,
            store=store,
            registry=REGISTRY,
            handler=handler,
            vault=vault,
            tenant_keys=tenant_keys,
            eraser=eraser,
            objects=objects,
            engine=_engine(database, lent),
            tokens=tokens,
            uses=PostgresClientUses(lent[Role.GATEWAY]),
            budgets=Budgets(PostgresTenantUses(lent[Role.GATEWAY])),
            passes=passes,
            signing=signing,
            issuing=issuing,
            trees=trees,
            receipts=_receipts(settings, trees, signing),
            clock=clock,
            reading=lent[Role.GATEWAY],
            public=lent[Role.PUBLIC],
            auditing=lent[Role.AUDITOR],
            quorum=quorum_of(settings),
            sealing=lent[Role.SEALER],
            copies=_beside_the_files(settings, "heads"),
            dumps=_beside_the_files(settings, "dumps"),
            audited_trees=PostgresTrees(lent[Role.AUDITOR]),
            keeper=PostgresTreeKeeper(lent[Role.SEALER]),
            endpoint_keys=_endpoint_keys(settings),
            working=working,
            works=PostgresWorkList(working, lent[Role.AUDITOR], clock),
            queues=_queues(settings, stack),
        )


async def _own_database(settings: Settings, stack: AsyncExitStack) -> Database:
    database = choose_database(settings)
    await database.start()
    stack.push_async_callback(database.stop)
    return database


def _eraser(
    settings: Settings, handler: CommandHandler, vault: Vault, objects: ObjectStore, lent: Connections
) -> Eraser:
    register = Register(_beside_the_files(settings, "erasures"))
    return Eraser(handler, vault, objects, Uploads(lent), register, OwnEvents(lent))


def _vault(settings: Settings, lent: Connections) -> tuple[FileKeys, Vault]:
    keys = FileKeys(settings.data / "keys")
    return keys, Vault(keys, PostgresSubjectKeys(lent))


def _engine(database: Database, lent: dict[Role, Connections]) -> Engine:
    return Engine(RawLog(lent[Role.GATEWAY]), REGISTRY, database, READ_MODELS, connections=lent[Role.PROJECTOR])


def _tell_handler(
    handler: CommandHandler, eraser: Eraser, passes: PassOffice, issuing: IssuerKeys, reach: Reach
) -> None:
    """What follows from events before a command is answered, and what is proved of commands before rules decide."""
    handler.consequences |= {
        SubjectErased.TOPIC: eraser.follow,
        ProgrammeAdopted.TOPIC: IssuerRings(handler, issuing).follow,
    }
    proofs, endpoints = Proofs(handler, passes), EndpointProof(reach, DOMAINS)
    handler.proofs |= dict.fromkeys((RegisterEndpoint, AmendEndpoint), endpoints.of_choice)
    handler.proofs |= {RegisterPhone: proofs.of_phone, SubmitCheckIns: proofs.of_check_ins}


def prepare_keys(settings: Settings) -> None:
    """Make every key file that an installation needs before its first start; what is there stays.

    Raises: DatabaseError when one cannot be made, or is there and cannot be used.
    """
    _signing_keys(settings)
    _token_issuer(settings)
    try:
        DerivingKey(endpoint_key_file(settings)).make()
        make_root(settings.data / "keys")
    except KeyRefused as error:
        raise DatabaseError(str(error)) from error


def _token_issuer(settings: Settings) -> TokenIssuer:
    try:
        return TokenIssuer.open(token_key_file(settings), address=base_address(settings))
    except OSError as error:
        raise DatabaseError(f"{token_key_file(settings)} cannot be read or made: {error.strerror}") from error


def make_signing_key(settings: Settings) -> None:
    """Make the next key file in the data folder; who signs notices it."""
    make_key_file(settings.data / "keys")


def _signing_keys(settings: Settings) -> SigningKeys:
    try:
        return FileSigningKeys.open(settings.data / "keys", settings.signing_key)
    except KeyRefused as error:
        raise DatabaseError(str(error)) from error


def _endpoint_keys(settings: Settings) -> EndpointKeys:
    try:
        return EndpointKeys(DerivingKey.open(endpoint_key_file(settings)).derive)
    except KeyRefused as error:
        raise DatabaseError(str(error)) from error


def _lending(database: Database, stack: AsyncExitStack) -> dict[Role, Connections]:
    """Connections of each role, opened when they are first needed."""
    lent = {role: Connections(database, role, size) for role, size in _LENDING.items()}
    for connections in lent.values():
        stack.push_async_callback(connections.close)
    return lent


def _objects(settings: Settings) -> ObjectStore:
    if settings.object_url:
        return s3_objects(settings.object_url, limit=settings.max_upload_bytes)
    return local_objects(settings.data / "objects", limit=settings.max_upload_bytes)


def _beside_the_files(settings: Settings, name: str) -> NamedObjects:
    """Where records stand that must outlive the database: erasures, and the signed heads of logs."""
    if settings.object_url:
        return s3_named(f"{settings.object_url.rstrip('/')}/{name}")
    return local_named(settings.data / name)


_LENDING = {Role.GATEWAY: 8, Role.PUBLIC: 4, Role.PROJECTOR: 3, Role.AUDITOR: 4, Role.SEALER: 4}


WORKING = 8
"""Connections for background work: pieces of it that end at the same moment."""


async def _store(settings: Settings, database: Database, stack: AsyncExitStack) -> PostgresEventStore:
    limits = Limits(waiting=settings.max_waiting_appends, poll=settings.poll_milliseconds / 1000)
    store = PostgresEventStore(database, limits=limits, doorbell=True)
    await store.start()
    stack.push_async_callback(store.stop)
    return store


def _working(database: Database, stack: AsyncExitStack) -> Connections:
    connections = Connections(database, Role.PROJECTOR, WORKING)
    stack.push_async_callback(connections.close)
    return connections


def _receipts(settings: Settings, trees: Trees, signing: SigningKeys) -> Receipts:
    within = timedelta(seconds=settings.seal_within)
    return Receipts(trees, signing, settings.log_name, within, quorum_of(settings))


def _queues(settings: Settings, stack: AsyncExitStack) -> Queues:
    queues = Queues(lambda queue: open_broker(settings, f"-{queue}"), shared=bool(settings.broker_url))
    stack.push_async_callback(queues.stop)
    return queues


def audited_trees(system: System) -> Trees:
    """The sealed trees, read as the auditor."""
    return PostgresTrees(system.auditing)


def open_broker(settings: Settings, suffix: str = "") -> Broker:
    """RabbitMQ where the settings name it, else a queue within this process; `suffix` names another queue.

    Installations that share a RabbitMQ keep apart by virtual host, or by a queue of their own: `amqp://host/#queue`.
    """
    url, _, queue = settings.broker_url.partition("#")
    return DramatiqBroker(url, queue=f"{queue or QUEUE}{suffix}")


def quorum_of(settings: Settings) -> Quorum:
    """How many of the witnesses make a checkpoint public; nobody is needed where there are none."""
    known = tuple(one.verifier for one in addresses(settings.witnesses))
    return Quorum(len(known) if settings.witness_quorum is None else settings.witness_quorum, known)


@asynccontextmanager
async def open_egress(settings: Settings) -> AsyncIterator[Egress]:
    """The way out to addresses that others chose."""
    from infra.egress.guarded import GuardedEgress, SystemResolver  # noqa: PLC0415 - most processes send nothing

    resolver = SystemResolver()
    egress = GuardedEgress(reach_of(settings), resolver)
    try:
        yield egress
    finally:
        await egress.close()
        resolver.close()


def reach_of(settings: Settings) -> Reach:
    """Which addresses of others are asked."""
    return Reach(networks(settings.egress_allow or ""))


@asynccontextmanager
async def open_witnesses(settings: Settings) -> AsyncIterator[Sequence[Witness]]:
    """The witnesses of the settings that are asked, over one HTTP client."""
    if not settings.witnesses:
        yield ()
        return
    import httpx  # noqa: PLC0415 - most processes ask no witness

    from infra.witnesses.http import HttpWitness  # noqa: PLC0415

    async with httpx.AsyncClient() as client:
        yield [HttpWitness(one, client) for one in addresses(settings.witnesses) if one.url]

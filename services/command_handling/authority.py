"""Who may do what by which rules: folds of the logs' governing events, one per tenant, held by the process.

A fold may be stale. It can not decide wrongly: every append carries the condition that no governing event of the tenant
stands after the fold's position, and every refusal is decided again on a fresh fold.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from time import monotonic
from uuid import UUID

from domain.governance import Governance, NationalGovernance
from domain.kernel.context import Mandate, Tenant
from domain.kernel.errors import MandateNotInForce, NotPermitted, StreamNotFound
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT
from domain.kernel.manifest import Domain, Role
from domain.kernel.registry import Registry
from domain.succession.vocabulary import PERSONAL
from domain.tenants.register import Institution, InstitutionState
from infra.eventstore.codec import recorded
from infra.eventstore.interface import EventStore, StoredEvent
from infra.joining import Joined
from services.command_handling.client_rights import ClientRights
from services.command_handling.concern import Concern
from services.command_handling.request import Principal

GOVERNS = "governs"
"""The tag of governing events."""

_SUPERVISORS = frozenset({Role.OGG_SUPERVISOR, Role.ADMINISTRATOR})
_SYSTEM = frozenset({Role.SEED, Role.IMPORTER})


class Authority:
    """The folds; each is read again from the log when older than `max_age` seconds or when asked for fresh."""

    def __init__(
        self,
        store: EventStore,
        registry: Registry,
        domains: Iterable[Domain] = (),
        *,
        max_age: float = 1.0,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self.client_rights = ClientRights(domains)
        self._store, self._registry = store, registry
        self._max_age, self._timer = max_age, timer
        self._folds: dict[int, Governance] = {}
        self._reading: dict[int, Joined] = {}
        self._read_at: dict[int, float] = {}
        self._tenants: dict[str, tuple[Institution, tuple[str, ...], Tenant]] = {}

    async def national(self, *, fresh: bool = False) -> NationalGovernance:
        """Institutions, rule packs and calendar: the national tenant's fold."""
        fold = await self.of(NATIONAL_TENANT, fresh=fresh)
        if not isinstance(fold, NationalGovernance):
            raise TypeError(fold)
        return fold

    async def of(self, tenant_id: int, *, fresh: bool = False) -> Governance:
        """Members, mandates, overrides and clock of one tenant."""
        fold = self._folds.get(tenant_id)
        if fold is not None and not fresh:
            if (now := self._timer()) - self._read_at[tenant_id] < self._max_age:
                return fold
            self._read_at[tenant_id] = now  # one reads; whoever comes meanwhile takes the fold as it is
        if tenant_id not in self._reading:
            self._reading[tenant_id] = Joined(partial(self._read, tenant_id))
        await self._reading[tenant_id]()
        return self._folds[tenant_id]

    async def _read(self, tenant_id: int) -> None:
        asked_at, fold = self._timer(), self._folds.get(tenant_id)
        if fold is None:
            fold = NationalGovernance() if tenant_id == NATIONAL_TENANT else Governance()
        for stored in await self._store.read_tag(tenant_id, GOVERNS, fold.position):
            fold.apply(recorded(self._registry, stored))
        self._folds[tenant_id], self._read_at[tenant_id] = fold, asked_at

    async def past(self, tenant_id: int, held: Callable[[StoredEvent], bool]) -> Governance:
        """What governed the tenant when only the events for which `held` holds had happened; read anew each time."""
        fold = NationalGovernance() if tenant_id == NATIONAL_TENANT else Governance()
        for stored in await self._store.read_tag(tenant_id, GOVERNS):
            if held(stored):
                fold.apply(recorded(self._registry, stored))
        return fold

    def forget_age(self, tenant_id: int) -> None:
        """Have the fold read again at its next use: a governing event was stored just now."""
        self._read_at[tenant_id] = float("-inf")

    async def tenant(self, slug: str, *, fresh: bool = False) -> Tenant:
        """The tenant of that slug. Raises: StreamNotFound when no institution has it."""
        national = await self.national(fresh=fresh)
        institution = national.institutions.get(slug)
        if institution is None:
            if not fresh:
                return await self.tenant(slug, fresh=True)
            if slug == NATIONAL_SLUG and not national.institutions:
                return Tenant(NATIONAL_TENANT, NATIONAL_SLUG, "national")  # its own first event names it
            raise StreamNotFound
        governance = await self.of(institution.tenant_id)
        made = self._tenants.get(slug)
        if made is None or made[0] is not institution or made[1] is not governance.languages:
            made = self._tenants[slug] = (institution, governance.languages, _tenant(institution, governance.languages))
        return made[2]

    async def mandates(self, tenant: Tenant, person_id: UUID, now: datetime) -> tuple[Mandate, ...]:
        """The mandates a person holds in the tenant now: its own, a successor's, an organisation's, the supervision."""
        governance = await self.of(tenant.tenant_id)
        own = governance.mandates(person_id, now)
        if governance.succession is not None:
            own += await self.as_successor(tenant, person_id, now)
        national = await self.national()
        if national.withdrawn:  # an appointment that was revoked ends at once, not when the worker has carried it on
            own = tuple(m for m in own if m.mandate_id not in national.withdrawn)
        own += national.representation.mandates(person_id, now)
        nationwide = national.mandates(person_id, now)
        if not nationwide:
            return own
        return own + tuple(
            Mandate(role=Role.NATIONAL_SUPERVISOR, basis=m.basis) for m in nationwide if m.role in _SUPERVISORS
        )

    async def permit(
        self,
        tenant: Tenant,
        principal: Principal,
        command: str,
        roles: frozenset[Role],
        now: datetime,
        organisation_id: UUID | None = None,
        concerned: Concern | None = None,
    ) -> Mandate:
        """The mandate under which the principal may do this, for `organisation_id` when that is named.

        A successor's holds only for streams it answers for, where `concerned` names those that it is about.
        What anybody may do is done for oneself, unless it is done for the organisation whose mandate one holds.
        Raises: NotPermitted, naming the roles that may; MandateNotInForce to an auditor whose time is not now; what
        `ClientRights.permit` says to an API client.
        """
        if (client := principal.client) is not None:
            asked = (principal.person_id, client, command, roles, now, organisation_id)
            return self.client_rights.permit(await self.national(), tenant, *asked)
        system = principal.system_role
        if system is not None and (system in roles or system in _SYSTEM):
            return Mandate(role=system, basis="system")
        fitting = [m for m in await self.mandates(tenant, principal.person_id, now) if m.role in roles]
        if concerned is not None:
            fitting = await self._answering(tenant, fitting, concerned)
        if len(fitting) > 1:
            fitting.sort(key=lambda m: _after(m, organisation_id))
        anybody = Role.SIGNED_IN in roles and system is None
        if fitting and not (anybody and _of_another(fitting[0], organisation_id)):
            return fitting[0]
        if anybody:
            return _ANYBODY
        if Role.AUDITOR in roles:
            await self._tell_auditor(tenant, principal, roles, now)
        raise NotPermitted(command, tuple(sorted(roles)))

    async def covers(self, principal: Principal, tenant: Tenant) -> bool:
        """Whether an API client's grant is about the tenant."""
        grant = (await self.national()).clients.get(principal.person_id)
        return grant is not None and grant.covers(tenant)

    async def speaks_for(self, principal: Principal, organisation_id: UUID, now: datetime) -> bool:
        """Whether the organisation has given a mandate in force to whoever asks."""
        held = (await self.national()).representation.mandates(principal.person_id, now)
        return any(one.concerns(organisation_id) for one in held)

    async def read_successors(self, tenant: Tenant) -> None:
        """Read anew who governs the tenant's successors: no append to the tenant's log proves that."""
        national = await self.national(fresh=True)
        succession = (await self.of(tenant.tenant_id)).succession
        for slug in succession.successors if succession is not None else ():
            await self.of(national.institutions[slug].tenant_id, fresh=True)

    async def as_successor(self, tenant: Tenant, person_id: UUID, now: datetime) -> tuple[Mandate, ...]:
        """What members of its successors hold in an ended institution: the roles that they have in their own."""
        succession = (await self.of(tenant.tenant_id)).succession
        national, found = await self.national(), list[Mandate]()
        for slug, decision_no in succession.successors.items() if succession is not None else ():
            institution = national.institutions.get(slug)
            held = () if institution is None else (await self.of(institution.tenant_id)).mandates(person_id, now)
            found += [
                Mandate(m.role, f"succession, decision {decision_no}: {m.basis}", successor=slug)
                for m in held
                if m.role not in PERSONAL
            ]
        return tuple(found)

    async def _answering(self, tenant: Tenant, held: list[Mandate], concerned: Concern) -> list[Mandate]:
        succession = (await self.of(tenant.tenant_id)).succession
        if succession is None:
            return held
        return [
            one
            for one in held
            if not one.successor or succession.answers(one.successor, concerned.streams, concerned.said)
        ]

    async def _tell_auditor(self, tenant: Tenant, principal: Principal, roles: frozenset[Role], now: datetime) -> None:
        """Raises: MandateNotInForce when the person is, was or will be auditor here; it names what ends last."""
        withdrawn = (await self.national()).withdrawn
        audits = [
            (one, "revoked" if one.mandate_id in withdrawn else one.state_at(now))
            for one in (await self.of(tenant.tenant_id)).audits(principal.person_id)
        ]
        over = [(one, state) for one, state in audits if state != "in_force"]
        if not over:
            return
        last, state = max(over, key=lambda found: (found[0].valid_to or date.max, found[0].valid_from))
        raise MandateNotInForce(
            tuple(sorted(roles)),
            mandate_id=last.mandate_id,
            basis=last.legal_basis,
            valid_from=last.valid_from,
            valid_to=last.valid_to,
            state=state,
        )


def _after(mandate: Mandate, organisation_id: UUID | None) -> tuple[bool, bool, bool]:
    """The organisation's that is named first, then those of nobody's; of one organisation what it gave itself first."""
    given = mandate.organisation_id is not None
    named = mandate.organisation_id == organisation_id or mandate.concerns(organisation_id)
    return not named, given, given and mandate.mandate_id is None


def _of_another(mandate: Mandate, organisation_id: UUID | None) -> bool:
    """Whether it is some organisation's, and not that of the one which is named."""
    return mandate.organisation_id is not None and not mandate.concerns(organisation_id)


_ANYBODY = Mandate(role=Role.SIGNED_IN, basis="any person")


def _tenant(institution: Institution, languages: tuple[str, ...]) -> Tenant:
    return Tenant(
        tenant_id=institution.tenant_id,
        slug=institution.slug,
        kind=institution.kind,
        languages=tuple(languages or institution.languages),
        sandbox=institution.sandbox,
        ended=institution.state != InstitutionState.ACTIVE,
    )

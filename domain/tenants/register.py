"""The register of institutions: who is a tenant, under which name, and who succeeded whom."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT
from domain.kernel.message import N_
from domain.tenants.commands import (
    DissolveInstitution,
    FoundRegister,
    Kind,
    MergeInstitutions,
    Names,
    RegisterInstitution,
    RenameInstitution,
    SetInstitutionQuota,
    SplitInstitution,
)
from domain.tenants.events import (
    InstitutionDissolved,
    InstitutionQuotaSet,
    InstitutionRegistered,
    InstitutionRenamed,
    InstitutionsMerged,
    InstitutionSplit,
    RegisterFounded,
)
from domain.tenants.groups import GROUPS
from domain.tenants.languages import check_languages, check_names
from domain.tenants.quotas import USUAL, Resource

_APART = N_("Sandboxes and real institutions do not succeed each other.")


class InstitutionState(StrEnum):
    """States of an institution."""

    ACTIVE = "active"
    MERGED = "merged"
    SPLIT = "split"
    DISSOLVED = "dissolved"


class Institution(msgspec.Struct, frozen=True):
    """One institution as it stands. `names` by language code; `successors` are slugs; `quotas` are those that were set.

    `former_names` oldest first, each until the instant of the same place in `renamed_at`.
    """

    tenant_id: int
    slug: str
    code: str
    kind: str
    names: dict[str, str]
    languages: tuple[str, ...]
    sandbox: bool = False
    state: InstitutionState = InstitutionState.ACTIVE
    successors: tuple[str, ...] = ()
    former_names: tuple[dict[str, str], ...] = ()
    renamed_at: tuple[datetime, ...] = ()
    quotas: dict[Resource, int] = msgspec.field(default_factory=dict)

    def names_at(self, at: datetime) -> dict[str, str]:
        """What it was called at an instant: what it did before a renaming stays under the old name."""
        former = zip(self.renamed_at, self.former_names, strict=True)
        return next((names for until, names in former if at < until), self.names)

    def quota(self, resource: Resource) -> int:
        """How much of it the institution may use, in its measure."""
        return self.quotas.get(resource, USUAL[resource])


def lineage(slug: str, institutions: Mapping[str, Institution]) -> tuple[str, ...]:
    """All that came after an institution, the next ones first; none after one that has not ended."""
    found: dict[str, None] = {}
    waiting = [slug]
    while waiting:
        one = institutions.get(waiting.pop(0))
        new = [after for after in one.successors if after not in found] if one is not None else []
        found |= dict.fromkeys(new)
        waiting += new
    return tuple(found)


class InstitutionRegister(Aggregate):
    """The one register, in the national log. `institutions` by slug, in order of their tenant ids."""

    initial = RegisterFounded
    SINGLETON = "institution_register"

    @classmethod
    @creates(FoundRegister)
    def found(cls, command: FoundRegister, ctx: Context, stream_id: UUID) -> Self:
        """The national tenant is the first entry of its own register."""
        if ctx.tenant.tenant_id != NATIONAL_TENANT or command.slug != NATIONAL_SLUG:
            raise RuleViolated("tenant.national", N_("Only the national tenant decides this for everybody."))
        check_names(command.names, "/names")
        register = cls.begin(ctx, stream_id, RegisterFounded())
        register.trigger(
            ctx,
            InstitutionRegistered(
                NATIONAL_TENANT, command.slug, command.code, Kind.NATIONAL, command.names, ("sq", "sr")
            ),
        )
        return register

    @decides(RegisterInstitution)
    def register(self, command: RegisterInstitution, ctx: Context) -> None:
        """Slugs and codes are used once, for ever; there is one national tenant."""
        if command.kind is Kind.NATIONAL:
            raise RuleViolated("institution.national", N_("There is one national tenant."))
        if command.slug in self.institutions or command.slug in GROUPS:
            raise RuleViolated("institution.slug", N_("The slug {slug} was given before."), slug=command.slug)
        if any(one.code == command.code for one in self.institutions.values()):
            raise RuleViolated("institution.code", N_("The code {code} was given before."), code=command.code)
        check_names(command.names, "/names")
        check_languages(command.languages, "/languages")
        self.trigger(
            ctx,
            InstitutionRegistered(
                len(self.institutions) + 1,
                command.slug,
                command.code,
                command.kind,
                command.names,
                tuple(str(code) for code in dict.fromkeys(command.languages)),
                command.sandbox,
            ),
        )

    @decides(RenameInstitution)
    def rename(self, command: RenameInstitution, ctx: Context) -> None:
        """Nothing to say when the name stays."""
        check_names(command.names, "/names")
        if self._active(command.slug, "/slug").names != _plain(command.names):
            self.trigger(ctx, InstitutionRenamed(command.slug, command.names, command.decision_no))

    @decides(MergeInstitutions)
    def merge(self, command: MergeInstitutions, ctx: Context) -> None:
        """Active institutions go into an active one that is not among them; sandboxes stay among themselves."""
        self._no_circle(command.sources, (command.into,))
        into = self._active(command.into, "/into")
        self._ending(command.sources, into.sandbox, "/sources")
        self._apart(command.into, command.sources, "/sources")
        self.trigger(ctx, InstitutionsMerged(command.sources, command.into, command.decision_no))

    @decides(SplitInstitution)
    def split(self, command: SplitInstitution, ctx: Context) -> None:
        """The successors are registered and active."""
        self._no_circle((command.slug,), command.successors)
        ending = self._ending((command.slug,), None, "/slug")[0]
        for n, slug in enumerate(command.successors):
            if self._active(slug, f"/successors/{n}").sandbox != ending.sandbox:
                raise RuleViolated("institution.sandbox", _APART)
        self._apart(command.slug, command.successors, "/successors")
        self.trigger(ctx, InstitutionSplit(command.slug, command.successors, command.decision_no))

    @decides(DissolveInstitution)
    def dissolve(self, command: DissolveInstitution, ctx: Context) -> None:
        """Its history stays readable under its slug."""
        self._ending((command.slug,), None, "/slug")
        self.trigger(ctx, InstitutionDissolved(command.slug, command.decision_no))

    @decides(SetInstitutionQuota)
    def set_quota(self, command: SetInstitutionQuota, ctx: Context) -> None:
        """Of one that has ended too: what it left is still read. Nothing to say when it is that already."""
        found = self.institutions.get(command.slug)
        if found is None:
            raise InvalidValue("/slug", N_("No institution has the slug {slug}."), slug=command.slug)
        if found.quota(command.resource) != command.limit:
            self.trigger(ctx, InstitutionQuotaSet(command.slug, command.resource, command.limit))

    @applies(RegisterFounded)
    def _founded(self, _event: RegisterFounded) -> None:
        self.institutions: dict[str, Institution] = {}

    @applies(InstitutionRegistered)
    def _registered(self, event: InstitutionRegistered) -> None:
        self.institutions[event.slug] = Institution(
            tenant_id=event.tenant_id,
            slug=event.slug,
            code=event.code,
            kind=str(event.kind),
            names=_plain(event.names),
            languages=event.languages,
            sandbox=event.sandbox,
        )

    @applies(InstitutionRenamed)
    def _renamed(self, event: InstitutionRenamed) -> None:
        old = self.institutions[event.slug]
        self.institutions[event.slug] = msgspec.structs.replace(
            old,
            names=_plain(event.names),
            former_names=(*old.former_names, old.names),
            renamed_at=(*old.renamed_at, event.occurred_at),
        )

    @applies(InstitutionQuotaSet)
    def _quota_set(self, event: InstitutionQuotaSet) -> None:
        old = self.institutions[event.slug]
        quotas = old.quotas | {Resource(event.resource): event.limit}
        self.institutions[event.slug] = msgspec.structs.replace(old, quotas=quotas)

    @applies(InstitutionsMerged)
    def _merged(self, event: InstitutionsMerged) -> None:
        for slug in event.sources:
            self._end(slug, InstitutionState.MERGED, (event.into,))

    @applies(InstitutionSplit)
    def _split(self, event: InstitutionSplit) -> None:
        self._end(event.slug, InstitutionState.SPLIT, event.successors)

    @applies(InstitutionDissolved)
    def _dissolved(self, event: InstitutionDissolved) -> None:
        self._end(event.slug, InstitutionState.DISSOLVED, ())

    def _end(self, slug: str, state: InstitutionState, successors: tuple[str, ...]) -> None:
        old = self.institutions[slug]
        self.institutions[slug] = msgspec.structs.replace(old, state=state, successors=successors)

    def _no_circle(self, ending: tuple[str, ...], successors: tuple[str, ...]) -> None:
        """Nobody takes over whom it went into: neither at once nor over others in between."""
        for slug in successors:
            for after in lineage(slug, self.institutions):
                if after in ending:
                    raise RuleViolated(
                        "institution.circular", N_("{slug} went into {after} itself."), slug=slug, after=after
                    )

    def _active(self, slug: str, pointer: str) -> Institution:
        found = self.institutions.get(slug)
        if found is None:
            raise InvalidValue(pointer, N_("No institution has the slug {slug}."), slug=slug)
        if found.state is not InstitutionState.ACTIVE:
            raise RuleViolated(
                "institution.active", N_("{slug} is no longer active: {state}."), slug=slug, state=found.state
            )
        return found

    def _ending(self, slugs: Iterable[str], sandbox: bool | None, pointer: str) -> tuple[Institution, ...]:
        found = tuple(self._active(slug, pointer) for slug in slugs)
        if any(one.kind == Kind.NATIONAL for one in found):
            raise RuleViolated("institution.national", N_("The national tenant does not end."))
        if sandbox is not None and any(one.sandbox != sandbox for one in found):
            raise RuleViolated("institution.sandbox", _APART)
        return found

    @staticmethod
    def _apart(one: str, others: tuple[str, ...], pointer: str) -> None:
        if one in others or len(set(others)) < len(others):
            raise InvalidValue(pointer, N_("An institution is named twice."))


def _plain(names: Names) -> dict[str, str]:
    return {str(code): name for code, name in names.items()}

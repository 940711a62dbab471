"""Identifiers: how they look as far as that is known, and which verified organisation has one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.kernel.errors import Finding, InvalidValue, RuleViolated
from domain.kernel.findings import WARNING, finding
from domain.kernel.message import N_
from domain.organisations import citations
from domain.organisations.commands import AmendOrganisation, ClaimOrganisation, VerifyOrganisation
from domain.organisations.events import (
    OrganisationAmended,
    OrganisationMerged,
    OrganisationRemoved,
    OrganisationVerified,
    identifier_tags,
)
from domain.organisations.vocabulary import Identifier, Scheme

_PRINTED: Mapping[Scheme, re.Pattern[str]] = MappingProxyType(
    {Scheme.NGO: re.compile(r"51\d{6}"), Scheme.FISCAL: re.compile(r"600\d{6}|81\d{7}")}
)
"""How plain identifiers look as far as known. Confidence low, no list was at hand: nothing is refused by it."""


class IdentifierHolders(Boundary):
    """Which verified organisation has an identifier, of the identifiers that a command names."""

    def __init__(self) -> None:
        self._holders: dict[str, UUID] = {}

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """One boundary an identifier."""
        del stream_id
        if not isinstance(command, ClaimOrganisation | AmendOrganisation | VerifyOrganisation):
            raise TypeError(command)
        return identifier_tags(command.identifiers or ())

    def apply(self, stream_id: UUID, event: object) -> None:
        """Taken, given up, or passed on to the entry that the holder was merged into."""
        match event:
            case OrganisationVerified():
                self._take(event.identifiers, stream_id)
            case OrganisationAmended():
                self._release(event.former_identifiers)
                self._take(event.identifiers or (), stream_id)
            case OrganisationRemoved():
                self._release(event.identifiers)
            case OrganisationMerged():
                self._take(event.holdings.identifiers, event.into)
            case _:
                pass

    def holder(self, identifier: Identifier) -> UUID | None:
        """The verified organisation that has it."""
        (tag,) = identifier_tags((identifier,))
        return self._holders.get(tag)

    def require_free(self, identifiers: Iterable[Identifier], organisation_id: UUID) -> None:
        """Raises: RuleViolated for an identifier that another verified organisation has."""
        for one in identifiers:
            holder = self.holder(one)
            if holder not in (None, organisation_id):
                raise RuleViolated(
                    "organisation.identifier",
                    N_("{scheme} {number} belongs to another organisation of the register: {organisation}."),
                    citation=citations.NGO_LAW,
                    scheme=one.scheme,
                    number=one.value,
                    organisation=str(holder),
                )

    def _take(self, identifiers: Iterable[Identifier], holder: UUID) -> None:
        self._holders.update(dict.fromkeys(identifier_tags(identifiers), holder))

    def _release(self, identifiers: Iterable[Identifier]) -> None:
        for tag in identifier_tags(identifiers):
            self._holders.pop(tag, None)


def require_distinct(identifiers: Iterable[Identifier]) -> None:
    """Raises: InvalidValue when one list is named twice."""
    schemes = [one.scheme for one in identifiers]
    for index, scheme in enumerate(schemes):
        if scheme in schemes[:index]:
            raise InvalidValue(
                f"/identifiers/{index}/scheme", N_("There is one identifier of {scheme}."), scheme=scheme
            )


def check_identifiers(identifiers: Iterable[Identifier], holders: IdentifierHolders) -> Iterator[Finding]:
    """What is odd about them: a form that the list does not use, or an organisation of the register that has one."""
    for index, one in enumerate(identifiers):
        pointer = f"/identifiers/{index}/value"
        if not _PRINTED[one.scheme].fullmatch(one.plain):
            yield finding(
                "identifier-form",
                N_("{number} does not look like a number of {scheme}."),
                citation=citations.NGO_LAW,
                pointer=pointer,
                severity=WARNING,
                number=one.value,
                scheme=one.scheme,
            )
        holder = holders.holder(one)
        if holder is not None:
            yield finding(
                "identifier-taken",
                N_("{number} of {scheme} belongs to an organisation of the register: {organisation}."),
                citation=citations.NGO_LAW,
                rule="organisation.identifier",
                pointer=pointer,
                severity=WARNING,
                number=one.value,
                scheme=one.scheme,
                organisation=str(holder),
            )

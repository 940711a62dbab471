"""What a volunteer is committed to in one institution: the opportunities of signed agreements, with their shifts."""

from datetime import date
from uuid import UUID

from domain.volunteering.agreement_parts import AgreementStage
from projections.opportunity_register import OpportunityFacts
from projections.reading import IN_SCOPE, ReadConnection, maker, selected

_STANDING = (AgreementStage.SIGNED, AgreementStage.ACTIVE, AgreementStage.COMPLETED)


class Commitment(OpportunityFacts, frozen=True):
    """An opportunity that a volunteer signed for, and between which days, both within, they agreed to come."""

    agreed_first_day: date = date.min
    agreed_last_day: date = date.max


_COMMITTED = f"""SELECT {selected(Commitment)} FROM (SELECT o.*, a.first_day AS agreed_first_day,
    a.last_day AS agreed_last_day FROM opportunity_register o JOIN (SELECT tenant_id, opportunity_id, first_day,
    last_day FROM volunteer_agreement_register WHERE person_id = $1 AND state = ANY ($2)) a
    USING (tenant_id, opportunity_id)) committed WHERE {IN_SCOPE} ORDER BY opportunity_id, agreed_first_day"""  # noqa: S608 - our own text


async def commitments(connection: ReadConnection, person_id: UUID) -> list[Commitment]:
    """What the person signed for in the tenants in scope, past and to come."""
    make = maker(Commitment)
    records = await connection.fetch(_COMMITTED, person_id, [one.value for one in _STANDING])
    return [make(record) for record in records]

"""What should make somebody look at a grant: nothing here is proved, each flag names what it was seen in.

- `purpose_drift`: winners of a call for a target group of whom no gate on that group said that they belong to it, or
  an agreement for another purpose than its call's
- `single_applicant`: one application alone was submitted to a call that is over
- `repeated_winner`: an organisation that the same institution gave as many grants as a rule of the nation says, or more
- `late_report`: a report of an agreement that did not come, or came after its day
"""

from domain.kernel.rules import Rules
from projections.grant_awards import AWARDS
from projections.paging import After, Page
from projections.reading import ReadConnection
from projections.red_flags import Filter, RedFlag, fetch_flags, flagged

__all__ = ["Filter", "RedFlag", "red_flags"]

REPEATED = "grant.flag.repeated_winner"
"""The rule on how many grants of one institution to one organisation are flagged. It is one for all institutions: the
nation compares them, and none sets for itself when others look. A pack without it has nobody flagged."""


NO_FILTER = Filter()
_TARGETED = """SELECT c.tenant_id, c.call_id, count(*) FILTER (WHERE NOT EXISTS (
            SELECT FROM jsonb_array_elements(coalesce(c.facts -> 'gates', '[]'::jsonb)) g
            WHERE g ->> 'basis' = 'target_group' AND (p.checked -> 'gates' ->> (g ->> 'code'))::boolean)) AS outside,
        count(*) AS winners
    FROM grant_call_register c
    JOIN grant_agreement_register a ON a.tenant_id = c.tenant_id AND a.call_id = c.call_id AND a.signed_on IS NOT NULL
    JOIN grant_application_register p ON p.tenant_id = a.tenant_id AND p.application_id = a.application_id
    WHERE c.facts -> 'target_group' IS NOT NULL GROUP BY c.tenant_id, c.call_id"""
_FLAGS = flagged(f"""SELECT tenant_id, 'purpose_drift' AS kind, call_id AS subject_id, call_id,
            NULL::uuid AS organisation_id, outside AS number, winners AS among
            FROM ({_TARGETED}) targeted WHERE outside > 0
        UNION ALL SELECT a.tenant_id, 'purpose_drift', a.agreement_id, a.call_id, a.organisation_id, 1, 1
            FROM grant_agreement_register a
            JOIN grant_call_register c ON c.tenant_id = a.tenant_id AND c.call_id = a.call_id
            WHERE a.purpose <> c.purpose AND a.signed_on IS NOT NULL
        UNION ALL SELECT p.tenant_id, 'single_applicant', p.call_id, p.call_id, min(p.organisation_id::text)::uuid, 1, 1
            FROM grant_application_register p
            JOIN grant_call_register c ON c.tenant_id = p.tenant_id AND c.call_id = p.call_id
            WHERE p.submitted_at IS NOT NULL AND p.state <> 'withdrawn'
                AND c.state NOT IN ('draft', 'ready', 'published', 'cancelled', 'void')
            GROUP BY p.tenant_id, p.call_id HAVING count(*) = 1
        UNION ALL SELECT tenant_id, 'repeated_winner', organisation_id, NULL, organisation_id, count(*), count(*)
            FROM {AWARDS} WHERE organisation_id IS NOT NULL GROUP BY tenant_id, organisation_id
            HAVING count(*) >= $repeated
        UNION ALL SELECT tenant_id, 'late_report', agreement_id, call_id, organisation_id, overdue, overdue + late
            FROM grant_agreement_register WHERE overdue + late > 0""")  # noqa: S608 - our own text


async def red_flags(
    connection: ReadConnection,
    rules: Rules,
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[RedFlag]:
    """Red flags of the tenants in scope by kind, by the nation's rules."""
    numbers = {"repeated": rules.number(REPEATED) if REPEATED in rules else None}
    return await fetch_flags(connection, RedFlag, _FLAGS, chosen, numbers, after, limit)

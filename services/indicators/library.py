"""The library: every computed indicator as a query.

What it is called and what its values mean stands in `domain/action_measures/computed.py`.
"""

from collections.abc import Mapping

from domain.action_measures.indicator_vocabulary import QueryName
from projections.catalogue import (
    CONSULTATIONS,
    CONTRIBUTIONS,
    DEADLINES,
    GRANT_AGREEMENTS,
    GRANT_COMMISSIONS,
    GRANT_COMPLAINTS,
    LICENCES,
    MEASURES,
    ORGANISATIONS,
    SERVICE_CONTRACTS,
    VOLUNTEER_AGREEMENTS,
    VOLUNTEER_CERTIFICATES,
    VOLUNTEER_HOURS,
)
from services.indicators.query import Query, counting, query, share

_REPORTS = """(SELECT a.tenant_id, r ->> 'state' AS state, (r ->> 'due_at')::timestamptz AS due_at
    FROM grant_agreement_register a, jsonb_array_elements(a.reports) r WHERE a.signed_at IS NOT NULL) reports"""
_PAID = """(SELECT a.tenant_id, (i #>> '{amount,amount}')::bigint AS amount, (i ->> 'paid_on')::date AS paid_on
    FROM grant_agreement_register a, jsonb_array_elements(a.instalments) i
    WHERE i ->> 'state' = 'paid' AND i #>> '{amount,currency}' = 'EUR') paid"""
_DELIVERIES = """(SELECT c.tenant_id, d ->> 'state' AS state, (d ->> 'due_at')::timestamptz AS due_at,
    (d ->> 'reported_at')::timestamptz AS reported_at, (d ->> 'paid_on')::date AS paid_on,
    coalesce(d -> 'late', 'false')::boolean AS late, (d #>> '{amount,amount}')::bigint AS amount,
    d #>> '{amount,currency}' AS currency
    FROM service_contract_register c, jsonb_array_elements(c.deliveries) d WHERE c.signed_at IS NOT NULL) deliveries"""
_MEASURES = """(SELECT tenant_id, in_time, coalesce(done_on, last_day) AS told_on FROM measure_register
    WHERE state <> 'dropped') measures"""
_DUE = "due_at >= begins AND due_at < ends"
_ASKED = f"{_DUE} AND state <> 'waived'"
_VALID = """granted_at IS NOT NULL
    AND EXISTS (SELECT FROM jsonb_array_elements(terms) t
        WHERE (t ->> 'valid_from')::date <= last_day AND (t ->> 'valid_until')::date >= last_day)
    AND NOT EXISTS (SELECT FROM jsonb_array_elements(interruptions) i
        WHERE (i ->> 'first_day')::date <= last_day AND coalesce((i ->> 'ended')::date, 'infinity') > last_day)"""


def _within(moment: str) -> str:
    return f"{moment} >= begins AND {moment} < ends"


_CONSULTATIONS = (
    counting("consultations_opened", CONSULTATIONS, "count(*)", _within("opens_at")),
    share(
        "consultation_reports_in_time",
        CONSULTATIONS,
        "reported_at IS NOT NULL AND NOT report_late",
        f"{_within('report_due_at')} AND state NOT IN ('withdrawn', 'annulled')",
    ),
    share(
        "consultations_in_all_languages",
        CONSULTATIONS,
        "language_parity",
        f"{_within('opens_at')} AND language_parity IS NOT NULL",
    ),
    share("consultations_planned", CONSULTATIONS, "plan_item IS NOT NULL", _within("opens_at")),
    counting("contributions_received", CONTRIBUTIONS, "count(*)", _within("submitted_at")),
    query(
        "contributions_answered",
        (CONSULTATIONS, CONTRIBUTIONS),
        """SELECT tenant_id, count(*) FILTER (WHERE answered_at IS NOT NULL)::bigint AS numerator,
            count(*)::bigint AS denominator
        FROM contribution_register n JOIN consultation_register c USING (tenant_id, consultation_id), period
        WHERE $scope AND c.closes_at >= begins AND c.closes_at < ends AND n.submitted_at IS NOT NULL
            AND n.state NOT IN ('withheld', 'withdrawn') AND c.state NOT IN ('withdrawn', 'annulled')
        GROUP BY tenant_id""",
    ),
    share("contributions_withheld", CONTRIBUTIONS, "state = 'withheld'", _within("submitted_at")),
)
_GRANTS = (
    share("calls_with_external_experts", GRANT_COMMISSIONS, "experts > 0", _within("formed_at")),
    counting("grants_awarded", GRANT_AGREEMENTS, "count(*)", _within("signed_at")),
    counting(
        "grants_awarded_euro",
        GRANT_AGREEMENTS,
        "sum((award ->> 'amount')::bigint)",
        f"{_within('signed_at')} AND award ->> 'currency' = 'EUR'",
    ),
    counting(
        "grants_paid_euro", GRANT_AGREEMENTS, "sum(amount)", "paid_on BETWEEN first_day AND last_day", source=_PAID
    ),
    share("grant_reports_overdue", GRANT_AGREEMENTS, "state = 'overdue'", _ASKED, source=_REPORTS),
    share(
        "grant_complaints_in_time",
        GRANT_COMPLAINTS,
        "decided_at IS NOT NULL AND NOT late",
        _within("decide_by"),
    ),
)
_CONTRACTS = (
    counting("contracts_signed", SERVICE_CONTRACTS, "count(*)", _within("signed_at")),
    counting(
        "contracts_paid_euro",
        SERVICE_CONTRACTS,
        "sum(amount)",
        "state = 'paid' AND currency = 'EUR' AND paid_on BETWEEN first_day AND last_day",
        source=_DELIVERIES,
    ),
    share(
        "deliveries_in_time",
        SERVICE_CONTRACTS,
        "reported_at IS NOT NULL AND NOT late",
        _ASKED,
        source=_DELIVERIES,
    ),
    counting(
        "deliveries_overdue",
        SERVICE_CONTRACTS,
        "count(*)",
        "state = 'overdue' AND due_at < ends",
        source=_DELIVERIES,
    ),
)
_PEOPLE = (
    counting("licences_valid", LICENCES, "count(*)", _VALID),
    counting("volunteers", VOLUNTEER_AGREEMENTS, "count(DISTINCT person_id)", _within("signed_at")),
    counting(
        "volunteer_minutes",
        VOLUNTEER_HOURS,
        "sum(minutes)",
        "state = 'confirmed' AND day BETWEEN first_day AND last_day",
    ),
    counting("volunteer_certificates", VOLUNTEER_CERTIFICATES, "count(*)", _within("issued_at")),
    counting("organisations_verified", ORGANISATIONS, "count(*)", "state = 'verified' AND verified_at < ends"),
)
_STRATEGY = (
    counting("measures_done", MEASURES, "count(*)", "done_on BETWEEN period.first_day AND period.last_day"),
    share(
        "measures_in_time",
        MEASURES,
        "in_time",
        "told_on BETWEEN first_day AND last_day",
        source=_MEASURES,
    ),
)
# A window that the clock closes is nobody's duty, and a day from which something is flagged is no deadline.
_ALL = (
    share(
        "deadlines_met",
        DEADLINES,
        "state = 'met' AND coalesce(settled_at <= due_at, true)",
        f"{_DUE} AND state <> 'cancelled' AND action NOT LIKE 'Close%' AND action NOT LIKE 'Flag%'",
    ),
)

LIBRARY: Mapping[QueryName, Query] = {
    one.name: one for one in (*_CONSULTATIONS, *_GRANTS, *_CONTRACTS, *_PEOPLE, *_STRATEGY, *_ALL)
}
"""Every query that can be asked, in every version."""

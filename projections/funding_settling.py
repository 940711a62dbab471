"""What became of an overlap, said in SQL: the same as `domain/funding_claims/settling.py` says of the ledger.

A test compares the two on random histories.
"""

from domain.funding_claims.settling import THOUSANDTH, Want

_AMOUNT, _CURRENCY = "({0} ->> 'amount')::bigint", "{0} ->> 'currency'"
_CLAIM, _OVERLAP = "funding_claim_register", "funding_overlap_register"


def overlaps(share: str) -> str:
    """Overlaps with their `state` and what they want (`wants`, '' where nothing); `share` names a parameter.

    It is the rule's share of the costs in thousandths, None where no rule says it.
    """
    declared = "a.co_financing ? o.other_institution OR b.co_financing ? o.institution"
    within = f"{share}::bigint IS NULL OR ({_within('a', share)} AND {_within('b', share)})"
    known = " OR ".join(
        (
            "o.declared",
            _covers("a.co_financing -> o.other_institution", "b.amount"),
            _covers("b.co_financing -> o.institution", "a.amount"),
            f"CASE WHEN o.institution = o.other_institution THEN {_ONE} OR {_OTHER} ELSE {_ONE} AND {_OTHER} END",
        )
    )
    return f"""(SELECT each.*, CASE WHEN dismissed THEN 'dismissed' WHEN NOT open THEN 'moot'
        WHEN wants = '' THEN 'declared' ELSE 'standing' END AS state FROM (
            SELECT o.*, open, CASE WHEN o.dismissed OR NOT open THEN ''
                WHEN NOT ({declared}) THEN '{Want.DECLARATION}' WHEN NOT ({within}) THEN '{Want.CONSISTENCY}'
                WHEN {known} THEN '' ELSE '{Want.CONFIRMATION}' END AS wants
            FROM {_OVERLAP} o
            JOIN {_CLAIM} a ON a.tenant_id = o.tenant_id AND a.claim_id = o.claim_id
            JOIN {_CLAIM} b ON b.tenant_id = o.tenant_id AND b.claim_id = o.other_claim_id
            CROSS JOIN LATERAL (SELECT a.state <> 'released' AND b.state <> 'released' AS open) stage) each) shown"""  # noqa: S608


def _within(claim: str, share: str) -> str:
    """Whether a claim and what is paid beside it stay within the share of its costs, all in one currency."""
    said, asked, amount, elsewhere = "said.value", "p.amount", f"{claim}.amount", f"{claim}.elsewhere"
    cost = "(line -> 'amount')"
    return f"""(SELECT count(DISTINCT currency) = 1 AND sum(paid) * {THOUSANDTH} <= sum(cost) * {share}::bigint FROM (
        WITH beside AS (
            SELECT said.key AS institution, {_of(said)} AS said, 0::bigint AS asked, {_in(said)} AS currency
                FROM jsonb_each({claim}.co_financing) said
            UNION ALL SELECT p.institution, 0, {_of(asked)}, {_in(asked)} FROM {_OVERLAP} q
                JOIN {_CLAIM} p ON p.tenant_id = q.tenant_id AND p.state <> 'released' AND p.claim_id
                    = CASE WHEN q.claim_id = {claim}.claim_id THEN q.other_claim_id ELSE q.claim_id END
                WHERE q.tenant_id = {claim}.tenant_id AND NOT q.dismissed
                    AND {claim}.claim_id IN (q.claim_id, q.other_claim_id))
        SELECT {_of(amount)} AS paid, 0::bigint AS cost, {_in(amount)} AS currency
        UNION ALL SELECT {_of(elsewhere)}, 0, {_in(elsewhere)} WHERE {elsewhere} IS NOT NULL
        UNION ALL SELECT 0, {_of(cost)}, {_in(cost)} FROM jsonb_array_elements({claim}.costs) line
        UNION ALL SELECT 0, 0, currency FROM beside
        UNION ALL SELECT greatest(sum(said), sum(asked))::bigint, 0, min(currency) FROM beside GROUP BY institution
    ) sums)"""  # noqa: S608 - our own text


def _of(money: str) -> str:
    return _AMOUNT.format(money)


def _in(money: str) -> str:
    return _CURRENCY.format(money)


def _covers(said: str, amount: str) -> str:
    """Whether an amount that somebody said is there, and no less than another one."""
    said = f"({said})"
    return f"coalesce({_in(said)} = {_in(amount)} AND {_of(said)} >= {_of(amount)}, false)"


def _both(confirmed: str, own: str, other: str) -> str:
    said = (_covers(f"{confirmed} -> 'own'", own), _covers(f"{confirmed} -> 'other'", other))
    return f"({' AND '.join(said)})"


_ONE = _both("o.confirmed", "a.amount", "b.amount")
_OTHER = _both("o.other_confirmed", "b.amount", "a.amount")

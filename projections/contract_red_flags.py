"""What should make somebody look at a call for a service or a contract: nothing is proved, each flag says where.

Codes are those of the red flags of Cardinal (Open Contracting Partnership), where it has the flag:

- `short_period` (R003): a published call was open for fewer days than the rule calls short
- `single_bid` (R018): one bid alone was opened in a call that everybody could bid in, and it was awarded
- `close_bids` (R024): the second cheapest bid is within the rule's share of the award
- `identical_bids` (R028): two opened bids cost the same to the cent
- `others_disqualified` (R035): every bid but the awarded one was disqualified, of two or more
- `lowest_disqualified` (R036): the cheapest bid was disqualified
- `heavy_discount` (R058): the award is cheaper than the second cheapest bid by the rule's share or more
- `near_estimate`: the award comes to the rule's share of the call's budget or more, though there was competition
- `licence_lost`: a licence on which a contract in force relies is not valid any more
- `repeated_amendment`: a contract was amended as often as the rule says, or more often
- `late_delivery`: a delivery was reported after its day, or not at all

The other flags of Cardinal need what no institution of Pakt has: late bids that win (R030) are refused, and those of
bidders over all their bids (R025, R038, R048) compare more calls than a year of services makes.
"""

import msgspec

from domain.kernel.rules import Rules
from projections.paging import After, Page
from projections.reading import ReadConnection
from projections.red_flags import Filter as AnyFilter
from projections.red_flags import RedFlag, fetch_flags, flagged


class Thresholds(msgspec.Struct, frozen=True):
    """From when on something is flagged: days, thousandths, and a number of amendments; 0 flags nothing."""

    short_period: int = 0
    close_bids: int = 0
    heavy_discount: int = 0
    near_estimate: int = 0
    repeated_amendment: int = 0


def thresholds(rules: Rules) -> Thresholds:
    """Those of the rules `contract.flag.*`; a pack without one does not flag by it."""
    named = {name: f"contract.flag.{name}" for name in Thresholds.__struct_fields__}
    return Thresholds(**{name: rules.number(key) for name, key in named.items() if key in rules})


class ContractRedFlag(RedFlag, frozen=True):
    """On a call or a contract. `code` is Cardinal's, '' where it has none.

    `number` and `among` are days of the least, bids of all bids, cents of cents, amendments of the threshold, or
    deliveries.
    """

    code: str


class Filter(AnyFilter, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    code: str | None = None


NO_FILTER = Filter()
_WON = """(SELECT c.tenant_id, c.call_id, c.mode, (c.facts -> 'budget' ->> 'amount')::bigint AS budget,
        (a ->> 'organisation_id')::uuid AS organisation_id, (a ->> 'bid_id')::uuid AS bid_id,
        (a -> 'total' ->> 'amount')::bigint AS total
    FROM service_call_register c, jsonb_array_elements(c.awards) a WHERE a ->> 'state' = 'confirmed')"""
_OPENED = """(SELECT tenant_id, call_id, bid_id, organisation_id, state, (total ->> 'amount')::bigint AS total
    FROM service_bid_register WHERE opened_at IS NOT NULL AND total IS NOT NULL)"""
_OTHERS = f"""(SELECT w.tenant_id, w.call_id, w.organisation_id, w.mode, w.budget, w.total, count(o.bid_id) AS others,
        count(o.bid_id) FILTER (WHERE o.state = 'disqualified') AS disqualified,
        min(o.total) FILTER (WHERE o.state <> 'disqualified') AS second
    FROM {_WON} w LEFT JOIN {_OPENED} o
        ON o.tenant_id = w.tenant_id AND o.call_id = w.call_id AND o.bid_id <> w.bid_id
    GROUP BY w.tenant_id, w.call_id, w.organisation_id, w.mode, w.budget, w.total)"""  # noqa: S608 - our own text
_FLAGS = flagged(f"""SELECT tenant_id, 'short_period' AS kind, 'R003' AS code, call_id AS subject_id, call_id,
            NULL::uuid AS organisation_id, extract(day FROM closes_at - published_at)::bigint AS number,
            $short_period::bigint AS among
            FROM service_call_register WHERE published_at IS NOT NULL AND mode <> 'direct'
                AND closes_at - published_at < make_interval(days => $short_period::int)
        UNION ALL SELECT tenant_id, 'single_bid', 'R018', call_id, call_id, organisation_id, 1, 1
            FROM {_OTHERS} o WHERE mode = 'open' AND others = 0
        UNION ALL SELECT tenant_id, 'close_bids', 'R024', call_id, call_id, organisation_id, second - total, total
            FROM {_OTHERS} o WHERE second > total AND (second - total) * 1000 <= total * $close_bids
        UNION ALL SELECT a.tenant_id, 'identical_bids', 'R028', a.call_id, a.call_id, NULL, count(*), max(a.total)
            FROM {_OPENED} a GROUP BY a.tenant_id, a.call_id, a.total HAVING count(*) > 1
        UNION ALL SELECT tenant_id, 'others_disqualified', 'R035', call_id, call_id, organisation_id, disqualified,
            others + 1 FROM {_OTHERS} o WHERE others > 0 AND disqualified = others
        UNION ALL SELECT o.tenant_id, 'lowest_disqualified', 'R036', o.call_id, o.call_id, o.organisation_id, o.total,
            w.total FROM {_OPENED} o JOIN {_WON} w ON w.tenant_id = o.tenant_id AND w.call_id = o.call_id
            WHERE o.state = 'disqualified' AND o.total < w.total AND NOT EXISTS (SELECT FROM {_OPENED} l
                WHERE l.tenant_id = o.tenant_id AND l.call_id = o.call_id AND (l.total, l.bid_id) < (o.total, o.bid_id))
        UNION ALL SELECT tenant_id, 'heavy_discount', 'R058', call_id, call_id, organisation_id, second - total, second
            FROM {_OTHERS} o WHERE $heavy_discount > 0 AND (second - total) * 1000 >= second * $heavy_discount
        UNION ALL SELECT tenant_id, 'near_estimate', '', call_id, call_id, organisation_id, total, budget
            FROM {_OTHERS} o WHERE mode = 'open' AND $near_estimate > 0 AND total * 1000 >= budget * $near_estimate
        UNION ALL SELECT c.tenant_id, 'licence_lost', '', c.contract_id, c.call_id, c.organisation_id, 1, 1
            FROM service_contract_register c WHERE c.state IN ('signed', 'active')
                AND EXISTS (SELECT FROM jsonb_array_elements(c.licences) l WHERE l ->> 'state' <> 'granted')
        UNION ALL SELECT tenant_id, 'repeated_amendment', '', contract_id, call_id, organisation_id,
            jsonb_array_length(amendments), $repeated_amendment
            FROM service_contract_register WHERE $repeated_amendment > 0
                AND jsonb_array_length(amendments) >= $repeated_amendment
        UNION ALL SELECT tenant_id, 'late_delivery', '', contract_id, call_id, organisation_id, overdue + late,
            jsonb_array_length(deliveries) FROM service_contract_register WHERE overdue + late > 0""")  # noqa: S608 - our own text


async def red_flags(
    connection: ReadConnection,
    by: Thresholds,
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[ContractRedFlag]:
    """Red flags of the tenants in scope by kind."""
    numbers = {name: getattr(by, name) for name in by.__struct_fields__}
    return await fetch_flags(connection, ContractRedFlag, _FLAGS, chosen, numbers, after, limit)

"""Budgets are spent in slices: never more than the quota over all processes, and few questions to the database."""

import asyncio

from msgspec.structs import replace

from domain.tenants.quotas import Resource
from domain.tenants.register import Institution
from infra.identity.interface import Use
from infra.identity.memory import MemoryTenantUses
from services.budgets import AGAIN, AT_ONCE, SLICES, Budgets

MJ = Institution(2, "mj", "MJ", "ministry", {}, (), quotas={Resource.REQUESTS: 1_000, Resource.EXPORTS: 1_000})
MESTI = replace(MJ, tenant_id=3, slug="mesti")


class Counting(MemoryTenantUses):
    """Counts how often it is asked, at a time that stands."""

    def __init__(self) -> None:
        super().__init__(lambda: 1_000_000.0)
        self.asked = 0

    async def take(self, tenant_id: int, what: str, amount: int, seconds: int) -> Use:
        self.asked += 1
        await asyncio.sleep(0)
        return await super().take(tenant_id, what, amount, seconds)


class Hands:
    """A clock that somebody moves."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


async def spent(
    budgets: Budgets, times: int, institution: Institution = MJ, resource: Resource = Resource.EXPORTS
) -> int:
    """How many uses were given, of what is not given evenly."""
    found = await asyncio.gather(*(budgets.spend(institution, resource) for _ in range(times)))
    return sum(one is not None for one in found)


async def asked(budgets: Budgets, times: int, institution: Institution = MJ) -> int:
    return await spent(budgets, times, institution, Resource.REQUESTS)


async def test_several_gateways_together_give_what_the_quota_says_and_no_more() -> None:
    uses = Counting()
    gateways = [Budgets(uses, lambda: 0.0) for _ in range(3)]

    given = [sum([await spent(one, 50) for one in gateways]) for _ in range(20)]

    assert sum(given) <= 1_000
    assert sum(given) > 1_000 - len(gateways) * 1_000 // SLICES
    assert uses.asked <= SLICES + len(gateways) * 6


async def test_one_gateway_gives_all_and_another_institution_has_its_own() -> None:
    uses = Counting()
    budgets = Budgets(uses, lambda: 0.0)

    assert await spent(budgets, 1_500) == 1_000
    asked = uses.asked
    assert await spent(budgets, 500) == 0
    assert uses.asked == asked, "nobody is asked again before the count begins anew"
    assert await spent(budgets, 1_500, MESTI) == 1_000


async def test_the_count_begins_anew_and_a_quota_that_was_raised_holds_at_once() -> None:
    uses, now = Counting(), [0.0]
    budgets = Budgets(uses, lambda: now[0])
    assert await spent(budgets, 2_000) == 1_000
    raised = replace(MJ, quotas={Resource.EXPORTS: 1_200})
    assert await spent(budgets, 2_000, raised) in range(150, 201)
    last = budgets.last(raised, Resource.EXPORTS)
    assert (last.left, last.limit, last.window) == (0, 1_200, 3_600)
    uses._now = lambda: 1_003_600.0
    now[0] = last.resets_in + 0.1

    assert await spent(budgets, 2_000) == 1_000


async def test_a_small_quota_is_held_to_the_one() -> None:
    few = replace(MJ, quotas={Resource.EXPORTS: 3})
    budgets = Budgets(Counting(), lambda: 0.0)

    assert [await spent(budgets, 1, few) for _ in range(5)] == [1, 1, 1, 0, 0]


async def test_what_is_left_is_told() -> None:
    budgets = Budgets(Counting(), lambda: 0.0)
    left = [await budgets.spend(MJ, Resource.EXPORTS) for _ in range(1_000)]

    assert [one.left for one in left if one] == list(range(999, -1, -1))


async def test_what_comes_faster_than_the_quota_says_is_given_evenly_after_the_first_twenty() -> None:
    hands = Hands()
    budgets = Budgets(Counting(), hands)
    assert await asked(budgets, 900) == AT_ONCE, "the first may come together"
    assert (budgets.last(MJ, Resource.REQUESTS).left, budgets.last(MJ, Resource.REQUESTS).resets_in) == (0, 1)

    given = []
    for _ in range(20):
        hands.at += 1
        given.append(await asked(budgets, 160))
    assert set(given) <= {16, 17}
    assert sum(given) in range(20_000 // 60 - 1, 20_000 // 60 + 2)

    hands.at += 8
    assert await asked(budgets, 900) == AT_ONCE, "never more at once, however long nobody came"


async def test_a_large_quota_may_be_used_for_a_second_at_once_and_exports_at_any_time() -> None:
    many = replace(MJ, quotas={Resource.REQUESTS: 60_000, Resource.EXPORTS: 500})
    budgets = Budgets(Counting(), lambda: 0.0)

    assert await asked(budgets, 3_000, many) == 1_000
    taken = [await budgets.spend(many, Resource.EXPORTS) for _ in range(600)]
    assert len([one for one in taken if one]) == 500


async def test_who_was_refused_is_refused_without_a_look_for_a_moment_and_nobody_else_is() -> None:
    hands = Hands()
    budgets = Budgets(Counting(), hands)
    assert not budgets.is_refusing
    await asked(budgets, 200)
    await asked(budgets, 10, MESTI)

    told = budgets.refusing(MJ.slug)
    assert told is not None
    assert (told.left, told.limit, told.resets_in) == (0, 1_000, 1)
    assert budgets.refusing(MESTI.slug) is None
    hands.at += 2 * AGAIN
    assert (budgets.is_refusing, budgets.refusing(MJ.slug)) == (False, None)
    assert await asked(budgets, 10) > 0

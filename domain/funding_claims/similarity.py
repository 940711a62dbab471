"""How alike two claims are: in whole numbers, the same for everybody who counts again, in whichever language.

A text becomes a set of word beginnings: Cyrillic as Latin, case folded, marks dropped (ë is e, č is c, đ is dj), words
of one or two letters and words that bear no meaning left out, the rest cut to their first `STEM` letters, since both
Albanian and Serbian inflect at the end. Of two claims

    activity = 2 * shared words / all words (Dice)              period = shared days / days of the shorter one
    costs    = sum over kinds of costs of the smaller share     total  = activity * (1 + (period + costs) / 2) / 2

each in millionths, rounded down. Every part is symmetric and lies from 0 to 1,000,000; more of what is shared never
lowers, more of what is not never raises it. Other words make another project, whatever its days and costs are; the
same words on the same days for the same costs make the same one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date

import msgspec

from domain.funding_claims.vocabulary import CostLine, Similarity
from domain.kernel.transliteration import to_latin

MILLION = 1_000_000
STEM = 6
SHORTEST = 3
_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"đ": "dj", "ı": "i", "ł": "l", "ø": "o"})
_ALBANIAN = """
    dhe per nga nje qe kjo kete keto ato ata ajo eshte jane kane ishte duke nen mbi tek tij saj tyre ose pas para edhe
    por nuk cdo cili cila cilat cilet gjate rreth
"""
_SERBIAN = """
    ili ali kao koji koja koje kojih kojim kroz nad pod pre posle pri sve svih svoj jer jeste nije nisu biti bude bice
    sto sta ovaj ova ovo ove ovih taj tog toga tim tom iza izmedju radi zbog prema kod bez
"""
_ENGLISH = "the and for with from into that this these those are was were will has have had its their our"
_OF_EVERY_PROJECT = "project projekt projekti projektit projekta projektu program programi programit programa"
_MEANINGLESS = frozenset(f"{_ALBANIAN} {_SERBIAN} {_ENGLISH} {_OF_EVERY_PROJECT}".split())
"""Without marks; what every description of a project holds is no sign of the same one."""


class Activity(msgspec.Struct, frozen=True):
    """What is compared of a claim; both days are within."""

    words: frozenset[str]
    first_day: date
    last_day: date
    costs: tuple[CostLine, ...]

    @property
    def days(self) -> int:
        """How many days it takes, at least one."""
        return max(1, (self.last_day - self.first_day).days + 1)


def words_of(*texts: str) -> tuple[str, ...]:
    """The word beginnings of texts, each once, sorted."""
    found: set[str] = set()
    for text in texts:
        marked = unicodedata.normalize("NFKD", to_latin(text).casefold().translate(_LETTERS))
        plain = "".join(sign for sign in marked if not unicodedata.combining(sign))
        found |= {word[:STEM] for word in _WORD.findall(plain) if len(word) >= SHORTEST and word not in _MEANINGLESS}
    return tuple(sorted(found))


def similarity(one: Activity, other: Activity) -> Similarity:
    """How alike two activities are."""
    shared_words = one.words & other.words
    shared_days = _shared_days(one, other)
    activity = 2 * MILLION * len(shared_words) // max(1, len(one.words) + len(other.words))
    period = MILLION * shared_days // min(one.days, other.days)
    costs = _shared_costs(one.costs, other.costs)
    return Similarity(
        total=activity * (2 * MILLION + period + costs) // (4 * MILLION),
        activity=activity,
        period=period,
        costs=costs,
        shared_words=tuple(sorted(shared_words)),
        shared_days=shared_days,
        shared_costs=tuple(sorted(_by_category(one.costs).keys() & _by_category(other.costs).keys())),
    )


def overlap(one: Activity, other: Activity, threshold: int) -> Similarity | None:
    """How alike two activities are, where they meet in days and costs and reach the threshold (millionths)."""
    found = similarity(one, other)
    meet = found.shared_days > 0 and bool(found.shared_costs)
    return found if meet and found.total >= threshold else None


def _shared_days(one: Activity, other: Activity) -> int:
    first, last = max(one.first_day, other.first_day), min(one.last_day, other.last_day)
    return max(0, (last - first).days + 1)


def _shared_costs(one: Iterable[CostLine], other: Iterable[CostLine]) -> int:
    """Shares of the own total, so that a grant of half the amount for the same costs is alike."""
    ours, theirs = _by_category(one), _by_category(other)
    our_total, their_total = sum(ours.values()), sum(theirs.values())
    if not our_total or not their_total:
        return 0
    shared = sum(min(ours[name] * their_total, theirs[name] * our_total) for name in ours.keys() & theirs.keys())
    return MILLION * shared // (our_total * their_total)


def _by_category(costs: Iterable[CostLine]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for line in costs:
        if line.amount.amount > 0:
            sums[line.category] += line.amount.amount
    return sums

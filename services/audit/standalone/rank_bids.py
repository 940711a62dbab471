"""Rank the bids of a call for a service again, without Pakt: `python rank_bids.py SHEET.json`.

SHEET is what `GET /v1/public/service-calls/{id}/bid-sheet` answers. Done again are the commitment behind every score,
every published ranking, by the call's own rules: the price has `max_points * lowest total / own total` points, at most
`max_points`, the evaluators' points on every other criterion become one number by the call's aggregation, and whoever
is below a threshold or over the budget stands last. The lowest total is that of the bids that can be awarded, of all
where none can; of all, too, in a ranking that does not say `lowest`: it is from before that was so. Totals are
fractions, `score` is in millionths.

Exit codes: 0 all is equal; 1 it is not, and the first difference is printed; 2 SHEET is not a sheet of scores.
"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

MILLION = 1_000_000
Sheet = dict[str, Any]


def scores_differ(sheet: Sheet) -> Iterator[str]:
    people, seen = {one["number"]: one["person_id"] for one in sheet["evaluators"]}, set()
    for about, score in [(one["bid_id"], score) for one in sheet["bids"] for score in one["scores"]]:
        where = f"bid {about}, round {score['round']}, evaluator {score['evaluator']}"
        if score["evaluator"] not in people or where in seen:
            yield f"{where}: nobody who evaluates, or twice"
        seen.add(where)
        points = json.dumps(score["points"], sort_keys=True, separators=(",", ":"))
        said = f"{about}:{people[score['evaluator']]}:{points}:{score['salt']}"
        if (found := sha256(said.encode()).hexdigest()) != score["commitment"]:
            yield f"{where}: points and salt make {found}, committed was {score['commitment']}"


def reached(sheet: Sheet, bid: Sheet, round_: int, lowest: int) -> dict[str, Fraction]:
    """What a bid has on each criterion: by its price, or by the scores of that round."""
    given = [one["points"] for one in bid["scores"] if one["round"] == round_]
    cut = {"mean": 0, "trimmed_mean": int(len(given) > 2), "median": (len(given) - 1) // 2}[sheet["aggregation"]]
    by = {}
    for one in sheet["criteria"]:
        if one["kind"] == "price":
            by[one["code"]] = Fraction(one["max_points"] * min(lowest, bid["total"]), bid["total"])
        else:
            kept = sorted(points[one["code"]] for points in given)[cut : len(given) - cut]
            by[one["code"]] = Fraction(sum(kept), len(kept))
    return by


def weighed(sheet: Sheet, bid: Sheet, round_: int, lowest: int) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What a bid is sorted by, and what a ranking says of it but for the rank."""
    criteria, by = sheet["criteria"], reached(sheet, bid, round_, lowest)
    part = {one["code"]: Fraction(one["weight"], MILLION) * by[one["code"]] / one["max_points"] for one in criteria}
    total = sum(part.values(), Fraction())
    below = [one["code"] for one in criteria if by[one["code"]] < one["threshold"]]
    over = bid["total"] > sheet["budget"]
    ties = {
        "heaviest_criterion": -by[max(criteria, key=lambda one: one["weight"])["code"]],
        "lower_amount": bid["total"],
        "earlier_submission": datetime.fromisoformat(bid["received_at"]),
    }
    lot = sha256(f"{sheet['tie_seed']}:tie:{bid['bid_id']}".encode()).hexdigest()
    said = {
        "bid_id": bid["bid_id"],
        "organisation_id": bid["organisation_id"],
        "score": round(total * MILLION),
        "price_score": round(sum(part[one["code"]] for one in criteria if one["kind"] == "price") * MILLION),
        "total": {"amount": bid["total"], "currency": sheet["currency"]},
        "acceptable": not below and not over,
        "below": below,
        "over_budget": over,
    }
    asked = (ties[rule] for rule in sheet["tie_rules"] if rule != "lot")
    return (bool(below) or over, -total, *asked, lot), said


def fit(sheet: Sheet, bid: Sheet, round_: int) -> bool:
    """Whether its price counts for others: within the budget, and up to every threshold but the price's."""
    by = reached(sheet, bid, round_, 0)
    scored = [one for one in sheet["criteria"] if one["kind"] != "price"]
    return bid["total"] <= sheet["budget"] and all(by[one["code"]] >= one["threshold"] for one in scored)


def rankings_differ(sheet: Sheet) -> Iterator[str]:
    """Each proposal of an award by itself: the bids that stood in it, by the scores that counted then."""
    for number in sorted({stood["proposal"] for bid in sheet["bids"] for stood in bid["stood"]}):
        ranked = [(bid, one) for bid in sheet["bids"] for one in bid["stood"] if one["proposal"] == number]
        every, says = [bid["total"] for bid, _ in ranked], any("lowest" in one["placed"] for _, one in ranked)
        lowest = min([bid["total"] for bid, one in ranked if says and fit(sheet, bid, one["round"])] or every)
        measured = {"lowest": {"amount": lowest, "currency": sheet["currency"]}} if says else {}
        told = [(*weighed(sheet, bid, one["round"], lowest), one["placed"]) for bid, one in ranked]
        for rank, (_, found, placed) in enumerate(sorted(told, key=lambda one: one[0]), 1):
            published = {"below": [], "over_budget": False} | placed
            if (again := found | measured | {"rank": rank}) != published:
                yield f"proposal {number}: found {again}, published {published}"


def main() -> int:
    try:
        sheet = json.loads(Path(sys.argv[1]).read_bytes())
        found = next((one for step in (scores_differ(sheet), rankings_differ(sheet)) for one in step), None)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        print(f"not a sheet of scores: {error!r}")
        return 2
    print(found or "equal")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

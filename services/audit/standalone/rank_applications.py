"""Rank the applications of a call for grants again, without Pakt: `python rank_applications.py SHEET.json`.

SHEET is what `GET /v1/public/grant-calls/{id}/scoring-sheet` answers. Done again are the draw of the external experts
by its seed, the commitment behind every score, and the rankings by the call's own rules: the provisional one from the
first round of scores, the final one from each application's last. Totals are fractions; `score` is in millionths.

Exit codes: 0 all is equal; 1 it is not, and the first difference is printed; 2 SHEET is not a scoring sheet.
"""

import json
import sys
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

MILLION = 1_000_000
Sheet = dict[str, Any]


def lot(seed: str, about: str, candidate: str) -> str:
    return sha256(f"{seed}:{about}:{candidate}".encode()).hexdigest()


def draw_differs(sheet: Sheet) -> str | None:
    order = sorted((one["person_id"] for one in sheet["pool"]), key=lambda one: lot(sheet["draw_seed"], "", one))
    listed = [one["person_id"] for one in sheet["members"] if one["kind"] == "external"]
    return None if listed == order[: sheet["experts"]] else f"experts: listed {listed}, in order of their lots {order}"


def scores_differ(sheet: Sheet) -> str | None:
    people = {one["number"]: one["person_id"] for one in (*sheet["members"], *sheet["pool"])}
    seen = set()
    for about, score in [(one["application_id"], score) for one in sheet["applications"] for score in one["scores"]]:
        where = f"application {about}, round {score['round']}, member {score['member']}"
        if score["member"] not in people or where in seen:
            return f"{where}: nobody of the commission, or twice"
        seen.add(where)
        points = json.dumps(score["points"], sort_keys=True, separators=(",", ":"))
        said = f"{about}:{people[score['member']]}:{points}:{score['salt']}"
        if (found := sha256(said.encode()).hexdigest()) != score["commitment"]:
            return f"{where}: points and salt make {found}, committed was {score['commitment']}"
    return None


def joined(rule: str, points: list[int]) -> Fraction:
    """The members' points on one criterion as one number."""
    size = len(points)
    cut = {"mean": 0, "trimmed_mean": int(size > 2), "median": (size - 1) // 2}[rule]  # off either end
    kept = sorted(points)[cut : size - cut]
    return Fraction(sum(kept), max(len(kept), 1))


def weighed(sheet: Sheet, entry: Sheet, count: int) -> tuple[tuple[Any, ...], Fraction, list[str]]:
    """What an application is sorted by, its total and the criteria on which it stayed below; round `count` counts."""
    criteria, given = sheet["criteria"], [one["points"] for one in entry["scores"] if one["round"] == count]
    by = {one["code"]: joined(sheet["aggregation"], [points[one["code"]] for points in given]) for one in criteria}
    total = sum((one["weight"] * by[one["code"]] / one["max_points"] for one in criteria), Fraction()) / MILLION
    below = [one["code"] for one in criteria if by[one["code"]] < one["threshold"]]
    ties = {
        "heaviest_criterion": -by[max(criteria, key=lambda one: one["weight"])["code"]],
        "lower_amount": entry["requested"],
        "earlier_submission": datetime.fromisoformat(entry["submitted_at"]),
    }
    asked = [ties[rule] for rule in sheet["tie_rules"] if rule != "lot"]
    return (bool(below), -total, *asked, lot(sheet["tie_seed"], "tie", entry["application_id"])), total, below


def ranking_differs(sheet: Sheet, which: str) -> str | None:
    field = [one for one in sheet["applications"] if one[which]]
    told = [(*weighed(sheet, one, one["round"] if which == "final" else 1), one) for one in field]
    left = sheet["budget"]
    for rank, (_, total, below, entry) in enumerate(sorted(told, key=lambda one: one[0]), 1):
        outcome, amount = "rejected", None
        if not below:
            outcome = "awarded" if entry["requested"] <= left else "reserve"
            amount = {"amount": entry["requested"], "currency": sheet["currency"]}
            left = left - entry["requested"] if outcome == "awarded" else -1  # after a reserve nothing is awarded
        found = {"rank": rank, "score": round(total * MILLION), "outcome": outcome, "amount": amount, "below": below}
        if found != entry[which]:
            return f"{which} ranking, application {entry['application_id']}: found {found}, published {entry[which]}"
    return None


def main() -> int:
    try:
        sheet = json.loads(Path(sys.argv[1]).read_bytes())
        found = draw_differs(sheet) or scores_differ(sheet)
        found = found or ranking_differs(sheet, "provisional") or ranking_differs(sheet, "final")
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        print(f"not a scoring sheet: {error!r}")
        return 2
    print(found or "equal")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

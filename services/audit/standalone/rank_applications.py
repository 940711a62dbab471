"""Rank the applications of a call for grants again, without Pakt: `python rank_applications.py SHEET.json`.

SHEET is what `GET /v1/public/grant-calls/{id}/scoring-sheet` answers. Done again are the commitment behind every score,
who judges each application and that no score of theirs was left out, and the rankings by the call's own rules: the
provisional one from the first round of scores, the final one from the last. Totals are fractions, `score` is in
millionths. That lots chose the judges, `draw_judges.py` finds out.

Exit codes: 0 all is equal; 1 it is not, and the first difference is printed; 2 SHEET is not a scoring sheet.
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
    pools = [sheet["members"], sheet["pool"], *(one["pool"] for one in sheet["extensions"])]
    people, seen = {one["number"]: one["person_id"] for pool in pools for one in pool}, set()
    for about, score in [(one["application_id"], score) for one in sheet["applications"] for score in one["scores"]]:
        where = f"application {about}, round {score['round']}, member {score['member']}"
        if score["member"] not in people or where in seen:
            yield f"{where}: nobody of the commission, or twice"
        seen.add(where)
        points = json.dumps(score["points"], sort_keys=True, separators=(",", ":"))
        said = f"{about}:{people[score['member']]}:{points}:{score['salt']}"
        if (found := sha256(said.encode()).hexdigest()) != score["commitment"]:
            yield f"{where}: points and salt make {found}, committed was {score['commitment']}"


def judged(sheet: Sheet, entry: Sheet, which: str) -> tuple[dict[int, str], dict[int, Any]]:
    """Who judges, by number and kind (the members without those who left and with those who joined), and all points."""
    count = entry["round"] if which == "final" else 1
    changes = [one for one in entry["changes"] if one["round"] <= count]
    people = {one["number"]: one["kind"] for one in sheet["members"]} | {one["joined"]: "external" for one in changes}
    panel = {one: people[one] for one in people.keys() - {one["left"] for one in changes} - {None}}
    return panel, {one["member"]: one["points"] for one in entry["scores"] if one["round"] == count}


def panel_differs(sheet: Sheet, which: str) -> Iterator[str]:
    for entry in [one for one in sheet["applications"] if one[which]]:
        where, (panel, given) = f"{which} ranking, application {entry['application_id']}", judged(sheet, entry, which)
        if left_out := panel.keys() - given.keys():
            yield f"{where}: score left out, of member {min(left_out)}"
        if asked := sheet["composition"]:
            few = len(panel) < asked["least"] or [*panel.values()].count("external") < asked["external"]
            if few or (asked["odd"] and len(panel) % 2 == 0):
                yield f"{where}: by {sorted(panel)}, who are too few, too few of them external, or an even number"


def weighed(sheet: Sheet, entry: Sheet, which: str) -> tuple[tuple[Any, ...], Fraction, list[str]]:
    """What an application is sorted by, its total, and the criteria on which it stayed below."""
    (panel, points), criteria = judged(sheet, entry, which), sheet["criteria"]
    size = len(panel)
    cut = {"mean": 0, "trimmed_mean": int(size > 2), "median": (size - 1) // 2}[sheet["aggregation"]]  # off either end
    kept = {one["code"]: sorted(points[who][one["code"]] for who in panel)[cut : size - cut] for one in criteria}
    by = {code: Fraction(sum(some), len(some)) for code, some in kept.items()}
    total = sum((one["weight"] * by[one["code"]] / one["max_points"] for one in criteria), Fraction()) / MILLION
    ties = {
        "heaviest_criterion": -by[max(criteria, key=lambda one: one["weight"])["code"]],
        "lower_amount": entry["requested"],
        "earlier_submission": datetime.fromisoformat(entry["submitted_at"]),
    }
    below = [one["code"] for one in criteria if by[one["code"]] < one["threshold"]]
    lot = sha256(f"{sheet['tie_seed']}:tie:{entry['application_id']}".encode()).hexdigest()
    return (bool(below), -total, *(ties[rule] for rule in sheet["tie_rules"] if rule != "lot"), lot), total, below


def ranking_differs(sheet: Sheet, which: str) -> Iterator[str]:
    told, left = [(*weighed(sheet, one, which), one) for one in sheet["applications"] if one[which]], sheet["budget"]
    for rank, (_, total, below, entry) in enumerate(sorted(told, key=lambda one: one[0]), 1):
        outcome = "rejected" if below else "awarded" if entry["requested"] <= left else "reserve"
        amount = None if below else {"amount": entry["requested"], "currency": sheet["currency"]}
        left = left if below else left - entry["requested"] if outcome == "awarded" else -1  # after a reserve: nothing
        found = {"rank": rank, "score": round(total * MILLION), "outcome": outcome, "amount": amount, "below": below}
        if found != entry[which]:
            yield f"{which} ranking, application {entry['application_id']}: found {found}, published {entry[which]}"


def main() -> int:
    try:
        sheet = json.loads(Path(sys.argv[1]).read_bytes())
        steps = [step(sheet, one) for one in ("provisional", "final") for step in (panel_differs, ranking_differs)]
        found = next((one for step in (scores_differ(sheet), *steps) for one in step), None)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        print(f"not a scoring sheet: {error!r}")
        return 2
    print(found or "equal")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""Whoever holds the published sheet of scores ranks the bids again, alone; whatever was changed in it is found."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from domain.contracts.ranking import rank
from domain.scoring.vocabulary import Aggregation, TieRule
from projections.scores import Score
from projections.service_bid_sheet import BidStanding
from projections.service_evaluation_queries import PublicBidScores, PublicEvaluation, sheet
from tests.domain.contracts import bidding as x
from tests.domain.contracts.bidding import BID_ONE, BID_TWO, CANDIDATES, PANEL, POINTS, SALT
from tests.domain.contracts.tendering import CALL, FACTS

PROGRAM = Path("services/audit/standalone/rank_bids.py")
Sheet = dict[str, Any]


def published(
    aggregation: Aggregation = Aggregation.MEAN, ties: tuple[TieRule, ...] = (TieRule.LOT,), *, poor: bool = False
) -> Sheet:
    """Two proposals: after the first one the second bid was scored anew; the first, cheaper one may be `poor`."""
    facts = replace(FACTS, aggregation=aggregation, tie_rules=ties)
    anew = {"method": 21, "staff": 3}
    given = {BID_ONE: [{"method": 3, "staff": 1} if poor else POINTS[BID_ONE]], BID_TWO: [POINTS[BID_TWO], anew]}
    first = rank(facts, CANDIDATES, {one: [given[one][0]] * 3 for one in given}, x.SCORING.tie_seed)
    second = rank(facts, CANDIDATES, {one: [given[one][-1]] * 3 for one in given}, x.SCORING.tie_seed)
    rows = []
    for candidate in CANDIDATES:
        bid, rounds = candidate.bid_id, given[candidate.bid_id]
        scores = tuple(
            Score(person, number, x.score(bid, person, points), points, SALT)
            for number, points in enumerate(rounds, 1)
            for person in PANEL
        )
        stood = tuple(
            BidStanding(number, counted, next(one for one in ranking if one.bid_id == bid))
            for number, counted, ranking in ((1, 1, first), (2, len(rounds), second))
        )
        rows.append(
            PublicBidScores(
                bid_id=bid,
                organisation_id=candidate.organisation_id,
                total=candidate.total,
                received_at=candidate.received_at,
                closed=len(rounds),
                scores=scores,
                stood=stood,
                rank=stood[-1].placed.rank,
            )
        )
    evaluated = PublicEvaluation(x.EVALUATION, CALL, x.APPOINTED.evaluators, x.APPOINTED.alternates, x.SCORING.tie_seed)
    made: Sheet = msgspec.json.decode(msgspec.json.encode(sheet("prizren", facts, evaluated, rows)))
    return made


def run(told: Any, folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "sheet.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    return subprocess.run([sys.executable, "-I", PROGRAM, path], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("aggregation", Aggregation)
@pytest.mark.parametrize("tie", TieRule)
def test_every_published_ranking_is_found_again(tmp_path: Path, aggregation: Aggregation, tie: TieRule) -> None:
    done = run(published(aggregation, (tie,)), tmp_path)

    assert (done.stdout, done.returncode, done.stderr) == ("equal\n", 0, "")


def _before(told: Sheet) -> None:
    """As a ranking was before strawmen counted no more: it does not say by which price it measured."""
    for bid in told["bids"]:
        for stood in bid["stood"]:
            del stood["placed"]["lowest"]


def test_the_price_of_a_bid_below_a_threshold_does_not_count_but_where_it_did(tmp_path: Path) -> None:
    told = published(poor=True)
    dear = next(bid for bid in told["bids"] if bid["bid_id"] == str(BID_TWO))
    assert [one["placed"]["lowest"]["amount"] for one in dear["stood"]] == [dear["total"]] * 2
    assert run(told, tmp_path).stdout == "equal\n"
    _before(told)
    assert run(told, tmp_path).returncode == 1, "by the old formula the dear bid had fewer points"
    for stood in dear["stood"]:
        all_points, part = stood["placed"]["price_score"], round(400_000 * 48 / 56)
        stood["placed"] |= {"price_score": part, "score": stood["placed"]["score"] - all_points + part}
    assert run(told, tmp_path).stdout == "equal\n"
    sound = published()
    _before(sound)
    assert run(sound, tmp_path).stdout == "equal\n", "where everybody was fit both are the same"


def _lowest(told: Sheet) -> None:
    told["bids"][0]["stood"][0]["placed"]["lowest"]["amount"] -= 1


def _points(told: Sheet) -> None:
    told["bids"][0]["scores"][0]["points"]["method"] += 1


def _salt(told: Sheet) -> None:
    told["bids"][0]["scores"][0]["salt"] = "5b" * 16


def _twice(told: Sheet) -> None:
    told["bids"][0]["scores"][1] = told["bids"][0]["scores"][0]


def _stranger(told: Sheet) -> None:
    told["bids"][0]["scores"][0]["evaluator"] = 9


def _total(told: Sheet) -> None:
    told["bids"][0]["total"] += 1


def _rank(told: Sheet) -> None:
    for bid in told["bids"]:
        bid["stood"][-1]["placed"]["rank"] = 3 - bid["stood"][-1]["placed"]["rank"]


def _weight(told: Sheet) -> None:
    told["criteria"][0]["weight"], told["criteria"][1]["weight"] = 300_000, 300_000


def _budget(told: Sheet) -> None:
    told["budget"] = 5_000_000


def _first_proposal(told: Sheet) -> None:
    told["bids"][1]["stood"][0]["round"] = 2


@pytest.mark.parametrize(
    "change", [_points, _salt, _twice, _stranger, _total, _rank, _weight, _budget, _first_proposal, _lowest]
)
def test_whatever_is_changed_is_found(tmp_path: Path, change: Callable[[Sheet], None]) -> None:
    told = published()
    change(told)
    done = run(told, tmp_path)

    assert done.returncode == 1, done.stdout
    assert done.stdout.startswith(("bid ", "proposal "))


@pytest.mark.parametrize("told", ["", "[]", "{}", '{"evaluators": [], "bids": 3}', "\x00"])
def test_what_is_no_sheet_is_said_to_be_none(tmp_path: Path, told: str) -> None:
    done = run(told, tmp_path)

    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.startswith("not a sheet of scores")

"""The public scoring sheet, ranked again by the program that knows nothing of Pakt: equal, or the forgery is named."""

import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.grants.commission import commitment
from domain.grants.commission_parts import Member
from domain.grants.drawing import drawn
from domain.grants.facts import CallFacts
from domain.grants.ranking import Candidate, Ranked, rank
from domain.grants.vocabulary import Aggregation, MemberKind, TieRule
from domain.kernel.ids import derived_id
from projections.grant_commission_queries import PublicCommission, PublicScores, sheet
from projections.grant_scoring_sheet import Score, Stood
from tests.domain.grants.commissions import candidate
from tests.domain.grants.stories import DURING, euro, facts

SCRIPT = Path("services/audit/standalone/rank_applications.py").absolute()
CALL = derived_id("test", "ranked call")
TIE_SEED, SALT = "0b" * 16, "5a" * 16
Given = dict[UUID, list[list[dict[str, int]]]]
"""The points of each application: one list a round, in it one set of points a member."""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The standalone program as a module."""
    spec = importlib.util.spec_from_file_location("rank_applications", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commission(seed: str, size: int = 3, pool: int = 4, experts: int = 2) -> PublicCommission:
    """As many members as `size`; the experts among them drawn from the pool."""
    people = [derived_id("test", "judge", n) for n in range(size - experts + pool)]
    numbered = [Member(person_id=one, kind=MemberKind.INTERNAL, number=n) for n, one in enumerate(people, 1)]
    named, others = numbered[: size - experts], numbered[size - experts :]
    by_id = {one.person_id: msgspec.structs.replace(one, kind=MemberKind.EXTERNAL) for one in others}
    experts_drawn = tuple(by_id[one] for one in drawn(seed, by_id)[:experts])
    return PublicCommission(
        commission_id=derived_id("commission", CALL),
        call_id=CALL,
        members=(*named, *experts_drawn),
        pool=tuple(by_id.values()),
        experts=experts,
        seed=seed,
        tie_seed=TIE_SEED,
    )


def published(call: CallFacts, panel: PublicCommission, field: Sequence[Candidate], given_points: Given) -> Any:
    """The sheet as the gateway sends it, both rankings made by the domain."""
    first = rank(call, field, {key: rounds[0] for key, rounds in given_points.items()}, TIE_SEED)
    final = rank(call, field, {key: rounds[-1] for key, rounds in given_points.items()}, TIE_SEED)
    stood = [{one.application_id: one for one in ranking} for ranking in (first, final)]
    rows = [
        _row(one, panel, given_points[one.application_id], [by[one.application_id] for by in stood]) for one in field
    ]
    made = sheet("mj", call, CALL, panel, sorted(rows, key=lambda row: row.rank))
    return json.loads(msgspec.json.encode(made))


def _row(
    one: Candidate, panel: PublicCommission, rounds: list[list[dict[str, int]]], stood: Sequence[Ranked]
) -> PublicScores:
    scores = [
        Score(
            person_id=member.person_id,
            round=n,
            commitment=commitment(one.application_id, member.person_id, points, SALT),
            points=points,
            salt=SALT,
        )
        for n, said in enumerate(rounds, 1)
        for member, points in zip(panel.members, said, strict=False)
    ]
    provisional, final = (Stood(r.rank, r.score, r.outcome, r.amount, r.below) for r in stood)
    return PublicScores(
        application_id=one.application_id,
        organisation_id=one.organisation_id,
        requested=one.requested,
        submitted_at=one.submitted_at,
        round=len(rounds),
        scores=tuple(scores),
        provisional=provisional,
        final=final,
        rank=final.rank,
    )


def looked_at(script: ModuleType, tmp_path: Path, told: Any, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and what is printed."""
    file = tmp_path / "sheet.json"
    file.write_text(json.dumps(told))
    sys.argv[1:] = [str(file)]
    return script.main(), capsys.readouterr().out.strip()


POINTS = st.fixed_dictionaries({"relevance": st.integers(0, 40), "capacity": st.integers(0, 60)})


@st.composite
def sheets(draw: st.DrawFn) -> Any:
    """Up to eight applications, one to five members, one or two rounds; amounts, times and points often equal."""
    size = draw(st.sampled_from([1, 3, 5]))
    panel = commission(draw(st.text("0123456789abcdef", min_size=32, max_size=32)), size, 5, draw(st.integers(1, size)))
    points = st.lists(
        draw(st.sampled_from([POINTS, st.just({"relevance": 20, "capacity": 30})])), min_size=size, max_size=size
    )
    ids = [derived_id("test", "ranked", n) for n in range(draw(st.integers(1, 8)))]
    field = [
        candidate(
            one, one, draw(st.sampled_from([0, 100, 250])), DURING + timedelta(seconds=draw(st.integers(0, 2)) / 2)
        )
        for one in ids
    ]
    call = facts(
        tie_rules=tuple(draw(st.permutations(list(TieRule)))[: draw(st.integers(0, 4))]),
        aggregation=draw(st.sampled_from(Aggregation)),
        budget=euro(draw(st.integers(0, 1_500))),
    )
    return published(call, panel, field, {one: draw(st.lists(points, min_size=1, max_size=2)) for one in ids})


@settings(max_examples=200)
@given(sheets())
def test_any_sheet_is_drawn_and_ranked_again_the_same(script: ModuleType, told: Any) -> None:
    assert script.draw_differs(told) is None
    assert script.scores_differ(told) is None
    assert script.ranking_differs(told, "provisional") is None
    assert script.ranking_differs(told, "final") is None


def large(applications: int, size: int) -> Any:
    """A sheet as large as a national call's, scores as they come."""
    dice = random.Random(7)
    field = [
        candidate(derived_id("test", "large", n), derived_id("test", "csos", n), 100 * dice.randint(1, 9), DURING)
        for n in range(applications)
    ]

    def points() -> dict[str, int]:
        return {"relevance": dice.randint(12, 40), "capacity": dice.randint(30, 60)}

    rounds = {one.application_id: [[points() for _ in range(size)]] for one in field}
    return published(facts(budget=euro(200 * applications)), commission("0c" * 16, size, 9, 3), field, rounds)


def test_500_applications_by_7_members_are_ranked_again_the_same(tmp_path: Path) -> None:
    told = large(500, 7)
    (tmp_path / "sheet.json").write_text(json.dumps(told))
    outcomes = {one["final"]["outcome"] for one in told["applications"]}
    assert (sum(len(one["scores"]) for one in told["applications"]), outcomes) == (
        3_500,
        {"awarded", "reserve", "rejected"},
    )

    alone = [sys.executable, "-I", "-S", str(SCRIPT), "sheet.json"]  # neither Pakt nor any package is to be found
    done = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "equal\n", "")


def _swap(told: Any) -> None:
    one, other = told["applications"][:2]
    one["final"], other["final"] = other["final"], one["final"]


def _raise(told: Any) -> None:
    told["applications"][-1]["scores"][0]["points"]["relevance"] += 1


def _let_out(told: Any) -> None:
    del told["applications"][0]["scores"][0]


def _vote_twice(told: Any) -> None:
    told["applications"][0]["scores"].append(told["applications"][0]["scores"][0])


def _vote_as_another(told: Any) -> None:
    told["applications"][0]["scores"][0]["member"] = 2


def _stranger(told: Any) -> None:
    told["applications"][0]["scores"][0]["member"] = 99


def _choose(told: Any) -> None:
    told["members"][-1]["person_id"] = next(
        one["person_id"] for one in told["pool"] if one["person_id"] not in {m["person_id"] for m in told["members"]}
    )


def _reseed(told: Any) -> None:
    told["draw_seed"] = "ff" * 16


def _reweigh(told: Any) -> None:
    told["criteria"][0]["weight"], told["criteria"][1]["weight"] = 900_000, 100_000


def _forgive(told: Any) -> None:
    told["applications"][-1]["provisional"] |= {"outcome": "reserve", "below": []}


def _enrich(told: Any) -> None:
    told["budget"] *= 2


@pytest.mark.parametrize(
    ("forged", "named"),
    [
        (_swap, "final ranking, application"),
        (_raise, "points and salt make"),
        (_let_out, "provisional ranking, application"),
        (_vote_twice, "nobody of the commission, or twice"),
        (_vote_as_another, "points and salt make"),
        (_stranger, "nobody of the commission, or twice"),
        (_choose, "experts: listed"),
        (_reseed, "experts: listed"),
        (_reweigh, "provisional ranking, application"),
        (_forgive, "provisional ranking, application"),
        (_enrich, "provisional ranking, application"),
    ],
)
def test_a_forged_sheet_is_found(
    forged: Callable[[Any], None],
    named: str,
    script: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["rank_applications.py"])
    told = large(60, 3)
    assert looked_at(script, tmp_path, told, capsys) == (0, "equal")

    forged(told)

    code, said = looked_at(script, tmp_path, told, capsys)
    assert (code, named in said) == (1, True), said


@pytest.mark.parametrize("text", ["", "[]", "{}", "7", '{"pool": 1}', '{"applications": [1]}'])
def test_what_is_no_sheet_is_said_to_be_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "sheet.json").write_text(text)
    for file in ("sheet.json", "missing.json"):
        done = subprocess.run(
            [sys.executable, str(SCRIPT), file], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr, done.stdout[:20]) == (2, "", "not a scoring sheet:")


def test_the_program_is_as_short_as_it_says_and_needs_python_alone() -> None:
    lines = SCRIPT.read_text().splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}

    assert len(lines) <= 100
    assert imported <= sys.stdlib_module_names

"""The public scoring sheet, drawn and ranked again by programs that know nothing of Pakt: equal, or the forgery is named."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings

from domain.scoring.sealing import commitment
from tests.services.audit.sheets import DRAW, DRAWING, RANK, RANKING, differences, large, sheets


def looked_at(tmp_path: Path, told: Any, program: Path) -> tuple[int, str]:
    """Exit code and what is printed."""
    (tmp_path / "sheet.json").write_text(json.dumps(told))
    alone = [sys.executable, "-I", "-S", str(program), "sheet.json"]  # neither Pakt nor any package is to be found
    done = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.strip()


@settings(max_examples=200)
@given(sheets())
def test_any_sheet_is_drawn_and_ranked_again_the_same(told: Any) -> None:
    assert differences(told) == []


def test_500_applications_by_7_members_are_ranked_again_the_same(tmp_path: Path) -> None:
    told = large(500, 7)
    outcomes = {one["final"]["outcome"] for one in told["applications"]}
    assert (sum(len(one["scores"]) for one in told["applications"]), outcomes) == (
        3_500,
        {"awarded", "reserve", "rejected"},
    )

    assert looked_at(tmp_path, told, RANKING) == (0, "equal")
    assert looked_at(tmp_path, told, DRAWING) == (0, "equal")


def rank_anew(told: Any) -> None:
    """What a forger does next: both rankings by the rules, from what the sheet has now."""
    for which in ("provisional", "final"):
        weighed = [(*RANK.weighed(told, one, which), one) for one in told["applications"]]
        left = told["budget"]
        for rank_now, (_, total, below, entry) in enumerate(sorted(weighed, key=lambda one: one[0]), 1):
            holds = not below and entry["requested"] <= left
            left = left if below else left - entry["requested"] if holds else -1
            entry[which] = {
                "rank": rank_now,
                "score": round(total * 1_000_000),
                "outcome": "rejected" if below else "awarded" if holds else "reserve",
                "amount": None if below else {"amount": entry["requested"], "currency": told["currency"]},
                "below": below,
            }


def _drop(told: Any) -> dict[str, Any]:
    """Take one score out, and rank as if its member had been recused."""
    entry = told["applications"][0]
    gone = {"round": 1, "why": "recused", "left": entry["scores"].pop(0)["member"], "joined": None}
    entry["changes"].append(gone)
    rank_anew(told)
    return gone


def _drop_quietly(told: Any) -> None:
    entry, gone = told["applications"][0], _drop(told)
    entry["changes"].remove(gone)


def _seat(told: Any, joined: int, why: str = "recused") -> None:
    """Let somebody else score in the dropped member's place, with a commitment that fits."""
    entry, people = told["applications"][0], {one["number"]: one["person_id"] for one in told["pool"]}
    old = entry["scores"].pop(0)
    made_up = old | {"member": joined, "points": {"relevance": 40, "capacity": 60}}
    about = UUID(entry["application_id"])
    made_up["commitment"] = commitment(about, UUID(people[joined]), made_up["points"], old["salt"])
    entry["scores"].append(made_up)
    entry["changes"].append({"round": 1, "why": why, "left": old["member"], "joined": joined})
    rank_anew(told)


def _alternates(told: Any) -> list[int]:
    drawn_now: list[int] = DRAW.drawn(told["draw_seed"], told["pool"])
    return drawn_now[told["experts"] :]


def _choose_substitute(told: Any) -> None:
    _seat(told, _alternates(told)[-1])


def _take_back(told: Any) -> None:
    """The same one joins twice."""
    _seat(told, _alternates(told)[0])
    _seat(told, _alternates(told)[0])


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
        (_let_out, "score left out, of member"),
        (_drop_quietly, "score left out, of member"),
        (_drop, "who are too few, too few of them external, or an even number"),
        (_vote_twice, "nobody of the commission, or twice"),
        (_vote_as_another, "points and salt make"),
        (_stranger, "nobody of the commission, or twice"),
        (_reweigh, "provisional ranking, application"),
        (_forgive, "provisional ranking, application"),
        (_enrich, "provisional ranking, application"),
    ],
)
def test_a_forged_sheet_is_found(forged: Callable[[Any], None], named: str, tmp_path: Path) -> None:
    told = large(60, 3)
    assert looked_at(tmp_path, told, RANKING) == (0, "equal")

    forged(told)

    code, said = looked_at(tmp_path, told, RANKING)
    assert (code, named in said) == (1, True), said


@pytest.mark.parametrize(
    ("forged", "named"),
    [
        (_choose, "experts: listed"),
        (_reseed, "experts: listed"),
        (_drop, "was left"),
        (_choose_substitute, "by lot it was the turn of"),
        (_take_back, "by lot it was the turn of"),
    ],
)
def test_judges_whom_no_lot_chose_are_found(forged: Callable[[Any], None], named: str, tmp_path: Path) -> None:
    told = large(60, 3)
    assert looked_at(tmp_path, told, DRAWING) == (0, "equal")

    forged(told)

    code, said = looked_at(tmp_path, told, DRAWING)
    assert (code, named in said) == (1, True), said


def test_a_lawful_substitute_is_nobodys_forgery(tmp_path: Path) -> None:
    told = large(60, 3)
    first, second, *_ = _alternates(told)
    _seat(told, first)
    _seat(told, second)

    assert looked_at(tmp_path, told, RANKING) == (0, "equal")
    assert looked_at(tmp_path, told, DRAWING) == (0, "equal")


@pytest.mark.parametrize("program", [RANKING, DRAWING])
@pytest.mark.parametrize("text", ["", "[]", "{}", "7", '{"pool": 1}', '{"applications": [1]}'])
def test_what_is_no_sheet_is_said_to_be_none(text: str, program: Path, tmp_path: Path) -> None:
    (tmp_path / "sheet.json").write_text(text)
    for file in ("sheet.json", "missing.json"):
        done = subprocess.run(
            [sys.executable, str(program), file], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr, done.stdout[:20]) == (2, "", "not a scoring sheet:")


@pytest.mark.parametrize("program", [RANKING, DRAWING])
def test_the_programs_are_as_short_as_they_say_and_need_python_alone(program: Path) -> None:
    lines = program.read_text().splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}

    assert len(lines) <= 100
    assert imported <= sys.stdlib_module_names

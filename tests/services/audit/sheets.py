"""Scoring sheets as the gateway sends them, and the programs that draw and rank again without knowing Pakt."""

import importlib.util
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from domain.grants.commission_parts import Member
from domain.grants.facts import CallFacts
from domain.grants.ranking import Candidate, Ranked, rank
from domain.grants.vocabulary import MemberKind
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.scoring.composition import Composition
from domain.scoring.lots import drawn
from domain.scoring.sealing import commitment
from domain.scoring.vocabulary import Aggregation, TieRule
from infra.eventstore.interface import StoredEvent
from projections.fold import Fold
from projections.grant_commission_queries import PublicCommission, PublicScores, sheet
from projections.grant_commission_register import Extension, GrantCommissionRegister
from projections.grant_scoring_sheet import Change, GrantScoringSheet, Stood
from projections.scores import Score
from tests.domain.grants.commissions import candidate
from tests.domain.grants.stories import DURING, euro, facts

STANDALONE = Path("services/audit/standalone").absolute()
RANKING, DRAWING = STANDALONE / "rank_applications.py", STANDALONE / "draw_judges.py"
CALL = derived_id("test", "ranked call")
TIE_SEED, SALT = "0b" * 16, "5a" * 16
NEW_POOL = tuple(
    Member(person_id=derived_id("test", "new expert", n), kind=MemberKind.EXTERNAL, number=90 + n) for n in range(2)
)
Given = dict[UUID, list[list[dict[str, int]]]]
"""The points of each application: one list a round, in it one set of points a member."""


def loaded(path: Path) -> ModuleType:
    """A standalone program as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RANK, DRAW = loaded(RANKING), loaded(DRAWING)


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
        extensions=(Extension("9/2026", SALT, NEW_POOL),),
        composition=Composition(min(3, size), 1, odd=True),
    )


def published(
    call: CallFacts,
    panel: PublicCommission,
    field: Sequence[Candidate],
    given_points: Given,
    changes: Mapping[UUID, Sequence[Change]] = {},
) -> Any:
    """The sheet as the gateway sends it, both rankings made by the domain."""
    first = rank(call, field, {key: rounds[0] for key, rounds in given_points.items()}, TIE_SEED)
    final = rank(call, field, {key: rounds[-1] for key, rounds in given_points.items()}, TIE_SEED)
    stood = [{one.application_id: one for one in ranking} for ranking in (first, final)]
    rows = [
        _row(
            one,
            panel,
            given_points[one.application_id],
            [by[one.application_id] for by in stood],
            changes.get(one.application_id, ()),
        )
        for one in field
    ]
    made = sheet("mj", call, CALL, panel, sorted(rows, key=lambda row: row.rank))
    return json.loads(msgspec.json.encode(made))


def judges(panel: PublicCommission, changes: Sequence[Change], count: int) -> list[UUID]:
    """Who judges in that round."""
    found = [one.person_id for one in panel.members]
    for change in changes:
        if change.round <= count:
            found = [one for one in (*found, change.joined) if one is not None and one != change.left]
    return found


def _row(
    one: Candidate,
    panel: PublicCommission,
    rounds: list[list[dict[str, int]]],
    stood: Sequence[Ranked],
    changes: Sequence[Change],
) -> PublicScores:
    scores = [
        Score(
            person_id=person,
            round=n,
            commitment=commitment(one.application_id, person, points, SALT),
            points=points,
            salt=SALT,
        )
        for n, said in enumerate(rounds, 1)
        for person, points in zip(judges(panel, changes, n), said, strict=False)
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
        changes=tuple(changes),
        closed=len(rounds),
    )


def differences(told: Any) -> list[str]:
    """What either program says against a sheet."""
    steps = [RANK.scores_differ(told), DRAW.draw_differs(told), DRAW.places_differ(told)]
    for which in ("provisional", "final"):
        steps += [RANK.panel_differs(told, which), RANK.ranking_differs(told, which)]
    return [one for step in steps for one in step]


POINTS = st.fixed_dictionaries({"relevance": st.integers(0, 40), "capacity": st.integers(0, 60)})


@st.composite
def sheets(draw: st.DrawFn) -> Any:
    """Up to eight applications, one to five members, one or two rounds; amounts, times and points often equal.

    Of each, up to two judges were recused, in either round, while there were alternates.
    """
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
    given_points = {one: draw(st.lists(points, min_size=1, max_size=2)) for one in ids}
    return published(
        call, panel, field, given_points, {one: draw(changed(panel, len(given_points[one]))) for one in ids}
    )


@st.composite
def changed(draw: st.DrawFn, panel: PublicCommission, rounds: int) -> list[Change]:
    """Judges of one application who were recused, each followed by the next alternate."""
    experts = {one.person_id for one in panel.members if one.kind is MemberKind.EXTERNAL}
    alternates = [one for one in drawn(panel.seed, [one.person_id for one in panel.pool]) if one not in experts]
    alternates += drawn(SALT, [one.person_id for one in NEW_POOL])
    changes: list[Change] = []
    for count in sorted(draw(st.lists(st.integers(1, rounds), max_size=2))):
        left = draw(st.sampled_from(judges(panel, changes, count)))
        changes.append(Change(count, "recused", left, alternates[len(changes)]))
    return changes


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


def sheet_of(log: Iterable[tuple[UUID, Event]], call: CallFacts, call_id: UUID) -> Any:
    """The public sheet of a call with a provisional ranking, folded from a log."""
    commissions, scores = Fold(GrantCommissionRegister(), strict=True), Fold(GrantScoringSheet(), strict=True)
    for position, (stream_id, event) in enumerate(log, 1):
        at = event.occurred_at
        version = event.__dict__["originator_version"]
        stored = StoredEvent(10, position, 1, stream_id, version, event.TOPIC, at, at, None, None, b"", b"", None)
        for fold in (commissions, scores):
            fold.take(stored, event)
    (panel,) = commissions.ordered()
    public = [_as_shown(row, PublicScores) for row in scores.ordered() if row.public]
    made = sheet("mj", call, call_id, _as_shown(panel, PublicCommission), sorted(public, key=lambda row: row.rank))
    return json.loads(msgspec.json.encode(made))


def _as_shown(row: Any, shown: type[Any]) -> Any:
    return shown(**{name: getattr(row, name) for name in shown.__struct_fields__})

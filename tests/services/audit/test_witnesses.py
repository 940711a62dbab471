"""Two histories served to two witnesses: each cosigns one, and who compares them finds the fork."""

from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

import pytest

from infra.tlog.note import Note, Verifier, sign_note
from infra.trees.interface import Tree
from services.audit.witnesses import Ends, Seen, compare
from services.cosignatures import cosigning
from services.epochs import Declared, declared
from tests.support.cosigning import Place, fork, placed
from tests.support.postgres import TestDatabase
from tests.support.trees import ORIGIN, signer

W1, W2 = "witness.example/w1", "witness.example/w2"


@pytest.fixture
async def place(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Place]:
    async with placed(database, tmp_path) as found:
        yield found


async def keys(origin: str) -> Iterable[Verifier]:
    return [signer(origin).verifier]


def ends(**notes: Note) -> Ends:
    async def of(tenant_id: int) -> Declared:
        assert tenant_id == 2
        return declared({int(epoch.removeprefix("epoch_")): str(note) for epoch, note in notes.items()})

    return of


async def compared(place: Place, **notes: Note) -> list[Seen]:
    return await compare(place.trees, await place.trees.trees(2), place.witnesses, keys, ends(**notes))


async def test_witnesses_that_saw_our_history_agree(place: Place) -> None:
    async with place.running() as running:
        for _ in range(3):
            running.hear(head := await place.seal())
            await place.public(head)
    await place.seal(5)  # and we have grown since

    assert await compared(place) == [Seen(ORIGIN, W1, 9), Seen(ORIGIN, W2, 9)]


async def test_a_witness_that_never_saw_a_log_says_so(place: Place) -> None:
    await place.seal()
    assert await compared(place) == [Seen(ORIGIN, W1, 0), Seen(ORIGIN, W2, 0)]


async def test_two_histories_of_one_size_are_found_and_both_named(place: Place) -> None:
    await fork(place.witnesses[0], 9, same=5)
    async with place.running() as running:
        running.hear(head := await place.seal(9))
        await place.public(head, place.quorum(1))

    one, two, both = await compared(place)
    assert (one.witness, one.problem, one.agrees_until, one.differs_at) == (W1, "it cosigned another history", 0, 9)
    assert two == Seen(ORIGIN, W2, 9)
    assert (both.witness, both.problem, both.differs_at) == (f"{W1} and {W2}", "they cosigned two roots of one size", 9)


async def test_two_histories_that_parted_later_are_found_by_proofs(place: Place) -> None:
    """Both witnesses cosigned 6 entries of ours; then one was shown 8 of another history, and we went on to 20."""
    async with place.running() as running:
        running.hear(head := await place.seal(6))
        await place.public(head)
    await fork(place.witnesses[0], 8, same=6, old=6)
    async with place.running() as running:
        running.hear(head := await place.seal(14))
        await place.public(head, place.quorum(1))

    found = await compared(place)
    assert found == [
        Seen(ORIGIN, W1, 8, "it cosigned another history", 6, 8),
        Seen(ORIGIN, W2, 20),
    ]


async def test_a_log_that_went_back_is_found(place: Place) -> None:
    await place.seal(6)
    await fork(place.witnesses[1], 8)
    one, two = await compared(place)

    assert one == Seen(ORIGIN, W1, 0)
    assert (two.size, two.problem) == (8, "it cosigned 8 entries, we have 6: our log went back")


async def test_what_a_declared_restore_has_ended_is_no_problem(place: Place) -> None:
    """6 entries are left of the 8 and 9 that witnesses saw, and the restore says that 9 had been seen."""
    await place.seal(6)
    await fork(place.witnesses[0], 8)
    seen = await fork(place.witnesses[1], 9)

    assert await compared(place, epoch_2=seen) == [Seen(ORIGIN, W1, 8), Seen(ORIGIN, W2, 9)]
    assert await compared(place, epoch_2=renamed(seen, 2)) == [Seen(ORIGIN, W1, 8), Seen(ORIGIN, W2, 9)]


async def test_more_than_a_restore_has_declared_stays_a_problem(place: Place) -> None:
    await place.seal(6)
    seen = await fork(place.witnesses[0], 8)
    await fork(place.witnesses[1], 9)
    went_back = "it cosigned 9 entries, we have 6: our log went back"

    assert [one.problem for one in await compared(place, epoch_2=seen)] == ["", went_back]
    assert [one.problem for one in await compared(place, epoch_1=seen)][1] == went_back  # of no later epoch
    assert [one.problem for one in await compared(place, epoch_2=Note("no checkpoint\n", seen.signatures))][
        1
    ] == went_back


async def test_another_history_than_the_declared_one_stays_a_problem(place: Place) -> None:
    await place.seal(6)
    seen = await fork(place.witnesses[0], 8)
    await fork(place.witnesses[1], 8, same=3)

    one, two, both = await compared(place, epoch_2=seen)
    assert (one.problem, two.problem) == ("", "it cosigned 8 entries, we have 6: our log went back")
    assert both.problem == "they cosigned two roots of one size"


def renamed(note: Note, epoch: int) -> Note:
    """A checkpoint of a later epoch's log."""
    origin = f"{ORIGIN.rpartition('/')[0]}/{epoch}"
    return sign_note(note.text.replace(ORIGIN, origin), signer(origin))


async def test_a_checkpoint_of_another_key_is_not_taken_for_ours(place: Place) -> None:
    await place.seal(6)
    await fork(place.witnesses[0], 6)

    async def rotated(origin: str) -> Iterable[Verifier]:
        return [place.witnesses[1].verifier]

    one, _ = await compare(place.trees, await place.trees.trees(2), place.witnesses, rotated, ends())
    assert (one.size, one.problem) == (
        0,
        "unverifiable claim: none of our keys has signed the checkpoint that it shows",
    )


async def test_a_witness_that_is_away_is_a_problem(place: Place) -> None:
    await place.seal()
    place.lines[0].cut = True
    one, two = await compared(place)

    assert (one.witness, one.problem) == (W1, "cannot be asked: ConnectError: cut")
    assert two.problem == ""


async def test_what_we_hold_says_who_lacks(place: Place) -> None:
    logs: Sequence[Tree] = await place.trees.trees(2)
    assert await cosigning(place.trees, logs, place.quorum()) == []
    place.lines[1].cut = True
    async with place.running() as running:
        running.hear(head := await place.seal())
        await place.public(head, place.quorum(1))
    logs = await place.trees.trees(2)
    (found,) = await cosigning(place.trees, logs, place.quorum())

    assert (found.origin, found.size, found.public, found.lacking) == (ORIGIN, 3, 0, (W2,))
    assert found.waiting_since == head.sealed_at
    (found,) = await cosigning(place.trees, logs, place.quorum(1))
    assert (found.public, found.waiting_since) == (3, None)

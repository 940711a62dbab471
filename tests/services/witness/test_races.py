"""Many requests at once: what is cosigned of one log is always one history, and its size never goes back."""

import asyncio
import itertools
import tempfile
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.tlog.merkle import verify_consistency
from infra.tlog.witnessing import cosignatures
from services.witness.ledger import Held, Ledger
from services.witness.state import State, opened
from tests.services.witness.logs import ORIGIN, Log, application

LOGS = (Log(), Log(fork=40), Log(fork=90))
AT_ONCE = 50

asked = st.builds(
    lambda which, one, two: (which, min(one, two), max(one, two)),
    *(st.integers(0, 2), st.integers(0, 200), st.integers(1, 200)),
)


class Recorded:
    """What the ledger showed, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        show = Ledger.show

        def shown(ledger: Ledger, held: Held) -> None:
            self.sizes.append(held.checkpoint.size)
            show(ledger, held)

        monkeypatch.setattr(Ledger, "show", shown)


async def send_all(state: State, wanted: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Each request from whatever size the witness says; (log, size) of what was cosigned."""
    transport = httpx.ASGITransport(application(state))
    async with httpx.AsyncClient(transport=transport, base_url="http://witness") as client:

        async def send(which: int, old: int, new: int) -> tuple[int, int] | None:
            for _ in range(4):
                answer = await client.post("/add-checkpoint", content=LOGS[which].request(old, new))
                if answer.status_code == 409 and int(answer.text) <= new:
                    old = int(answer.text)
                    continue
                break
            if answer.status_code != 200:
                assert answer.status_code in {409, 422}
                return None
            assert cosignatures(answer.text, LOGS[which].checkpoint(new).text, [state.signer.verifier])
            return which, new

        found = await asyncio.gather(*(send(*one) for one in wanted))
    return [one for one in found if one is not None]


def consistent(cosigned: list[tuple[int, int]]) -> bool:
    """Whether every two of them are one history: some log proves the growth from one to the other."""
    for (first, old), (second, new) in itertools.combinations(sorted(cosigned, key=lambda one: one[1]), 2):
        before, after = LOGS[first].checkpoint(old), LOGS[second].checkpoint(new)
        proof = LOGS[second].proof(old, new)
        if not verify_consistency(old, new, before.root, after.root, proof):
            return False
    return True


@settings(max_examples=25, deadline=None)
@given(st.lists(asked, min_size=AT_ONCE, max_size=AT_ONCE))
def test_what_is_cosigned_is_one_history(wanted: list[tuple[int, int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as folder:
        recorded = Recorded(patched)
        with opened(Path(folder), "witness.example/w1") as state:
            cosigned = asyncio.run(send_all(state, wanted))
            last = state.ledger.latest(ORIGIN).checkpoint
        with opened(Path(folder), "") as again:
            assert again.ledger.latest(ORIGIN).checkpoint == last

    assert cosigned
    assert consistent(cosigned)
    assert recorded.sizes == sorted(recorded.sizes)
    assert last.size == max(size for _, size in cosigned)


def test_the_oracle_knows_two_histories() -> None:
    assert consistent([(0, 30), (1, 40), (2, 80)])
    assert not consistent([(0, 30), (1, 41), (2, 80)])


async def test_who_hangs_up_lets_nobody_in_before_the_disk_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first request is cancelled while it writes; the second must see what the first made."""
    write, begun = Ledger.write, asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(ledger: Ledger, held: Held) -> None:
        loop.call_soon_threadsafe(begun.set)
        asyncio.run(asyncio.sleep(0.2))
        write(ledger, held)

    monkeypatch.setattr(Ledger, "write", slowly)
    with opened(tmp_path, "witness.example/w1") as state:
        transport = httpx.ASGITransport(application(state))
        async with httpx.AsyncClient(transport=transport, base_url="http://witness") as client:
            first = asyncio.ensure_future(client.post("/add-checkpoint", content=LOGS[0].request(0, 100)))
            await begun.wait()
            first.cancel()
            answer = await client.post("/add-checkpoint", content=LOGS[0].request(0, 50))

        assert (answer.status_code, answer.text) == (409, "100\n")
    with opened(tmp_path, "") as state:
        assert state.ledger.latest(ORIGIN).checkpoint == LOGS[0].checkpoint(100)

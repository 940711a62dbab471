"""The client's witness beside a log that grows, forks, shrinks or is signed by somebody else."""

import hashlib
import re
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Signer, Verifier, sign_note
from infra.tlog.tiles import path_of, root_of, tile_at, width
from infra.tlog.witnessing import cosignatures
from services.civikos.client.durable import FilePlace
from services.civikos.client.errors import NotProved
from services.civikos.client.log_reader import tile_path
from services.civikos.client.model import LogView
from services.civikos.client.notes import Cosigner
from services.civikos.client.pakt import Pakt
from services.civikos.client.proof import prove
from services.civikos.client.witness import Witness

ORIGIN = "pakt.example/mj/1"
KEY = Ed25519PrivateKey.generate()
LOG = LogView(origin=ORIGIN, slug="mj", epoch=1, kind="events", sandbox=False, size=1, address="/v1/public/log/mj/1")


def leaves(many: int, kind: str = "a") -> list[bytes]:
    return [hashlib.sha256(f"{kind}{n}".encode()).digest() for n in range(many)]


class Log:
    """What the addresses of a log answer."""

    def __init__(self, held: list[bytes]) -> None:
        self.held, self.key, self.asked, self.origin = held, KEY, 0, ORIGIN

    @property
    def note(self) -> str:
        return str(
            sign_note(Checkpoint(self.origin, len(self.held), root_of(self.held)).text, Signer(ORIGIN, self.key))
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(("/checkpoint", "/head")):
            return httpx.Response(200, text=self.note) if self.held else httpx.Response(404, json={"status": 404})
        self.asked += 1
        path = re.sub(r"^/v1/public/log/mj/1/", "", request.url.path)
        found = tile_at(path)
        assert found is not None and found[1] <= width(found[0], len(self.held))
        begin = found[0].number * 256
        return httpx.Response(200, content=b"".join(self.held[begin : begin + found[1]]))


class Noted(Log):
    """A log whose checkpoint is not that of its leaves."""

    def __init__(self, log: Log, note: str) -> None:
        super().__init__(log.held)
        self._note = note

    @property
    def note(self) -> str:
        return self._note


def witness(log: Log, folder: Path) -> tuple[Witness, Cosigner]:
    cosigner = Cosigner("civikos.example/w1", Ed25519PrivateKey.generate())
    reader = Pakt("http://pakt", transport=httpx.MockTransport(log)).logs
    keys = [Ed25519PrivateKey.generate().public_key().public_bytes_raw(), KEY.public_key().public_bytes_raw()]
    return Witness(reader, cosigner, FilePlace(folder / "seen"), keys, clock=lambda: 1_800_000_000), cosigner


async def test_what_has_grown_is_cosigned_from_where_it_was_left_also_after_a_restart(tmp_path: Path) -> None:
    log = Log([])
    for size in (0, 1, 255, 256, 257, 600, 600, 1_100):
        grew, log.held, log.asked = size > len(log.held), leaves(size), 0
        asked, cosigner = witness(log, tmp_path)
        found = await asked.look(LOG)

        assert (found is not None) == grew
        if found is not None:
            checkpoint, line = found
            assert checkpoint.size == size
            assert cosignatures(line, checkpoint.text, [Verifier.parse(cosigner.vkey)])
    assert log.asked == 3, "tiles that were read before the last look are not read again"


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(leaves(200), id="shrunk"),
        pytest.param(leaves(300, "b"), id="another history"),
        pytest.param(leaves(400, "b"), id="another history, longer"),
        pytest.param(leaves(299) + leaves(2, "b"), id="the last leaf changed"),
    ],
)
async def test_a_history_that_was_changed_is_not_cosigned(tmp_path: Path, held: list[bytes]) -> None:
    log = Log(leaves(300))
    asked, _ = witness(log, tmp_path)
    await asked.look(LOG)
    before = (tmp_path / "seen").read_text()

    log.held = held
    with pytest.raises(NotProved):
        await asked.look(LOG)

    assert (tmp_path / "seen").read_text() == before


async def test_what_the_installation_did_not_sign_is_not_cosigned(tmp_path: Path) -> None:
    for origin, key in (("pakt.example/mf/1", KEY), (ORIGIN, Ed25519PrivateKey.generate())):
        log = Log(leaves(5))
        log.origin, log.key = origin, key
        with pytest.raises(NotProved):
            await witness(log, tmp_path)[0].look(LOG)


async def test_what_was_told_is_found_in_the_log_or_the_teller_is_caught() -> None:
    log = Log(leaves(300))
    reader, keys = Pakt("http://pakt", transport=httpx.MockTransport(log)).logs, [KEY.public_key().public_bytes_raw()]
    told = {1: log.held[0], 257: log.held[256], 300: log.held[299], 301: leaves(1, "later")[0]}

    assert await prove(reader, keys, LOG, told) == 3
    with pytest.raises(NotProved):
        await prove(reader, keys, LOG, told | {257: log.held[0]})
    with pytest.raises(NotProved):
        await prove(reader, [], LOG, told)
    note, log.held = log.note, leaves(299) + leaves(1, "b")
    with pytest.raises(NotProved):
        await prove(Pakt("http://pakt", transport=httpx.MockTransport(Noted(log, note))).logs, keys, LOG, told)


@pytest.mark.parametrize(("number", "wide"), [(0, 256), (0, 7), (999, 256), (1_000, 1), (1_234_067, 256)])
def test_tiles_are_found_where_they_are_kept(number: int, wide: int) -> None:
    found = tile_at(f"tile/{tile_path(number, wide)}")

    assert found is not None and (found[0].level, found[0].number, found[1]) == (0, number, wide)
    assert path_of(found[0], wide) == f"tile/{tile_path(number, wide)}"

"""Certificates are read where they are shown, also those that nobody should trust any more."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra import tls
from infra.tls import NotShown, Opening, Unencrypted, of_file, of_server
from tests.support.network import Relay
from tests.support.tls import certificate, saying, showing

YEAR = timedelta(days=365)


@pytest.mark.parametrize("opening", Opening)
@pytest.mark.parametrize("ends", [-timedelta(days=3), YEAR])
async def test_a_server_shows_until_when_its_certificate_holds(
    tmp_path: Path, opening: Opening, ends: timedelta
) -> None:
    path = certificate(tmp_path, -YEAR, ends)
    async with showing(path, as_postgresql=opening is Opening.POSTGRESQL) as port:
        shown = await of_server("127.0.0.1", port, opening)

    assert shown == of_file(path)
    assert shown.subject == "CN=localhost"
    assert abs(shown.ends - datetime.now(UTC) - ends) < timedelta(minutes=5)


async def test_what_shows_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "WITHIN", 0.5)
    async with saying(b"N") as port:
        with pytest.raises(Unencrypted):
            await of_server("127.0.0.1", port, Opening.POSTGRESQL)
        with pytest.raises(NotShown):
            await of_server("127.0.0.1", port)
    async with Relay(("127.0.0.1", 1)).running() as relay:
        with relay.silent(), pytest.raises(NotShown, match="no answer within"):
            await of_server("127.0.0.1", relay.port)
    with pytest.raises(NotShown):
        await of_server("127.0.0.1", 1)
    with pytest.raises(NotShown):
        await of_server("nowhere.invalid", 443)
    (tmp_path / "empty.pem").write_bytes(b"")
    for name in ("empty.pem", "none.pem"):
        with pytest.raises(NotShown):
            of_file(tmp_path / name)

"""The key that the secrets of endpoints follow from: made when it is first used, and missed where it is gone."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from domain.webhooks.commands import RemoveEndpoint
from infra.keys.deriving import DerivingKey
from infra.keys.interface import KeyRefused
from infra.standard_webhooks.endpoint_keys import EndpointKeys
from services.bootstrap import System, assemble
from services.egress.secrets import without_secret
from services.finding import Finding
from services.settings import Settings, endpoint_key_file
from tests.services.egress.telling import as_client, endpoint_of
from tests.support.clients import registered
from tests.support.looked_at import looked_at
from tests.support.running import Up, pakt

URL = "https://civikos.example.org/hooks"


def secret_of(system: System, endpoint_id: UUID) -> str:
    return str(system.endpoint_keys.secret(endpoint_id, 1))


async def found_by_the_doctor(system: System) -> Finding:
    return await looked_at(system, "secrets of webhooks")


async def test_it_is_missed_while_an_endpoint_stands_that_needs_it(system: System) -> None:
    file, client = endpoint_key_file(system.settings), await registered(system)
    assert (await without_secret(system), file.exists()) == (0, False), "nobody has needed it yet"
    endpoint_id = await endpoint_of(system, URL, client_id=client)
    secret = secret_of(system, endpoint_id)
    assert ((await found_by_the_doctor(system)).ok, await without_secret(system)) == (True, 0)

    away = file.rename(file.with_suffix(".away"))
    missed = await found_by_the_doctor(system)
    assert (missed.ok, str(file) in missed.detail, await without_secret(system)) == (False, True, 1)
    assert not file.exists(), "who looks makes none"

    away.rename(file)
    assert await without_secret(system) == 0
    assert str(EndpointKeys(DerivingKey.open(file).derive).secret(endpoint_id, 1)) == secret
    file.unlink()
    await as_client(system, client, RemoveEndpoint(), endpoint_id)
    assert await without_secret(system) == 0


def test_what_is_no_key_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    path = tmp_path / "webhooks.secret"
    key = DerivingKey.open(path)
    assert not path.exists()
    path.write_bytes(b"short")
    path.chmod(0o600)

    for opened in (lambda: DerivingKey.open(path), lambda: key.derive("webhook")):
        with pytest.raises(KeyRefused, match="5 bytes"):
            opened()


@pytest.mark.slow
def test_nothing_starts_over_a_lost_secret(tmp_path: Path) -> None:
    up = Up(tmp_path)

    async def register() -> None:
        async with assemble(Settings(data=tmp_path), migrated=True) as system:
            secret_of(system, await endpoint_of(system, URL))

    asyncio.run(register())
    up.stop()
    file = tmp_path / "keys" / "webhooks.secret"
    key = file.read_bytes()
    file.unlink()

    refused, examined = pakt("up", "--port", "0", data=tmp_path), pakt("doctor", data=tmp_path)
    assert (refused.returncode, examined.returncode) == (3, 1)
    assert f"{file} is missing, and the secrets of 1 webhook endpoint(s)" in refused.stderr
    assert "secrets of webhooks" in examined.stdout
    assert not file.exists()

    file.write_bytes(key)
    file.chmod(0o600)
    Up(tmp_path).stop()

"""Keep a release: a small history that its own code wrote, as a dump with its keys, and the hashes of what is for ever.

`python .ci/make_release.py NAME` writes tests/upgrade/releases/NAME from this code. With `--tree FOLDER` it is that of
another commit (`git archive COMMIT | tar x -C FOLDER`). A release that is kept is never made again.
"""  # noqa: INP001 - programs, not a package

import argparse
import asyncio
import hashlib
import importlib
import json
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RELEASES = ROOT / "tests" / "upgrade" / "releases"
CANARIES = 240
VOLUNTEERS = 4
SETTLED = 8.0
"""Seconds for read models, seals and work that follows."""
KEPT = ("keys", "heads", "erasures", "objects", "credentials.json")


def main() -> int:
    """Write the release; 2 when there is one of that name."""
    arguments = _arguments()
    folder = RELEASES / arguments.name
    if folder.exists() and not arguments.again:
        sys.stderr.write(f"{folder} is there: what was released does not change\n")
        return 2
    if Path.cwd() != arguments.tree:  # the code of the tree does it, none of ours
        environment = os.environ | {"PYTHONPATH": str(arguments.tree)}
        command = [sys.executable, __file__, *sys.argv[1:]]
        return subprocess.run(command, cwd=arguments.tree, env=environment, check=False).returncode  # noqa: S603
    sys.path.insert(0, str(arguments.tree))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        data = Path(place) / "data"
        asyncio.run(_tell(data))
        dump = lzma.compress(asyncio.run(_dumped(data)), preset=9 | lzma.PRESET_EXTREME)
        (folder / "database.sql.xz").write_bytes(dump)
        with tarfile.open(folder / "data.tar.gz", "w:gz", compresslevel=9) as archive:
            for name in KEPT:
                if (data / name).exists():
                    archive.add(data / name, name)
    facts = {"release": arguments.name, "commit": arguments.commit} | _for_ever(arguments.tree)
    (folder / "release.json").write_text(json.dumps(facts, indent=1) + "\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--tree", type=lambda text: Path(text).resolve(), default=ROOT)
    parser.add_argument("--commit", default="", help="which commit the tree is")
    parser.add_argument("--again", action="store_true", help="the release is not out yet")
    return parser.parse_args()


async def _tell(data: Path) -> None:
    """Every command that says something personal, as the erasure's canaries do, and two people who are erased."""
    import httpx  # noqa: PLC0415

    from tests.support.canaries import Planter, plant  # noqa: PLC0415
    from tests.support.running import Up  # noqa: PLC0415

    running = await asyncio.to_thread(Up, data)
    try:
        async with httpx.AsyncClient(timeout=60) as client:
            planter = Planter(running.url, data, client, running.token)
            await planter.open_consultation()
            subjects = await plant(planter, CANARIES)
            await _tell_more(planter, [one for one in subjects if one.tenants == ["mj"]])
            for one in subjects[-2:]:
                body = {"subject_id": str(one.id), "ground": "consent_withdrawn"}
                await planter.post("/erasures", body, planter.as_officer("administrator"))
        await asyncio.sleep(SETTLED)
    finally:
        await asyncio.to_thread(running.stop)


async def _tell_more(planter: Any, people: list[Any]) -> None:
    """Of the domains that the tree has."""
    if grants := _found("grant_canaries"):
        await grants.plant_in_grants(planter, people[: grants.PEOPLE])
        people = people[grants.PEOPLE :]
    if services := _found("service_canaries"):
        await services.plant_in_services(planter, people)
    if council := _found("council_canaries"):
        await council.plant_in_council(planter, people[-council.PLACES :])
    if volunteers := _found("volunteer_canaries"):
        await volunteers.plant_volunteers(planter, VOLUNTEERS)
    if platforms := _found("platform_canaries"):
        await platforms.plant_nominees(planter)


def _found(name: str) -> Any:
    try:
        return importlib.import_module(f"tests.support.{name}")
    except ModuleNotFoundError:
        return None


async def _dumped(data: Path) -> bytes:
    from infra.database.binaries import find_binaries  # noqa: PLC0415
    from infra.database.embedded import EmbeddedDatabase  # noqa: PLC0415
    from infra.database.interface import Role  # noqa: PLC0415
    from services.databases import database_folder  # noqa: PLC0415

    database = EmbeddedDatabase(database_folder(data))
    await database.start()
    try:
        at = database.dsn(Role.ADMIN)
        where = [
            f"--host={at['host']}",
            f"--port={at['port']}",
            f"--username={at['user']}",
            f"--dbname={at['database']}",
        ]
        program = find_binaries().folder / "pg_dump"
        done = await asyncio.to_thread(subprocess.run, [str(program), *where], check=True, stdout=subprocess.PIPE)
        return done.stdout
    finally:
        await database.stop()


def _for_ever(tree: Path) -> dict[str, dict[str, str]]:
    """The migrations and the golden payloads, by their hashes."""
    folders = {"migrations": tree / "infra/database/migrations", "events": tree / "tests/golden/events"}
    return {
        name: {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.iterdir())
            if path.suffix in {".sql", ".json"}
        }
        for name, folder in folders.items()
    }


if __name__ == "__main__":
    sys.exit(main())

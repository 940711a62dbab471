"""`kill -9` of an import, wherever it is: nothing of the institution is here, and the next one brings it."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from infra.database.interface import MAIN_NODE
from services.bootstrap import System
from services.finding import Finding
from services.placement.move import Move
from tests.services.transfer.conftest import HERE, SLUG, THERE
from tests.services.transfer.test_transfer import key_of, rows_in, tenant_of
from tests.support.looked_at import looked_at
from tests.support.running import ROOT, pakt

KILLS = int(os.environ.get("PAKT_CRASH_ROUNDS", "2"))


def variables(system: System, name: str) -> dict[str, str]:
    return {"PAKT_DATABASE_URL": getattr(system.database, "url", ""), "PAKT_LOG_NAME": name}


def begun(here: System, *arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | variables(here, HERE)
    command = [sys.executable, "-m", "services.cli", "tenant", "import", *arguments, "--data", str(here.settings.data)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


async def on_the_way(system: System) -> Finding:
    return await looked_at(system, "institutions on their way")


async def test_nothing_of_a_killed_import_is_served(there: System, here: System, tmp_path: Path) -> None:
    file, keys = tmp_path / "prizren.pakt", tmp_path / "prizren.keys"
    call = ("tenant", "export", SLUG, "--to", str(file), "--keys-to", str(keys), "--json")
    exported = pakt(*call, data=there.settings.data, environment=variables(there, THERE))
    assert exported.returncode == 0, exported.stderr
    events = json.loads(exported.stdout)["events"]
    assert events == await there.store.head(await tenant_of(there))
    call = (str(file), "--keys", str(keys), "--vkey", str(key_of(there)[0]))
    rolled, steps, times_closed = random.Random(KILLS), 12, 0
    for n in range(KILLS):
        importing, left = begun(here, *call), rolled.randrange(1, steps) if n else steps - 1
        assert importing.stderr is not None
        said = ""
        while left and (line := importing.stderr.readline()):  # it says each table that is copied; then it verifies
            said, left = said + line, left - 1
        importing.send_signal(signal.SIGKILL)
        importing.communicate(timeout=60)
        assert importing.returncode == -signal.SIGKILL
        assert set((await rows_in(here)).values()) == {0}
        if f"{SLUG} is closed to writing until the import has ended; cut short, it is repeated" in said:
            closed = await on_the_way(here)
            assert (closed.ok, f"{SLUG} is closed to writing for an import: repeat" in closed.detail) == (False, True)
            times_closed += 1
    assert times_closed > 0

    await Move(here.database, await tenant_of(here), MAIN_NODE).run()  # as the doctor says, for who gives it up
    assert (await on_the_way(here)).ok
    whole = begun(here, *call)
    said, complained = whole.communicate(timeout=120)
    assert whole.returncode == 0, complained
    assert f"{events} events" in said
    assert len(complained.splitlines()) >= steps
    assert (await here.store.head(await tenant_of(here))) == events + 2

    again = begun(here, *call)
    _, complained = again.communicate(timeout=120)
    assert (again.returncode, "is here already" in complained) == (2, True)
    print(
        f"transfer: {KILLS} imports killed, {times_closed} left it closed, which the doctor said; 0 left anything else"
    )

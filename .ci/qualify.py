"""Run the long tests with a release's numbers and write what came out to tests/QUALIFICATION.md.

`python .ci/qualify.py [PART …]` runs the named parts, all without a name; the rows of parts that did not run stay.
"""  # noqa: INP001 - programs, not a package

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "tests" / "QUALIFICATION.md"
_STEADY = os.environ.get("PAKT_STEADY_SECONDS", "3600")
PARTS = {
    "database": ("tests/crash/test_database_killed.py", {"PAKT_CRASH_ROUNDS": "500"}, "500 x kill -9 of PostgreSQL"),
    "nodes": ("tests/contracts/test_eventstore.py", {"PAKT_TEST_NODES": "1"}, "the store's contract over two servers"),
    "move": (
        "tests/services/placement/test_move.py::test_it_goes_and_comes_back_while_several_processes_write",
        {"PAKT_MOVE_EVENTS": "50000"},
        "a tenant of 50,000 events moved there and back while 6 writers append",
    ),
    "movers": (
        "tests/services/placement/test_move_killed.py",
        {"PAKT_CRASH_ROUNDS": "40"},
        "40 x kill -9 of the mover of a tenant while 4 writers append",
    ),
    "gateway": ("tests/crash/test_gateway_killed.py", {"PAKT_CRASH_ROUNDS": "200"}, "200 x kill -9 of the gateway"),
    "claims": (
        "tests/crash/test_claims_killed.py",
        {"PAKT_CRASH_ROUNDS": "500"},
        "500 x kill -9 of PostgreSQL, worker or gateway while logs tell each other",
    ),
    "races": (
        "tests/services/worker/test_overlapping_hours.py",
        {"PAKT_RACES": "1000"},
        "1,000 times the same hours of a volunteer in two institutions at once",
    ),
    "steady": (
        "tests/crash/test_steady_load.py",
        {"PAKT_STEADY_SECONDS": _STEADY, "PAKT_STEADY_RATE": "0", "PAKT_STEADY_ROUNDS": "6"},
        f"{_STEADY} s at half of the measured peak, then one institution at ten times its quota",
    ),
    "followers": ("tests/crash/test_tailing_readers.py", {}, "tailing readers beside 20 writers"),
    "feed": (
        "tests/crash/test_feed_followers.py",
        {"PAKT_FEED_SECONDS": "60"},
        "followers of the feed cut off and resumed beside 20 writers for 60 s",
    ),
    "workers": (
        "tests/services/worker/test_worker_killed.py",
        {"PAKT_CRASH_ROUNDS": "10"},
        "workers killed, messages lost, 10 times without and with a broker",
    ),
    "webhooks": (
        "tests/crash/test_webhooks_killed.py",
        {"PAKT_CRASH_WEBHOOKS": "2000", "PAKT_CRASH_ROUNDS": "20"},
        "2,000 webhooks to a hostile receiver, 20 x kill -9 of the sender",
    ),
    "endpoints": (
        "tests/services/egress/test_deliveries.py",
        {"PAKT_WEBHOOK_ENDPOINTS": "10000"},
        "one event for 10,000 endpoints",
    ),
    "sealers": (
        "tests/crash/test_sealers_killed.py",
        {"PAKT_CRASH_ROUNDS": "200"},
        "200 x kill -9 or stop of one of four sealers",
    ),
    "erasures": (
        "tests/crash/test_erasure_killed.py",
        {"PAKT_CRASH_ROUNDS": "50"},
        "50 x kill -9 of the gateway while it erases",
    ),
    "work": (
        "tests/crash/test_work_killed.py",
        {
            "PAKT_JOBS": "5000",
            "PAKT_WORKER_KILLS": "50",
            "PAKT_RABBITMQ_KILLS": "10",
            "PAKT_POSTGRESQL_KILLS": "10",
        },
        "5,000 jobs, 50 x kill -9 of workers, 10 x of RabbitMQ, 10 x of PostgreSQL",
    ),
    "faults": (
        "tests/faults",
        {"PAKT_FAULT_SECONDS": "30", "PAKT_FAULT_BROKER_SECONDS": "300"},
        "PostgreSQL away, frozen, slow, unheard, its answers unheard, 30 s each; RabbitMQ away for 5 min",
    ),
    "stopping": (
        "tests/services/cli/test_stopping_under_load.py",
        {"PAKT_CRASH_ROUNDS": "12"},
        "12 x a gateway stopped while people write",
    ),
    "restore": (
        "tests/crash/test_restore_drill.py",
        {"PAKT_RESTORE_POINTS": "5"},
        "backup under load, kill -9, restored to 5 moments",
    ),
    "transfer": (
        "tests/services/transfer/test_import_killed.py",
        {"PAKT_CRASH_ROUNDS": "50"},
        "50 x kill -9 of the import of an institution",
    ),
    "backups": (
        "tests/crash/test_backup_restored.py",
        {"PAKT_RESTORE_POINTS": "5"},
        "copied under load, kill -9, restored to the end, 5 times and a position",
    ),
    "upgrade": (
        "tests/upgrade",
        {"PAKT_UPGRADE_SECONDS": "10", "PAKT_UPGRADE_LOGS": "100", "PAKT_KILLED_FILES": "1000"},
        "every kept release upgraded under load by its own code, migrators killed in every file",
    ),
    "moments": (
        "tests/projections/test_time_machine.py",
        {"PAKT_MOMENTS": "250"},
        "the time machine beside a full replay, at 500 moments of each log",
    ),
    "fuzz": ("tests/services/gateway/test_fuzz.py", {"PAKT_FUZZ_CASES": "100000"}, "100,000 generated requests"),
    "malformed": (
        "tests/services/gateway/test_malformed.py",
        {"PAKT_MALFORMED_SHARE": "1"},
        "every wrong value in every place of every command",
    ),
    "registers": (
        "tests/journeys/test_real_contracts.py",
        {"PAKT_QUALIFY_REGISTERS": "all"},
        "24 real registers of contracts through a running installation",
    ),
    "releases": (
        "tests/services/open_data/test_ocds_release.py",
        {"PAKT_LIVES": "1000"},
        "every release and record of 1,000 lives of contracts",
    ),
    "erasure": (
        "tests/services/erasure/test_canaries.py",
        {"PAKT_CANARIES": "10000", "PAKT_ERASURES": "100"},
        "10,000 canaries, 100 persons erased",
    ),
    "machines": (
        "tests/domain/consultations",
        {"HYPOTHESIS_MAX": "5000", "HYPOTHESIS_STEPS": "50"},
        "state machines, 5,000 examples x 50 steps",
    ),
    "tampering": (
        "tests/attacks",
        {"PAKT_QUALIFY_FLIPS": "all"},
        "every byte of every column of 200 rows, every byte of a kit",
    ),
    "chart": (
        "tests/helm",
        {"PAKT_CHART_EXAMPLES": "1000", "PAKT_CHART_CHECKOV": "1", "PAKT_REQUIRE": "helm"},
        "1,000 values by chance, rendered by helm 3 and helm 4; checkov's rules",
    ),
    "opinions": (
        "tests/infra",
        {"PAKT_QUALIFY_OPINIONS": "1"},
        "pymerkle on 200 random trees, rfc8785 on 2,000 values, pyld on 50 credentials",
    ),
}
HEAD = """# The last qualification

Written by `make qualify`; each row is a part's last run, on the commit that it names. `make qualify PARTS="database"`
runs one part.

| part | what | result | what it said | seconds | when (UTC) | commit |
|---|---|---|---|---|---|---|
"""
_ROW = re.compile(r"^\| (\w+) \|.*$", re.MULTILINE)


def _rows() -> dict[str, str]:
    """The page's rows by their parts."""
    page = PAGE.read_text() if PAGE.exists() else ""
    return {found[1]: found[0] for found in _ROW.finditer(page) if found[1] in PARTS}


def main(wanted: list[str]) -> int:
    """Run the parts one after the other; 1 when one of them failed, 2 for an unknown name."""
    if unknown := sorted(set(wanted) - set(PARTS)):
        sys.stderr.write(f"there is no part {', '.join(unknown)}; there are: {', '.join(PARTS)}\n")
        return 2
    failed = False
    for part in wanted or PARTS:
        sys.stderr.write(f"# {part}: {PARTS[part][2]}\n")
        row, good = run(part)
        rows = _rows() | {part: row}  # read anew: another part may have run beside it
        failed |= not good
        PAGE.write_text(HEAD + "".join(f"{rows[name]}\n" for name in PARTS if name in rows))
        sys.stderr.write(f"{row}\n")
    return int(failed)


def run(part: str) -> tuple[str, bool]:
    """The part's row, and whether it passed."""
    where, numbers, what = PARTS[part]
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", where, "-s", "-q", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | numbers, capture_output=True, text=True, check=False)  # noqa: S603
    said = [line for line in done.stdout.splitlines() if re.match(r"[a-z]+: \S", line)]
    closing = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-200:]
    passed = re.search(r"\d+ (passed|skipped)", closing)
    result = passed[0] if done.returncode == 0 and passed else f"FAILED: {closing}"
    if done.returncode:
        sys.stderr.write(done.stdout[-20_000:])  # what failed, for whoever looks now; the row says only that it did
    head = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(head, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    cells = (
        part,
        what,
        result,
        "; ".join(said).replace("|", "/"),
        f"{time.monotonic() - began:.0f}",
        when,
        commit.stdout.strip(),
    )
    return f"| {' | '.join(cells)} |", done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Re-verify a deadline's proof without Pakt: `python verify_deadline.py PROOF.json [CALENDAR.json]`.

PROOF is what `GET .../deadlines/{id}/proof` answers. CALENDAR, a list of closed days `{"day": "YYYY-MM-DD"}`, makes
the check independent of the trace's own word for holidays. Exit code 0 means proven.
"""

import json
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SATURDAY = 5


def walk(
    proof: dict[str, Any], first: date, skipped: dict[date, str], closed: set[date] | None
) -> tuple[date, list[str]]:
    """The last day and what is wrong, by counting every single day from the anchor on."""
    wrong: list[str] = []
    last, day, left = first, first + DAY * (proof["counting"] == "exclude_first"), proof["n"]
    while left > 0:
        weekend, reason = day.weekday() >= SATURDAY, skipped.pop(day, None)
        if reason is None and (weekend or (closed is not None and day in closed)):
            wrong.append(f"{day} was counted although nobody works on it")
        if reason is not None and weekend != (reason == "weekend"):
            wrong.append(f"{day} was skipped for the wrong reason: {reason}")
        if reason not in {None, "weekend"} and closed is not None and day not in closed:
            wrong.append(f"{day} was skipped but is a working day of the calendar")
        left -= reason is None
        last, day = day, day + DAY
    return last, wrong + [f"{outside} lies outside the period" for outside in skipped]


def verify(proof: dict[str, Any], closed: set[date] | None = None) -> list[str]:
    """Everything that is wrong with the proof; an empty list proves the deadline."""
    zone, wrong = ZoneInfo(proof["zone"]), list[str]()
    first = datetime.fromisoformat(proof["anchor"]).astimezone(zone).date()
    due = datetime.fromisoformat(proof["due_at"])
    if proof["unit"] == "working_days":
        skipped = {date.fromisoformat(skip["on"]): skip["reason"] for skip in proof.get("trace", [])}
        last, wrong = walk(proof, first, skipped, closed)
    elif proof["unit"] == "calendar_days":
        last = first + DAY * (proof["n"] - (proof["counting"] == "include_first" and proof["n"] > 0))
    else:  # a day of the year: it must be the next one after the anchor
        last = due.astimezone(zone).date() - DAY
        wrong += [] if DAY <= last - first <= 366 * DAY else ["the day is not the next of its kind after the anchor"]
    expected = datetime.combine(last + DAY, time(), zone).astimezone(UTC)
    return wrong + ([] if due == expected else [f"due_at should be {expected.isoformat()}"])


if __name__ == "__main__":
    read = [json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:3]]
    days = {date.fromisoformat(day["day"]) for day in read[1]} if read[1:] else None
    found = verify(read[0].get("deadline", read[0]), days)
    sys.stdout.write("\n".join(found or ["proven"]) + "\n")
    sys.exit(bool(found))

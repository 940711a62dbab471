"""Draw the judges of a call for grants again, without Pakt: `python draw_judges.py SHEET.json`.

SHEET is what `GET /v1/public/grant-calls/{id}/scoring-sheet` answers. Done again is the draw of the external experts by
its seed, and each place that became free: the next alternate takes it, of those who neither judge the application, nor
left it, nor were replaced in any. Alternates stand in the order of their lots, those of a later draw behind the others.

Exit codes: 0 all is equal; 1 it is not, and the first difference is printed; 2 SHEET is not a scoring sheet.
"""

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

Sheet = dict[str, Any]


def drawn(seed: str, pool: list[Sheet]) -> list[int]:
    """The numbers of the pool in the order of their lots."""
    return [
        one["number"] for one in sorted(pool, key=lambda one: sha256(f"{seed}::{one['person_id']}".encode()).digest())
    ]


def draw_differs(sheet: Sheet) -> Iterator[str]:
    people = {one["number"]: one["person_id"] for one in sheet["pool"]}
    order = [(number, people[number]) for number in drawn(sheet["draw_seed"], sheet["pool"])]
    listed = [(one["number"], one["person_id"]) for one in sheet["members"] if one["kind"] == "external"]
    if listed != order[: sheet["experts"]]:
        yield f"experts: listed {listed}, in order of their lots {order}"


def places_differ(sheet: Sheet) -> Iterator[str]:
    first = drawn(sheet["draw_seed"], sheet["pool"])[sheet["experts"] :]
    later = [number for one in sheet["extensions"] for number in drawn(one["seed"], one["pool"])]
    replaced = {one["left"] for entry in sheet["applications"] for one in entry["changes"] if one["why"] == "replaced"}
    for entry in sheet["applications"]:
        seen: set[int] = set()
        for change in entry["changes"]:
            joined = change["joined"]
            seen.add(change["left"])
            free = [one for one in first + later if one not in seen and (one == joined or one not in replaced)]
            if joined is None and (
                passed := [one for one in free if one in first]
            ):  # a later draw may not have been yet
                yield f"application {entry['application_id']}: {change}, though member {passed[0]} was left"
            if joined is not None and free[:1] != [joined]:
                yield f"application {entry['application_id']}: {change}, by lot it was the turn of {free[:1]}"
            seen.add(joined)


def main() -> int:
    try:
        sheet = json.loads(Path(sys.argv[1]).read_bytes())
        found = next((one for step in (draw_differs, places_differ) for one in step(sheet)), None)
    except (AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        print(f"not a scoring sheet: {error!r}")
        return 2
    print(found or "equal")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""The 2020 Action Plan of the United States Federal Data Strategy: twenty actions with milestones, and the dates moved.

What the file holds is told as it stands there, dates in words as words. What it does not hold, and a plan needs, is
taken from the published plan: when it was adopted, by whom, and the year it is for.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from services.importing.lines import Line, Record
from services.importing.stories import given

SOURCE = "us-federal-data-strategy"
REFERENCE = "US-FDS-2020"
_FIRST, _LAST, _ADOPTED = "2020-01-01", "2020-12-31", "2019-12-23"
_MOVED, _STATUS = "2020-05", "2021-01"
_DOCUMENT = {
    "document": "Federal Data Strategy 2020 Action Plan and its progress, repository GSA/data-strategy",
    "url": "https://github.com/GSA/data-strategy",
}
_SUPPOSED = ("the file tells no first day of a measure: the plan's is taken",)
_IN_WORDS = "a milestone's day is in words: the measure may go on to the end of the plan"
_AGENCY = "CFO Act Agencies"


def is_federal(found: dict[str, Any]) -> bool:
    """Whether the file is of that plan."""
    return {"actions", "agency_status"} <= found.keys()


def federal_lines(found: dict[str, Any], tenant: str) -> Iterator[Line]:
    """Its records, as a plan's; the institution `tenant` leads every measure and coordinates."""
    sections = {title: f"S{n}" for n, title in enumerate(dict.fromkeys(one["section"] for one in found["actions"]), 1)}
    yield Line(0, _strategy(sections, tenant), remarks=("when the plan was adopted, and by whom, is not in the file",))
    for n, action in enumerate(found["actions"], start=1):
        yield _measure(n, action, sections[action["section"]], tenant)
    for milestone, rows in found["agency_status"].items():
        code = next(
            sections[action["section"]]
            for action in found["actions"]
            if any(one["number"] == milestone for one in action["milestones"])
        )
        yield from _status(milestone, rows, found["agency_status_summary"][milestone], code)


def _english(words: str) -> dict[str, Any]:
    return {"en": {"text": words}}


def _strategy(sections: dict[str, str], tenant: str) -> Record:
    return {
        "entry": "strategy",
        "id": REFERENCE,
        "reference": REFERENCE,
        "title": _english("Federal Data Strategy 2020 Action Plan"),
        "first_day": _FIRST,
        "last_day": _LAST,
        "adopted_on": _ADOPTED,
        "adopting_body": "Office of Management and Budget",
        "coordinator": tenant,
        "objectives": [{"code": code, "title": _english(title)} for title, code in sections.items()],
        "sources": [_DOCUMENT],
    }


def _measure(number: int, action: dict[str, Any], objective: str, tenant: str) -> Line:
    milestones = action["milestones"]
    dated = [one["target"] for one in milestones if one["target"]]
    in_words = len(dated) < len(milestones)
    partners = dict.fromkeys(one["responsible"] for one in milestones if one["responsible"])
    record: Record = {
        "entry": "measure",
        "id": f"{REFERENCE}/{action['number']}",
        "strategy": REFERENCE,
        "assigned_on": _ADOPTED,
        "lead": tenant,
        "plan": {
            "code": str(action["number"]),
            "objective": objective,
            "title": _english(action["title"]),
            "first_day": _FIRST,
            "last_day": _LAST if in_words else max(dated),
            "partners": [{"other": name} for name in partners],
            "milestones": [_milestone(one) for one in milestones],
            "sources": [_DOCUMENT],
        }
        | _description(milestones),
        "moves": _moves(milestones, _LAST if in_words else max(dated)),
    }
    return Line(number, record, remarks=(*_SUPPOSED, _IN_WORDS) if in_words else _SUPPOSED)


def _milestone(one: dict[str, Any]) -> dict[str, Any]:
    return {"code": one["number"], "title": _english(one["title"])} | given(
        measurement=one["measurement"], target=one["target"], target_words=one["target_text"]
    )


def _description(milestones: list[dict[str, Any]]) -> dict[str, Any]:
    """Whom the plan binds and where it is reported, which a milestone has no places for."""
    said = [
        f"{one['number']}: {'. '.join(part for part in (one['obligation'], _reported(one['reporting'])) if part)}."
        for one in milestones
        if one["obligation"] or one["reporting"]
    ]
    return {"description": _english("\n".join(said))} if said else {}


def _reported(where: str | None) -> str | None:
    return where and f"Reporting: {where}"


def _moves(milestones: list[dict[str, Any]], last_day: str) -> list[dict[str, Any]]:
    """What was moved in May 2020; a new date in words takes the day away and says the words."""
    moved = [one for one in milestones if one.get("revised_target") or one.get("revised_text")]
    if not moved:
        return []
    targets = [
        {"milestone": one["number"]} | given(target=one["revised_target"], target_words=one["revised_text"])
        for one in moved
    ]
    latest = max((one["revised_target"] or last_day for one in moved), key=date.fromisoformat)
    move: dict[str, Any] = {
        "on": _MOVED,
        "milestones": targets,
        "reason": _english("Moved in May 2020 because of the pandemic."),
    }
    return [move | {"last_day": latest} if latest > last_day else move]


def _status(milestone: str, rows: list[dict[str, str]], summary: dict[str, str], objective: str) -> Iterator[Line]:
    """What agencies answered by the end of January 2021, question by question, with every agency's answer."""
    for question in (one for one in rows[0] if one != _AGENCY):
        answers = Counter(row[question] for row in rows)
        said = [
            f"Milestone {milestone}: {question}",
            *(
                f"{answer} ({count} of {len(rows)}): {', '.join(r[_AGENCY] for r in rows if r[question] == answer)}."
                for answer, count in sorted(answers.items(), reverse=True)
            ),
            f"{summary[_AGENCY].strip('*:')}: {summary[question]}.",
        ]
        record: Record = {
            "entry": "output",
            "id": f"{REFERENCE}/{milestone}/{question}",
            "strategy": REFERENCE,
            "objective": objective,
            "on": _STATUS,
            "kind": "figure",
            "text": _english("\n".join(said)),
            "figure": max(count for answer, count in answers.items() if answer in _YES),
            "status": "measured",
            "source": _DOCUMENT,
        }
        yield Line(0, record)


_YES = ("Y", "Selected", "Complete")
"""Answers that say that it was done."""

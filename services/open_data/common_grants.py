"""Calls for grants as opportunities of the CommonGrants protocol 0.4, in the reader's language."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.grants.vocabulary import ApplicantKind, CallStage
from domain.kernel.message import N_, Message
from domain.kernel.money import Money
from domain.kernel.text import Text
from projections.grant_call_queries import PublicGrantCall
from services.language.translation import translate, translate_code

Members = dict[str, Any]
_ZONE = ZoneInfo("Europe/Belgrade")
_APPLICANTS = {ApplicantKind.ORGANISATIONS: "organization", ApplicantKind.INDIVIDUALS: "individual"}
_ENDED = frozenset({CallStage.CANCELLED, CallStage.VOID})


def opportunity(call: PublicGrantCall, now: datetime, language: str, public_url: str = "") -> Members:
    """A published call at an instant; `public_url` is where people reach the gateway, '' where that is not known."""
    facts = call.facts
    told: Members = {
        "id": str(call.call_id),
        "title": call.title.in_language(language),
        "status": _status(call, now, language),
        "description": _said(facts.summary, language) or call.title.in_language(language),
        "funding": _funding(call),
        "keyDates": _dates(call, language),
        "acceptedApplicantTypes": [_applicant(kind, language) for kind in facts.eligible or ()],
        "source": f"{public_url.rstrip('/')}/v1/public/grant-calls/{call.call_id}" if public_url else "",
        "customFields": _custom(call, language),
        "createdAt": _instant(call.published_at or call.drafted_at),
        "lastModifiedAt": _instant(call.changed_at),
    }
    return {name: value for name, value in told.items() if value not in ("", [], {})}


def _status(call: PublicGrantCall, now: datetime, language: str) -> Members:
    stage = {"description": translate_code(call.state, language)}
    if call.state in _ENDED:
        return {"value": "custom", "customValue": str(call.state)} | stage
    if call.published_at is not None and now < call.published_at:
        return {"value": "forecasted"} | stage
    return {"value": "open" if call.is_open else "closed"} | stage


def _funding(call: PublicGrantCall) -> Members:
    amounts = {
        "totalAmountAvailable": call.facts.budget,
        "minAwardAmount": call.facts.award_min,
        "maxAwardAmount": call.facts.award_max,
    }
    return {name: _money(money) for name, money in amounts.items() if money is not None}


def _money(money: Money) -> Members:
    amount, _, currency = str(money).partition(" ")
    return {"amount": amount, "currency": currency}


def _dates(call: PublicGrantCall, language: str) -> Members:
    dates = {
        "postDate": (call.published_at, N_("The call was published")),
        "closeDate": (call.closes_at, N_("Applications are taken until just before this time")),
    }
    return {name: _event(at, what, language) for name, (at, what) in dates.items() if at is not None}


def _event(at: datetime, what: str, language: str) -> Members:
    local = at.astimezone(_ZONE)
    return {
        "name": translate(Message(what), language),
        "eventType": "singleDate",
        "date": local.date().isoformat(),
        "time": local.strftime("%H:%M:%S"),
        "description": local.isoformat(),
    }


def _applicant(kind: ApplicantKind, language: str) -> Members:
    said = {"description": translate_code(str(kind), language)}
    known = _APPLICANTS.get(kind)
    return ({"value": known} if known else {"value": "custom", "customValue": str(kind)}) | said


def _custom(call: PublicGrantCall, language: str) -> Members:
    texts = {
        "institution": call.tenant,
        "purpose": call.purpose,
        "targetGroup": _said(call.facts.target_group, language),
    }
    return {name: {"name": name, "fieldType": "string", "value": value} for name, value in texts.items() if value}


def _said(words: Text | None, language: str) -> str:
    return "" if words is None else words.in_language(language)


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

"""The page of what was submitted: whoever has the code on a receipt sees what became of it, without a script."""

from html import escape
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from domain.kernel.errors import StreamNotFound
from domain.kernel.message import N_, Message, Value
from services.gateway.desk import Reads
from services.gateway.envelope import FORM_POLICY
from services.gateway.pages import LANGUAGES, asked_language, html, language_of, page, said_html, top
from services.gateway.routes.receipts import PAGE, Followed, find
from services.language import translate
from services.language.translation import translate_code
from services.receipts.document import moment, named
from services.receipts.journey import Step

AnyRequest = Request[Any, Any, Any]
_NOT_KEPT = "no-store"
_NO_INDEX = '<meta name="robots" content="noindex">'
_LONGEST = 80
STEPS = {
    "submitted": N_("Contribution submitted"),
    "receipted": N_("Receipt confirmed to the contributor"),
    "published": N_("Contribution published"),
    "withheld": N_("Contribution not shown"),
    "withdrawn": N_("Contribution taken back"),
    "answered": N_("Position of the institution recorded"),
    "answer_revised": N_("Position of the institution revised"),
    "disputed": N_("Position disputed by the contributor"),
    "dispute_replied": N_("Reply of the institution to the dispute"),
    "reported": N_("Report on the consultation published"),
    "adopted": N_("Act adopted"),
    "gazetted": N_("Act published in the Official Gazette"),
    "concluded": N_("Consultation finished"),
    "consultation_withdrawn": N_("Consultation given up"),
    "consultation_annulled": N_("Consultation annulled"),
    "application_submitted": N_("Application submitted"),
    "completion_requested": N_("Asked to bring what is missing"),
    "application_completed": N_("What was missing brought"),
    "application_checked": N_("Application checked"),
    "check_reopened": N_("Check to be made anew"),
    "application_withdrawn": N_("Application taken back"),
    "ranked": N_("Scored; provisional ranking published"),
    "award_released": N_("Award released before the final ranking"),
    "ranking_final": N_("Final ranking published"),
    "complaint_filed": N_("Complaint filed"),
    "complaint_admitted": N_("Complaint admitted"),
    "complaint_dismissed": N_("Complaint found inadmissible"),
    "complaint_decided": N_("Complaint decided"),
    "reserve_promoted": N_("Moved up from the reserve"),
    "award_lapsed": N_("Award lapsed"),
    "agreement_signed": N_("Agreement signed"),
    "agreement_suspended": N_("Agreement suspended"),
    "agreement_resumed": N_("Agreement in force again"),
    "agreement_terminated": N_("Agreement terminated"),
    "agreement_completed": N_("Agreement completed"),
    "instalment_paid": N_("Instalment paid"),
    "instalment_withheld": N_("Instalment withheld"),
    "report_submitted": N_("Report submitted"),
    "report_returned": N_("Report sent back to be mended"),
    "report_accepted": N_("Report accepted"),
    "report_overdue": N_("Report overdue"),
    "report_waived": N_("Report waived"),
    "call_cancelled": N_("Call cancelled"),
    "call_voided": N_("Call declared void"),
}
"""What each step of a journey is called."""


def contribution_page(reads: Reads) -> HTTPRouteHandler:
    """The page over a system."""

    @get(PAGE, include_in_schema=False, name="my-contribution", opt={"open": True})
    async def my_contribution(request: AnyRequest) -> Response[str]:
        """A field for the code; with a code, every step so far and its receipt."""
        language, code = language_of(request), request.query_params.get("code", "").strip()
        if not code:
            return _page(request, language, _form(request, language, ""))
        try:
            found = await find(reads, code[:_LONGEST])
        except StreamNotFound:
            told = said_html(N_("Nothing was submitted under this code. Look at each letter."), language)
            again = f'{_form(request, language, code[:_LONGEST])}<p role="alert">{told}</p>'
            return _page(request, language, again, status=404)
        institution = (await reads.system.handler.authority.national()).institutions[found.tenant.slug]
        return _page(request, language, _journey(found, named(institution.names, language), language))

    return my_contribution


def _page(request: AnyRequest, language: str, content: str, status: int = 200) -> Response[str]:
    title = translate(Message(N_("What became of my contribution or application")), language)
    code = request.query_params.get("code", "")[:_LONGEST]
    kept = f"code={code}" if code.replace("-", "").isalnum() and code.isascii() else ""
    body = f"{top(request, language, query=kept)}<main><h1>{escape(title)}</h1>{content}</main>"
    whole = page(f"{title} · Pakt", body, language, head=_NO_INDEX)
    return html(whole, language, FORM_POLICY, cache=_NOT_KEPT, status=status)


def _form(request: AnyRequest, language: str, code: str) -> str:
    asked = asked_language(request)
    chosen = f'<input type="hidden" name="lang" value="{asked}">' if asked else ""
    return (
        f'<form method="get" action="{PAGE}">{chosen}<label for="code">'
        f"{said_html(N_('The code on your receipt'), language)}</label>"
        f'<input id="code" name="code" value="{escape(code)}" maxlength="{_LONGEST}" required'
        ' autocomplete="off" spellcheck="false" placeholder="XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX">'
        f"<button>{said_html(N_('Show'), language)}</button></form>"
    )


def _journey(found: Followed, institution: str, language: str) -> str:
    base = f"/v1/public/receipts/{found.code}"
    rows = "".join(_row(step, base, language) for step in found.journey.steps)
    prints = " · ".join(
        f'<a href="{base}/receipt.pdf?lang={code}" lang="{code}" hreflang="{code}">{name}</a>'
        for code, name in LANGUAGES.items()
    )
    kind, name = ("consultations", N_("The consultation")) if found.contribution else ("grant-calls", N_("The call"))
    return (
        f'<p class="lead">{escape(institution)}</p>'
        f'<p><a href="/v1/public/{kind}/{found.journey.within_id}">{said_html(name, language)}</a></p>'
        f"<table>{rows}</table>"
        f"<h2>{said_html(N_('The receipt to print'), language)}</h2><p>{prints}</p>"
        f"<p>{said_html(N_('Keep the code to yourself: whoever has it sees this page.'), language)}</p>"
    )


def _row(step: Step, base: str, language: str) -> str:
    told = [f"<strong>{said_html(STEPS[step.step], language)}</strong>", *_details(step, language)]
    receipt = f'<a href="{base}/steps/{step.position}">{said_html(N_("Receipt"), language)} {step.position}</a>'
    return f"<tr><td>{'<br>'.join(told)}</td><td>{moment(step.at)}</td><td>{receipt}</td></tr>"


def _details(step: Step, language: str) -> list[str]:
    """What the step says beyond its name, as HTML."""

    def say(template: str, **values: Value) -> str:
        return escape(translate(Message(template, values), language))

    codes = (step.outcome, step.withheld_reason, step.conclusion)
    words = [escape(translate_code(code, language)) for code in codes if code]
    if step.article:
        words.append(say(N_("Changed article: {article}"), article=step.article))
    if step.reason is not None:
        words.append(escape(step.reason.in_language(language)))
    if step.late:
        words.append(say(N_("after the deadline")))
    if step.decision_no:
        words.append(say(N_("Decision {number}"), number=step.decision_no))
    if step.act_id:
        words.append(f'<a href="{escape(step.url)}" rel="noreferrer">{escape(step.act_id)}</a>')
    return words + _figures(step, language)


def _figures(step: Step, language: str) -> list[str]:
    """Ranks, sums and days, as HTML."""

    def say(template: str, **values: Value) -> str:
        return escape(translate(Message(template, values), language))

    words = []
    if step.rank:
        percent = f"{step.score // 10_000}.{step.score % 10_000 // 100:02d}"
        words.append(say(N_("Rank {rank}, {percent} % of the points"), rank=step.rank, percent=percent))
    if step.number:
        words.append(say(N_("Number {number}"), number=step.number))
    if step.amount is not None:
        words.append(escape(str(step.amount)))
    if step.paid_on is not None:
        words.append(step.paid_on.isoformat())
    if step.until is not None:
        words.append(say(N_("Time until {until}"), until=moment(step.until)))
    return words

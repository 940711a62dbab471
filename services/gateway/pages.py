"""The few pages for people: the first page, and one page per problem type; and what pages are made of.

Nothing on them comes from another server; scripts run on the documentation and on the page of check-ins only.
"""

import inspect
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from domain.kernel.errors import StreamNotFound
from domain.kernel.message import N_
from services.gateway.envelope import PAGE_POLICY
from services.gateway.problems import documented, status_of
from services.gateway.wording import negotiate, said

STATIC = Path(__file__).with_name("static")
LANGUAGES = {"sq": "Shqip", "sr": "Srpski", "sr-Cyrl": "Српски", "en": "English"}
_ASSETS = {
    "pakt.css": "text/css",
    "docs.js": "text/javascript",
    "mark.svg": "image/svg+xml",
    "check-in/page.js": "text/javascript",
    "check-in/phone.js": "text/javascript",
    "check-in/store.js": "text/javascript",
    "vendor/swagger-ui/swagger-ui-bundle.js": "text/javascript",
    "vendor/swagger-ui/swagger-ui.css": "text/css",
}
MINUTES = "public, max-age=300"
_DAY = "public, max-age=86400"
_STEPS = """curl -s http://{host}/v1/public/consultations
export TOKEN=…   # DATA/credentials.json
curl -s -H "Authorization: Bearer $TOKEN" http://{host}/v1/me"""


def page(title: str, content: str, language: str, *, head: str = "") -> str:
    """A whole HTML document around `content`; `title` is text, `content` and `head` are HTML."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="/static/mark.svg">'
        f'<link rel="stylesheet" href="/static/pakt.css">{head}</head><body>{content}</body></html>\n'
    )


def html(
    content: str, language: str, policy: bytes = PAGE_POLICY, *, cache: str = MINUTES, status: int = 200
) -> Response[str]:
    """A page as a response."""
    headers = {
        "content-security-policy": policy.decode(),
        "content-language": language,
        "cache-control": cache,
        "vary": "Accept-Language",
    }
    return Response(content, status_code=status, media_type=MediaType.HTML, headers=headers)


def language_of(request: Request[Any, Any, Any]) -> str:
    """The language of the page: the one chosen by hand, else by Accept-Language."""
    return asked_language(request) or negotiate(request.headers.get("accept-language", ""))


def asked_language(request: Request[Any, Any, Any]) -> str:
    """The language chosen by hand, '' when none was."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else ""


def said_html(template: str, language: str) -> str:
    """A text as HTML; what stands in backticks is set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(said(template, language)))


def top(request: Request[Any, Any, Any], language: str, trail: str = "", *, query: str = "") -> str:
    """What stands above every page: the way home, `trail` (HTML) behind it, and the same page in other languages.

    `query` is what the page's address keeps in another language, safe to stand in it.
    """
    path, chosen = escape(request.url.path), "sr" if language == "sr-Latn" else language
    more = f"{query}&amp;" if query else ""
    current = {chosen: ' aria-current="true"'}
    languages = " ".join(
        f'<a href="{path}?{more}lang={code}" lang="{code}" hreflang="{code}"{current.get(code, "")}>{name}</a>'
        for code, name in LANGUAGES.items()
    )
    mark = '<img src="/static/mark.svg" alt="" width="28" height="28">'
    return (
        f'<header><nav><a class="mark" href="{kept(request, "/")}">{mark}Pakt</a>{trail}</nav>'
        f'<nav aria-label="{escape(said(N_("Language"), language))}">{languages}</nav></header>'
    )


def kept(request: Request[Any, Any, Any], path: str) -> str:
    """The path of another page, in the language that was chosen by hand for this one."""
    asked = asked_language(request)
    return f"{path}?lang={asked}" if asked else path


@get("/", include_in_schema=False, name="home", opt={"open": True})
async def home(request: Request[Any, Any, Any]) -> Response[str]:
    """The first page: what this is, and where to go."""
    language = language_of(request)

    def say(template: str) -> str:
        return said_html(template, language)

    host = escape(request.headers.get("host", "127.0.0.1:8000"))
    content = (
        f"{top(request, language)}<main><h1>Pakt</h1>"
        '<p class="lead">'
        f"{say(N_('Pakt runs the cooperation between public institutions and civil society in Kosovo.'))}</p>"
        f"<p>{say(N_('Every step of a public consultation is an event that nobody can rewrite unseen.'))} "
        f"{say(N_('Every number can be opened down to the events behind it.'))}</p>"
        f'<h2>{say(N_("Look around"))}</h2><ul class="ways">'
        f'<li><a href="/v1/public/consultations">{say(N_("Public consultations"))}</a></li>'
        f'<li><a href="/v1/public/plans">{say(N_("Consultation plans"))}</a></li>'
        f'<li><a href="/v1/public/overdue">{say(N_("Reports that are overdue"))}</a></li>'
        f'<li><a href="/v1/public/institutions">{say(N_("Institutions"))}</a></li>'
        f'<li><a href="{kept(request, "/monitoring-reports")}">{say(N_("Monitoring reports"))}</a></li>'
        f'<li><a href="{kept(request, "/my-contribution")}">'
        f"{say(N_('What became of my contribution or application'))}</a></li>"
        f'<li><a href="{kept(request, "/check-in")}">{say(N_("Check in and out as a volunteer"))}</a></li>'
        f'<li><a href="{kept(request, "/docs")}">{say(N_("Documentation of the API"))}</a> '
        f'<small><a href="/openapi.json">OpenAPI 3.1</a>, <a href="/asyncapi.json">AsyncAPI 3.0</a></small></li>'
        f'<li><a href="{kept(request, "/problems")}">{say(N_("What can go wrong"))}</a></li>'
        f'<li><a href="/readyz">{say(N_("Status"))}</a></li></ul>'
        f"<h2>{say(N_('First steps with the demo'))}</h2>"
        f"<p>{say(N_('The demo writes tokens to credentials.json in the data folder; take one and ask.'))}"
        f"</p><pre>{escape(_STEPS).format(host=host)}</pre></main>"
    )
    return html(page("Pakt", content, language), language)


@get("/problems", include_in_schema=False, name="problems", opt={"open": True})
async def problem_list(request: Request[Any, Any, Any]) -> Response[str]:
    """Every problem type with its status."""
    language = language_of(request)
    rows = "".join(
        f'<tr><td><a href="{kept(request, f"/problems/{code}")}"><code>{code}</code></a></td>'
        f"<td>{status_of(error)}</td><td>{said_html(error.title, language)}</td></tr>"
        for code, error in documented().items()
    )
    title = said(N_("What can go wrong"), language)
    content = f"{top(request, language)}<main><h1>{escape(title)}</h1><table>{rows}</table></main>"
    return html(page(f"{title} · Pakt", content, language), language)


@get("/problems/{code:str}", include_in_schema=False, name="problem", opt={"open": True})
async def problem_page(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """What one problem type means: the error class's own description."""
    error = documented().get(code)
    if error is None:
        raise StreamNotFound
    language = language_of(request)
    title = said(error.title, language)
    trail = f' / <a href="{kept(request, "/problems")}">{said_html(N_("What can go wrong"), language)}</a>'
    content = (
        f"{top(request, language, trail)}<main><h1>{escape(title)}</h1>"
        f"<p><code>{code}</code>, HTTP {status_of(error)}</p>"
        f'<p lang="en">{escape(inspect.getdoc(error) or "")}</p></main>'
    )
    return html(page(f"{title} · Pakt", content, language), language)


@get("/static/{path:path}", include_in_schema=False, name="static", opt={"open": True})
async def asset(path: FromPath[Path]) -> Response[bytes]:
    """A file of the closed list; nothing else of the folder can be reached."""
    name = str(path).lstrip("/")
    if name not in _ASSETS:
        raise StreamNotFound
    return Response(content_of(name), media_type=_ASSETS[name], headers={"cache-control": _DAY})


@cache
def content_of(name: str) -> bytes:
    """The bytes of one of this server's own files."""
    return (STATIC / name).read_bytes()


PAGES: list[HTTPRouteHandler] = [home, problem_list, problem_page, asset]

"""The few pages for people: the first page, one page per problem type, and the API's documentation.

Nothing on them comes from another server; scripts run on the documentation page only.
"""

import inspect
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from domain.kernel.errors import StreamNotFound
from domain.kernel.message import N_
from services.gateway.envelope import DOCS_POLICY, PAGE_POLICY
from services.gateway.problems import documented, status_of
from services.gateway.wording import negotiate, said

STATIC = Path(__file__).with_name("static")
LANGUAGES = {"sq": "Shqip", "sr": "Srpski", "en": "English"}
_ASSETS = {
    "pakt.css": "text/css",
    "docs.js": "text/javascript",
    "mark.svg": "image/svg+xml",
    "vendor/swagger-ui/swagger-ui-bundle.js": "text/javascript",
    "vendor/swagger-ui/swagger-ui.css": "text/css",
}
_DAY = "public, max-age=86400"
_STEPS = """curl -s http://{host}/v1/public/consultations
export TOKEN=…   # DATA/credentials.json
curl -s -H "Authorization: Bearer $TOKEN" http://{host}/v1/me"""


def page(title: str, content: str, language: str, *, script: str = "") -> str:
    """A whole HTML document around `content`; `title` is text, `content` is HTML."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="/static/mark.svg">{script}</head>'
        f"<body>{content}</body></html>\n"
    )


def _html(content: str, language: str, policy: bytes = PAGE_POLICY) -> Response[str]:
    headers = {
        "content-security-policy": policy.decode(),
        "content-language": language,
        "cache-control": "public, max-age=300",
        "vary": "Accept-Language",
    }
    return Response(content, media_type=MediaType.HTML, headers=headers)


def _language(request: Request[Any, Any, Any]) -> str:
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else negotiate(request.headers.get("accept-language", ""))


_STYLE = '<link rel="stylesheet" href="/static/pakt.css">'


@get("/", include_in_schema=False, name="home", opt={"open": True})
async def home(request: Request[Any, Any, Any]) -> Response[str]:
    """The first page: what this is, and where to go."""
    language = _language(request)

    def say(template: str) -> str:
        return escape(said(template, language))

    host = escape(request.headers.get("host", "127.0.0.1:8000"))
    choices = " ".join(
        f"<strong>{name}</strong>" if code == language else f'<a href="/?lang={code}" hreflang="{code}">{name}</a>'
        for code, name in LANGUAGES.items()
    )
    content = (
        f'<nav aria-label="{say(N_("Language"))}">{choices}</nav><main><h1>Pakt</h1>'
        f"<p>{say(N_('Pakt runs the cooperation between public institutions and civil society in Kosovo.'))} "
        f"{say(N_('Every step of a public consultation is an event that nobody can rewrite unseen.'))} "
        f"{say(N_('Every number can be opened down to the events behind it.'))}</p>"
        f"<h2>{say(N_('Look around'))}</h2><ul>"
        f'<li><a href="/docs">{say(N_("Documentation of the API"))}</a> '
        f'(<a href="/openapi.json">OpenAPI 3.1</a>)</li>'
        f'<li><a href="/v1/public/consultations">{say(N_("Public consultations"))}</a></li>'
        f'<li><a href="/v1/public/overdue">{say(N_("Reports that are overdue"))}</a></li>'
        f'<li><a href="/v1/public/institutions">{say(N_("Institutions"))}</a></li>'
        f'<li><a href="/problems">{say(N_("What can go wrong"))}</a></li>'
        f'<li><a href="/readyz">{say(N_("Status"))}</a></li></ul>'
        f"<h2>{say(N_('First steps with the demo'))}</h2>"
        f"<p>{say(N_('The demo writes tokens to credentials.json in the data folder; take one and ask.'))}"
        f"</p><pre>{escape(_STEPS).format(host=host)}</pre></main>"
    )
    return _html(page("Pakt", content, language, script=_STYLE), language)


@get("/problems", include_in_schema=False, name="problems", opt={"open": True})
async def problem_list(request: Request[Any, Any, Any]) -> Response[str]:
    """Every problem type with its status."""
    language = _language(request)
    rows = "".join(
        f'<tr><td><a href="/problems/{code}"><code>{code}</code></a></td><td>{status_of(error)}</td>'
        f"<td>{escape(said(error.title, language))}</td></tr>"
        for code, error in documented().items()
    )
    title = said(N_("What can go wrong"), language)
    content = f'<nav><a href="/">Pakt</a></nav><main><h1>{escape(title)}</h1><table>{rows}</table></main>'
    return _html(page(title, content, language, script=_STYLE), language)


@get("/problems/{code:str}", include_in_schema=False, name="problem", opt={"open": True})
async def problem_page(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """What one problem type means: the error class's own description."""
    error = documented().get(code)
    if error is None:
        raise StreamNotFound
    language = _language(request)
    title = said(error.title, language)
    described = escape(inspect.getdoc(error) or "")
    content = (
        f'<nav><a href="/">Pakt</a> <a href="/problems">{escape(said(N_("What can go wrong"), language))}</a></nav>'
        f"<main><h1>{escape(title)}</h1><p><code>{code}</code>, HTTP {status_of(error)}</p>"
        f'<p lang="en">{described}</p></main>'
    )
    return _html(page(title, content, language, script=_STYLE), language)


@get("/docs", include_in_schema=False, name="docs", opt={"open": True})
async def docs(request: Request[Any, Any, Any]) -> Response[str]:
    """Swagger UI from files of this server."""
    head = (
        '<link rel="stylesheet" href="/static/vendor/swagger-ui/swagger-ui.css">'
        '<script src="/static/vendor/swagger-ui/swagger-ui-bundle.js" defer></script>'
        '<script src="/static/docs.js" defer></script>'
    )
    language = _language(request)
    return _html(page("Pakt API", '<main id="docs"></main>', language, script=head), language, DOCS_POLICY)


@get("/static/{path:path}", include_in_schema=False, name="static", opt={"open": True})
async def asset(path: FromPath[Path]) -> Response[bytes]:
    """A file of the closed list; nothing else of the folder can be reached."""
    name = str(path).lstrip("/")
    if name not in _ASSETS:
        raise StreamNotFound
    return Response(_content(name), media_type=_ASSETS[name], headers={"cache-control": _DAY})


@cache
def _content(name: str) -> bytes:
    return (STATIC / name).read_bytes()


PAGES: list[HTTPRouteHandler] = [home, problem_list, problem_page, docs, asset]

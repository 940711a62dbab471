"""The page on which a phone records shifts, with a network or without one for a day.

What it asks for comes from this server alone, and a service worker keeps it; the key that signs is made by the browser
and never leaves it. What is said on the page is said here; scripts only choose among it.
"""

from collections.abc import Callable
from html import escape
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from domain.kernel.message import N_, Message
from services.gateway.pages import content_of, html, language_of, page, said_html, top
from services.gateway.routes.check_in import PAGE
from services.language import translate

AnyRequest = Request[Any, Any, Any]
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEAD = '<meta name="robots" content="noindex"><script type="module" src="/static/check-in/page.js"></script>'
_WORDS = {
    "start": N_("Start"),
    "end": N_("End"),
    "waiting": N_("waiting for a network"),
    "sent": N_("sent"),
    "refused": N_("refused:"),
    "started": N_("The start is recorded on this phone."),
    "ended": N_("The end is recorded on this phone."),
    "registered": N_("The phone is registered. From now on it works without a network, too."),
    "offline": N_("There is no network. Prepare the phone where there is one."),
    "nowork": N_("There is no agreement on this phone. Prepare it where there is a network."),
    "nopass": N_("No valid pass for this work: scan the code on site, or type its number and letters."),
    "nocode": N_("No pass was found on the picture."),
    "pass": N_("Pass valid until:"),
}
"""What scripts say, by the name under which they find it."""


@get(PAGE, include_in_schema=False, name="check-in", opt={"open": True})
async def check_in(request: AnyRequest) -> Response[str]:
    """The phone, its work, the pass, two buttons, and what still waits to be sent."""
    language = language_of(request)

    def say(template: str) -> str:
        return said_html(template, language)

    words = " ".join(f'data-{name}="{escape(translate(Message(text), language))}"' for name, text in _WORDS.items())
    content = (
        f'{top(request, language)}<main id="check-in" {words}><h1>{say(N_("Check in and out"))}</h1>'
        f'<p role="status" id="told"></p><section id="shift" hidden>{_shift(say)}</section>'
        f'<details id="prepare"><summary>{say(N_("Prepare this phone"))}</summary>{_preparing(say)}</details></main>'
    )
    title = translate(Message(N_("Check in and out")), language)
    return html(page(f"{title} · Pakt", content, language, head=_HEAD), language, POLICY)


@get("/check-in-worker.js", include_in_schema=False, name="check-in-worker", opt={"open": True})
async def worker() -> Response[bytes]:
    """What keeps the page for when there is no network; its address is what lets it."""
    headers = {"cache-control": "no-cache", "content-security-policy": "default-src 'none'; connect-src 'self'"}
    return Response(content_of("check-in/worker.js"), media_type="text/javascript", headers=headers)


def _shift(say: Callable[[str], str]) -> str:
    return (
        f'<label for="work">{say(N_("Work"))}</label><select id="work"></select>'
        f'<p id="pass"></p><div class="typed"><label for="number">{say(N_("Number of the pass"))}</label>'
        '<input id="number" inputmode="numeric" autocomplete="off" maxlength="7">'
        f'<label for="code">{say(N_("Letters of the pass"))}</label>'
        '<input id="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="10"></div>'
        f'<div class="typed" hidden><label for="photo">{say(N_("Photograph the code"))}</label>'
        '<input id="photo" type="file" accept="image/*" capture="environment"></div>'
        f'<div class="pressed"><button id="start" type="button">{say(N_("Start"))}</button>'
        f'<button id="end" type="button">{say(N_("End"))}</button></div>'
        f'<h2>{say(N_("Recorded on this phone"))}</h2><table><tbody id="queue"></tbody></table>'
    )


def _preparing(say: Callable[[str], str]) -> str:
    return (
        f"<p>{say(N_('Do this once where there is a network. The key is made on this phone and never leaves it.'))}</p>"
        f'<form id="prepare-form"><label for="institution">{say(N_("Institution (its short name)"))}</label>'
        '<input id="institution" required autocomplete="off" spellcheck="false" maxlength="60">'
        f'<label for="token">{say(N_("Your token"))}</label>'
        '<input id="token" type="password" required autocomplete="off">'
        f"<button>{say(N_('Prepare'))}</button></form>"
    )


CHECK_IN: list[HTTPRouteHandler] = [check_in, worker]

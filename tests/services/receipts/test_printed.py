"""A receipt on paper: in every language, the same bytes twice, to be kept and to be read aloud, the receipt attached."""

import asyncio
import io
import re
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdf
import pytest

from domain.kernel.errors import Overloaded, Unavailable
from services.receipts import document
from services.receipts.document import LANGUAGES, NotInstalled, Paper, render
from services.receipts.press import NotPrintable, Press
from services.receipts.receipt import PROMISED, SEALED, Receipt
from tests.services.receipts.test_promises import NOTE, PROMISE, proof

AT = datetime(2026, 11, 26, 13, 15, 30, tzinfo=UTC)
CODE = "K47P-ZXXF-N4YL-SP3D-2M2R-SO2I-NEXR"
NAMES = {"sq": "Ministria e Drejtësisë", "sr": "Ministarstvo pravde", "en": "Ministry of Justice"}
WORDS = {
    "sq": ("Dëshmi e pranimit të kontributit", "Ministria e Drejtësisë", "E premtuar, ende e pavulosur"),
    "sr": ("Potvrda o prijemu priloga", "Ministarstvo pravde", "Obećano, još nije zapečaćeno"),
    "sr-Cyrl": ("Потврда о пријему прилога", "Министарство правде", "Обећано, још није запечаћено"),
    "en": ("Receipt of a contribution", "Ministry of Justice", "Promised, not sealed yet"),
}


def paper(language: str = "en", *, sealed: bool = False, code: str = CODE) -> Paper:
    receipt = Receipt(
        state=SEALED if sealed else PROMISED,
        log=PROMISE.log,
        position=PROMISE.position,
        event_id="7f0cc0de-54a8-5f0a-9c0e-6f3a2b8c7d10",
        type="consultations.ContributionSubmitted.v1",
        occurred_at=AT,
        recorded_at=AT,
        leaf="eCjj" * 10 + "eCg=",
        due_by=AT + timedelta(seconds=61),
        text=str(proof()) if sealed else str(NOTE),
        size=300 if sealed else None,
        sealed_at=AT if sealed else None,
        witnesses=("civikos.example/witness",) if sealed else (),
    )
    address = f"https://pakt.example.org/v1/public/receipts/{code}"
    return Paper(receipt, NAMES, address, f"https://pakt.example.org/my-contribution?code={code}", language, code)


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data), strict=True)


def metadata(found: pypdf.PdfReader) -> str:
    return found.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sealed", [False, True])
def test_it_is_the_same_file_whenever_it_is_made(language: str, *, sealed: bool) -> None:
    first, again = render(paper(language, sealed=sealed)), render(paper(language, sealed=sealed))

    assert first == again
    assert first.startswith(b"%PDF-1.7")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_it_in_the_readers_language(language: str) -> None:
    found = read(render(paper(language)))
    said = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in found.pages))

    for word in WORDS[language]:
        assert word in said
    assert CODE in said
    assert "\ufffd" not in said
    assert found.metadata is not None and found.metadata.title == WORDS[language][0]
    assert str(found.trailer["/Root"]["/Lang"]).partition("-")[0] == language.partition("-")[0]  # type: ignore[index]


def test_it_can_be_kept_and_read_aloud() -> None:
    found = read(render(paper(sealed=True)))
    root: Any = found.trailer["/Root"]

    told = metadata(found)
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in told
    assert "<pdfuaid:part>1</pdfuaid:part>" in told
    assert root["/MarkInfo"]["/Marked"] is not None and root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert root["/OutputIntents"]
    fonts = [font for page in found.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3")), "a font is not embedded"
        assert re.search("Libertinus|DejaVu", str(descriptor["/FontName"]))
    assert [str(kind) for kind in kinds(root["/StructTreeRoot"])].count("/Figure") == 1


def kinds(node: Any) -> list[Any]:
    """Every structure element's kind."""
    node = node.get_object()
    if isinstance(node, list):
        return [kind for one in node for kind in kinds(one)]
    if not isinstance(node, dict):
        return []
    own = [node["/S"]] if "/S" in node else []
    if own == ["/Figure"]:
        assert "Address to scan" in node["/Alt"]
    return own + (kinds(node["/K"]) if "/K" in node else [])


@pytest.mark.parametrize("sealed", [False, True])
def test_the_receipt_is_attached_whole(*, sealed: bool) -> None:
    [(name, [data])] = read(render(paper(sealed=sealed))).attachments.items()

    assert name == ("receipt.tlog-proof" if sealed else "receipt.promise")
    assert data.decode() == (str(proof()) if sealed else str(NOTE))


def test_what_stands_in_it_is_never_read_as_instructions() -> None:
    hostile = paper(code='"] #panic("x") #read("/etc/passwd") $ * _ @x <y> \\')
    said = " ".join(page.extract_text() for page in read(render(hostile)).pages)

    assert "#panic" in said and "root:" not in said


def test_a_long_receipt_is_attached_and_not_printed() -> None:
    long = paper(sealed=True)
    text = str(proof()).replace("index ", "extra " + "QUJD" * 50_000 + "\nindex ", 1)
    found = read(
        render(
            Paper(**{f: getattr(long, f) for f in long.__struct_fields__} | {"receipt": replaced(long.receipt, text)})
        )
    )

    assert len(found.pages) == 1
    assert found.attachments["receipt.tlog-proof"][0].decode() == text


def replaced(receipt: Receipt, text: str) -> Receipt:
    return Receipt(**{f: getattr(receipt, f) for f in receipt.__struct_fields__} | {"text": text})


def test_without_the_packages_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(NotInstalled):
        render(paper())


async def test_the_press_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(NotPrintable):
        await Press().print(paper(), document.render)


async def test_the_press_prints_few_at_once_and_lets_few_wait() -> None:
    go, running, most = threading.Event(), [], []

    def slow(_: Paper) -> bytes:
        running.append(1)
        most.append(len(running))
        go.wait(10)
        running.pop()
        return b"%PDF"

    made = Press(width=2, waiting=3, within=0.2)
    asked = [asyncio.ensure_future(made.print(paper(), slow)) for _ in range(9)]
    done = await asyncio.gather(*asked[:2], *asked[5:], return_exceptions=True)
    assert [type(one) for one in done] == [Unavailable] * 2 + [Overloaded] * 4
    go.set()
    assert await asyncio.gather(*asked[2:5]) == [b"%PDF"] * 3
    assert max(most) == 2


async def test_others_are_served_while_it_prints() -> None:
    """No page is made on the thread that serves, however many are wanted at once."""
    threads: set[int] = set()

    def noted(*given: Any) -> bytes:
        threads.add(threading.get_ident())
        return document.render(*given)

    made = await asyncio.gather(*(Press().print(paper(language), noted) for language in document.LANGUAGES * 3))

    assert all(one.startswith(b"%PDF") for one in made)
    assert threads
    assert threading.get_ident() not in threads

"""Papers as PDF, set by WeasyPrint in the fonts that are carried here; nothing else is loaded.

WeasyPrint and the libraries it calls (Pango) are looked for when a paper is asked for, so that the
site starts and works where they are missing.
"""

import logging
from collections.abc import Sequence
from email.message import EmailMessage
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from matchmaker import config

FONTS = config.TOP / "static" / "vendor"
SCHEME = "font:"
FACES = (
    (
        "Noto Sans Latin",
        "noto-sans",
        "latin",
        "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,"
        "U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF",
    ),
    (
        "Noto Sans Latin Ext",
        "noto-sans",
        "latin-ext",
        "U+0100-0130,U+0132-0151,U+0154-02BA,U+02BD-02C5,"
        "U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,"
        "U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
    ),
    (
        "Noto Sans Cyrillic",
        "noto-sans",
        "cyrillic",
        "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
    ),
    (
        "Vazirmatn Arabic",
        "vazirmatn",
        "arabic",
        "U+0600-06FF,U+0750-077F,U+0870-088E,"
        "U+0890-0891,U+0897-08E1,U+08E3-08FF,U+200C-200E,U+2010-2011,U+204F,U+2E41,U+FB50-FDFF,"
        "U+FE70-FE74,U+FE76-FEFC",
    ),
)
"""Family, folder, subset, and the letters that the package says it holds. Each subset is a family
of its own: WeasyPrint takes files of one family for one font and mixes up their letters."""
WEIGHTS = (400, 700)
STYLE = Path(__file__).with_name("paper.css")
AS_IT_COMES = 9.0
ONE_PAGE = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
"""Sizes that are tried until a paper fits one page."""
ADVICE = (
    "Papers (PDF) cannot be made here: WeasyPrint or its libraries are missing. On Debian: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)

log = logging.getLogger(__name__)


class NoPapers(Exception):
    """PDF cannot be made on this machine; the page says so, the log says what is missing."""


def pdf_of(html: str, sizes: Sequence[float] = (AS_IT_COMES,)) -> bytes:
    """Set a page of our own as PDF; the same page gives the same bytes.

    Parameters
    ----------
    html : str
    sizes : sequence of float
        Sizes of the letters in points. With several, the first by which all fits one page is taken,
        the last one if none does.

    Raises
    ------
    NoPapers
        If WeasyPrint or a library that it calls is missing.
    """
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    fetch = _only_fonts(weasyprint)

    def style(text: str) -> Any:
        return weasyprint.CSS(string=text, font_config=fonts, url_fetcher=fetch)

    base = [style(font_faces()), style(STYLE.read_text(encoding="utf-8"))]
    page = weasyprint.HTML(string=html, base_url=None, url_fetcher=fetch)
    for size in sizes:
        sheets = [*base, style(f"html{{font-size:{size}pt}}")]
        document = page.render(font_config=fonts, stylesheets=sheets, pdf_tags=True)
        if len(document.pages) == 1:
            break
    made: bytes = document.write_pdf(finisher=_nameless, pdf_tags=True)
    return made


def are_papers_there() -> bool:
    """Tell whether PDF can be made here."""
    try:
        _weasyprint()
    except NoPapers:
        return False
    return True


@cache
def font_faces() -> str:
    """Return the rules that name the carried fonts."""
    return "\n".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};unicode-range:{letters};"
        f"src:url({SCHEME}{folder}-{subset}-{weight})}}"
        for family, folder, subset, letters in FACES
        for weight in WEIGHTS
    )


@cache
def _unpacked(file: Path) -> bytes:
    """Return a font as it is without its compression, which takes most of the time of a paper."""
    from fontTools.ttLib import TTFont

    font, plain = TTFont(file, recalcTimestamp=False), BytesIO()
    font.flavor = None
    font.save(plain)
    return plain.getvalue()


def _weasyprint() -> Any:
    try:
        import weasyprint
        import weasyprint.text.fonts
    except (ImportError, OSError) as error:  # without Pango its import ends in OSError
        log.warning("%s", ADVICE)
        raise NoPapers from error
    return weasyprint


def _only_fonts(weasyprint: Any) -> Any:
    """Return what fetches for a paper: the fonts that are carried here, nothing else."""
    files = {
        f"{SCHEME}{folder}-{subset}-{weight}": FONTS / folder / f"{folder}-{subset}-{weight}-"
        "normal.woff2"
        for _, folder, subset, _ in FACES
        for weight in WEIGHTS
    }

    class OnlyFonts(weasyprint.urls.URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in files:
                raise ValueError("a paper loads nothing but its fonts")
            kind = EmailMessage()
            kind["Content-Type"] = "font/ttf"
            return weasyprint.urls.URLFetcherResponse(url, BytesIO(_unpacked(files[url])), kind)

    return OnlyFonts(allowed_protocols=[])


def _nameless(document: Any, pdf: Any) -> None:
    """Take the program's name and version out of the file: they tell what the server runs."""
    pdf.info.pop("Producer", None)

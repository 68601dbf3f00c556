"""Papers as files: what a machine without Pango says, and that every script is seen as written."""

import base64
import sys
import tomllib
import unicodedata
from importlib.resources import files
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from pypdf import PdfReader
from sqlalchemy import select

from matchmaker.models import AuditEvent, Proposal
from matchmaker.workbench.pdf import ADVICE, FACES, FONTS, NoPapers, pdf_of
from tests.factories import signed_in
from tests.harness import machine

CANNOT = "PDF cannot be made on this server at present."
WORDS = {"Latin": "Ĳsselmeer Řípa", "Cyrillic": "Громада Їжак", "Arabic": "بلدية المدينة"}
FAMILIES = {
    "Latin": (" Latin", " Latin Ext"),
    "Cyrillic": (" Cyrillic",),
    "Arabic": (" Arabic",),
}
LINES = (
    "@page{size:400pt 300pt;margin:0}"
    "p{font-size:36pt;line-height:60pt;margin:0 0 0 20pt !important}"
)
ROW = 117
"""Height of a line in the picture, in pixels: the sheet fills a window of 800 x 600."""


class WithoutPango:
    """Fail to import WeasyPrint as it does where the libraries it calls are missing."""

    def find_spec(self, name, path=None, target=None):
        """Raise what the dynamic loader's refusal ends in."""
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")


@pytest.fixture
def without_pango(monkeypatch):
    """Take the libraries of papers away."""
    for name in [one for one in sys.modules if one.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [WithoutPango(), *sys.meta_path])


@pytest.fixture
def board(session, coordinator, solved, client_for):
    return signed_in(session, client_for, coordinator)


@pytest.fixture
def addresses(session, solved):
    """Give the addresses of the papers of a round."""
    proposal = session.scalars(select(Proposal)).first()
    return (f"/proposals/{proposal.public_id}/dossier", f"/rounds/{solved.public_id}/report")


def test_missing_library_is_named_in_the_log(without_pango, caplog):
    with pytest.raises(NoPapers):
        pdf_of("<p>")
    assert ADVICE in caplog.text


def test_page_without_the_library_stays_and_says_so(board, addresses, without_pango):
    for address in addresses:
        page = board.get(address)
        assert page.status_code == 200
        assert CANNOT in page.text
        assert "Download as PDF" not in page.text
        assert 'class="tandem-dossier"' in page.text


def test_download_without_the_library_leads_back_with_a_sentence(
    session, board, addresses, without_pango
):
    for address in addresses:
        answer = board.post(f"{address}/pdf", follow_redirects=True)
        assert answer.status_code == 200
        assert CANNOT in answer.text
    session.rollback()
    printed = AuditEvent.event.in_(("proposal.dossier_printed", "round.report_printed"))
    assert session.scalars(select(AuditEvent).where(printed)).all() == []


@pytest.fixture
def sheet(tmp_path, browser_type, browser_type_launch_args):
    """Give the picture of a sheet with one word of each script, as a reader of PDF draws it.

    Only the whole browser has such a reader, so it is started in its newer mode.
    """
    words = "".join(f"<p>{word}</p>" for word in WORDS.values())
    file = tmp_path / "words.pdf"
    file.write_bytes(pdf_of(f"<!DOCTYPE html><style>{LINES}</style>{words}"))
    flags = [*browser_type_launch_args["args"], "--headless=new"]
    launch = {
        **browser_type_launch_args,
        "executable_path": machine.whole_browser(),
        "args": flags,
        "ignore_default_args": ["--headless"],
    }
    whole = browser_type.launch(**launch)
    try:
        shown = whole.new_page(viewport={"width": 800, "height": 600})
        shown.goto(f"{file.as_uri()}#toolbar=0&view=Fit")
        return _painted(shown)
    finally:
        whole.close()


def _painted(shown):
    """Return the picture once the white of the sheet is there and nothing moves any more; the
    reader tells no other way."""
    before = None
    for _ in range(60):
        picture = Image.open(BytesIO(shown.screenshot())).convert("L")
        if sum(picture.histogram()[250:]) > 200_000:
            if before is not None and picture.tobytes() == before.tobytes():
                return picture
            before = picture
        shown.wait_for_timeout(500)
    raise AssertionError("the browser did not draw the sheet within 30 s")


def drawn(page, script, word):
    """Return the ink of a word as the browser draws it in the fonts that papers carry."""
    families = {family: (folder, subset) for family, folder, subset, _ in FACES}
    names = [one for one in families if one.endswith(FAMILIES[script])]
    rules = "".join(
        f"@font-face{{font-family:'{name}';src:url(data:font/woff2;base64,{_font(families[name])})}}"
        for name in names
    )
    family = ",".join(f"'{name}'" for name in names)
    style = f"{rules}body{{margin:40px;font:72px/120px {family}}}"
    page.set_content(f"<!DOCTYPE html><style>{style}</style><bdi>{word}</bdi>")
    page.evaluate("document.fonts.ready")
    return ink_of(Image.open(BytesIO(page.screenshot())).convert("L"))


def _font(face):
    folder, subset = face
    file = FONTS / folder / f"{folder}-{subset}-400-normal.woff2"
    return base64.b64encode(file.read_bytes()).decode()


def ink_of(picture):
    """Return what is dark of a picture, in one size, so that two can be compared."""
    dark = ImageOps.invert(picture)
    box = dark.point(lambda level: 255 if level > 60 else 0).getbbox()
    return dark.crop(box).resize((160, 40), Image.Resampling.BOX)


def unlikeness(one, other):
    """Return how much two pictures differ, from 0 to 1."""
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0] / 255


@pytest.mark.paper
@pytest.mark.parametrize("script", WORDS)
def test_words_are_read_out_as_they_were_written(script):
    (page,) = PdfReader(BytesIO(pdf_of(f"<p>{WORDS[script]}</p>"))).pages
    assert page.extract_text().strip() == WORDS[script]


@pytest.mark.paper
def test_every_fixed_line_in_arabic_is_read_out_with_its_own_letters():
    """A font that draws letters from parts of one another would be read out as other words."""
    lines = [line for line in texts_in("ar").values() if "{" not in line]
    paper = pdf_of("<!DOCTYPE html><html dir='rtl'>" + "".join(f"<p>{line}" for line in lines))
    read = [line for page in PdfReader(BytesIO(paper)).pages for line in words_by_line(page)]
    assert len(lines) > 50
    assert [line for line in lines if words_of(line) not in read] == []


def texts_in(language):
    """Return the fixed texts of papers in a language."""
    folder = files("matchmaker.workbench") / "texts"
    return tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))["texts"]


def words_by_line(page):
    """Return the words of each line of a page."""
    return [words_of(line) for line in page.extract_text().splitlines()]


def words_of(line):
    """Return the words of a line, sorted: the reader puts sentences in an order of its own."""
    kept = (" " if unicodedata.category(sign)[0] in "PZ" else sign for sign in line)
    return sorted(unicodedata.normalize("NFKC", "".join(kept)).split())


@pytest.mark.paper
@pytest.mark.browser
def test_picture_of_a_paper_shows_the_letters_of_each_script(sheet, page):
    """The words on paper look as a browser draws them in the same fonts."""
    rows = [sheet.crop((15, top, 780, top + ROW)) for top in range(5, 5 + 3 * ROW, ROW)]
    for row, (script, word) in zip(rows, WORDS.items(), strict=True):
        on_paper = ink_of(row)
        assert unlikeness(on_paper, drawn(page, script, word)) < 0.06, script
        for wrong in (word[::-1], "\ue000" * len(word)):
            assert unlikeness(on_paper, drawn(page, script, wrong)) > 0.12, script

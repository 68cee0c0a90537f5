"""PDF from our own HTML, in the form for archives (PDF/A-3b): fonts inside, nothing fetched, no program in it.

WeasyPrint sets the pages; it needs the Pango library of the operating system. Where that is missing everything else
works, and `available` says so.
"""

import logging
from functools import lru_cache
from typing import Any

# The fonts of the standard first; then what a server has.
SONG = '"宋体", SimSun, "Noto Serif CJK SC", "Droid Sans Fallback", serif'
FANGSONG = '"仿宋_GB2312", "仿宋", FangSong, ' + SONG
XIAOBIAO = '"方正小标宋简体", "方正小标宋_GBK", "华文中宋", "Noto Serif CJK SC", ' + SONG
HEI = '"黑体", SimHei, "Noto Sans CJK SC", ' + SONG


class NoPdf(Exception):
    """This server cannot make PDFs: the library that sets the pages is not installed."""


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: Pango is missing
        raise NoPdf(str(error)) from error
    # Otherwise it logs each step of each file.
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    return weasyprint


def available() -> bool:
    """Tell if this server can make PDFs."""
    try:
        _weasyprint()
    except NoPdf:
        return False
    return True


def pdf_of(html: str, *, css: str = "") -> bytes:
    """Return the PDF/A-3b of a whole HTML document, styled by `css`. Its title, author and dates are those
    of the document's head. Raises NoPdf."""
    weasyprint = _weasyprint()
    sheets = [weasyprint.CSS(string=css)] if css else []
    document = weasyprint.HTML(string=html, url_fetcher=_fetch_nothing)
    made: bytes = document.write_pdf(stylesheets=sheets, pdf_variant="pdf/a-3b", pdf_tags=False)
    return made


def _fetch_nothing(url: str, **_more: Any) -> Any:
    """Give what stands in the document itself (data:), and refuse every other address."""
    if not url.startswith("data:"):
        raise ValueError("a document fetches nothing")
    return _weasyprint().default_url_fetcher(url)

"""What must hold on every page, whatever it is about."""

import re
from urllib.parse import urlsplit

from .page import Page

RATE = re.compile(r"(\d+(?:\.\d+)?)\s*%\s*[（(](\d+)\s*[/／]\s*(\d+)[）)]")
STAFF_WORDS = ("返回我的首页", "已填写的内容暂存在本机")
SHARED_IDS = re.compile(r"^(icon|chart)")


def faults_of(page: Page, *, public: bool) -> list[tuple[str, str]]:
    """(kind, what) of everything on the page that is wrong by itself."""
    if not page.is_html:
        return []
    found = [*_ids(page), *_described(page), *_rates(page), *_notices(page), *_labels(page)]
    if public and page.status >= 400:
        found += [("staff's words to a citizen", word) for word in STAFF_WORDS if word in page.text]
    return found


def _ids(page):
    seen = set()
    for one in page.tree.xpath("//*[@id]"):
        name = one.get("id")
        if name in seen and not SHARED_IDS.match(name):
            yield "an id stands twice on a page", f"#{name}"
        seen.add(name)


def _described(page):
    known = set(page.tree.xpath("//@id"))
    for ids in page.tree.xpath("//*[not(@type='hidden') and not(@hidden)]/@aria-describedby"):
        for each in ids.split():
            if each not in known:
                yield "aria-describedby names nothing", re.sub(r"\d+", "N", each)


def _rates(page):
    for share, part, whole in RATE.findall(page.text):
        if int(part) > int(whole) or float(share) > 100:
            yield "a share above 100 %", f"{share} % ({part}/{whole})"


def _notices(page):
    for one in page.tree.xpath("//*[contains(concat(' ', @class, ' '), ' notice ')]"):
        if not one.text_content().strip():
            yield "an empty hint box", one.get("class")


def _labels(page):
    """Headings hold words, not inputs."""
    for one in page.tree.xpath("//h1//input|//h2//input|//h3//input"):
        yield "an input where a heading should be", f"[name={one.get('name')}]"


def where(url: str) -> str:
    """An address without what changes from one walk to the next."""
    path = urlsplit(url).path
    path = re.sub(r"\d{6}-\d{4}-\d{6}", "NUMBER", path)
    path = re.sub(r"/p/evaluate/[^/]+/", "/p/evaluate/TOKEN/", path)
    path = re.sub(r"/p/file/[^/]+/", "/p/file/TOKEN/", path)
    path = re.sub(r"/p/[a-z]+-\d+-[a-z0-9]+/", "/p/STUDIO/", path)
    return re.sub(r"\d+", "N", path)

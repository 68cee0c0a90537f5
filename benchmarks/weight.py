"""How much a page weighs on an empty cache: itself and all that it loads, as nginx and whitenoise compress them."""

import gzip
import re

LOADED = re.compile(r'(?:<link[^>]+href|<script[^>]+src|<img[^>]+src)="(/static/[^"]+)"')
FONT = re.compile(r'url\(["\']?([^)"\'?#]+\.woff2)')


def weight_kb(browser, path: str) -> float:
    page = browser.get(path)
    if page.status != 200:
        raise RuntimeError(f"{path}: {page.status}")
    total = len(gzip.compress(page.text.encode(), 5))
    loaded, wanted = set(), LOADED.findall(page.text)
    while wanted:
        if (address := wanted.pop()) in loaded:
            continue
        loaded.add(address)
        total += browser.ask("GET", address, encoding="gzip").bytes
        if ".css" in address:
            folder = address.rpartition("/")[0]
            for font in FONT.findall(browser.get(address).text):
                wanted.append(_joined(folder, font))
    return total / 1024


def _joined(folder: str, relative: str) -> str:
    if relative.startswith("/"):
        return relative
    parts = folder.split("/")
    for part in relative.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)

"""A person who types the same words into every form of a page, and submits it."""

from io import BytesIO
from urllib.parse import urljoin, urlsplit

from lxml import html

# Ends the session or the account, or is not text that anybody types.
LEFT_ALONE = ("/logout", "/password", "/i18n", "/second-factor", "/erase", "/withdraw")
TEXT = {"text", "search", "tel", "email", "url", "number", ""}
# No person sees these: the key of one submission, and the field that only robots fill in.
UNSEEN = {"submission_key", "website"}
CHOSEN = {"keep_secret": "on", "consent": "on"}


def submit_every_form(client, url, words) -> list[int]:
    """The statuses of the answers. `words(name, length)` is typed into each field of text."""
    page = client.get(url)
    if page.status_code != 200 or page.streaming or not page["Content-Type"].startswith("text/html"):
        return []
    statuses = []
    root = html.parse(BytesIO(page.content)).getroot()
    for form in [] if root is None else root.iter("form"):
        action = urljoin(url, form.get("action") or url)
        if any(part in action for part in LEFT_ALONE):
            continue
        sent = filled(form, words)
        method = client.post if (form.get("method") or "get").lower() == "post" else client.get
        answer = method(urlsplit(action).path if method == client.get else action, sent)
        statuses.append(answer.status_code)
        for _part in answer.streaming_content if answer.streaming else ():
            pass
    return statuses


def filled(form, words) -> dict:
    sent = {}
    for field in form.xpath(".//input | .//textarea | .//select"):
        name, kind = field.get("name"), (field.get("type") or "").lower()
        if not name or kind in ("submit", "button", "file", "image", "reset"):
            continue
        length = int(field.get("maxlength") or 10_000)
        if field.tag == "select":
            sent[name] = next((v for v in field.value_options if v), "") if not field.multiple else []
        elif name in UNSEEN:
            sent[name] = field.get("value") or ""
        elif field.tag == "textarea" or (kind in TEXT and kind != "number"):
            sent[name] = words(name, length)
        elif kind in ("checkbox", "radio"):
            if field.checked or name in CHOSEN or (kind == "radio" and name not in sent):
                sent[name] = field.get("value") or "on"
        else:
            sent[name] = field.get("value") or ""
    button = form.xpath(".//button[@name][not(@type='button')]")
    if button:
        sent[button[0].get("name")] = button[0].get("value") or ""
    return sent

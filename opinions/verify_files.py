"""Proof of the files: each that came with a ledger row is there, and its content is still what the row says."""

import hashlib

from django.utils.translation import gettext as _

from opinions.models import Attachment, Event

CHUNK = 1 << 20


def broken_file(after: int, until: int | None) -> tuple[str, int, str] | None:
    """(number, sequence, what) of the first file that does not hold, of the opinions with `after` < pk ≤ `until`."""
    events = Event.objects.filter(opinion_id__gt=after, data__has_key="files").exclude(action="erase")
    kept = Attachment.objects.filter(opinion_id__gt=after)
    if until is not None:
        events, kept = events.filter(opinion_id__lte=until), kept.filter(opinion_id__lte=until)
    files = {}
    for attachment in kept.order_by("opinion", "sequence", "name"):
        files.setdefault((attachment.opinion_id, attachment.sequence), []).append(attachment)
    for event in events.select_related("opinion").order_by("opinion", "sequence"):
        came = files.pop((event.opinion_id, event.sequence), [])
        what = _wrong(event.data["files"], came)
        # Erased meanwhile: then its ledger says so, and there is nothing left to be proved.
        if what and not event.opinion.events.filter(action="erase").exists():
            return event.opinion.number, event.sequence, what
    for (_opinion, sequence), (first, *_rest) in files.items():
        what = _("the file “%s” was added to it afterwards") % first.name
        return first.opinion.number, sequence, what
    return None


def _wrong(digests: list[str], files: list[Attachment]) -> str:
    if sorted(file.digest for file in files) != sorted(digests):
        return _("%(were)d files came with it, of which %(are)d are still as they came") % {
            "were": len(digests),
            "are": len({file.digest for file in files} & set(digests)),
        }
    for file in files:
        try:
            digest = digest_of(file)
        except FileNotFoundError:
            return _("the file “%s” is missing in the store") % file.name
        if digest != file.digest:
            return _("the content of the file “%s” was changed") % file.name
    return ""


def digest_of(attachment) -> str:
    found = hashlib.sha256()
    with attachment.file.open("rb") as content:
        while chunk := content.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()

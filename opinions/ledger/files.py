"""Proof of the files: each that came with a ledger row is there, and its content is still what the row says."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from opinions.models import Attachment, Event, Opinion

CHUNK = 1 << 20


def broken_file(named: dict, after: int, until: int | None) -> tuple[str, int, str] | None:
    """(number, sequence, what) of the first file that does not hold, of the opinions with `after` < pk ≤ `until`.
    `named`: the digests that their ledger rows name, by (opinion, sequence). What looks broken is read again."""
    files = Attachment.objects.filter(opinion_id__gt=after)
    kept = _by_row(files if until is None else files.filter(opinion_id__lte=until))
    for row in sorted(named.keys() | kept.keys()):
        if _wrong(named.get(row), kept.get(row, [])) and (found := _again(row[0])):
            return found
    return None


def _by_row(files) -> dict:
    found: dict = {}
    for file in files.order_by("opinion", "sequence", "name"):
        found.setdefault((file.opinion_id, file.sequence), []).append(file)
    return found


def _again(pk: int) -> tuple[str, int, str] | None:
    """The same of one opinion, while nobody can act on it."""
    with transaction.atomic():
        opinion = Opinion.objects.select_for_update(of=("self",)).get(pk=pk)
        events = opinion.events.filter(data__has_key="files").exclude(action="erase")
        data = dict(events.values_list("sequence", "data"))
        named = {(pk, sequence): one["files"] for sequence, one in data.items()}
        kept = _by_row(Attachment.objects.filter(opinion=pk))
        erased = _is_erased(opinion.number)
        for row in sorted(named.keys() | kept.keys()):
            what = _wrong(named.get(row), kept.get(row, []))
            # Erased meanwhile: then its ledger says so, and there is nothing left to be proved.
            passed_on = data.get(row[1], {}).get("of")
            if what and not (row in named and (erased or (passed_on and _is_erased(passed_on)))):
                return opinion.number, row[1], what
    return None


def _is_erased(number: str) -> bool:
    """Whether the ledger of this opinion says so. What was passed on from it to another goes with it."""
    return Event.objects.filter(opinion__number=number, action="erase").exists()


def _wrong(digests: list[str] | None, files: list[Attachment]) -> str:
    if digests is None:
        return _("the file “%s” was added to it afterwards") % files[0].name
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

"""Verification of the files: each that came with a ledger row is there, with the content whose digest the row names."""

import hashlib

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.security.encrypted_files import Unreadable
from opinions.models import Attachment, Event, Opinion, Paper

from .chain import NamedFiles

CHUNK = 1 << 20


def broken_file(named: NamedFiles, after: int, until: int | None) -> tuple[str, int, str] | None:
    """Return (number, sequence, what) of the first row whose files do not hold, of the opinions with `after` < pk ≤
    `until`; None when all hold.

    `named`: the digests that their ledger rows name. What looks broken is read again under the lock of its opinion.
    """
    files = Attachment.objects.filter(opinion_id__gt=after)
    stored = _by_row(files if until is None else files.filter(opinion_id__lte=until))
    for row in sorted(named.keys() | stored.keys()):
        if _wrong(named.get(row), stored.get(row, [])) and (found := _again(row[0])):
            return found
    return None


def _by_row(files: QuerySet[Attachment]) -> dict[tuple[int, int], list[Attachment]]:
    found: dict[tuple[int, int], list[Attachment]] = {}
    for file in files.order_by("opinion", "sequence", "name"):
        found.setdefault((file.opinion_id, file.sequence), []).append(file)
    return found


def _again(pk: int) -> tuple[str, int, str] | None:
    """Check the files of one opinion under its lock, so that nobody can act on it meanwhile."""
    with transaction.atomic():
        opinion = Opinion.objects.select_for_update(of=("self",)).get(pk=pk)
        events = opinion.events.filter(data__has_key="files").exclude(action="erase")
        data = dict(events.values_list("sequence", "data"))
        named = {(pk, sequence): one["files"] for sequence, one in data.items()}
        stored = _by_row(Attachment.objects.filter(opinion=pk))
        erased = _is_erased(opinion.number)
        for row in sorted(named.keys() | stored.keys()):
            what = _wrong(named.get(row), stored.get(row, []))
            # Erased meanwhile: then its ledger says so, and there is nothing left to be proved.
            passed_on = data.get(row[1], {}).get("of")
            if what and not (row in named and (erased or (passed_on and _is_erased(passed_on)))):
                return opinion.number, row[1], what
    return None


def _is_erased(number: str) -> bool:
    """Tell from its ledger if the opinion was erased. Files passed on from it to another opinion are erased with it."""
    return Event.objects.filter(opinion__number=number, action="erase").exists()


def _wrong(digests: list[str] | None, files: list[Attachment]) -> str:
    """Return how the stored files of one row differ from the digests that it names; empty when they do not."""
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
        except Unreadable:
            return _("the content of the file “%s” was changed") % file.name
        if digest != file.digest:
            return _("the content of the file “%s” was changed") % file.name
    return ""


def digest_of(stored: Attachment | Paper) -> str:
    """Return the SHA-256 of the stored content in hex; raises FileNotFoundError when the store has no such file."""
    found = hashlib.sha256()
    with stored.file.open("rb") as content:
        while chunk := content.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()

"""Studios by what a register writes in a row's township: today's, and the one in which a studio was before a merger."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.excel.importing import CellError
from common.text.visible import word as normal
from studios.models import Studio, StudioFormerTownship, Township


class StudioLookup:
    """Fetched once, so that a row costs no query."""

    def __init__(self, rows: QuerySet[Studio]) -> None:
        studios = {studio.pk: studio for studio in rows.select_related("township")}
        places = [(studio.pk, studio.township_id) for studio in studios.values()]
        moved = StudioFormerTownship.objects.filter(of__in=studios).values_list("of", "township")
        self._by_word: dict[tuple[str, str], list[Studio]] = {}
        for pk, place in dict.fromkeys([*places, *moved]):
            for word in dict.fromkeys(_words(studios[pk])):
                self._by_word.setdefault((place, word), []).append(studios[pk])

    def find(self, word: str, township: Township) -> Studio:
        """Return the studio or home with this name or code in the township. Raises CellError for none, and for
        several."""
        found = self._by_word.get((township.pk, normal(word)), [])
        if len(found) == 1:
            return found[0]
        facts = {"township": township, "studio": word[:40]}
        if found:
            raise CellError(_("%(township)s has several “%(studio)s”; write the code of one") % facts)
        raise CellError(_("%(township)s has no studio “%(studio)s”") % facts)


def _words(studio: Studio) -> Iterable[str]:
    return normal(studio.name), normal(studio.code)

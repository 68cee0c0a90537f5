"""Where a stranger finds a studio: the areas one below the other, and the search by name or pinyin.

Nothing here reads anything but areas and studios. The names are few (a prefecture has some thousand villages), so that
they are searched in memory, from a list that the cache keeps for KEPT_SECONDS.
"""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.http import Http404

from common.text.folding import fold_signs
from studios.models import County, Studio, Township, Village
from studios.pinyin import pinyin_key

KEPT_SECONDS = 600
MOST_FOUND = 30
Area = County | Township | Village


@dataclass(frozen=True)
class Found:
    """One hit of a search: a studio or an area, with its address and where it lies."""

    name: str
    within: str
    path: str
    is_studio: bool


@dataclass(frozen=True)
class Named:
    """One name that can be searched: folded, and as its syllables in pinyin."""

    found: Found
    folded: str
    syllables: tuple[str, ...]

    def rank(self, asked: str) -> int | None:
        """Return how well it meets `asked` (0 best), None if it does not: part of its name, its pinyin from the
        beginning of any syllable, or the first letters of its syllables."""
        if asked in self.folded:
            return 0 if self.folded.startswith(asked) else 1
        plain = asked.replace(" ", "").replace("'", "")
        if not plain.isascii() or not plain:
            return None
        starts = ["".join(self.syllables[place:]) for place in range(len(self.syllables))]
        if any(start.startswith(plain) for start in starts):
            return 0 if starts[0].startswith(plain) else 1
        first_letters = "".join(syllable[:1] for syllable in self.syllables)
        return 2 if len(plain) > 1 and plain in first_letters else None


def studios() -> QuerySet[Studio]:
    """Return the studios in use, with what a line of a list says of them."""
    rows = Studio.objects.filter(active=True).select_related("township__county", "village")
    return rows.prefetch_related("times").order_by("township", "name_pinyin", "id")


def area_of(code: str) -> Area:
    """Return the county, township or village of a code in force. Raises Http404 for any other."""
    lookups: dict[int, QuerySet[Any]] = {
        6: County.objects.current(),
        9: Township.objects.current().select_related("county"),
        12: Village.objects.select_related("township__county"),
    }
    found = lookups[len(code)].filter(code=code).first() if len(code) in lookups else None
    if found is None:
        raise Http404
    return found


def studios_in(area: Area) -> QuerySet[Studio]:
    """Return the studios in use there; for a village those in it, and those of its township as a whole."""
    if isinstance(area, County):
        return studios().filter(township__county=area)
    if isinstance(area, Township):
        return studios().filter(township=area)
    return studios().filter(Q(village=area) | Q(township=area.township_id, village=None))


def counties() -> QuerySet[County]:
    """Return the counties that have a studio in use, each with their number as `count`."""
    in_use = Count("townships__studios", filter=Q(townships__studios__active=True))
    return County.objects.current().annotate(count=in_use).filter(count__gt=0).order_by("code")


def below(area: Area) -> QuerySet[Any]:
    """Return the areas directly below, townships with the number of their studios in use as `count`; none below a
    village."""
    if isinstance(area, County):
        in_use = Count("studios", filter=Q(studios__active=True))
        return area.townships.current().annotate(count=in_use).order_by("code")
    if isinstance(area, Township):
        return area.villages.order_by("code")
    return Village.objects.none()


def above(area: Area) -> list[Area]:
    """Return the areas that hold `area`, the widest first."""
    if isinstance(area, Village):
        return [area.township.county, area.township]
    return [area.county] if isinstance(area, Township) else []


def search(words: str) -> list[Found]:
    """Return at most MOST_FOUND studios and areas called so, in Chinese or pinyin: the best first, studios before
    areas."""
    asked = fold_signs(words.strip())
    if not asked:
        return []
    names: list[Named] = cache.get_or_set("front.names", _names, KEPT_SECONDS) or []
    hits = [(rank, one) for one in names if (rank := one.rank(asked)) is not None]
    hits.sort(key=lambda hit: (hit[0], not hit[1].found.is_studio, len(hit[1].folded)))
    return [one.found for _rank, one in hits[:MOST_FOUND]]


def _names() -> list[Named]:
    known = [
        _named(row.name, f"{row.township.county} {row.township}", f"/p/{row.code}/", is_studio=True)
        for row in Studio.objects.filter(active=True).select_related("township__county")
    ]
    known += [_named(row.name, "", f"/p/in/{row.pk}/") for row in counties()]
    townships = Township.objects.current().filter(counted=True).select_related("county")
    known += [_named(row.name, row.county.name, f"/p/in/{row.pk}/") for row in townships]
    villages = Village.objects.filter(township__valid_to=None).select_related("township__county")
    known += [
        _named(row.name, f"{row.township.county} {row.township}", f"/p/in/{row.pk}/") for row in villages
    ]
    return known


def _named(name: str, within: str, path: str, *, is_studio: bool = False) -> Named:
    found = Found(name, within, path, is_studio)
    return Named(found, fold_signs(name), tuple(pinyin_key(name).split()))

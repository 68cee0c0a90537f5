"""Where a role is held: a prefecture, county, township, studio or agency, found by what people write."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from common.text.visible import word as normal
from studios.models import Agency, County, Membership, Role, Studio, Township
from studios.permissions.scope import scope_of

WHOLE = ("全州", "州本级", "全市", "市本级", "全域")
SHOWN = 5


@dataclass(frozen=True)
class Place:
    """One of what a membership can be over. `group` is what it lies in, to tell two of one name apart."""

    name: str
    code: str
    group: str = ""
    studio: int | None = None
    agency: int | None = None

    @property
    def label(self) -> str:
        """The place as a field offers it and takes it back."""
        return f"{self.name} · {self.group}" if self.group else self.name

    @property
    def over(self) -> dict[str, Any]:
        """The columns of a membership over this place."""
        area = "" if self.studio or self.agency else self.code
        return {"area_code": area, "studio_id": self.studio, "agency_id": self.agency}


class Places:
    """All places in the administration of one person, read once."""

    def __init__(self, by: User) -> None:
        prefixes = scope_of(by).prefixes(Role.ADMINISTRATOR)
        self.prefectures = [Place(_("%s (whole prefecture)") % p, p) for p in prefixes if len(p) == 4]
        counties = County.objects.visible_to(by, Role.ADMINISTRATOR).order_by("code")
        self.areas = [*self.prefectures, *(Place(one.name, one.pk) for one in counties)]
        townships = Township.objects.visible_to(by, Role.ADMINISTRATOR).current().filter(counted=True)
        for township in townships.select_related("county").order_by("code"):
            self.areas.append(Place(township.name, township.pk, township.county.name))
        studios = Studio.objects.visible_to(by, Role.ADMINISTRATOR).filter(active=True)
        self.studios = [
            Place(one.name, one.code, f"{one.township.county}{one.township}", studio=one.pk)
            for one in studios.select_related("township__county").order_by("township", "name_pinyin", "id")
        ]
        agencies = Agency.objects.visible_to(by, Role.ADMINISTRATOR).filter(active=True)
        self.agencies = [
            Place(one.name, str(one.pk), one.county.name, agency=one.pk)
            for one in agencies.select_related("county").order_by("county", "name_pinyin", "id")
        ]
        self._named: dict[str, list[Place]] = {}
        for place in self.everything:
            for words in self._words(place):
                if place not in self._named.setdefault(normal(words), []):
                    self._named[normal(words)].append(place)

    @property
    def everything(self) -> list[Place]:
        """All of them: areas from the widest, studios, agencies."""
        return [*self.areas, *self.studios, *self.agencies]

    def _words(self, place: Place) -> Iterable[str]:
        yield from (place.name, place.label, f"{place.group}{place.name}")
        if place.agency is None:
            yield place.code
        if place in self.prefectures:
            yield f"{place.code}00"
            yield from WHOLE if len(self.prefectures) == 1 else ()

    def find(self, words: str, role: str) -> Place:
        """Return the place that these words name for a role: an agency for a handler, none for anybody else. Raises
        ValidationError for none, or for several, which it names."""
        handles = role == Role.HANDLER
        fitting = [place for place in self._named.get(normal(words), []) if bool(place.agency) == handles]
        if len(fitting) > 1:  # a township before the studio that is called as it
            fitting = [place for place in fitting if not place.studio] or fitting
        if len(fitting) == 1:
            return fitting[0]
        rest = self.agencies if handles else [*self.areas, *self.studios]
        near = fitting or [place for place in rest if normal(words) in normal(place.label)]
        if len(near) == 1:
            return near[0]
        if near:
            some = "、".join(place.label for place in near[:SHOWN])
            raise ValidationError(
                _("“%(words)s” may be several: %(some)s") % {"words": words[:30], "some": some}
            )
        if self._named.get(normal(words)):
            raise ValidationError(
                _("“%s” is no agency; a handler belongs to one.") % words[:30]
                if handles
                else _("“%s” is an agency; only a handler belongs to one.") % words[:30]
            )
        raise ValidationError(_("“%s” is no place of your area.") % words[:30])


def membership_over(place: Place, role: str, **more: Any) -> Membership:
    """Return an unsaved membership of `role` over the place; `more` are its other columns."""
    return Membership(role=role, **place.over, **more)

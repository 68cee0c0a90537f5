"""Townships, agencies and categories by what offices write: a code, a name, a former name. What is certain is taken;
what is near is suggested and never guessed."""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from common.excel.importing import CellError, code, text, whole
from common.text.visible import code as plain_code
from common.text.visible import word as normal
from opinions.models import Category, Responsibility
from studios.models import Agency, County, Role, Township, Village
from studios.permissions.scope import scope_of

from .vocabulary.meaning import EMPTY, AskedWord

IMPORTER_ROLES = (Role.CLERK, Role.TRIAGE_OFFICER)
ENDINGS = re.compile(r"(?:街道办事处|人民政府|办事处|镇|乡|街道|街道办)$")
SUGGESTED = 3


class Lookups:
    """What every row of one person's ledger needs, fetched once: so a row costs no query."""

    def __init__(self, by: User) -> None:
        rows = Township.objects.visible_to(by, *IMPORTER_ROLES).select_related("county", "successor")
        self.townships = {township.code: township for township in rows}
        self.scope = scope_of(by)
        memberships = [m for m in self.scope.memberships if m.role in IMPORTER_ROLES]
        self.wide = tuple(m.area_code for m in memberships if m.area_code)
        self.studios = {m.studio.township_id: m.studio for m in memberships if m.studio}
        self.counties: dict[str, County] = {one.county_id: one.county for one in rows}
        self._names: dict[str, list[Township]] = {}
        self._former: dict[str, list[Township]] = {}
        for township in rows:
            if township.valid_to:
                self._former.setdefault(normal(township.name), []).append(township.successor or township)
                continue
            for name in (township.name, f"{township.county.name}{township.name}"):
                self._names.setdefault(normal(name), []).append(township)
            for former in township.former_names:
                self._former.setdefault(normal(former["name"]), []).append(township)
        self.agencies: dict[str, dict[str, Agency]] = {county: {} for county in self.counties}
        for agency in Agency.objects.filter(county__in=self.counties, active=True):
            self.agencies[agency.county_id][normal(agency.name)] = agency
        self.categories: dict[str, list[Category]] = {}
        for category in Category.objects.filter(active=True):
            for name in (category.code, category.name):
                self.categories.setdefault(normal(name), []).append(category)
        self.responsible = {
            (row.county_id, row.category_id): row.agency
            for row in Responsibility.objects.filter(
                county__in=self.counties, agency__active=True
            ).select_related("agency")
        }
        self._villages: dict[str, list[Village]] | None = None

    @property
    def only_township(self) -> Township | None:
        """The township of a person who registers for one alone."""
        current = [township for township in self.townships.values() if township.valid_to is None]
        return current[0] if len(current) == 1 else None

    @property
    def only_county(self) -> County | None:
        """The county of a person who registers in one alone."""
        return next(iter(self.counties.values())) if len(self.counties) == 1 else None

    def township(self, value: Any, decided: Mapping[str, str]) -> Township | None:
        """Return the township of a code or of a name that is the present name of one; None of an empty cell. Raises
        AskedWord for a former or near name or a village's code, CellError for a code of no township of the person's."""
        typed = text(value, 50)
        if not typed:
            return None
        if normal(typed) in decided:
            return self.townships.get(decided[normal(typed)])
        number = plain_code(code(value, 50)).removesuffix(".0")
        if number.isdecimal():
            return self._by_code(number, typed)
        found = self._names.get(normal(typed), [])
        if len(found) == 1:
            return found[0]
        suggested = found or self._former.get(normal(typed), []) or self._near(typed)
        names = "、".join(f"{one.name} {one.code}" for one in suggested[:SUGGESTED])
        reason = _("“%(name)s” is no township for which you register opinions%(near)s") % {
            "name": typed[:30],
            "near": did_you_mean(names),
        }
        raise AskedWord(reason, typed, tuple(one.code for one in suggested[:SUGGESTED]))

    def _by_code(self, number: str, typed: str) -> Township:
        if len(number) == 12 and number.endswith("000"):
            number = number[:9]  # the statistical code of a township in its long form
        if number in self.townships:
            return self.townships[number]
        if len(number) == 12 and number[:9] in self.townships:
            near = self.townships[number[:9]]
            reason = _("%(code)s is the code of a village%(near)s") % {
                "code": number,
                "near": did_you_mean(f"{near.name} {near.code}"),
            }
            raise AskedWord(reason, typed, (near.code,))
        if len(number) != 9:
            raise CellError(_("“%s” is no township code; it has nine digits") % typed[:20])
        raise CellError(_("%s is no township for which you register opinions") % number)

    def _near(self, typed: str) -> list[Township]:
        bare = ENDINGS.sub("", normal(typed))
        found = [
            one
            for name, all_ in self._names.items()
            for one in all_
            if bare and ENDINGS.sub("", name) == bare
        ]
        for name in difflib.get_close_matches(normal(typed), self._names, n=SUGGESTED, cutoff=0.5):
            found += self._names[name]
        return list(dict.fromkeys(found))

    def of_village(self, value: Any) -> Township | None:
        """Return the township of the one village of that name; None where there is none, or several."""
        typed = normal(text(value, 50))
        if not typed:
            return None
        if self._villages is None:
            self._villages = {}
            for village in Village.objects.filter(township__in=self.townships).select_related("township"):
                for name in (village.name, village.pk, village.name.removesuffix("村民委员会")):
                    self._villages.setdefault(normal(name), []).append(village)
        names = [name for name in (typed, f"{typed}村", f"{typed}社区") if name in self._villages]
        townships = {village.township_id for name in names for village in self._villages[name]}
        return self.townships.get(townships.pop()) if len(townships) == 1 else None

    def agency(self, value: Any, county: County | None, decided: Mapping[str, str]) -> Agency | None:
        """Return the agency of that name in the county; None of an empty cell. Raises AskedWord, with near names."""
        typed = text(value, 200)
        if not typed or county is None:
            return None
        known = self.agencies[county.pk]
        if normal(typed) in decided:
            choice = decided[normal(typed)]
            return None if choice == EMPTY else next((a for a in known.values() if str(a.pk) == choice), None)
        if normal(typed) in known:
            return known[normal(typed)]
        near = near_agencies(typed, known)
        facts = {
            "name": typed[:80],
            "county": county.name,
            "near": did_you_mean("、".join(one.name for one in near)),
        }
        reason = _("%(county)s has no agency “%(name)s”%(near)s") % facts
        raise AskedWord(reason, typed, tuple(str(one.pk) for one in near))

    def category(self, value: Any, decided: Mapping[str, str]) -> Category | None:
        """Return the category of a name or code; None of an empty cell. Raises AskedWord."""
        typed = text(whole(value), 60)
        if not typed:
            return None
        if normal(typed) in decided:
            return next(iter(self.categories.get(normal(decided[normal(typed)]), [])), None)
        found = self.categories.get(normal(typed), [])
        if len(found) == 1:
            return found[0]
        if found:
            codes = "、".join(category.code for category in found)
            reason = _("“%(name)s” is the name of several categories; write one of the codes %(codes)s")
            raise AskedWord(
                reason % {"name": typed, "codes": codes}, typed, tuple(category.code for category in found)
            )
        names = [name for name in self.categories if not name.isdecimal()]
        near = [self.categories[name][0] for name in difflib.get_close_matches(normal(typed), names, 3, 0.4)]
        facts = {"name": typed[:30], "near": did_you_mean("、".join(one.name for one in near))}
        reason = _("“%(name)s” is no category%(near)s") % facts
        raise AskedWord(reason, typed, tuple(one.code for one in near))


def near_agencies(typed: str, known: Mapping[str, Agency]) -> list[Agency]:
    """Return the agencies that a name may mean: each part of “甲局、乙局”, a short form, a near spelling."""
    found: list[Agency] = []
    for part in re.split(r"[、，,;；/\n]|(?<=局)\s+", typed):
        bare = normal(re.sub(r"[（(][^（）()]*[)）]", "", part))
        if not bare:
            continue
        if bare in known:
            found.append(known[bare])
            continue
        found += [agency for name, agency in known.items() if bare in name or _short_of(bare, name)][
            :SUGGESTED
        ]
        found += [known[name] for name in difflib.get_close_matches(bare, known, n=SUGGESTED, cutoff=0.4)]
    return list(dict.fromkeys(found))[:5]


def _short_of(short: str, name: str) -> bool:
    """Return whether the letters of `short` come in this order in `name`: 交通局 of 吉首市交通运输局."""
    letters = iter(name)
    return len(short) > 1 and all(letter in letters for letter in short)


def did_you_mean(names: str) -> str:
    """Return the end of a sentence that suggests names; empty without any."""
    return _("; did you mean %s?") % names if names else ""

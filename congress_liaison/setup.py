"""What an empty office still lacks, step by step. Nothing of it is stored: a step is done when the data say so, and can
be left and come back to. Steps may be taken in any order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import SecondFactor
from accounts.requests import StaffRequest
from deputies.models import Deputy
from letters.models import Organ
from opinions.models import Category, Responsibility
from studios.models import Agency, County, Membership, Role, Studio, Township
from studios.permissions.scope import scope_of
from studios.staff import under_q
from workdays.calendar import years_to_import

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ADMINISTRATOR = Role.ADMINISTRATOR
WORKING = (Role.CLERK, Role.TRIAGE_OFFICER, Role.HANDLER, Role.SUPERVISOR)


@dataclass(frozen=True)
class Step:
    """`done(request)` reads it from the data. `links`: labels and names of the pages on which it is done."""

    title: "StrOrPromise"
    text: "StrOrPromise"
    done: Callable[[StaffRequest], bool]
    links: tuple[tuple["StrOrPromise", str], ...] = ()


def _address(request: StaffRequest) -> bool:
    return bool(settings.PUBLIC_URL) and urlsplit(settings.PUBLIC_URL).netloc == request.get_host()


def _second_factor(request: StaffRequest) -> bool:
    factor = SecondFactor.objects.filter(user=request.user).exclude(confirmed_at=None).first()
    return factor is not None and bool(factor.recovery)


def _organs(request: StaffRequest) -> bool:
    missing = County.objects.visible_to(request.user, ADMINISTRATOR)
    entered = Organ.objects.visible_to(request.user, ADMINISTRATOR).values("county")
    return missing.exists() and not missing.exclude(pk__in=entered).exists()


def _accounts(request: StaffRequest) -> bool:
    rows = Membership.objects.filter(
        under_q(scope_of(request.user).prefixes(ADMINISTRATOR)), user__is_active=True
    )
    return set(rows.filter(role__in=WORKING).order_by().values_list("role", flat=True)) == set(WORKING)


def _has(model: type) -> Callable[[StaffRequest], bool]:
    return lambda request: model.objects.visible_to(request.user, ADMINISTRATOR).exists()  # type: ignore[attr-defined]


def _duties(request: StaffRequest) -> bool:
    return Category.objects.exists() and _has(Responsibility)(request)


STEPS = [
    Step(
        _("The address of this installation"),
        _("PUBLIC_URL in the settings is the address that people type; links and QR codes lead there."),
        _address,
    ),
    Step(
        _("Your own second factor"),
        _("Set it up, and keep the recovery codes on paper."),
        _second_factor,
        ((_("Second factor"), "second_factor"),),
    ),
    Step(
        _("Counties and townships"),
        _("The bundled list of Xiangxi, or a file; then close the counties that do not take part."),
        _has(Township),
        ((_("Areas"), "studios:areas"), (_("Counties"), "admin:studios_county_changelist")),
    ),
    Step(
        _("Agencies"),
        _("Who handles opinions, county by county."),
        _has(Agency),
        ((_("Import agencies"), "studios:import_agencies"), (_("One by one"), "admin:studios_agency_add")),
    ),
    Step(
        _("Categories and responsibilities"),
        _("What opinions are about, and which agency each goes to."),
        _duties,
        (
            (_("Import categories and responsibilities"), "opinions:import_responsibilities"),
            (_("One by one"), "admin:opinions_category_add"),
        ),
    ),
    Step(
        _("Organs of the letters"),
        _("Who signs each county's letters, and how they are numbered."),
        _organs,
        ((_("Import organs"), "letters:import_organs"), (_("One by one"), "admin:letters_organ_add")),
    ),
    Step(
        _("Liaison studios"),
        _("Where deputies meet citizens."),
        _has(Studio),
        ((_("Import studios"), "studios:import"), (_("One by one"), "admin:studios_studio_add")),
    ),
    Step(
        _("Deputies"),
        _("The register, with their seats; an account given later is linked by name."),
        _has(Deputy),
        ((_("Import deputies"), "deputies:import"),),
    ),
    Step(
        _("Accounts"),
        _(
            "At least one clerk, triage officer, handler and supervisor; each gets a slip with an initial password."
        ),
        _accounts,
        ((_("Import accounts"), "users:import"), (_("New account"), "users:new")),
    ),
    Step(
        _("Text messages"),
        _("SMS_GATEWAY in the settings; try it below."),
        lambda request: not settings.SMS_GATEWAY.endswith("ConsoleSms"),
    ),
    Step(
        _("E-mail"),
        _("EMAIL_URL in the settings; try it below."),
        lambda request: not settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
    ),
    Step(
        _("Backup"),
        _(
            "BACKUP_TARGET in the settings: a folder elsewhere, or a bucket. The check below names the last trial."
        ),
        lambda request: bool(settings.BACKUP_TARGET),
    ),
    Step(
        _("Work calendar"),
        _("Days off and worked weekends of this year, and from November on of the next."),
        lambda request: not years_to_import(timezone.localdate()),
        ((_("Work calendar"), "calendar:this_year"),),
    ),
]

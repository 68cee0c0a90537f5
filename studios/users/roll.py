"""The register of accounts from Excel: a row is one role of one person.

A person without a user name gets one from the pinyin of the name. One is known by the user name; without it, by name
and mobile, or by name, role and place.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.excel.importing import CellError, ImportSummary, RowError, one_of, phone, text
from common.excel.importing import name as person
from common.excel.tables import Column, Sheet
from common.security.crypto import mask_phone
from studios import approvals
from studios.models import Membership, Role
from studios.rolls.importing import Cells, RosterColumn, RosterImport
from studios.rolls.studios import YES

from . import services, slips
from .departures import accounts_of
from .places import Place, Places, membership_over
from .rights import ALONE, grant_approval, stand_apart

NAME, ROLE, PLACE, USERNAME, PHONE, EMAIL, HEAD = (
    "姓名",
    "角色",
    "区域或单位",
    "用户名",
    "手机号码",
    "电子邮箱",
    "单位负责人",
)
WORDS = {
    Role.CLERK: ["工作室工作人员", "工作人员", "信息员", "联络员"],
    Role.TRIAGE_OFFICER: ["分流员", "分办员", "交办员"],
    Role.HANDLER: ["承办单位经办人", "经办人", "承办人"],
    Role.SUPERVISOR: ["督办员", "督办人"],
    Role.COUNTY_OFFICIAL: ["人大领导", "领导"],
    Role.DEPUTY: ["代表", "人大代表"],
    Role.AUDITOR: ["安全审计员", "审计员"],
    Role.ADMINISTRATOR: ["系统管理员", "管理员"],
}
ROLES = {word: role for role, words in WORDS.items() for word in words}
COLUMNS = [
    RosterColumn(NAME, 12, gettext_lazy("The person's full name."), True),
    RosterColumn(ROLE, 18, gettext_lazy("One row for each role of a person."), True, tuple(ROLES)),
    RosterColumn(
        PLACE,
        30,
        gettext_lazy("County, township, studio or agency: its name or code; see the sheet of places."),
        True,
        former=("区域", "所属区域", "管辖区域", "单位", "所在单位", "承办单位", "工作单位", "工作室"),
    ),
    RosterColumn(
        USERNAME,
        18,
        gettext_lazy("Letters and digits; empty: made from the name."),
        former=("账号", "帐号", "登录名"),
    ),
    RosterColumn(
        PHONE,
        16,
        gettext_lazy("May stay empty."),
        former=("手机", "手机号", "电话", "联系电话"),
        mask=mask_phone,
    ),
    RosterColumn(EMAIL, 26, gettext_lazy("May stay empty."), former=("邮箱", "电子邮件")),
    RosterColumn(
        HEAD,
        12,
        gettext_lazy("Of a handler: whether the person heads the agency."),
        words=tuple(YES),
        former=("负责人",),
    ),
]


@dataclass
class Entry:
    """A row in which everything is right. `account` is the key of those rows and accounts that are one person."""

    row: int
    facts: dict[str, Any]
    username: str
    role: str
    place: Place
    is_head: bool
    user: User | None

    @property
    def account(self) -> tuple:
        """What rows for one account have in common; a row that says neither user name nor mobile stands alone."""
        if self.user or self.username:
            return (self.user.username if self.user else self.username,)
        return self.facts["name"], self.facts["phone"] or f"{self.role} {self.place.over}"

    @property
    def identity(self) -> tuple:
        return (*self.account, self.role, *self.place.over.values())


class Reader:
    def __init__(self, by: User) -> None:
        self.by, self.places = by, Places(by)
        self.users = {user.username: user for user in accounts_of(by).prefetch_related("memberships")}
        self.taken = set(User.objects.values_list("username", flat=True))
        self.named: dict[str, list[User]] = {}
        for user in self.users.values():
            self.named.setdefault(user.name, []).append(user)
        self.roles: dict[tuple, set[str]] = {}

    def knows(self, entry: Entry) -> bool:
        """Return whether the account has this role there already."""
        over = tuple(entry.place.over.values())
        held = entry.user.memberships.all() if entry.user else []
        return any((m.role, m.area_code, m.studio_id, m.agency_id) == (entry.role, *over) for m in held)

    def read(self, cells: Cells) -> Entry | None:
        """Return what the row says; None where cells are wrong, which `cells` then names."""
        role = cells.take(ROLE, one_of, ROLES)
        facts = {
            "name": cells.take(NAME, person, 50, required=True),
            "phone": cells.take(PHONE, phone),
            "email": cells.take(EMAIL, self._email),
        }
        place = cells.take(PLACE, self._place, role, default=None) if role else None
        username = cells.take(USERNAME, self._username, facts["name"])
        head = cells.take(HEAD, one_of, YES, empty=False)
        if head and role and role != Role.HANDLER:
            cells.refuse(HEAD, gettext_lazy("Only a handler heads an agency."))
        if cells.errors or place is None:
            return None
        user = self.users.get(username) or self._same(facts, role, place)
        entry = Entry(cells.number, facts, username, role, place, head, user)
        return entry if self._fits(entry, cells) else None

    def _fits(self, entry: Entry, cells: Cells) -> bool:
        roles = self.roles.setdefault(entry.account, set())
        if entry.user:
            roles |= {membership.role for membership in entry.user.memberships.all()}
        if entry.user and entry.user.pk == self.by.pk and not self.knows(entry):
            cells.refuse(NAME, gettext_lazy("Nobody gives a role to themselves."))
        elif not stand_apart({*roles, entry.role}):
            cells.refuse(ROLE, ALONE)
        roles.add(entry.role)
        return not cells.errors

    def _same(self, facts: dict[str, Any], role: str, place: Place) -> User | None:
        """Return the account of the same person: by name and mobile, or by name, role and place."""
        over = (role, *place.over.values())
        for user in self.named.get(facts["name"], []):
            held = {(m.role, m.area_code, m.studio_id, m.agency_id) for m in user.memberships.all()}
            if over in held or (facts["phone"] and facts["phone"] == user.phone):
                return user
        return None

    def _place(self, value: object, role: str) -> Place:
        try:
            return self.places.find(text(value, 80, required=True), role)
        except ValidationError as wrong:
            raise CellError(wrong.messages[0]) from None

    def _email(self, value: object) -> str:
        typed = text(value, 254)
        try:
            if typed:
                validate_email(typed)
        except ValidationError as wrong:
            raise CellError(wrong.messages[0]) from None
        return typed

    def _username(self, value: object, name: str) -> str:
        typed = text(value, 40)
        try:
            User.username_validator(typed or "x")
        except ValidationError as wrong:
            raise CellError(wrong.messages[0]) from None
        held = self.users.get(typed)
        if typed in self.taken and (held is None or held.name != name):
            raise CellError(gettext_lazy("This user name is the account of somebody else."))
        return typed


def _take_in(entries: list[Entry], *, by: User, request: HttpRequest | None) -> dict[str, Any]:
    """Add the accounts and give the roles. Returns the seed and the moment of the accounts (slips.py), and as `held`
    the rows that wait for a second person."""
    seed, joined = slips.new_seed(), timezone.now()
    made: dict[tuple, User] = {}
    taken = {name.lower() for name in User.objects.values_list("username", flat=True)}
    taken |= {entry.username.lower() for entry in entries}
    held = []
    for entry in sorted(entries, key=lambda one: not one.username):
        membership: Membership = membership_over(entry.place, entry.role, is_head=entry.is_head)
        user = entry.user or made.get(entry.account)
        username = (
            user.username if user else entry.username or services.username_for(entry.facts["name"], taken)
        )
        try:
            approval = grant_approval(membership, account=username, by=by, request=request)
        except approvals.NotApproved as wait:
            held.append(RowError(entry.row, ROLE, str(wait)))
            continue
        if user is None:
            user = User(username=username, date_joined=joined, **entry.facts)
            made[entry.account] = services.add(user, by=by, seed=seed, request=request)
        membership.user = user
        services.give(membership, by=by, held=approval, request=request)
    return {"held": held, "seed": seed, "joined": joined if made else None}


def _after(request: HttpRequest, tally: ImportSummary) -> HttpResponse | None:
    found = tally.found
    return slips.show(request, seed=found["seed"], joined=found["joined"]) if found.get("joined") else None


def _choices(user: User | None) -> list[Sheet]:
    rows = (
        [(place.label, "" if place.agency else place.code) for place in Places(user).everything]
        if user
        else []
    )
    return [
        Sheet(str(gettext_lazy("Places")), [Column(PLACE, 50), Column(str(gettext_lazy("Code")), 20)], rows)
    ]


USERS = RosterImport(
    app="users",
    name=gettext_lazy("Accounts"),
    title=gettext_lazy("Import accounts"),
    lead=gettext_lazy(
        "One row is one role of one person; nothing is added before you have seen what was read. Afterwards you can "
        "print the slips with the initial passwords."
    ),
    done=gettext_lazy("%(added)d roles were given, %(known)d were known, %(refused)d refused."),
    columns=COLUMNS,
    keepers=(Role.ADMINISTRATOR,),
    reader=Reader,
    take_in=_take_in,
    choices=_choices,
    after=_after,
)

"""What a million generated opinions draw from: places, people and a pool of values encrypted once."""

from bisect import bisect_right
from datetime import date

from accounts.models import User
from common.security.crypto import cipher, phone_index, tail_index
from deputies.models import Activity
from opinions.models import Category, Opinion, Responsibility
from sandbox import areas
from sandbox.random_people import dice, full_name, phone
from studios.models import Agency, Membership, Role, Studio, Township

POOL = 2000


class Stock:
    """What the load data is made of, read once. Who acts is a KeyError where the county has nobody for it."""

    def __init__(self) -> None:
        self.townships: dict[str, list[Township]] = {county.pk: [] for county in areas.counties()}
        for township in areas.townships():
            self.townships[township.county_id].append(township)
        self.villages = areas.villages()
        self.studios = {
            studio.township_id: studio for studio in Studio.objects.filter(kind="studio", active=True)
        }
        self.categories = {category.pk: category for category in Category.objects.all()}
        nearest = Responsibility.objects.filter(agency__active=True).select_related("agency")
        self.agencies = {(row.county_id, row.category_id): row.agency for row in nearest}
        members = Membership.objects.select_related("user").order_by("-pk")
        self._by_area = {(m.role, m.area_code): m.user for m in members if m.area_code}
        self._handlers: dict[int | None, User] = {m.agency_id: m.user for m in members if m.agency_id}
        self.citizens = _citizens()
        # Of a township and kind: the days of the activities held and their keys, oldest first.
        self.held: dict[tuple, list[tuple]] = {}
        rows = Activity.objects.filter(state="held").order_by("on", "pk")
        for code, kind, on, key in rows.values_list("township", "kind", "on", "pk"):
            self.held.setdefault((code, kind), []).append((on, key))
        # The last opinion of a county and category that closed: others are merged into it.
        self.closed: dict[tuple, tuple[int, str]] = {}

    def told_at(self, township: Township, kind: str, day: date) -> int | None:
        """Return the key of the last activity of that kind before the day: what is told there may be logged days
        later."""
        held = self.held.get((township.pk, kind), [])
        place = bisect_right(held, (day, float("inf")))
        return held[place - 1][1] if place else None

    def agency(self, county: str, category: str) -> Agency:
        """Return the agency responsible for the category in the county."""
        for length in (6, 4, 2):
            if agency := self.agencies.get((county, category[:length])):
                return agency
        return next(agency for (code, _category), agency in self.agencies.items() if code == county)

    def clerk_of(self, township: Township) -> User:
        """Return the clerk of a township."""
        return self._by_area[Role.CLERK, township.pk]

    def clerk(self, opinion: Opinion) -> User:
        """Return the clerk of the opinion's township."""
        return self._by_area[Role.CLERK, opinion.township_id]

    def officer(self, opinion: Opinion) -> User:
        """Return the triage officer of the opinion's county."""
        return self._by_area[Role.TRIAGE_OFFICER, opinion.county_id]

    def supervisor(self, opinion: Opinion) -> User:
        """Return the supervisor of the opinion's county."""
        return self._by_area[Role.SUPERVISOR, opinion.county_id]

    def handler(self, opinion: Opinion) -> User:
        """Return the handler of the opinion's lead agency."""
        return self._handlers[opinion.lead_agency_id]


def _citizens() -> list[tuple[str, ...]]:
    """Return (name, phone, both as they are stored, the phone's index, that of its end). Encrypting each for every
    opinion takes too long."""
    rng, encrypt = dice("citizens"), lambda text: cipher().encrypt(text.encode()).decode()
    numbers = [phone(rng) for _number in range(POOL)]
    return [
        (
            name := full_name(rng),
            number,
            encrypt(name),
            encrypt(number),
            phone_index(number),
            tail_index(number),
        )
        for number in numbers
    ]

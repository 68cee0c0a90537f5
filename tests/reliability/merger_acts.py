"""What the processes of the test of a merger do."""

import time

from django.utils import timezone

from accounts.models import User
from opinions.models import Opinion
from opinions.workflow import register
from studios.areas import changes
from studios.areas.change_handlers import Move
from studios.models import County, Membership, Role, Township
from tests.reliability import acts

ENDS, STAYS = "433101005", "433101007"


def office():
    """Two townships with one clerk, and twenty open opinions in the one that will end."""
    acts.office(0)
    acts.write_down(20)
    Township.objects.create(code=STAYS, county=County.objects.get(), name="镇溪街道", kind="subdistrict")
    Membership.objects.create(user=User.objects.get(username="clerk"), role=Role.CLERK, area_code=STAYS)


def register_there(count, start_at):
    """Register `count` opinions by a form that was opened before the merger; how many were taken."""
    clerk, township = User.objects.get(username="clerk"), Township.objects.get(pk=ENDS)
    words = {"township": township, "channel": "phone", "title": "路灯不亮", "body": "请看看路灯"}
    time.sleep(max(0.0, float(start_at) - time.time()))
    return sum(bool(register.register(by=clerk, **words).number) for _ in range(int(count)))


def merge(start_at):
    """Look at the preview, wait while people register, and enter the merger as it was seen; how many opinions moved."""
    seen = changes.fingerprint(Move((ENDS,), Township.objects.get(pk=STAYS)))
    time.sleep(max(0.0, float(start_at) - time.time()) + 0.3)
    decree = changes.Decree("湘政函〔2026〕1号", timezone.localdate())
    change = changes.merge(county="433101", away=[ENDS], to=STAYS, decree=decree, expect=seen)
    return change.moved["opinions"]


def where():
    """How many open opinions each township has, how many of them were moved, and broken chains."""
    return {
        "ends": Opinion.objects.filter(township=ENDS).count(),
        "stays": Opinion.objects.filter(township=STAYS).count(),
        "moved": Opinion.objects.filter(events__action="move").distinct().count(),
        "broken": acts.state()["broken"],
    }

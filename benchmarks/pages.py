"""What is measured: pages, actions and floors, and the people who ask for them."""

import uuid
from datetime import UTC
from importlib import import_module
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from studios.models import Membership, Studio

# Of each word of the demo's texts one is chosen by how many of the opinions say it.
WORDS = [
    "报销",
    "学生",
    "污水",
    "路灯",
    "网课",
    "医保",
    "水渠",
    "噪音",
    "工资",
    "校车",
    "公交",
    "老人",
    "垃圾",
]


class Stage:
    """Who asks, and for what: chosen once for a database."""

    def __init__(self, acts: int):
        self.prefecture = _holder("supervisor", area_code="4331") or _holder(
            "county_official", area_code="4331"
        )
        self.officer = _holder("triage_officer", area_code="433101")
        rows = Opinion.objects.order_by("registered_at", "id")
        middle = rows[rows.count() // 2]
        self.deep = f"after={middle.registered_at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}~{middle.pk}"
        self.middle, self.newest = middle, rows.last()
        self.clerk = _holder("clerk", area_code=self.newest.township_id)
        self.routed = _of_one_agency(acts)
        self.handler = (
            Membership.objects.filter(agency=self.routed[0].lead_agency_id, role="handler").first().user
        )
        self.words = _words(middle)
        self.portal = f"/p/{Studio.objects.filter(active=True).order_by('pk').first().code}/"

    def lists(self) -> dict[str, str]:
        """Every order and a filter of every kind, for the whole prefecture."""
        at = self.middle
        named = {
            "list, newest first": "",
            "list, in the middle": f"?{self.deep}",
            "list, last page": "?before=end",
            "list, oldest first": "?sort=old",
            "list, due soonest": "?sort=due",
            "list, red": "?light=red",
            "list, yellow, by due day": "?light=yellow&sort=due",
            "list, registered and declined": "?status=registered&status=declined",
            "list, one county in the middle": f"?county={at.county_id}&{self.deep}",
            "list, one township": f"?county={at.county_id}&township={at.township_id}",
            "list, one studio": f"?county={at.county_id}&studio={at.studio_id or ''}",
            "list, one agency": f"?county={self.routed[0].county_id}&agency={self.routed[0].lead_agency_id}",
            "list, one category": "?category=0203",
            "list, one channel": "?channel=inspection",
            "list, a month": "?registered_after=2025-03-01&registered_before=2025-03-31",
            "list, closed on a day": "?closed_after=2025-03-03&closed_before=2025-03-03&sort=old",
            "list, reopened twice": "?condition=reopened_twice",
            "list, notice waits for a reply": "?condition=to_acknowledge",
            "search by number": f"?q={self.newest.number}",
            "search by serial": f"?q={self.newest.number[-6:]}",
        }
        for word, share in self.words.items():
            named[f"search {word} ({share:.3%})"] = f"?q={quote(word)}"
        return {name: f"/opinions/{query}" for name, query in named.items()}

    def others(self) -> dict[str, str]:
        return {"one opinion": f"/opinions/{self.newest.number}/", "dashboard": "/dashboard/", "home": "/"}


def _holder(role, **over):
    member = Membership.objects.filter(role=role, **over).select_related("user").order_by("pk").first()
    return member and member.user


def _of_one_agency(count: int):
    """Opinions that wait for the same agency's signature, as many as there will be turns if there are so many."""
    waiting = Opinion.objects.filter(status=Status.ROUTED)
    agencies = list(waiting.values_list("lead_agency", flat=True))
    busiest = max(set(agencies), key=agencies.count)
    return list(waiting.filter(lead_agency=busiest).order_by("-pk")[:count])


def _words(middle) -> dict[str, float]:
    """The commonest of WORDS, the one nearest to 1 %, one in between, one that only a village has, and one nowhere."""
    total = Opinion.objects.count()
    share = {word: Opinion.objects.filter(body__contains=word).count() / total for word in WORDS}
    rare = middle.title[:3]
    share[rare] = Opinion.objects.filter(title__contains=rare).count() / total
    there = sorted((word for word in WORDS if share[word]), key=share.get)
    chosen = [rare, there[0], there[len(there) // 2], there[-1]]
    return {word: share[word] for word in dict.fromkeys(chosen)} | {"不存在的词": 0.0}


def cookies_of(user) -> dict[str, str]:
    """A session as the login makes it, without the password's quarter of a second."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key}


def all_pages(stage: Stage, browser) -> dict:
    """What is asked for, by its name: each a call that gives an answer, or None when there is nothing left to do."""
    everywhere, clerk, handler = (
        browser(cookies_of(u)) for u in (stage.prefecture, stage.clerk, stage.handler)
    )
    everywhere.get("/floor/insert/")
    floor = {"title": stage.newest.title, "body": stage.newest.body, "status": "registered"}
    floor |= {"place": "floor", "number": stage.newest.number}
    found = {
        "F1 insert": lambda: everywhere.post("/floor/insert/", **floor),
        "F2 fifty rows": lambda: everywhere.get("/floor/rows/"),
        "F3 sums": lambda: everywhere.get("/floor/sums/"),
    }
    for name, path in {**stage.lists(), **stage.others()}.items():
        found[name] = lambda path=path: everywhere.get(path)
    clerk.get("/opinions/new/")
    facts = {"township": stage.newest.township_id, "channel": "reception", "matter_type": "help"}
    facts |= {"title": stage.newest.title, "body": stage.newest.body}
    found["register"] = lambda: clerk.post("/opinions/new/", submission_key=str(uuid.uuid4()), **facts)
    return found | _actions(stage, handler)


def _actions(stage: Stage, handler) -> dict:
    """Signing, and answering what was just signed: the one tells nobody, the other tells people."""
    handler.get("/opinions/")
    if not handler.token:
        handler.get(f"/opinions/{stage.routed[0].number}/sign/")
    waiting, signed = list(stage.routed), []

    def sign():
        if not waiting:
            return None
        opinion = waiting.pop()
        signed.append(opinion)
        return handler.post(f"/opinions/{opinion.number}/sign/", version=opinion.version)

    def answer():
        if not signed:
            return None
        opinion = signed.pop()
        said = {"outcome": "A", "answer": "已经办好。", "version": opinion.version + 1}
        return handler.post(f"/opinions/{opinion.number}/answer/", **said)

    return {"sign": sign, "answer": answer}

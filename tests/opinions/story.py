"""Opinions brought to a stage of their way by the ordinary actions, as the screens' tests need them."""

from datetime import timedelta

from opinions.jobs import retention
from opinions.workflow import register, report_back, secrecy, triage

PHONE, NAME = "13812345678", "张秀英"


def told(cast, office, *, by=None, **more):
    """An opinion that the rules are not asked about: it waits for triage."""
    facts = {
        "township": office.qianzhou,
        "channel": "reception",
        "title": "公交站台没有雨棚",
        "body": "下雨天等公交都淋湿，我的电话 13812345678。",
        "citizen_name": NAME,
        "citizen_phone": PHONE,
        "studio": office.studio,
        "deputy": cast.as_deputy,
    }
    return register.register(by=by or cast.clerk, **(facts | more))


def routed(cast, office, **more):
    opinion = told(cast, office, **more)
    agency = office.transport
    if opinion.keep_secret:
        secrecy.redact(opinion.number, by=cast.officer)
    return triage.route(opinion.number, by=cast.officer, lead_agency=agency, instructions="请于期限内答复")


def signed(cast, office, **more):
    return triage.sign(routed(cast, office, **more).number, by=cast.handler)


def answered(cast, office, **more):
    number = signed(cast, office, **more).number
    return report_back.answer(number, by=cast.handler, outcome="A", answer="雨棚已于本周装好。")


def reported(cast, office, **more):
    number = answered(cast, office, **more).number
    return report_back.report_back(number, by=cast.clerk, how="phone", note="群众表示知道了")


def erase_old(now):
    """Plan and, after the days of grace, do the erasing that is due at `now`; how many were erased."""
    retention.plan(now=now - timedelta(days=14))
    return retention.anonymise(now=now)


def statements(queries) -> list[str]:
    """What was asked of the database; the savepoints of a test's own transaction are not part of a page."""
    return [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]

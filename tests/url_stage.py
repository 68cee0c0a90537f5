"""The stage of the URL × role matrix: one of everything in 吉首市, and who in the cast is who."""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.core.signing import TimestampSigner
from django.utils import timezone

from common.security.uploads import examine
from deputies.activities import services as activities
from deputies.models import Mandate, Term
from deputies.roll import corrections
from letters import drafts
from letters.models import Letter, Organ
from notifications.models import Message, Received
from notifications.services import queue
from opinions.models import (
    Attachment,
    Import,
    Opinion,
    Paper,
    Proposal,
    RoutingRule,
    TimeLimit,
    Topic,
    TrainedModel,
)
from opinions.privacy import evaluation_tokens
from opinions.supervision import bulk_notices
from opinions.workflow import triage
from portal.way_back import links
from reports.definitions.periods import parse_month
from reports.freezing.services import freeze
from reports.models import Report
from studios.assessments import services as haves
from studios.models import AreaChange, CountyChoice, Finding, Membership, Village
from studios.profile import services
from tests.opinions.story import PHONE, told
from tests.studios.test_photos import picture
from workdays.models import CalendarImport

CLERKS = {"clerk", "studio_clerk"}
SUPERVISORS = {"supervisor", "prefecture"}
STRANGERS = {"stranger_clerk", "stranger_officer", "stranger_handler"}
# For whom the opinion of the stage exists; the other agency is none of them.
INSIDE = CLERKS | SUPERVISORS | {"officer", "handler", "official", "deputy"}
READERS = INSIDE | STRANGERS | {"other_handler"}
EVERYBODY = READERS | {"auditor", "administrator", "nobody"}
REGISTERERS = CLERKS | {"officer", "deputy", "stranger_clerk", "stranger_officer"}
ROLL_KEEPERS = {"officer", "stranger_officer", "administrator"}
PLANNERS = CLERKS | {"officer"}
IMPORTERS = REGISTERERS - {"deputy"}
CORRESPONDENTS = READERS - {"deputy"}
KEEPERS = CLERKS | SUPERVISORS | {"officer"}  # of the outbox
OVERSEERS = SUPERVISORS | {"officer", "official", "stranger_officer"}
TRIAGE_SETUP = {"officer", "stranger_officer", "administrator"}
DIRECTORY = INSIDE | {"other_handler", "administrator"}


def build(cast, office):
    """What the addresses of the table point at; all of it belongs to 吉首市."""
    now = timezone.now()
    opinion = told(cast, office)
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    attached = Attachment(
        opinion=opinion, sequence=1, name="1.jpg", kind="image/jpeg", size=3, digest="0" * 64
    )
    attached.file.save("", picture(size=(8, 8)))
    message = queue(
        key="matrix", channel="inbox", recipient=cast.clerk, subject="消息", body="正文", about=opinion.number
    )
    triage.issue_handover(opinion.number, by=cast.officer)
    letter = Letter.objects.get()
    draft = drafts.draft(
        organ=Organ.of(office.jishou), kind="handover", township=office.qianzhou, about=opinion.number, occasion="x",
        facts={}, by=cast.officer, at=now, agency=office.transport,
    )  # fmt: skip
    sms = {"channel": "sms", "subject": "答复", "body": "正文", "address": PHONE, "area": opinion}
    failed, uncertain = (queue(key=state, **sms) for state in ("failed", "uncertain"))
    for message_out, state in ((failed, "failed"), (uncertain, "uncertain")):
        Message.objects.filter(pk=message_out.pk).update(state=state, next_attempt_at=None)
    received = Received.objects.create(
        key="sms/stage", channel="sms", sender=PHONE, sender_index="x", body="好的", county=office.jishou,
        township=office.qianzhou, studio=office.studio, state="waiting", received_at=now,
    )  # fmt: skip
    job = Import.objects.create(
        by=cast.clerk, name="台账.csv", state="checked", digest="0" * 64, created_at=now
    )
    notice = b"date,kind,name\n2027-01-01,holiday,\n"
    calendar_import = CalendarImport.objects.create(
        by=cast.administrator, name="2027.csv", content=notice, year=2027, days=1, created_at=now
    )
    report = Report(
        county=office.jishou, code="2026-10", made_by=cast.supervisor, asked_at=now, heartbeat_at=now,
        state=Report.State.READY, rows=0,
    )  # fmt: skip
    report.file.save("month.xlsx", ContentFile(b"PK"), save=True)
    freeze(county=office.jishou, month=parse_month("2026-10"), by=None)
    activity = activities.plan(
        by=cast.clerk,
        township=office.qianzhou,
        studio=office.studio,
        on=timezone.localdate() + timedelta(days=9),
        deputies=[cast.as_deputy],
    )
    term = Term.objects.create(
        level="county", area_code="433101", number=18, starts_on=date(2021, 12, 20)
    )  # fmt: skip
    mandate = Mandate.objects.create(deputy=cast.as_deputy, term=term)
    corrections.correct_facts(
        cast.as_deputy.pk, by=cast.officer, photo=examine(picture(size=(9, 9))), name="杨代表"
    )  # fmt: skip
    Membership.objects.filter(user=cast.official).update(may_export=True)
    CountyChoice.objects.create(county=office.jishou, ranks_studios=True)
    assessment = haves.open_assessment(office.studio.pk, by=cast.clerk)
    finding = Finding.objects.create(
        assessment=assessment, have="rules", text="制度未上墙", found_at=now, found_by=cast.supervisor,
        mend_by_on=date(2026, 10, 1),
    )  # fmt: skip
    photo = services.add_photo(
        office.studio.pk, by=cast.clerk, upload=examine(picture(size=(9, 9))), caption="门口"
    )
    change = AreaChange.objects.create(
        county=office.jishou, kind="merge", on=date(2015, 12, 1), decree="1号", at=now,
        before=[{"code": "433101300", "name": "旧乡"}], after=[{"code": "433101005", "name": "乾州街道"}],
    )  # fmt: skip
    Village.objects.create(code="433101005001", township=office.qianzhou, name="社区")
    Organ.objects.create(county=office.jishou, name="吉首市人大常委会", short_name="吉人大")
    TimeLimit.objects.create(county=office.jishou, clock="triage", days=3)
    row = Opinion.objects.get(pk=opinion.pk)
    bulk, confirmed, undone = (
        bulk_notices.list_targets(
            by=cast.supervisor, key=uuid.uuid4(), kind="urge", targets=[(row.pk, row.version)]
        )
        for _ in range(3)
    )
    rule = RoutingRule.objects.create(
        county=office.jishou, position=1, name="公交", words="公交", agency=office.transport
    )
    model = TrainedModel.objects.create(prefecture="4331", number=1, state="ready", precision=0.97, asked_at=now,
                                        trained_at=now)  # fmt: skip
    days = {"first_on": now.date(), "last_on": now.date()}
    topics = [
        Topic.objects.create(county=office.jishou, title="站台", messages=1, people=1, found_at=now, **days)
        for _ in "ab"
    ]
    proposal = Proposal.objects.create(
        county=office.jishou, topic=topics[1], title="站台", reason="多人反映", months=3, taken_up_on=now.date(),
        taken_up_by=cast.official, due_on=now.date(),
    )  # fmt: skip
    paper = Paper.objects.create(
        opinion=row, kind="letter", letter=letter, made_by=cast.officer, asked_at=now, heartbeat_at=now
    )
    return SimpleNamespace(
        paper=paper.pk,
        rule=rule.pk,
        model=model.pk,
        topic=topics[0].pk,
        proposal=proposal.pk,
        bulk=bulk.pk,
        confirmed=confirmed.pk,
        undone=undone.pk,
        number=opinion.number,
        phone=PHONE,
        message=message.pk,
        letter=letter.pk,
        draft=draft.pk,
        failed=failed.pk,
        received=received.pk,
        uncertain=uncertain.pk,
        job=job.pk,
        calendar_import=calendar_import.pk,
        report=report.pk,
        studio=office.studio.pk,
        assessment=assessment.pk,
        finding=finding.pk,
        photo=photo.pk,
        change=change.pk,
        code=office.studio.code,
        county="433101",
        evaluate_action="evaluate",
        file=attached.pk,
        file_token=TimestampSigner(salt="portal.file").sign(str(attached.pk)),
        token=evaluation_tokens.token_of(opinion),
        way_back=links.path_of(opinion).split("/")[2],
        deputy=cast.as_deputy.pk,
        term=term.pk,
        mandate=mandate.pk,
        activity=activity.pk,
        user=cast.clerk.pk,
        account=cast.auditor.pk,
        membership=cast.auditor.memberships.get().pk,
    )

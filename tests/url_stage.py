"""The stage of the URL × role matrix: one of everything in 吉首市, and who in the cast is who."""

from datetime import date
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.core.signing import TimestampSigner
from django.utils import timezone

from notifications.services import queue
from opinions import evaluation_link
from opinions.models import Attachment, ClockLimit, Import
from opinions.workflow import triage
from reports.models import Report
from studios.models import Village
from tests.opinions.story import PHONE, told
from workdays.models import CalendarImport

CLERKS = {"clerk", "studio_clerk"}
SUPERVISORS = {"supervisor", "prefecture"}
STRANGERS = {"stranger_clerk", "stranger_officer", "stranger_handler"}
# For whom the opinion of the stage exists; the other agency is none of them.
INSIDE = CLERKS | SUPERVISORS | {"officer", "handler", "official", "deputy"}
READERS = INSIDE | STRANGERS | {"other_handler"}
EVERYBODY = READERS | {"auditor", "administrator", "nobody"}
REGISTERERS = CLERKS | {"officer", "deputy", "stranger_clerk", "stranger_officer"}
IMPORTERS = REGISTERERS - {"deputy"}
OVERSEERS = SUPERVISORS | {"officer", "official", "stranger_officer"}
DIRECTORY = INSIDE | {"other_handler", "administrator"}


def build(cast, office):
    """What the addresses of the table point at; all of it belongs to 吉首市."""
    now = timezone.now()
    opinion = told(cast, office)
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    photo = Attachment(opinion=opinion, sequence=1, name="1.jpg", kind="image/jpeg", size=3, digest="0" * 64)
    photo.file.save("", ContentFile(b"jpg"))
    message = queue(
        key="matrix", channel="inbox", recipient=cast.clerk, subject="消息", body="正文", about=opinion.number
    )
    job = Import.objects.create(
        by=cast.clerk, name="台账.csv", state="checked", digest="0" * 64, created_at=now
    )
    notice = b"date,kind,name\n2027-01-01,holiday,\n"
    calendar_import = CalendarImport.objects.create(
        by=cast.administrator, name="2027.csv", content=notice, year=2027, days=1, created_at=now
    )
    report = Report(
        county=office.jishou, month=date(2026, 10, 1), made_by=cast.supervisor, asked_at=now, seen_at=now,
        state=Report.State.READY, rows=0,
    )  # fmt: skip
    report.file.save("month.xlsx", ContentFile(b"PK"), save=True)
    Village.objects.create(code="433101005001", township=office.qianzhou, name="社区")
    ClockLimit.objects.create(county=office.jishou, clock="triage", days=3)
    return SimpleNamespace(
        number=opinion.number,
        phone=PHONE,
        message=message.pk,
        job=job.pk,
        calendar_import=calendar_import.pk,
        report=report.pk,
        studio=office.studio.pk,
        code=office.studio.code,
        county="433101",
        evaluate_action="evaluate",
        file=photo.pk,
        file_token=TimestampSigner(salt="portal.file").sign(str(photo.pk)),
        token=evaluation_link.token_of(opinion),
        deputy=cast.as_deputy.pk,
        user=cast.clerk.pk,
    )

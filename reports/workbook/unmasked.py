"""The workbook of a period with the citizens' names and numbers: for who holds the right, against a reason, logged
before a row is read, and with the number of its entry in the audit trail on every sheet (ADR 0031).

Source: 个人信息保护法 (personal data leaves the system only for a stated purpose, by persons who are authorised).
"""

import secrets
import tempfile
from typing import IO

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import AccessRecord, User
from common.excel.watermark import Watermark
from reports.definitions.periods import BoundedPeriod
from reports.figures.areas import opinions_of
from reports.workbook.workbook import write_month
from studios.models import County
from studios.permissions.scope import scope_of

# The file is never kept, so it is made while the person waits.
MOST = 50_000


def count(*, period: BoundedPeriod, county: County, by: User) -> int:
    """Count the opinions that the workbook would show."""
    return opinions_of(county, by).filter(period.registered).count()


def take_away(
    *, period: BoundedPeriod, county: County, by: User, reason: str, request: HttpRequest | None = None
) -> IO[bytes]:
    """Return the workbook as an open temporary file; the caller has checked that `count` is not above MOST. Raises
    PermissionDenied."""
    if not scope_of(by).may_export(county):
        raise PermissionDenied
    number = f"{timezone.localdate():%Y%m%d}-{secrets.token_hex(3).upper()}"
    entry = audit.record(
        AccessRecord.Action.UNMASKED,
        by=by,
        request=request,
        subject=f"{county.pk} {period} {number}",
        area_code=county.pk,
        reason=reason,
        details={"rows": count(period=period, county=county, by=by), "number": number},
    )
    mark = Watermark(number, f"{by.name} ({by.username})", entry.at, entry.reason)
    target = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    write_month(target, period=period, county=county, by=by, mark=mark)
    target.seek(0)
    return target

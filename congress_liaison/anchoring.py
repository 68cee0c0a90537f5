"""All that is anchored at night, and the copy of the anchor that leaves the house by e-mail."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import anchored as audit
from anchors.models import Anchor
from anchors.services import anchor
from opinions.ledger import anchored as ledger

log = logging.getLogger(__name__)


def anchor_all(*, now: datetime | None = None) -> Anchor:
    """Anchor ledger and audit trail as they are now, write the line into the file, and send it to ANCHOR_EMAILS."""
    made = anchor([ledger.leaves(), audit.leaves()], now=now)
    if settings.ANCHOR_EMAILS:
        try:
            _send(made)
        except (
            OSError
        ):  # the line is in the file and on the bulletin; the mail of the next night has the newer one
            log.exception("the anchor %s could not be sent by e-mail", made.pk)
    return made


def _send(made: Anchor) -> None:
    with override(settings.LANGUAGE_CODE):
        subject = _("Anchor of the record, %(size)d leaves") % {"size": made.size}
        words = _("Keep this line. It proves later that nothing recorded until then was changed or left out.")
    send_mail(subject, f"{words}\n\n{made.line}\n", settings.DEFAULT_FROM_EMAIL, settings.ANCHOR_EMAILS)

"""Text messages with an answer that failed for good: their citizens were not told, whatever the opinion says."""

from notifications.models import Message
from notifications.services import give_back
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion

from .report_back import not_told


def handle_undelivered(message: Message) -> None:
    """Put the opinion back to "to report back" when the text message that told its own citizen failed for good,
    unless they have evaluated the answer since. The message is never sent again: a clerk tells the citizen."""
    if message.channel != Message.Channel.SMS or not message.to_citizen or not message.opinion_number:
        return
    _number, sequence, *_rest = message.key.split("/")
    opinion = Opinion.objects.filter(number=message.opinion_number, status=Status.REPORTED_BACK).first()
    if opinion is None or opinion.satisfaction or message.address != opinion.citizen_phone:
        return
    last_report = (
        opinion.events.filter(action="report_back", round=opinion.round).order_by("-sequence").first()
    )
    if last_report and str(last_report.sequence) == sequence and last_report.data.get("how") == "sms":
        not_told(opinion.number, error=message.last_error)
        give_back(message)

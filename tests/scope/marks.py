"""Whose each row is, and an unmistakable word in every text of 吉首市: where one turns up, something has leaked.

Every model and every text column is in a table here; a new one fails the test until somebody says whose it is.
"""

import json
import re

from django.apps import apps
from django.db import models

from tests.opinions.story import PHONE

COUNTY = "433101"
WORD = re.compile(r"[暗隐]\d{4}")
# What a matter is to others: rows that exist only for those who deal with it.
MATTER = {
    "notifications.Message": "county",
    "notifications.Received": "county",
    "letters.Draft": "county",
    "letters.Letter": "county",
    "opinions.Attachment": "opinion__county",
    "opinions.BulkNotice": "targets__opinion__county",
    "opinions.EventText": "event__county",
    "opinions.Import": "by__memberships__area_code__startswith",
    "opinions.JointPart": "county",
    "opinions.Opinion": "county",
    "opinions.Proposal": "county",
    "opinions.Topic": "county",
}
# What everybody of the county may know, and nobody else.
PLACE = {
    "accounts.User": "memberships__area_code__startswith",
    "deputies.Activity": "county",
    "deputies.Deputy": "township__county",
    "deputies.Mandate": "deputy__township__county",
    "deputies.Participation": "activity__county",
    "letters.Organ": "county",
    "letters.Template": "county",
    "opinions.RoutingRule": "county",
    "opinions.UrgentSignal": "county",
    "studios.Agency": "county",
    "studios.Check": "assessment__studio__township__county",
    "studios.Finding": "assessment__studio__township__county",
    "studios.Funding": "studio__township__county",
    "studios.AssessmentItem": "county",
    "studios.Photo": "studio__township__county",
    "studios.Studio": "township__county",
    "studios.Township": "county",
    "studios.Village": "township__county",
}
# Without a text that is anybody's secret, or which nobody can change any more (then its texts come from the others).
BARE = {
    "accounts.FormerPassword", "opinions.ImportChoice", "opinions.PlannedErasure", "workdays.ClockState",
    "accounts.SecondFactor", "accounts.AccessRecord", "accounts.AccessHead", "workdays.CalendarYear",
    "deputies.DeputyFormerTownship", "deputies.MovedAnnouncement", "deputies.PlannedTransition",
    "reports.FrozenActivityFigure", "studios.StudioFormerTownship",
    "workdays.CalendarImport", "workdays.Holiday", "studios.County", "studios.AreaChange", "studios.Membership",
    "studios.CountyChoice", "studios.Assessment", "studios.AssessmentStep", "studios.OpeningTime", "deputies.Term",
    "notifications.Muted",
    "notifications.Preference", "letters.Series", "opinions.TimeLimit", "opinions.TimeLimitChange",
    "opinions.EscalationLevel", "opinions.EscalationChange", "opinions.BulkTarget", "opinions.Category",
    "opinions.Responsibility", "opinions.TrainedModel", "opinions.Event", "opinions.Notice", "opinions.PastRound",
    "opinions.NumberSeries", "opinions.UrgentFlag", "opinions.SimilarityKey", "reports.Report", "reports.FrozenMonth",
    "reports.FrozenFigure", "reports.FrozenDone", "reports.FrozenOpinion", "opinions.Receipt", "accounts.TokenBucket",
    "studios.Approval", "opinions.Paper", "anchors.Leaf", "anchors.Block", "anchors.Anchor",
}  # fmt: skip
# Columns by which things are found, ordered or proved: codes and keys, no words.
KEYS = {
    "code", "key", "about", "number", "digest", "salt", "hash", "phone_index", "phone_tail", "ledger_head",
    "sender_index",
    "name_pinyin", "words_salt",
    "password", "username", "session_key", "email", "series", "occasion", "kind", "former_names", "outside_number",
    "handover_mark", "supervision_mark", "reply_mark", "months", "county", "measured", "bounds", "tried", "weeks",
    "errors", "sample", "words", "unless", "phone", "cancel_reason",
}  # fmt: skip
OURS = (
    "anchors",
    "accounts",
    "workdays",
    "studios",
    "deputies",
    "notifications",
    "letters",
    "opinions",
    "reports",
    "portal",
    "incoming",
)


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def texts(model):
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in KEYS
    ]


def mark_all() -> tuple[set[str], set[str]]:
    """Write the words, one in each text of each row; (those of matters, those of the place)."""
    return _mark("暗", MATTER), _mark("隐", PLACE)


def _mark(kind, table) -> set[str]:
    words = set()
    for label, path in table.items():
        model = apps.get_model(label)
        keys = set(model._base_manager.filter(**{path: COUNTY}).values_list("pk", flat=True))
        for field in texts(model):
            for key in keys:
                row = model._base_manager.filter(pk=key)
                word = PHONE if field.name == "citizen_phone" else f"{kind}{len(words):04d}"
                words.add(word)
                if field.name == "facts_text":
                    _mark_facts(row.get(), word)
                else:
                    row.update(**{field.attname: word})
    return words


def _mark_facts(letter, word):
    letter.facts_text = json.dumps(dict.fromkeys(letter.facts, word), ensure_ascii=False)
    letter.save(update_fields=["facts_text"])

"""Every column of text is either encrypted or named here as free of citizens' data, with the reason. A new one fails
until somebody has decided which: a column nobody thought of is how a name gets into the clear."""

from django.apps import apps
from django.db import models

from common.security.key_rotation import encrypted_fields

TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
HASHES = "a digest, a salt or a keyed hash"
CODES = "codes, keys, numbers of matters, names of files that were drawn at random"
STAFF = "of accounts and of what they did; numbers in free text are starred before it is written"
OFFICE = "what the office says of itself and of its rules, on its own pages"
COUNTS = "figures and settings"
STARRED = "read from a file, starred before it is stored (opinions/importing/jobs.py)"
# model → (columns, why they hold nothing of a citizen's)
FREE = {
    "accounts.AccessHead": ("hash", HASHES),
    "accounts.AccessRecord": ("username subject area_code reason details hash", STAFF),
    "accounts.FormerPassword": ("password", HASHES),
    "accounts.SecondFactor": ("recovery", HASHES),
    "anchors.Anchor": ("line root", HASHES),
    "anchors.Block": ("root", HASHES),
    "anchors.Leaf": ("key head", HASHES),
    "studios.Approval": ("words about area_code", STAFF),
    "accounts.User": ("password username email name session_key", STAFF),
    "admin.LogEntry": ("object_id object_repr change_message", OFFICE),
    "auth.Group": ("name", CODES),
    "auth.Permission": ("name codename", CODES),
    "axes.AccessAttempt": ("user_agent username http_accept path_info get_data post_data", STAFF),
    "axes.AccessFailureLog": ("user_agent username http_accept path_info", STAFF),
    "axes.AccessLog": ("user_agent username http_accept path_info session_hash", STAFF),
    "contenttypes.ContentType": ("app_label model", CODES),
    "deputies.Deputy": ("name name_pinyin ethnic_group occupation photo", OFFICE),
    "deputies.Mandate": ("constituency", OFFICE),
    "deputies.PlannedTransition": ("going problem", OFFICE),
    "deputies.Term": ("area_code", CODES),
    "letters.Draft": ("about occasion", CODES),
    "letters.Letter": ("series about occasion file_number", CODES),
    "letters.Organ": ("name short_name handover_mark supervision_mark reply_mark rule_name contact copies_to", OFFICE),
    "letters.Series": ("name", OFFICE),
    "letters.Template": ("content note", OFFICE),
    "notifications.Message": ("key about", CODES),
    "notifications.Received": ("key sender_index about", HASHES),
    "notifications.Preference": ("by_email", COUNTS),
    "opinions.Attachment": ("kind digest file", CODES),
    "opinions.Paper": ("digest file", CODES),
    "opinions.BulkTarget": ("reason", "a sentence of the product"),
    "opinions.Category": ("name keywords", OFFICE),
    "opinions.EscalationChange": ("reason actor before rungs", STAFF),
    "opinions.EscalationLevel": ("recipients", COUNTS),
    "opinions.Event": ("action actor via data changed text_digest previous_hash hash", "facts without words"),
    "opinions.EventText": ("salt", HASHES),
    "opinions.Import": ("file digest message errors source decisions found sample", STARRED),
    "opinions.ImportChoice": ("area_code source column word choice", "headers and words of columns of codes"),
    "opinions.Opinion": ("number outside_number phone_index phone_tail ledger_head words_salt", HASHES),
    "opinions.Receipt": ("lookup consent", HASHES),
    "opinions.RoutingRule": ("name tried", OFFICE),
    "opinions.SimilarityKey": ("county", CODES),
    "opinions.TimeLimitChange": ("reason actor", STAFF),
    "opinions.Topic": ("words weeks", "found in texts without names and numbers (opinions/triage/topics/refresh.py)"),
    "opinions.TrainedModel": ("prefecture source figures file digest message", COUNTS),
    "opinions.UrgentFlag": ("signals", OFFICE),
    "opinions.UrgentSignal": ("name words unless months", OFFICE),
    "reports.FrozenActivityFigure": ("counts", COUNTS),
    "reports.FrozenDone": ("category channel counted", COUNTS),
    "reports.FrozenFigure": ("counts", COUNTS),
    "reports.FrozenMonth": ("counts done", COUNTS),
    "reports.FrozenOpinion": ("category channel counted", COUNTS),
    "reports.Report": ("code file", CODES),
    "sessions.Session": ("session_data", "keys of accounts, and what test_dump.py reads"),
    "studios.Agency": ("name name_pinyin", OFFICE),
    "studios.AreaChange": ("decree before after moved kept", OFFICE),
    "studios.Assessment": ("measured bounds", COUNTS),
    "studios.AssessmentItem": ("text", OFFICE),
    "studios.AssessmentStep": ("actor action words kept", STAFF),
    "studios.Check": ("text", OFFICE),
    "studios.County": ("name", OFFICE),
    "studios.Membership": ("area_code", CODES),
    "studios.Photo": ("file", CODES),
    "studios.Studio": ("code name name_pinyin address phone opening_hours in_charge plaque", OFFICE),
    "studios.Township": ("name former_names", OFFICE),
    "studios.Village": ("name", OFFICE),
    "workdays.CalendarImport": ("name content", OFFICE),
    "workdays.CalendarYear": ("source", OFFICE),
    "workdays.Holiday": ("name", OFFICE),
}  # fmt: skip


def in_clear() -> dict[str, set[str]]:
    """Model → its columns of text that are neither encrypted nor one of a few fixed words nor its key."""
    found = {}
    for model in apps.get_models():
        encrypted = {field.name for field in encrypted_fields(model)}
        names = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, TEXT)
            and not field.choices
            and not field.primary_key
            and field.name not in encrypted
        }
        if names:
            found[model._meta.label] = names
    return found


def test_every_column_of_text_is_encrypted_or_named_as_free_of_personal_data():
    named = {label: set(columns.split()) for label, (columns, _why) in FREE.items()}
    assert in_clear() == named, "encrypt the new column, or say here why it holds nothing of a citizen's"


def test_what_a_citizen_says_is_encrypted():
    """Break it once: the columns with a citizen's words are not in the table."""
    opinion = apps.get_model("opinions", "Opinion")
    encrypted = {field.name for field in encrypted_fields(opinion)}
    assert {
        "title",
        "body",
        "place",
        "citizen_name",
        "citizen_phone",
        "answer",
        "question",
        "redaction",
    } <= encrypted

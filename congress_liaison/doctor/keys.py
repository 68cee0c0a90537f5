"""Whether the keys that are set are those with which the office's data were stored.

With other keys everything starts and every page with personal data fails. What is stored is decrypted
and compared here.
"""

from collections.abc import Iterator

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db.models import Model, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord
from common.security.crypto import EncryptedTextField, cipher, phone_index
from opinions.models import Opinion

from .findings import FAIL, OK, Finding


def examine() -> list[Finding]:
    """Decrypt the newest value of each encrypted column, and recompute a stored phone index and the newest audit
    row's hash."""
    return [_stored_values(), _index_key()]


def _stored_values() -> Finding:
    name, count = _("stored personal data"), 0
    for model, column in _encrypted_columns():
        row = (
            model._base_manager.exclude(**{column: ""})
            .annotate(as_stored=Cast(column, TextField()))
            .order_by("-pk")
            .values_list("pk", "as_stored")
            .first()
        )
        if row is None or not row[1]:
            continue
        count += 1
        try:
            cipher().decrypt(row[1].encode())
        except InvalidToken:
            where = f"{model._meta.label_lower}.{column} {row[0]}"
            return Finding(
                FAIL,
                name,
                _(
                    "%s cannot be decrypted: FIELD_ENCRYPTION_KEYS or SECRET_KEY is not the one it was stored with"
                )
                % where,
            )
    return Finding(OK, name, _("can be decrypted") if count else _("none yet"))


def _encrypted_columns() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.attname


def _index_key() -> Finding:
    """Recompute what is keyed with PHONE_INDEX_KEY. Call it only where stored values can be decrypted."""
    name = _("stored phone index")
    wrong = _("%s does not fit: PHONE_INDEX_KEY (or SECRET_KEY) is not the one it was stored with")
    opinions = Opinion.objects.exclude(phone_index="").order_by("-registered_at")
    try:
        stored = opinions.values_list("number", "citizen_phone", "phone_index").first()
    except InvalidToken:
        return Finding(FAIL, name, _("cannot be compared: the number cannot be decrypted"))
    if stored and phone_index(stored[1]) != stored[2]:
        return Finding(FAIL, name, wrong % stored[0])
    rows = AccessRecord.objects.exclude(sequence=None).order_by("-pk")
    if (row := rows.first()) and not _fits(row):
        return Finding(FAIL, name, wrong % f"{AccessRecord._meta.verbose_name} {row.pk}")
    return Finding(OK, name, _("fits the key") if stored or row else _("none yet"))


def _fits(row: AccessRecord) -> bool:
    own = AccessRecord.objects.filter(by=row.by_id, sequence=(row.sequence or 1) - 1)
    return audit.hash_of(row, own.values_list("hash", flat=True).first() or "") == row.hash

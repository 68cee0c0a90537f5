"""Who may log in, and the trail of who looked at, revealed and exported what."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.security.crypto import EncryptedLineField, EncryptedTextField
from common.text.single_line import LineField


class User(AbstractUser):
    """A member of staff or a deputy. What they may see and do follows from their memberships alone."""

    first_name = last_name = None  # type: ignore[assignment]  # so Django leaves a column out
    name = LineField(_("name"), max_length=50)
    phone = EncryptedLineField(_("phone"), blank=True, max_length=20)
    # The one session in use, where the office allows one at a time (setting ONE_SESSION).
    session_key = models.CharField(max_length=40, blank=True, editable=False)
    # Part of what a session is checked against: raising it ends them all for good (accounts/services.py).
    session_round = models.PositiveIntegerField(default=0, editable=False)
    must_change_password = models.BooleanField(_("must change the password at the next login"), default=False)

    REQUIRED_FIELDS = ["name"]

    class Meta(AbstractUser.Meta):
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    get_short_name = get_full_name

    def get_session_auth_hash(self) -> str:
        """Return Django's hash of the password and `session_round`: a session holds as long as both stay."""
        return f"{super().get_session_auth_hash()}.{self.session_round}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the same under the former keys of the server."""
        for former in super().get_session_auth_fallback_hash():
            yield f"{former}.{self.session_round}"


class FormerPassword(models.Model):
    """The hash of a password that somebody had before; written by accounts/services.py."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    until = models.DateTimeField()

    class Meta:
        ordering = ["-until", "-id"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.until:%Y-%m-%d}"


class SecondFactor(models.Model):
    """A person's authenticator app; in use once `confirmed_at` is set. Written by accounts/second_factor.py."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor")
    secret = EncryptedTextField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(
        default=0
    )  # of the clock: a code that was seen over a shoulder is used up
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    recovery = models.JSONField(default=list)  # keyed hashes of the recovery codes not used yet

    def __str__(self) -> str:
        return str(self.user)


class TokenBucket(models.Model):
    """Up to which moment an address or a code has used up its turns; see accounts/rate_limit.py. Holds hashes only."""

    key = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "portal_pace"

    def __str__(self) -> str:
        return self.key


class AccessRecord(models.Model):
    """One thing a person did that an auditor must be able to find. The database refuses to change or delete it."""

    class Action(models.TextChoices):
        LOGGED_IN = "logged_in", _("logged in")
        LOGIN_FAILED = "login_failed", _("login failed")
        LOGGED_OUT = "logged_out", _("logged out")
        PASSWORD_CHANGED = "password_changed", _("changed the password")
        LOOKED = "looked", _("looked at")
        REVEALED = "revealed", _("revealed personal data of")
        PRINTED = "printed", _("printed")
        EXPORTED = "exported", _("exported")
        UNMASKED = "unmasked", _("exported unmasked")
        IMPORTED = "imported", _("imported")
        SET = "set", _("changed a setting")
        TRIED = "tried", _("tested a rule")
        REFUSED = "refused", _("was refused")
        ALARM = "alarm", _("alarm")

    at = models.DateTimeField(_("at"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("who"), related_name="+"
    )
    username = models.CharField(_("account"), max_length=150)
    action = models.CharField(_("action"), max_length=20, choices=Action.choices)
    subject = models.CharField(_("what"), max_length=200, blank=True)
    area_code = models.CharField(_("area"), max_length=9, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    # Its place in the chain of its person's rows, and the keyed hash that binds it to the one before.
    sequence = models.PositiveIntegerField(null=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["area_code", "-at"], name="access_area_at"),
            models.Index(fields=["by", "-at"], name="access_by_at"),
            models.Index(fields=["subject", "-at"], name="access_subject_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.action} {self.subject}"


class AccessHead(models.Model):
    """The end of one person's chain in the audit trail: how many rows there are, and the hash of the last."""

    chain = models.CharField(max_length=20, primary_key=True)
    sequence = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.chain}/{self.sequence}"

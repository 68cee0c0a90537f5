"""The forms of single activities: plan or change one, cancel it, note what came of it, leave."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ui.fields import row_field
from common.ui.forms import LiaisonFormHelper
from deputies.activities.access import PLANNERS
from deputies.models import Activity, Deputy, Participation
from studios.directory.filters import TownshipField
from studios.models import Studio, Township

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DeputyChoice(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, deputy: Any) -> str:
        """Return the deputy's name, with the township when the choice reaches over several."""
        return f"{deputy.name}（{deputy.township.name}）" if self.with_township else deputy.name

    with_township = False


MANY_PEOPLE = 500  # met at one activity: more is asked about


class VersionedForm(forms.Form):
    """`version` is the one that the person saw."""

    submit = _("Save")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        activity: Activity,
        user: User,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.activity, self.user = activity, user
        super().__init__(data, initial={"version": activity.version, **(initial or {})})
        self.prepare()
        self.helper = LiaisonFormHelper(self, submit=self.submit, cancel_url=self.cancel_url())

    def prepare(self) -> None:
        """Narrow the choices to the activity at hand."""

    def cancel_url(self) -> str:
        """Return the activity's page."""
        from django.urls import reverse

        return reverse("activities:detail", args=[self.activity.pk])

    def arguments(self) -> dict[str, Any]:
        """Return the service's keywords, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class WhenWhere(forms.ModelForm):
    """When, where and who: what planning one activity and changing it have in common."""

    class Meta:
        model = Activity
        fields = ["kind", "title", "on", "half", "hours", "room", "place"]
        widgets = {"on": DAY}
        help_texts = {
            "title": _("Empty: the kind alone."),
            "hours": _("For example 9:00–11:30."),
            "place": _("For example a village, or the market."),
        }

    deputies = DeputyChoice(label=_("Deputies taking part"), queryset=Deputy.objects.none(), required=False)

    def offer(self, user: User, township: Township | None, studio: Studio | None) -> None:
        """Offer the deputies in office of the studio, else of the township, else of the person's area."""
        rows = Deputy.objects.visible_to(user, *PLANNERS).filter(active=True)
        field = row_field(self, "deputies")
        if studio is not None:
            field.queryset = rows.filter(studio=studio)
        elif township is not None:
            field.queryset = rows.filter(township=township)
        else:
            field.queryset = rows

    def arguments(self) -> dict[str, Any]:
        """Return the service's keywords."""
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "deputies")}


class NewForm(WhenWhere):
    """Plan one activity. The place comes first: its deputies are those to choose from."""

    township = TownshipField(label=_("Township"), queryset=Township.objects.none())
    studio = forms.ModelChoiceField(label=_("Liaison studio"), queryset=Studio.objects.none(), required=False)

    field_order = ["township", "studio", "kind", "title", "on", "half", "hours", "room", "place", "deputies"]

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, user: User, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        townships = Township.objects.visible_to(user, *PLANNERS).current().select_related("county")
        studios = Studio.objects.visible_to(user, *PLANNERS).filter(active=True).select_related("township")
        row_field(self, "township").queryset, row_field(self, "studio").queryset = townships, studios
        for name in ("township", "studio"):
            only = _first_two(self, name)
            if len(only) == 1:
                self.initial.setdefault(name, only[0].pk)
        township = self._chosen("township", townships)
        self.offer(user, township, None)
        if township is not None:
            row_field(self, "studio").queryset = studios.filter(township=township)
        self.helper = LiaisonFormHelper(self, submit=_("Plan it"), draft="activity-new")

    def _chosen(self, name: str, rows: Iterable[Any]) -> Any:
        key = (self.data.get(name) if self.is_bound else self.initial.get(name)) or ""
        return next((row for row in rows if str(row.pk) == str(key)), None)

    def arguments(self) -> dict[str, Any]:
        """Return the service's keywords, the place among them."""
        return super().arguments() | {name: self.cleaned_data[name] for name in ("township", "studio")}

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        township, studio = cleaned.get("township"), cleaned.get("studio")
        if township and studio and studio.township_id != township.pk:
            self.add_error("studio", _("The studio lies in another township."))
        if cleaned.get("room") and not studio and "studio" not in self.errors:
            self.add_error("room", _("A room belongs to a studio: choose the studio, or write the place."))
        return cleaned


class ChangeForm(WhenWhere):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        activity: Activity,
        user: User,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.activity, self.user = activity, user
        taking = activity.participations.exclude(attendance__in=Participation.FREE)
        there = list(taking.values_list("deputy", flat=True))
        facts = {name: getattr(activity, name) for name in self.Meta.fields}
        super().__init__(
            data, initial={**facts, "version": activity.version, "deputies": there, **(initial or {})}
        )
        self.offer(user, activity.township, None)
        # Those who take part already stay among the choices, wherever they come from.
        offered = cast(QuerySet, row_field(self, "deputies").queryset)  # as `offer` has set it
        row_field(self, "deputies").queryset = offered | Deputy.objects.filter(pk__in=there)
        if activity.studio is None:
            del self.fields["room"]
        self.helper = LiaisonFormHelper(self, submit=_("Save"), cancel_url=activity_url(activity))

    def arguments(self) -> dict[str, Any]:
        """Return the service's keywords; no room where the activity has no studio."""
        names = [name for name in (*self.Meta.fields, "deputies") if name in self.fields]
        return {name: self.cleaned_data[name] for name in names}


def _first_two(form: forms.BaseForm, name: str) -> list[Any]:
    """Return the first two rows that the field offers: where there is one, it is chosen beforehand."""
    return list(cast(QuerySet, row_field(form, name).queryset)[:2])


def activity_url(activity: Activity) -> str:
    """Return the address of the activity's page."""
    from django.urls import reverse

    return reverse("activities:detail", args=[activity.pk])


class AnnounceForm(VersionedForm):
    submit = _("Announce")


class CancelForm(VersionedForm):
    submit = _("Cancel the activity")
    reason = forms.CharField(label=_("why it was cancelled"), max_length=200)


class HoldForm(VersionedForm):
    """Afterwards: who was there. Nobody checks in; those assigned are taken to have come until said otherwise."""

    people_met = forms.IntegerField(label=_("people met"), min_value=0, max_value=100_000)
    present = DeputyChoice(label=_("Deputies present"), queryset=Deputy.objects.none(), required=False)
    summary = forms.CharField(
        label=_("what was done"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    sure = forms.BooleanField(label=_("It is right as it stands"), required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask once about numbers that are seldom right; ticked, they are taken."""
        data = super().clean() or self.cleaned_data
        people, present = data.get("people_met") or 0, data.get("present")
        asked: object = ""
        if people > MANY_PEOPLE:
            asked = _("%d people at one activity: is that right?") % people
        elif people and not present:
            asked = _("People were met and no deputy was there: is that right?")
        if asked:
            self.fields["sure"].widget = forms.CheckboxInput()
            if not data.get("sure"):
                self.add_error("sure", str(asked))
        return data

    def arguments(self) -> dict[str, Any]:
        """Return the service's keywords: the question is the form's alone."""
        return {name: value for name, value in super().arguments().items() if name != "sure"}

    def prepare(self) -> None:
        """Offer those who take part, all of them ticked as present."""
        rows = self.activity.participations.exclude(attendance__in=Participation.FREE)
        there = [row.deputy_id for row in rows if row.attendance != Participation.Attendance.ABSENT]
        field = row_field(self, "present")
        field.queryset = Deputy.objects.filter(pk__in=[row.deputy_id for row in rows])
        self.initial.setdefault("present", there)
        if self.activity.people_met is not None:
            self.initial.setdefault("people_met", self.activity.people_met)
        self.initial.setdefault("summary", self.activity.summary)


class ExcuseForm(VersionedForm):
    submit = _("Note the leave")
    deputy = forms.ModelChoiceField(label=_("Deputy"), queryset=Deputy.objects.none())
    reason = forms.CharField(label=_("reason"), max_length=200)
    substitute = forms.ModelChoiceField(
        label=_("Substitute"), queryset=Deputy.objects.none(), required=False, empty_label=_("nobody")
    )

    def prepare(self) -> None:
        """Offer those who take part (a deputy only themselves), and as substitutes the others of the township."""
        rows = self.activity.participations.exclude(attendance__in=Participation.FREE)
        there = [row.deputy_id for row in rows]
        plans = bool(self.activity.roles.intersection(PLANNERS))
        chosen = Deputy.objects.filter(pk__in=there)
        row_field(self, "deputy").queryset = chosen if plans else chosen.filter(user=self.user)
        others = Deputy.objects.filter(active=True, township__county=self.activity.county_id)
        row_field(self, "substitute").queryset = others.exclude(pk__in=there).filter(
            township=self.activity.township_id
        )
        only = _first_two(self, "deputy")
        if len(only) == 1:
            self.initial.setdefault("deputy", only[0].pk)

"""The calendar, to be looked at: a year changes by importing its notice, which moves what depends on it."""

from django.contrib import admin

from common.ui.admin import ReadOnlyAdmin

from .models import CalendarYear, Holiday


@admin.register(CalendarYear)
class CalendarYearAdmin(ReadOnlyAdmin):
    list_display = ["year", "published", "source", "imported_at", "imported_by"]
    list_select_related = ["imported_by"]
    ordering = ["-year"]


@admin.register(Holiday)
class HolidayAdmin(ReadOnlyAdmin):
    list_display = ["date", "name", "is_workday", "calendar_year"]
    list_filter = ["calendar_year"]
    list_select_related = ["calendar_year"]
    ordering = ["-date"]

"""The published calendars 2004–2026, taken from the package chinesecalendar."""

from typing import Any

from chinese_calendar import constants

YEARS = range(2004, 2027)
SOURCE = "chinesecalendar 1.11"


def seed_calendar(calendar_year_model: Any, holiday_model: Any) -> None:
    """Insert the years and their days; for the migration, which passes its historical models, and for tests whose
    tables were emptied."""
    calendar_year_model.objects.bulk_create(
        calendar_year_model(year=year, source=SOURCE, published=True) for year in YEARS
    )
    holiday_model.objects.bulk_create(
        holiday_model(date=day, is_workday=works, name=_name(festival, works), calendar_year_id=day.year)
        for works, days in ((False, constants.holidays), (True, constants.workdays))
        for day, festival in sorted(days.items())
        if day.year in YEARS
    )


def _name(festival: str, works: bool) -> str:
    name = constants.Holiday(festival).chinese
    if name in ("清明", "端午", "中秋"):
        name += "节"
    return f"{name}调休上班" if works else name

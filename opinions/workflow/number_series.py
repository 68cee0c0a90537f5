"""The serial numbers of opinions: one series for each county and year, without gaps."""

from django.db import connection

from opinions.models import NumberSeries


def next_number(county_id: str, year: int) -> str:
    """Return the next number of the series: `433101-2026-000123`, county, year, serial. Call inside the transaction
    that uses it."""
    if (last := _one_more(county_id, year)) is None:
        NumberSeries.objects.bulk_create(
            [NumberSeries(county_id=county_id, year=year)], ignore_conflicts=True
        )
        last = _one_more(county_id, year)
    return f"{county_id}-{year}-{last:06d}"


def hold(county_id: str, year: int) -> None:
    """Lock the county's series until the transaction ends: an opinion registered there has been written by now, or
    waits for its number and finds what this transaction did."""
    NumberSeries.objects.bulk_create([NumberSeries(county_id=county_id, year=year)], ignore_conflicts=True)
    list(NumberSeries.objects.select_for_update(of=("self",)).filter(county_id=county_id).order_by("year"))


def _one_more(county_id: str, year: int) -> int | None:
    """Return the series' next serial, its row locked until the transaction ends; None if there is no such series."""
    one_more = (
        "UPDATE opinions_numberseries SET last = last + 1 WHERE county_id = %s AND year = %s RETURNING last"
    )
    with connection.cursor() as cursor:
        cursor.execute(one_more, [county_id, year])
        return (cursor.fetchone() or [None])[0]

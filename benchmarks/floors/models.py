"""Two tables without a meaning: rows like an opinion's, and sums like a dashboard's."""

from django.db import connection, models


class FloorRow(models.Model):
    title = models.CharField(max_length=100)
    body = models.TextField()
    status = models.CharField(max_length=20)
    place = models.CharField(max_length=100)
    number = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="floor_recent")]

    def __str__(self):
        return self.title


class FloorSum(models.Model):
    county = models.CharField(max_length=6)
    figure = models.CharField(max_length=20)
    total = models.IntegerField()

    def __str__(self):
        return f"{self.county} {self.figure} {self.total}"


def fill(count: int) -> None:
    """`count` rows with the words of opinions, and 8 × 12 sums."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM floors_floorrow")
        if cursor.fetchone()[0] < count:
            cursor.execute(
                """INSERT INTO floors_floorrow (title, body, status, place, number, at)
                   SELECT title, body, status, place, number, registered_at FROM opinions_opinion LIMIT %s""",
                [count],
            )
        cursor.execute("ANALYZE floors_floorrow")
    if not FloorSum.objects.exists():
        FloorSum.objects.bulk_create(
            FloorSum(county=f"4331{county:02d}", figure=f"figure {figure}", total=county * figure)
            for county in range(8)
            for figure in range(12)
        )

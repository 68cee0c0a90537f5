"""Every form of every page, filled in wrongly, by everybody: an answer each time, and never an error of ours.

Here some hundreds of requests, in `make nightly` 5,000; `make fuzz REQUESTS=20000` sends as many as it is told, on
PostgreSQL."""

import os
import random

import pytest
from django.urls import reverse

from opinions.lifecycle.transitions import ACTIONS as STEPS
from tests import test_urls_by_role as matrix
from tests.hostile.fuzz import Fuzz, pages
from tests.nightly import WHOLE
from tests.test_urls_by_role import stage  # noqa: F401 - a fixture
from tests.workflow.deeds import ready
from tests.workflow.walk import Walk

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "5000" if WHOLE else "500"))
SEED = int(os.environ.get("FUZZ_SEED", "5"))
LONG = REQUESTS > 2000  # then each page as everybody who may open it, else as one of them


@pytest.mark.django_db
def test_no_form_of_any_page_ends_in_an_error(stage, cast, office, monkeypatch):
    monkeypatch.setattr("accounts.rate_limit.seconds_until_allowed", lambda *args, **kwargs: 0)
    rng = random.Random(SEED)
    fuzz = Fuzz(stage.people | {"anonymous": None}, rng)
    for who, url in (*pages(stage, matrix.TABLE, rng, LONG), *of_actions(stage, cast, office, rng)):
        fuzz.find(who, url)
    for url, status in matrix.admin_pages(stage):
        if status == 200:
            fuzz.find("administrator", url)
    found = len(fuzz.targets)
    fuzz.statuses.clear()
    forms = len({(target.url, target.method) for target in fuzz.targets if target.method == "POST"})
    fuzz.run(REQUESTS)
    print(
        f"\nfuzz: seed {SEED}, {forms} forms to send, {found} targets of {len(fuzz.people)} people, "
        f"{sum(fuzz.statuses.values())} requests, answers {dict(sorted(fuzz.statuses.items()))}"
    )
    assert forms > 100, "the pages hold more forms than that"
    assert not fuzz.errors, "\n\n".join(fuzz.errors[:20])


def of_actions(stage, cast, office, rng):
    """The form of each action, on an opinion, an activity and an assessment that are ready for it."""
    walk = Walk(cast, office)
    for code, people in matrix.ACTIONS.items():
        opinion = ready(walk, code, sorted(STEPS[code].source)[0])
        for who in sorted(people) or ["other_handler"]:
            yield who, reverse("opinions:act", args=[opinion.number, code])
    for name, table, row in [
        ("activities:act", matrix.OF_ACTIVITY, stage.activity),
        ("studios:act", matrix.HAVES, stage.assessment),
    ]:
        for code, people in table.items():
            yield rng.choice(sorted(people)), reverse(name, args=[row, code])

"""Every address, asked by everybody for whom the matter does not exist: no word of it anywhere in any answer.

The addresses are those of the URL × role matrix, which is held against the URLconf: a new one cannot be forgotten. A
foreign thing and one that never was get the same answer, by as many queries.
"""

import re
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from tests import test_urls_by_role as matrix
from tests.scope import marks
from tests.scope.walk import ask, names_read, session_of

pytestmark = pytest.mark.django_db

# Shown to whoever holds the signed link: it stands for the citizen.
LINKS = {"portal:file", "portal:evaluate", "follow", "follow_day"}
# By the public pages everybody knows a studio, its deputies and sessions; never what citizens say.
PUBLIC = ("portal:", "short", "follow")
POSTING = ("stranger_officer", "neighbour")
FOREIGN = {  # parameter → what of 吉首市 it may name; a text: the beginning of a word, so that its echo is no leak
    "q": "暗", "title": "暗", "body": "暗", "who": "暗", "subject": "433101-2026", "county": "county",
    "township": "township", "studio": "studio", "deputy": "deputy", "agency": "agency", "activity": "activity",
    "citizen_phone": "1397777", "citizen_name": "暗", "of": "number", "topic": "topic", "parts": "number",
    "place": "暗", "text": "暗", "about": "number", 
    "code": "code", "deputies": "deputy", "letter": "letter", "photo": "photo",
}  # fmt: skip
# These name nothing of anybody: order, page, period, kind, state.
NOTHING = {
    "sort", "page", "month", "year", "period", "status", "light", "channel", "matter_type", "category", "condition",
    "followed", "registered_after", "registered_before", "closed_after", "closed_before", "show", "kind", "state",
    "action", "since", "until", "next", "compare", "by", "tab", "what", "mode", "active", "from", "to",
    "csrfmiddlewaretoken", "level", "took_part", "idle", "sealed", "on", "given_to", "source", "first", "last",
    "figure", "more", "after", "before",
}  # fmt: skip


def addresses(stage):
    """(name, address, the same of something that never was; "" where it names nothing)."""
    for name, row in matrix.TABLE.items():
        args = [matrix.filled(stage, value) for value in row.args]
        yield name, matrix.address(stage, name, row), _never(name, row, args)
    for space, actions, of in (
        ("opinions", matrix.ACTIONS, "number"), ("activities", matrix.OF_ACTIVITY, "activity"),
        ("studios", matrix.HAVES, "assessment"),
    ):  # fmt: skip
        for action in actions:
            name, thing = f"{space}:act", getattr(stage, of)
            yield name, reverse(name, args=[thing, action]), reverse(name, args=[_other(thing), action])


def _never(name, row, args) -> str:
    if not row.args or args == list(row.args):  # names nothing of the stage
        return ""
    return reverse(name, args=[_other(args[0]), *args[1:]]) + row.query


def _other(value):
    """Of the same shape, and nothing's."""
    if isinstance(value, int):
        return 987654321
    return re.sub(r"\d{6}$", "999999", str(value)) if re.search(r"\d{6}$", str(value)) else "no-such-thing"


def forbidden(stage, who, name) -> set[str]:
    if name in LINKS:
        return set()
    words = set(stage.matters)
    if who != "auditor":  # the trail names an opinion by its number
        words |= stage.numbers
    if who in stage.outsiders and not name.startswith(PUBLIC):
        words |= stage.places
    return words


def leaks(stage, who, name, url, answer):
    text = answer.everything.replace(url, "")  # the address itself may be repeated
    marked = set(marks.WORD.findall(text))
    return sorted(
        word
        for word in forbidden(stage, who, name)
        if word in marked or (word[0] not in "暗隐" and word in text)
    )


def test_whose_every_model_is_has_been_said():
    tables = [*marks.MATTER, *marks.PLACE, *marks.BARE]
    assert sorted(tables) == sorted(model._meta.label for model in marks.our_models())


def test_no_address_tells_a_word_of_it(stage, cast):
    """Asked by those as well whose the matters are: else it would prove nothing that nobody else reads the words."""
    found, insider, seen = [], session_of(cast.supervisor), ""
    for name, url, _never in addresses(stage):
        row = matrix.TABLE.get(name)
        post = {} if row is None or row.post is None else row.post
        post = {key: matrix.filled(stage, value) for key, value in post.items()}
        for who, session in stage.people.items():
            if who == "auditor" and row and who not in row.opens:
                continue  # the same page that the administrator gets
            for sent in (None, post) if who in POSTING else (None,):
                answer = ask(session, url, sent)
                told = leaks(stage, who, name, url, answer)
                if answer.status == 500 or told:
                    found.append((who, url, answer.status, told))
        seen += ask(insider, url).everything
    assert not found
    seen = set(marks.WORD.findall(seen))
    assert len(seen & stage.matters) >= 12 and len(seen & stage.places) >= 20


def plain(answer, *echoed):
    """The answer without what was asked for, in whatever spelling it is repeated."""
    text = f"{answer.headers | {'Content-Length': ''}}{answer.text}"  # whose length is that of the echo
    for word in sorted(filter(None, echoed), key=len, reverse=True):
        text = text.replace(word, "X")
    return text


def test_a_foreign_thing_is_like_one_that_never_was(stage):
    cache.clear()  # a refusal is recorded once an hour: those of other tests do not count
    differs, session = [], stage.people["stranger_officer"]
    for name, url, never in addresses(stage):
        if not never or name in LINKS or name.startswith(PUBLIC):
            continue
        for sent in (None, {}):
            one, other = ask(session, url, sent), ask(session, never, sent)
            if plain(one, url, url.split("?")[0]) != plain(other, never, never.split("?")[0]):
                differs.append((url, one.status, other.status))
            elif one.queries != other.queries:
                differs.append((url, f"{one.queries} queries", other.queries))
    assert not differs


def values_of(stage, name) -> tuple[str, str]:
    """What of 吉首市 the parameter may name, and the like of it that never was."""
    value = FOREIGN[name]
    if hasattr(stage, value) or hasattr(stage.office, value):
        thing = (
            getattr(stage, value, None)
            or {"township": "433101005", "agency": stage.office.transport.pk}[value]
        )
        return str(thing), str(_other(thing))
    return value, "".join("9" if sign.isdigit() else "鿬" if sign == "暗" else sign for sign in value)


@pytest.mark.parametrize("who", POSTING)
def test_no_search_choice_or_count_tells_that_it_exists(stage, who, time_machine):
    """Every parameter that a page reads, with something foreign and with nothing's: the same page."""
    time_machine.move_to(timezone.now(), tick=False)  # a workbook tells the second in which it was made
    session, wrong, unknown, tried = stage.people[who], [], {}, 0
    for name, url, _never in addresses(stage):
        if name.startswith((*PUBLIC, "set_language", "login", "logout")):
            continue
        with names_read() as read:
            if ask(session, url).status != 200:
                continue
        for parameter in sorted(read - NOTHING):
            if parameter not in FOREIGN:
                unknown[parameter] = url
                continue
            foreign, never = values_of(stage, parameter)
            sign = "&" if "?" in url else "?"
            one = ask(session, f"{url}{sign}{parameter}={quote(foreign)}")
            tried += 1
            one.text = without(one, foreign)
            if found := leaks(stage, who, name, url, one):
                wrong.append((url, parameter, found))
            elif who == "stranger_officer":
                other = ask(session, f"{url}{sign}{parameter}={quote(never)}")
                if one.text != without(other, never):
                    wrong.append((url, parameter, "differs from nothing's"))
    assert not unknown, "say what of a county each of these names"
    assert not wrong and tried > 20


def without(answer, value):
    """The page without the echo of what was asked; a number may be part of any other, so all of them go."""
    return (
        re.sub(r"\d+", "#", answer.text)
        if value.isdigit()
        else answer.text.replace(value, "X").replace(quote(value), "X")
    )

"""Who may do what from where, written out: status × action × actor, under the settings that an office may choose.

The table below is the rule. Nothing of it is read from `opinions/lifecycle/transitions.py`, so that a right
widened there fails here until somebody has written it down. A new action needs a line here and words in
`tests/workflow/deeds.py`.
"""

from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.actors import CITIZEN, SYSTEM
from letters.models import Organ
from opinions.ledger.verify import verify
from opinions.lifecycle.errors import Refused, Stale
from opinions.lifecycle.origins import IMPORT
from opinions.lifecycle.transitions import ACTIONS, available
from opinions.models import Event, Opinion, TimeLimit
from opinions.workflow import supervision
from studios.permissions.scope import roles_over
from tests.workflow.deeds import WORDS, ready, strangers, take

# c clerk, o triage officer, h handler of the lead agency, j handler of a joint agency, s supervisor, l county official,
# d the deputy to whom it was told, z the citizen, y the system, i an import (by the triage officer); . nobody.
MATRIX = """
action            registered routed handling answered reported_back closed declined merged withdrawn
amend             ci         ci     .        .        .             .      .        .      .
move              yi         yi     yi       yi       yi            .      .        .      .
withdraw          czi        czi    czi      .        .             .      .        .      .
archive           yi         .      .        .        .             .      .        .      .
undo_import       yi         yi     yi       yi       yi            yi     .        .      yi
erase             .          .      .        .        .             syi    syi      syi    syi
give_copy         si         si     si       si       si            si     si       si     si
reissue_code      ci         ci     ci       ci       ci            ci     ci       ci     ci
classify          oyi        oyi    .        .        .             .      .        .      .
redact            osi        osi    osi      .        .             .      .        .      .
route             oyi        .      .        .        .             .      .        .      .
recall            .          oi     .        .        .             .      .        .      .
decline           oi         oi     .        .        .             .      .        .      .
merge             oi         oi     .        .        .             .      .        .      .
unmerge           .          .      .        .        .             .      .        oyi    .
reconsider        .          .      .        .        .             .      csi      .      csi
issue_handover    .          osyi   osyi     .        .             .      .        .      .
sign              .          hi     .        .        .             .      .        .      .
return_it         .          hi     hi       .        .             .      .        .      .
hand_on           .          osyi   osyi     .        .             .      .        .      .
joint_sign        .          j      j        j        .             .      .        .      .
joint_answer      .          j      j        j        .             .      .        .      .
joint_return      .          j      j        j        .             .      .        .      .
hand_on_part      .          osyi   osyi     osyi     .             .      .        .      .
ask_extension     .          .      hi       .        .             .      .        .      .
grant_extension   .          .      si       .        .             .      .        .      .
refuse_extension  .          .      si       .        .             .      .        .      .
suspend           .          .      hi       .        .             .      .        .      .
resume            .          .      chyi     .        .             .      .        .      .
ask_citizen       .          .      hi       .        .             .      .        .      .
answer_question   .          .      czi      .        .             .      .        .      .
notify            .          syi    syi      syi      .             .      .        .      .
issue_supervision .          si     si       .        .             .      .        .      .
sign_off_letter   .          lsi    lsi      lsi      lsi           lsi    .        .      .
acknowledge       .          hi     hi       ci       .             .      .        .      .
escalate          dli        dli    dli      dli      dli           .      .        .      .
recalculate       yi         yi     yi       yi       yi            .      .        .      .
answer            .          .      hi       .        .             .      .        .      .
report_back       .          .      .        cyi      .             .      .        .      .
not_told          .          .      .        .        yi            .      .        .      .
issue_reply       .          .      .        coi      coi           coi    .        .      .
call_back         .          .      .        ci       ci            .      .        .      .
share_answer      .          .      .        .        .             .      .        yi     .
evaluate          .          .      .        .        czi           czi    .        czi    .
rate              .          .      .        .        di            di     .        .      .
close             .          .      .        .        yi            .      .        .      .
reopen            .          .      .        .        cszyi         cszyi  .        cszyi  .
supplement        czi        czi    czi      czi      czi           .      .        czi    .
share_supplement  yi         yi     yi       yi       yi            .      .        .      .
explain           di         di     di       di       di            .      .        .      .
note_progress     .          .      hi       .        .             .      .        .      .
note_internally   cosi       cosi   cosi     cosi     cosi          cosi   cosi     cosi   cosi
file_paper        yi         yi     yi       yi       yi            yi     yi       yi     yi
"""
# A notice is replied to by whoever it was sent to: these have the action's role, and not in this status.
NOT_THEIRS = {("acknowledge", "answered"): "h"} | {
    ("acknowledge", status): "c"
    for status in [
        "registered",
        "routed",
        "handling",
        "reported_back",
        "closed",
        "declined",
        "merged",
        "withdrawn",
    ]
}
# Where an action leads; the others leave the status as it is. `evaluate`: with the word "satisfied".
LEADS = {
    "withdraw": "withdrawn", "archive": "withdrawn", "undo_import": "withdrawn", "route": "routed",
    "recall": "registered",
    "decline": "declined", "merge": "merged",
    "unmerge": "registered", "reconsider": "registered", "sign": "handling", "return_it": "registered",
    "answer": "answered", "report_back": "reported_back", "hand_on": "registered",
    "not_told": "answered", "evaluate": "closed", "close": "closed", "reopen": "routed",
}  # fmt: skip
ROLES = {
    "c": "clerk", "o": "triage_officer", "h": "handler", "j": "joint_handler", "s": "supervisor",
    "l": "county_official", "d": "deputy", "z": "citizen", "y": "system", "i": "triage_officer",
}  # fmt: skip
# What changes the rule for one opinion: (what is so, action, status, who may). Refusals of the table's conditions.
SPECIAL = [
    ("third round", "route", "registered", "si"),
    ("designated", "return_it", "routed", "."),
    ("limit for returning passed", "return_it", "handling", "."),
    ("suspended", "answer", "handling", "."),
    ("suspended", "suspend", "handling", "."),
    ("suspended", "withdraw", "handling", "czi"),
    ("extension refused before", "ask_extension", "handling", "."),
    ("answer overdue", "ask_extension", "handling", "."),
    ("nothing asked", "grant_extension", "handling", "."),
    ("nothing asked", "refuse_extension", "handling", "."),
    ("nothing suspended", "resume", "handling", "."),
    ("no notice waits", "acknowledge", "routed", "."),
    ("no notice waits", "acknowledge", "handling", "."),
    ("no notice waits", "acknowledge", "answered", "."),
    ("evaluated", "evaluate", "closed", "."),
    ("evaluated", "reopen", "closed", "cszyi"),
    ("not told yet", "evaluate", "merged", "."),
    ("not told yet", "reopen", "merged", "."),
    ("followed one closed", "supplement", "merged", "."),
    ("suspended", "ask_citizen", "handling", "."),
    ("stood still for all its days", "suspend", "handling", "."),
    ("stood still for all its days", "ask_citizen", "handling", "."),
    ("a limit of one day", "ask_extension", "handling", "."),
    ("nothing asked", "answer_question", "handling", "."),
    ("no letter waits", "issue_supervision", "handling", "."),
    ("closed over a year ago", "reopen", "closed", "."),
    ("taken up before", "escalate", "handling", "."),
    ("told a first word", "explain", "handling", "."),
]
# What an office that issues a letter with every routing could break: the letter is written, received or taken back.
WITH_LETTERS = (
    "amend",
    "route",
    "recall",
    "reopen",
    "evaluate",
    "sign",
    "return_it",
    "withdraw",
    "decline",
    "merge",
    "acknowledge",
)
STATUSES = MATRIX.split("\n")[1].split()[1:]
TABLE = {
    line.split()[0]: dict(zip(STATUSES, line.split()[1:], strict=True))
    for line in MATRIX.strip().split("\n")[1:]
}


def actors(cast) -> dict:
    """Letter → who acts."""
    people = {
        "c": cast.clerk, "o": cast.officer, "h": cast.handler, "j": cast.other_handler, "s": cast.supervisor,
        "l": cast.official, "d": cast.deputy,
    }  # fmt: skip
    return people | {"z": CITIZEN, "y": SYSTEM, "i": cast.officer}


def state(opinion) -> tuple:
    """All that an action could change."""
    return Opinion.objects.filter(pk=opinion.pk).values().get(), Event.objects.count()


def attempt(walk, code, opinion, letter, words, **more):
    """Let the actor take the action."""
    more |= {"via": IMPORT} if letter == "i" else {}
    return take(walk, code, opinion, actors(walk.cast)[letter], words=words, **more)


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def may(walk, code, opinion, letters) -> str:
    """Those of `letters` who may take the action on this opinion, each tried and undone."""
    words, found = {"into": "x"} if code == "merge" else WORDS[code](walk), ""
    for letter in letters:
        with undone():
            try:
                attempt(walk, code, opinion, letter, words)
            except (Refused, PermissionDenied, Opinion.DoesNotExist):
                continue
            found += letter
    return "".join(sorted(found)) or "."


def letters_with_every_routing(office):
    Organ.objects.create(county=office.jishou, name="吉首市人大", short_name="吉人大", issues_on_route=True)


def test_every_action_has_its_line_and_its_words():
    assert set(TABLE) == set(ACTIONS) - {"register"}
    assert set(WORDS) == set(TABLE)


@pytest.mark.parametrize("status", STATUSES)
def test_those_of_the_table_are_offered_it_and_it_happens(walk, status):
    for code in legal(status):
        opinion = ready(walk, code, status)
        assert (code, offered(walk, code, opinion)) == (code, set(TABLE[code][status]) & set("cohjsld"))
        words = WORDS[code](walk)
        stale(walk, code, opinion, sorted(TABLE[code][status])[0], words)
        for letter in TABLE[code][status]:
            with undone():
                happened(walk, code, status, opinion, letter, words)
        attempt(walk, code, opinion, TABLE[code][status][0], words)
    assert verify().broken is None


@pytest.mark.parametrize("status", STATUSES)
def test_with_a_letter_at_every_routing_it_happens_too(walk, status):
    letters_with_every_routing(walk.office)
    for code in (one for one in legal(status) if one in WITH_LETTERS):
        opinion, words = ready(walk, code, status), WORDS[code](walk)
        for letter in TABLE[code][status]:
            with undone():
                happened(walk, code, status, opinion, letter, words)


def legal(status) -> list[str]:
    """The actions that somebody may take; what needs an opinion of some age comes last."""
    return sorted((code for code in TABLE if TABLE[code][status] != "."), key=lambda code: code == "close")


def offered(walk, code, opinion) -> set[str]:
    """To whom the opinion's page offers the action."""
    found, today = set(), timezone.localdate(walk.now)
    for letter in "cohjsld":
        person = actors(walk.cast)[letter]
        rows = Opinion.objects.visible_to(person).with_owed(person).with_roles(person)
        row = rows.filter(pk=opinion.pk).first()
        if row and ACTIONS[code] in available(row, roles_over(row), today):
            found.add(letter)
    return found


def stale(walk, code, opinion, letter, words):
    """A form of before is refused with what happened since, and changes nothing."""
    before = state(opinion)
    version = before[0]["version"]
    with pytest.raises(Stale) as raised:
        attempt(walk, code, opinion, letter, words, version=version - 1)
    assert [event.sequence for event in raised.value.events] == [version]
    assert state(opinion) == before


def happened(walk, code, status, opinion, letter, words):
    """The status, the version and the ledger row are what the table says."""
    version = Opinion.objects.get(pk=opinion.pk).version
    after = attempt(walk, code, opinion, letter, words, version=version)
    stored = Opinion.objects.get(pk=opinion.pk)
    led_to = status if (code, status) == ("evaluate", "merged") else LEADS.get(code, status)
    assert (code, after.status, stored.status) == (code, led_to, led_to)
    assert stored.version == version + 1
    event = stored.events.get(sequence=stored.version)
    assert (event.action, event.from_status, event.to_status) == (code, status, led_to)
    assert event.data["as"] == ROLES[letter]
    assert event.at == stored.changed_at == walk.now
    running = led_to in ("registered", "routed", "handling", "answered", "reported_back")
    assert (stored.due_on is not None) == running


def plain(walk, status):
    """An opinion in `status` that everybody sees who can: with a joint agency, where it may have one."""
    return walk.joined(status) if status in ("routed", "handling", "answered") else walk.to(status)


def there(status) -> str:
    """For whom `plain` exists: an agency sees what it leads or joins."""
    return {
        "registered": "coslzyid", "declined": "coslzyid", "routed": "cohjslzyid", "handling": "cohjslzyid",
        "answered": "cohjslzyid",
    }.get(status, "coslzyidh")  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
def test_nobody_else_may_and_nothing_changes(walk, status):
    opinion = plain(walk, status)
    walk.later()
    sees = there(status if status not in ("merged", "withdrawn") else "declined")
    before, wrong = state(opinion), []
    for code, cells in TABLE.items():
        words = {"into": "x"} if code == "merge" else WORDS[code](walk)
        ever = "".join(cells.values())
        for letter in "cohjsldzyi":
            if letter in cells[status]:
                continue
            must = Refused if letter in ever or (letter == "i" and cells[status] == ".") else PermissionDenied
            must = PermissionDenied if letter in NOT_THEIRS.get((code, status), "") else must
            must = must if letter in sees else Opinion.DoesNotExist
            try:
                attempt(walk, code, opinion, letter, words)
            except must:
                continue
            except (Refused, PermissionDenied, Opinion.DoesNotExist) as other:
                wrong.append(f"{code} by {letter}: {type(other).__name__}, not {must.__name__}")
            else:
                wrong.append(f"{code} by {letter}: done")
    assert not wrong
    assert state(opinion) == before


@pytest.mark.parametrize("status", STATUSES)
def test_for_strangers_it_does_not_exist(walk, status):
    opinion = plain(walk, status)
    before = state(opinion)
    for code in TABLE if status == "handling" else legal(status):
        words = {"into": "x"} if code == "merge" else WORDS[code](walk)
        for stranger in strangers(walk.cast):
            with pytest.raises(Opinion.DoesNotExist):
                take(walk, code, opinion, stranger, words=words)
    assert state(opinion) == before


def third_round(walk):
    opinion = walk.to("closed")
    take(walk, "reopen", opinion, walk.cast.clerk)
    for code in ("sign", "answer"):
        take(walk, code, opinion, walk.cast.handler)
    take(walk, "report_back", opinion, walk.cast.clerk)
    return take(walk, "reopen", opinion, walk.cast.clerk)


def designated(walk):
    opinion = walk.to("closed")
    return take(walk, "reopen", opinion, walk.cast.clerk)


def later(status, **delta):
    def way(walk):
        opinion = walk.to(status)
        walk.later(**delta)
        return opinion

    return way


def once(status, code, letter):
    def way(walk):
        opinion = walk.to(status)
        return take(walk, code, opinion, actors(walk.cast)[letter])

    return way


def extension_refused(walk):
    return take(walk, "refuse_extension", walk.extension_asked(), walk.cast.supervisor)


def followed_one_closed(walk):
    opinion = walk.follower_told()
    lead = opinion.merged_into
    take(walk, "evaluate", lead, walk.cast.clerk)
    return opinion


def stood_still(walk):
    opinion = walk.to("handling", matter_type="enquiry")
    supervision.suspend(opinion.number, by=walk.cast.handler, reason="等检测报告", at=walk.later())
    return supervision.resume(opinion.number, by=SYSTEM, at=walk.later(days=8))


def one_day(walk):
    TimeLimit.objects.create(county=walk.office.jishou, clock="handling", matter="help", days=1)
    return walk.to("handling", matter_type="help")


WAYS = {
    "stood still for all its days": stood_still,
    "a limit of one day": one_day,
    "third round": third_round,
    "designated": designated,
    "limit for returning passed": later("handling", days=7),
    "answer overdue": later("handling", days=40),
    "suspended": lambda walk: walk.suspended(),
    "extension refused before": extension_refused,
    "evaluated": once("reported_back", "evaluate", "c"),
    "closed over a year ago": later("closed", days=400),
    "followed one closed": followed_one_closed,
    "taken up before": once("handling", "escalate", "l"),
    "told a first word": once("handling", "explain", "d"),
}


def test_what_is_so_of_one_opinion_changes_who_may(walk):
    found, made = [], {}
    for what, code, status, _who in SPECIAL:
        if what not in made or what not in WAYS:
            made[what] = WAYS[what](walk) if what in WAYS else walk.to(status)
        assert Opinion.objects.get(pk=made[what].pk).status == status
        ever = "".join(dict.fromkeys("".join(TABLE[code].values()) + "s"))
        found.append((what, code, status, may(walk, code, made[what], ever.replace(".", ""))))
    assert found == [(what, code, status, "".join(sorted(who))) for what, code, status, who in SPECIAL]


@pytest.mark.parametrize("status", ["closed", "declined", "merged", "withdrawn"])
def test_on_what_was_erased_nobody_may_do_anything(walk, status):
    opinion = walk.to(status)
    take(walk, "erase", opinion, SYSTEM)
    assert [code for code in legal(status) if may(walk, code, opinion, TABLE[code][status]) != "."] == []

"""Search for opinions on the same matter, in a few milliseconds among any number of opinions, in two tiers.

Every opinion leaves a few dozen keys: the bigrams of its title, and the smallest hashes of the shingles of its text (a
MinHash). A new one looks up its own keys, for each only the latest LATEST opinions that have it: a common key costs no
more than a rare one, and a rare key, which is what tells matters apart, is found however old it is. The similarity of
those that share most is then computed in full. ADR 0022.
"""

import hashlib
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from common.db.database import copy_rows, supports_copy
from common.security.numbers import mask_numbers
from opinions.lifecycle.statuses import OPEN
from opinions.models import Opinion, SimilarityKey
from opinions.models.redaction import HIDES
from opinions.triage.classifier.ngrams import plain

FILLER = re.compile(r"[\W_]+")
WITHIN = timedelta(days=365)
RUN = 8  # characters of a shingle: long enough that equal ones are no chance
RUNS = 12  # shingles stored of a text: those with the smallest hashes, the same ones for nearly equal texts
TITLE_PAIRS = 30  # bigrams stored of a title: no title is longer in what tells it apart
LATEST = 120  # opinions looked at for one key
CANDIDATES = 40
SAME_TEXT = 0.5  # of the smallest hashes in common: nearly the same text
SAME_TITLE = 0.8
SAME_TOPIC = 0.35  # cosine of the titles, rare pairs weighing more
LEAST_SHARED = 3  # pairs in common: with fewer two titles share a word, and so few only if it is all they say
READ = 2_000
BATCH = 500
BEHIND = 1_000  # opinions that may have been saved in another order than numbered


@dataclass(frozen=True)
class SimilarOpinion:
    """A similar opinion. `same`: nearly the same words (the first tier); else the same topic. `percent`: how similar,
    `shared`: the phrases in common."""

    opinion: Opinion
    percent: int
    same: bool
    shared: list[str]


def pairs(title: str) -> set[str]:
    """Return the bigrams of a title, without punctuation, width and case."""
    plain = FILLER.sub("", unicodedata.normalize("NFKC", title)).casefold()
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def shared_pieces(title: str, other: str) -> list[str]:
    """Return the longest phrases of `title` that `other` has too, longest first, at most three."""
    common = pairs(title) & pairs(other)
    plain = FILLER.sub("", unicodedata.normalize("NFKC", title)).casefold()
    pieces, piece = [], ""
    for i in range(len(plain)):
        if plain[i : i + 2] in common:
            piece = piece or plain[i]
            piece += plain[i + 1]
        elif piece:
            pieces.append(piece)
            piece = ""
    return sorted(dict.fromkeys(pieces), key=len, reverse=True)[:3]


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def text_keys(body: str) -> set[int]:
    """Return the RUNS smallest hashes of the shingles of a text."""
    text = "".join(plain(body)[:READ].split())
    runs = {text[i : i + RUN] for i in range(len(text) - RUN + 1)}
    return set(sorted(_hash(f"b{run}") for run in runs)[:RUNS])


def title_keys(title: str) -> dict[int, str]:
    """Return the bigrams of a title by their hashes, at most TITLE_PAIRS."""
    return {_hash(f"t{pair}"): pair for pair in sorted(pairs(title))[:TITLE_PAIRS]}


def store_shingles(opinions: Iterable[Opinion]) -> int:
    """Replace the stored keys of these opinions; returns how many opinions. Names and numbers of people leave no
    key."""
    opinions = list(opinions)
    if not opinions:
        return 0
    rows = [
        (opinion.county_id, key, opinion.pk)
        for opinion in opinions
        for key in {
            *title_keys(mask_numbers(opinion.words_for_rules[0])),
            *text_keys(mask_numbers(opinion.words_for_rules[1])),
            _hash(""),
        }
    ]
    with transaction.atomic(savepoint=False):
        SimilarityKey.objects.filter(opinion__in=[opinion.pk for opinion in opinions]).delete()
        if supports_copy():
            copy_rows(SimilarityKey._meta.db_table, "county, key, opinion_id", rows)
        else:
            found = [
                SimilarityKey(county=county, key=key, opinion_id=opinion) for county, key, opinion in rows
            ]
            SimilarityKey.objects.bulk_create(found, batch_size=2_000)
    return len(opinions)


def backfill(*, everything: bool = False, most: int = 5_000) -> int:
    """Store the keys of opinions that have none yet: of the latest, at most `most` and a batch, or of `everything`.
    Returns how many opinions. For the sweep and for the command."""
    newest = SimilarityKey.objects.order_by("-opinion").values_list("opinion", flat=True).first() or 0
    done, last = 0, 0 if everything else max(newest - BEHIND, 0)
    waiting = Opinion.objects.filter(~Exists(SimilarityKey.objects.filter(opinion=OuterRef("pk")))).order_by(
        "pk"
    )
    while rows := list(waiting.filter(pk__gt=last).only("pk", "county", "title", "body", *HIDES)[:BATCH]):
        done, last = done + store_shingles(rows), rows[-1].pk
        if done >= most and not everything:
            break
    return done


def _sharing(county: str, keys: list[int], besides: int) -> list[tuple[int, int]]:
    """Return (key, opinion) for each key and its latest opinions; one query, read from the index alone."""
    one = "SELECT * FROM (SELECT key, opinion_id FROM opinions_alikekey WHERE county = %s AND key = %s " \
          "AND opinion_id <> %s ORDER BY opinion_id DESC LIMIT %s) k"  # fmt: skip
    if not keys:
        return []
    with connection.cursor() as cursor:
        values = [value for key in keys for value in (county, key, besides, LATEST)]
        cursor.execute(" UNION ALL ".join([one] * len(keys)), values)
        return cursor.fetchall()


def find_similar(
    *,
    county: str,
    title: str,
    body: str = "",
    user: User,
    besides: int = 0,
    shown: int = 5,
    now: datetime | None = None,
) -> list[SimilarOpinion]:
    """Return up to `shown` opinions of the county's last year that exist for `user` and report the same: open ones
    first, nearly the same words before the same topic, the most similar first. `besides` is the id of the opinion
    itself (0: not stored yet). Two queries."""
    of_title, of_text = title_keys(title), text_keys(body)
    found = _sharing(county, [*of_title, *of_text], besides)
    sharing: defaultdict[int, set[int]] = defaultdict(set)
    spread: defaultdict[int, int] = defaultdict(int)
    for key, opinion in found:
        sharing[opinion].add(key)
        spread[key] += 1
    weight = {key: math.log((LATEST + 1) / count) + 0.2 for key, count in spread.items()}
    near = sorted(sharing, key=lambda pk: -sum(weight[key] for key in sharing[pk]))[:CANDIDATES]
    if not near:
        return []
    since = (now or timezone.now()) - WITHIN
    rows = Opinion.objects.visible_to(user).filter(pk__in=near, registered_at__gte=since)
    rows = rows.only(
        "pk", "number", "title", "status", "registered_at", "body", "phone_index", "merged_into", *HIDES
    )
    compared = [_compared(row, title, of_title, of_text, weight) for row in rows]
    likely = [one for one in compared if one]
    likely.sort(key=lambda one: (one.opinion.status not in OPEN, not one.same, -one.percent))
    return likely[:shown]


def _compared(
    row: Opinion, title: str, of_title: Mapping[int, str], of_text: set[int], weight: Mapping[int, float]
) -> SimilarOpinion | None:
    theirs = text_keys(row.body)
    both = len(of_text & theirs)
    text = both / min(len(of_text | theirs), RUNS) if of_text and theirs else 0.0
    topic = _cosine(of_title, title_keys(row.title), weight)
    common = len(of_title.keys() & title_keys(row.title).keys())
    if common < LEAST_SHARED or (common == LEAST_SHARED and topic < SAME_TITLE):
        topic = 0.0
    same = text >= SAME_TEXT or topic >= SAME_TITLE
    if not same and topic < SAME_TOPIC:
        return None
    return SimilarOpinion(
        row, round(100 * min(max(text if same else 0, topic), 1)), same, shared_pieces(title, row.title)
    )


def _cosine(mine: Mapping[int, str], theirs: Mapping[int, str], weight: Mapping[int, float]) -> float:
    """Return the cosine of two titles as sets of bigrams; a bigram that nobody else has weighs most."""
    rare = math.log(LATEST + 1) + 0.2

    def length(keys: Iterable[int]) -> float:
        return math.sqrt(sum(weight.get(key, rare) ** 2 for key in keys))

    both = sum(weight.get(key, rare) ** 2 for key in mine.keys() & theirs.keys())
    return both / (length(mine) * length(theirs)) if both else 0.0


def person_of(opinion: Opinion) -> str:
    """Return a key for counting people, the same for two opinions of one citizen: the phone number; without one the
    name within the township; without either the text, so that the same words sent repeatedly by nobody known are one
    person."""
    if opinion.phone_index:
        return opinion.phone_index
    if opinion.citizen_name:
        return f"name {opinion.township_id} {plain(opinion.citizen_name)}"
    return f"text {plain(opinion.title)}\n{plain(opinion.body)}"


def distinct_people(opinions: Iterable[Opinion]) -> int:
    """Return how many citizens gave these opinions."""
    return len({person_of(opinion) for opinion in opinions})

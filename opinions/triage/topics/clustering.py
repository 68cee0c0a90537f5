"""Clustering of messages that report the same trouble: average linkage over runs of characters, cut where a branch is
one matter.

A tree of similarities is walked from the top: a branch becomes a topic when its people still say the same once the
phrase they all share (mostly the name of a place) is removed, and when most of those who name a place, a firm or a
school name the same one; otherwise its two halves are looked at. So what merely happens in one street, or is the same
kind of trouble with ten different firms, is not put together. ADR 0022.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from scipy.cluster import hierarchy
from scipy.sparse import csr_matrix, hstack
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from opinions.triage.classifier.ngrams import plain

READ = 400  # characters of a text: what it is about comes first
TITLE_SHARE = 1.5  # weight of a title against a text
COMMON_TITLE, COMMON_TEXT = 0.03, 0.05  # runs in more of the messages than this name no topic
FARTHEST = 0.9  # branches that join at a greater distance have nothing in common
PEOPLE = 8  # fewer people are no topic of the day
# What two of its people must still have in common without the shared phrase: half of them, most, nearly all.
HALF_SHARE, MOST_SHARE, NEARLY_ALL_SHARE = 0.03, 0.02, 0.03
MOST_OF, NEARLY_ALL_BUT = 0.6, 15
MATTER_IN, MATTER_LIFT = 0.65, 20  # a second phrase in so many of them, so many times as often as elsewhere
# A matter has one subject: where this share of the people name one, so large a share of those must name the same.
NAMING, ONE_SUBJECT = 0.3, 0.6
SUBJECT = re.compile(
    "(?!幼儿园)[\u4e00-\u9fff]{2}(?:公司|集团|银行|平台|小区|花园|家园|新城|公馆|广场|大道|社区|学校|中学|小学|学院|大学|幼儿园|医院|"
    "项目|市场|水库|工业园|苑|府|城|园|路|街|巷|镇|乡|村|寨|厂|矿|站|楼|桥|河|溪)|[0-9]+号?[路线]"
)
# Says what kind of firm or school it is, between its name and the word for it.
KIND_OF_SUBJECT = re.compile("有限责任|股份有限|有限|股份|普惠[性制]?|公办|民办|配套")
STRANGER = 0.06  # a message less like the rest of its topic than this is left out
WORDS, LONGEST_WORD, NEARLY_ALWAYS = 4, 6, 0.9  # words named of a topic; when a run is a piece of one
WORD_IN = 0.3  # occurrences of a word for each of the messages
CHINESE = re.compile("[\u4e00-\u9fff]")
LITTLE = "的了是把被都就在有"
JOINS = 0.13  # a message outside whose similarity is at least this, and that names the matter, belongs to it
MOST = 6_000  # messages looked at in one go: the latest


@dataclass(frozen=True)
class Message:
    """One message: `person` is equal for two messages of one citizen, `id` is returned as it came."""

    id: Any
    person: Any
    title: str
    body: str
    at: datetime


@dataclass(frozen=True)
class Found:
    """A topic. `title`: of the message most like all others; `words`: those they have in common."""

    messages: list[Message]
    title: str
    words: list[str]

    @property
    def people(self) -> int:
        """Number of different people."""
        return len({message.person for message in self.messages})


def hot_topics(messages: Iterable[Message], *, least: int = PEOPLE) -> list[Found]:
    """Return the topics of at least `least` people, the one of most people first. Only the latest MOST messages are
    read."""
    messages = sorted(messages, key=lambda message: message.at)[-MOST:]
    if len({message.person for message in messages}) < least or len(messages) < 3:
        return []
    space = Space(messages)
    groups = space.with_joiners(space.topics(least))
    found = [space.found(group) for group in groups]
    return sorted(
        (topic for topic in found if topic.people >= least), key=lambda t: (-t.people, -len(t.messages))
    )


class Space:
    """The messages as rows of weighted runs, and the tree of their similarities."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = messages
        self.texts = [plain(f"{message.title}\n{message.body[:READ]}") for message in messages]
        titles, title_runs = _weighted([plain(m.title) for m in messages], COMMON_TITLE)
        bodies, body_runs = _weighted([plain(m.body[:READ]) for m in messages], COMMON_TEXT)
        self.rows = normalize(hstack([TITLE_SHARE * titles, bodies]).tocsr())
        self.runs = np.array([*title_runs, *body_runs], dtype=object)
        self.count = len(messages)

    def topics(self, least: int) -> list[tuple[list[int], str]]:
        """Return the branches that are one matter: the places of the messages, and the phrase that names the matter."""
        likeness = (self.rows @ self.rows.T).toarray()
        distance = np.clip(1 - likeness, 0, None)
        np.fill_diagonal(distance, 0)
        tree = hierarchy.linkage(squareform(distance, checks=False), "average")
        del distance
        topics, waiting = [], [hierarchy.to_tree(tree)]
        while waiting:
            node = waiting.pop()
            if node.is_leaf():
                continue
            places = sorted(node.pre_order())
            if len({self.messages[place].person for place in places}) < least:
                continue
            if node.dist <= FARTHEST and (matter := self.matter(places)):
                topics.append((places, matter))
            else:
                waiting += [node.left, node.right]
        return topics

    def matter(self, places: Sequence[int]) -> str:
        """Return the phrase that names the one matter of these messages; empty when they report several. Each person
        counts once."""
        first = {self.messages[place].person: place for place in reversed(places)}
        people = sorted(first.values())
        rows = self.rows[people]
        phrase = self.shared_phrase(people)
        without_phrase = rows[:, self._apart_from(phrase, rows)]
        left = (without_phrase @ without_phrase.T).toarray()
        pairs = left[np.triu_indices(len(people), 1)]
        if np.median(pairs) < HALF_SHARE or (pairs > MOST_SHARE).mean() < MOST_OF:
            return ""
        np.fill_diagonal(left, np.nan)
        each = np.nanmean(left, axis=1)
        if np.percentile(each, NEARLY_ALL_BUT) < NEARLY_ALL_SHARE:
            return ""
        if not self.one_subject(people):
            return ""
        return self.second_phrase(people, phrase) or (phrase if _names_a_matter(phrase) else "")

    def one_subject(self, places: Sequence[int]) -> bool:
        """Tell if these people name the same place, firm, school or line, or most of them none."""
        named = [set(SUBJECT.findall(KIND_OF_SUBJECT.sub("", plain(self.messages[p].title)))) for p in places]
        texts = [
            KIND_OF_SUBJECT.sub("", self.texts[p]) for p, names in zip(places, named, strict=True) if names
        ]
        if len(texts) < NAMING * len(places):
            return True
        most = max(sum(name in text for text in texts) for name in set().union(*named))
        return most >= ONE_SUBJECT * len(texts)

    def shared_phrase(self, places: Sequence[int]) -> str:
        """Return the longest phrase that half of the messages share, weighted by how many do; empty without one."""
        counted: Counter[str] = Counter()
        for place in places:
            text = plain(self.messages[place].title)
            counted.update({text[i : i + n] for n in range(2, 9) for i in range(len(text) - n + 1)})
        worth: dict[str, float] = {}
        for phrase, count in counted.most_common(400):
            if count >= 2:
                share = sum(phrase in self.texts[place] for place in places) / len(places)
                if share >= 0.5:
                    worth[phrase] = share * (len(phrase) - 1)
        return max(worth, key=worth.__getitem__, default="")

    def second_phrase(self, places: Sequence[int], phrase: str) -> str:
        """Return the phrase, apart from the first and from what is next to it, that most of them share and few others:
        together with the place it makes a matter. Empty without one."""
        around = re.compile(f".{{0,3}}{re.escape(phrase)}.{{0,3}}") if phrase else re.compile("\0")
        pairs = {phrase[i : i + 2] for i in range(len(phrase) - 1)}
        counted: Counter[str] = Counter()
        for place in places:
            text = around.sub("\n", self.texts[place])
            runs = {text[i : i + n] for n in range(2, 5) for i in range(len(text) - n + 1)}
            counted.update(run for run in runs if run.isalpha())  # a number names a line or a house
        worth: dict[str, tuple[float, float]] = {}
        for run, count in counted.items():
            share = count / len(places)
            if share >= MATTER_IN and not any(pair in run for pair in pairs):
                lift = share * self.count / sum(run in text for text in self.texts)
                if lift >= max(2, min(MATTER_LIFT, self.count / len(places) / 2)):
                    worth[run] = (share, lift)
        return max(worth, key=worth.__getitem__, default="")

    def _apart_from(self, phrase: str, rows: csr_matrix) -> np.ndarray:
        """Return the runs that have no bigram in common with the phrase."""
        pairs = {phrase[i : i + 2] for i in range(len(phrase) - 1)}
        used = np.unique(rows.indices)
        apart = [not any(pair in run for pair in pairs) for run in self.runs[used]]
        return used[apart]

    def with_joiners(self, topics: Sequence[tuple[list[int], str]]) -> list[list[int]]:
        """Return each topic without its outliers, and with the messages outside that are similar and name its
        matter."""
        if not topics:
            return []
        means = np.vstack([np.asarray(self.rows[places].mean(axis=0)) for places, _matter in topics])
        like = np.asarray(self.rows @ means.T)  # the mean likeness to the messages of the topic
        home = np.full(self.count, -1)
        for number, (places, _matter) in enumerate(topics):
            home[places] = number
        for place in np.flatnonzero((home < 0) & (like.max(axis=1) >= JOINS)):
            nearest = int(like[place].argmax())
            if topics[nearest][1] in self.texts[place]:
                home[place] = nearest
        own = like[np.arange(self.count), np.maximum(home, 0)]
        home[(home >= 0) & (own < STRANGER)] = -1
        return [np.flatnonzero(home == number).tolist() for number in range(len(topics))]

    def found(self, places: Sequence[int]) -> Found:
        """Return the topic of these messages, with its title and words."""
        rows = self.rows[places]
        centre = np.asarray(rows.mean(axis=0)).ravel()
        nearest = places[int(np.argmax(rows @ centre))] if places else 0
        words: list[str] = []
        text = "\n".join(self.texts[place] for place in places)
        for run in self.runs[np.argsort(-centre)[:80]]:
            word = _whole(run, text) if len(run) == 2 and run.isalnum() else ""
            pairs = {word[i : i + 2] for i in range(len(word) - 1)}
            frequent = pairs and text.count(word) >= WORD_IN * len(places)
            if (
                frequent
                and len(words) < WORDS
                and not any(pair in other for pair in pairs for other in words)
            ):
                words.append(word)
        return Found([self.messages[p] for p in places], self.messages[nearest].title, words)


def _whole(run: str, text: str) -> str:
    """Return the word that a run is a piece of: it grows by the character that nearly always is next to it in `text`;
    particles at its ends are removed."""
    while len(run) < LONGEST_WORD:
        before = re.findall(f"(?<=(.)){re.escape(run)}", text)
        after = re.findall(f"{re.escape(run)}(?=(.))", text)
        for signs, pattern in ((before, "{1}{0}"), (after, "{0}{1}")):
            sign, count = next(iter(Counter(signs).most_common(1)), ("", 0))
            if CHINESE.match(sign) and count >= NEARLY_ALWAYS * text.count(run):
                run = pattern.format(run, sign)
                break
        else:
            break
    return run.strip(LITTLE)


def _names_a_matter(phrase: str) -> bool:
    """Tell if a phrase that many share goes on after the name of its subject: 金桥小区搅拌站, not 金桥小区."""
    named = SUBJECT.search(phrase)
    return named is not None and len(phrase) - named.end() >= 2


def _weighted(texts: list[str], common: float) -> tuple[csr_matrix, list[str]]:
    """Return the runs of the texts weighted by rarity, a row for each text, and the runs."""
    reader = TfidfVectorizer(
        analyzer="char", ngram_range=(2, 4), sublinear_tf=True, min_df=2 if len(texts) < 500 else 3,
        max_df=max(common, 30 / len(texts)) if len(texts) > 30 else 1.0, dtype=np.float32,
    )  # fmt: skip
    try:
        rows = reader.fit_transform(texts)
    except ValueError:  # nothing occurs twice
        return csr_matrix((len(texts), 0), dtype=np.float32), []
    return rows, reader.get_feature_names_out().tolist()

"""Near-duplicates among examples: the same message sent again must not be on both sides of a test."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfTransformer

from opinions.triage.classifier.training_data import Example

from .ngrams import lengths
from .vectorizer import counted

SAME_TEXT, SAME_TITLE = 0.5, 0.75  # cosine of the texts, of the titles
TEXT_RUN, TITLE_RUN = 3, 2  # characters of the runs compared
BLOCK = 500
COMMON = 0.05  # runs in more of the texts than this tell no two apart


def near_duplicates(examples: Sequence[Example]) -> np.ndarray:
    """Return a number for each example; near-duplicates share one."""
    texts = _weighted([f"{e.title}\n{e.body}" for e in examples], TEXT_RUN, COMMON)
    titles = _weighted([e.title for e in examples], TITLE_RUN, 1)
    pairs = [*_alike(texts, SAME_TEXT), *_alike(titles, SAME_TITLE)]
    left = np.concatenate([left for left, _right in pairs])
    right = np.concatenate([right for _left, right in pairs])
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(len(examples),) * 2)
    return connected_components(graph, directed=False)[1]


def _weighted(texts: Sequence[str], run: int, common: float) -> csr_matrix:
    """Return the weighted runs of this length that occur in two texts or more, and in no more than the share `common`
    of them."""
    counts, grams = counted(texts, run)
    spread = np.bincount(counts.indices, minlength=len(grams))
    kept = (lengths(grams) == run) & (spread > 1) & (spread <= max(common * len(texts), 2))
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts[:, kept])


def _alike(rows: csr_matrix, least: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the pairs of rows whose cosine is `least` or more."""
    turned = rows.T.tocsr()
    for start in range(0, rows.shape[0], BLOCK):
        found = (rows[start : start + BLOCK] @ turned).tocoo()
        kept = found.data >= least
        yield found.row[kept] + start, found.col[kept]

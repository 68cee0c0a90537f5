"""Which examples are the same message sent again: they must not stand on both sides of a test."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.preprocessing import normalize

SAME_TEXT, SAME_TITLE = 0.5, 0.75  # cosine of the texts, of the titles
BLOCK = 500
COMMON = 0.05  # runs in more of the texts than this tell no two apart


def near_duplicates(texts, titles, grams) -> np.ndarray:
    """A number for each example; near-duplicates share one. Both are matrices of weighted runs, `grams` names them."""
    count = texts.shape[0]
    length = np.array([len(gram) for gram in grams])
    rare = np.bincount(texts.indices, minlength=len(grams)) <= max(COMMON * count, 2)
    pairs = [*_alike(texts[:, (length == 3) & rare], SAME_TEXT), *_alike(titles[:, length == 2], SAME_TITLE)]
    left = np.concatenate([left for left, _right in pairs])
    right = np.concatenate([right for _left, right in pairs])
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(count, count))
    return connected_components(graph, directed=False)[1]


def _alike(rows, least):
    rows = normalize(rows)
    turned = rows.T.tocsr()
    for start in range(0, rows.shape[0], BLOCK):
        found = (rows[start : start + BLOCK] @ turned).tocoo()
        kept = found.data >= least
        yield found.row[kept] + start, found.col[kept]

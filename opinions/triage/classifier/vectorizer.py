"""Counts of each run of characters in each of many texts: a sparse matrix, for the training alone."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from .ngrams import LONGEST, runs


def counted(texts: Sequence[str], longest: int = LONGEST) -> tuple[csr_matrix, np.ndarray]:
    """Return a row for each text and a column for each run that occurs; and the runs, in order."""
    found = [runs(text, longest) for text in texts]
    grams, places = np.unique(np.concatenate(found), return_inverse=True)
    ends = np.cumsum([0, *map(len, found)])
    counts = csr_matrix((np.ones(len(places), np.float32), places, ends), shape=(len(found), len(grams)))
    counts.sum_duplicates()
    return counts, grams

"""Triage that learns: a linear classifier of an office's own decisions, its files, its figures, its versions.

ngrams.py: what is read from a text · model.py: the judgement · counting.py, grouping.py, training.py: how it is made ·
files.py: how it is kept · examples.py: what it learns from · store.py: which version decides. Only the training loads
scikit-learn.
"""
